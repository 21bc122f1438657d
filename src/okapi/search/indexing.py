"""The indexer: follows the change records, so that whatever door a change took, it is found.

It is no part of an action: people wait for no index, and a search is at most a second behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection, transaction
from django.db.models import Max, Q, QuerySet

from okapi.base import clock, scope, upserts
from okapi.base.arrays import Among
from okapi.base.models import Change
from okapi.core.words import words
from okapi.goals.models import KeyResult, Objective
from okapi.kpis.models import Kpi
from okapi.orgs import queries as orgs
from okapi.orgs.models import Person, Team
from okapi.search.choices import Kind
from okapi.search.models import Entry, Mark
from okapi.search.queries import mark_words
from okapi.talk.models import Comment

log = logging.getLogger(__name__)

BATCH = 2_000
"""So many things are indexed in one transaction."""
EVERY = 1.0
PAUSE = 10.0
# Ids of change records are given before their transactions end, so that a lower one may appear
# after a higher one was seen: what is younger than this is looked at again.
SETTLED = timedelta(seconds=60)

# Up to which record this process has indexed, by organisation.
_seen: dict[UUID, int] = {}

_LIVE = Q(archived_at__isnull=True)
# Which rows of a kind are found, and by which of their texts.
_SOURCES: dict[Kind, tuple[Any, Q, tuple[str, ...]]] = {
    Kind.OBJECTIVE: (Objective, _LIVE, ("key", "title", "title_other", "why", "why_other")),
    Kind.KEY_RESULT: (
        KeyResult,
        _LIVE & Q(objective__archived_at__isnull=True),
        ("key", "title", "title_other", "description"),
    ),
    Kind.KPI: (
        Kpi,
        _LIVE,
        ("key", "name", "name_other", "description", "description_other", "definition__text"),
    ),
    Kind.TEAM: (Team, _LIVE, ("key", "name", "name_other", "purpose")),
    Kind.PERSON: (Person, _LIVE, ("email", "name", "name_other", "job")),
    Kind.COMMENT: (Comment, Q(removed_at__isnull=True), ("text",)),
}


def catch_up(organisation_id: UUID) -> int:
    """Index what was changed since the last time, or everything the first time; how many things.

    What is new is indexed at once, and once more when its record is settled.
    """
    with scope.organisation(organisation_id):
        mark = Mark.objects.filter(organisation_id=organisation_id).first()
        newest = Change.objects.aggregate(newest=Max("id"))["newest"] or 0
        if mark is None:
            return _everything(organisation_id, newest)
        if newest <= mark.change_id:
            return 0
        seen = max(_seen.get(organisation_id, 0), mark.change_id)
        done = _index_all(_changed(seen, newest))
        _seen[organisation_id] = newest
        young = Change.objects.filter(id__gt=mark.change_id, at__lt=clock.now() - SETTLED)
        settled = young.aggregate(last=Max("id"))["last"]
        if settled is not None:
            _index_all(_changed(mark.change_id, settled))
            _set_mark(organisation_id, settled)
        return done


def _everything(organisation_id: UUID, newest: int) -> int:
    """The index from the tables, since not all that is there need have a change record."""
    Entry.objects.all().delete()
    done = 0
    for kind, (model, live, _) in _SOURCES.items():
        for ids in _by_batch(model.objects.filter(live)):
            done += _index(kind, ids)
    _set_mark(organisation_id, newest)
    return done


def _by_batch(rows: QuerySet[Any]) -> Iterator[list[UUID]]:
    """The ids of the rows, each batch by a statement that ends before the batch is written.

    SQLite lets nobody write who is reading still: what was begun to be read is old by then.
    """
    ordered = rows.order_by("pk").values_list("pk", flat=True)
    batch: list[UUID] = list(ordered[:BATCH])
    while batch:
        yield batch
        batch = list(ordered.filter(pk__gt=batch[-1])[:BATCH])


def _set_mark(organisation_id: UUID, change_id: int) -> None:
    Mark.objects.update_or_create(
        organisation_id=organisation_id, defaults={"change_id": change_id}
    )


def _changed(after: int, until: int) -> dict[Kind, list[UUID]]:
    """What these records are about, by kind; an objective's change may end its key results."""
    kinds = [kind.value for kind in Kind]
    rows = Change.objects.filter(id__gt=after, id__lte=until, kind__in=kinds).order_by()
    found: dict[Kind, set[UUID]] = {}
    for kind, object_id in rows.values_list("kind", "object_id").distinct():
        found.setdefault(Kind(kind), set()).add(object_id)
    below = KeyResult.objects.filter(Among("objective_id", found.get(Kind.OBJECTIVE, ())))
    key_results = found.get(Kind.KEY_RESULT, set()) | set(below.values_list("pk", flat=True))
    if key_results:
        found[Kind.KEY_RESULT] = key_results
    return {kind: sorted(ids) for kind, ids in found.items()}


def _index_all(changed: Mapping[Kind, Sequence[UUID]]) -> int:
    return sum(_index(kind, ids) for kind, ids in changed.items())


def _index(kind: Kind, ids: Sequence[UUID]) -> int:
    """Write the entries of these things, and take those out that are gone."""
    for begin in range(0, len(ids), BATCH):
        with transaction.atomic():
            _index_chunk(kind, ids[begin : begin + BATCH])
    return len(ids)


def _index_chunk(kind: Kind, ids: Sequence[UUID]) -> None:
    model, live, columns = _SOURCES[kind]
    organisation_id = scope.organisation_id()
    marks = mark_words(organisation_id, kind)
    rows = model.objects.filter(live, Among("pk", ids)).values_list("pk", *columns)
    there = {pk: " ".join((*marks, *words(filter(None, found)))) for pk, *found in rows}
    known: dict[UUID, str] = dict(
        Entry.objects.filter(Among("object_id", ids), kind=kind.value).values_list(
            "object_id", "words"
        )
    )
    out = [pk for pk, text in known.items() if there.get(pk) != text]
    Entry.objects.filter(Among("object_id", out), kind=kind.value).delete()
    changed = [(pk, text) for pk, text in there.items() if known.get(pk) != text]
    upserts.insert(
        Entry,
        ("organisation_id", "kind", "object_id", "words"),
        [(organisation_id, kind.value, pk, text) for pk, text in changed],
    )


def catch_up_all() -> int:
    """Every organisation, one after the other."""
    found = orgs.all_organisations("the index of every organisation follows its changes")
    return sum(catch_up(one.organisation_id) for one in found)


def follow(stopping: Event, *, work: Callable[[], int] = catch_up_all) -> None:
    """Keep the index up to date until the server stops."""
    try:
        while not stopping.is_set():
            try:
                close_old_connections()
                work()
                stopping.wait(EVERY)
            except Exception:
                log.exception("The indexer failed and will try again.")
                connection.close()
                stopping.wait(PAUSE)
    finally:
        connection.close()
