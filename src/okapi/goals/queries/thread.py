"""What was said and decided about an objective: check-ins and adjustments, newest first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, IntegerField, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, Question
from okapi.goals.models import Adjustment, CheckIn
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import PersonRow

LATEST = 30


class Said(StrEnum):
    """What kind of entry it is."""

    CHECK_IN = "check_in"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Entry:
    """A check-in (`text` what happened, `next_step`), or an adjustment (`text` its reason).

    `before` and `after` are what an adjustment changed, by field.
    """

    kind: Said
    id: UUID
    at: datetime
    person: PersonRow | None
    key_result_id: UUID | None
    text: str
    next_step: str = ""
    confidence: int | None = None
    level: str = ""
    is_done: bool | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def thread_of(asking: Asking, objective_id: UUID, *, most: int = LATEST) -> Part[tuple[Entry, ...]]:
    """The newest entries of an objective and its key results."""
    part = _THREAD.part(most, id=objective_id)
    return part.to(lambda rows: tuple(_entry(asking, row) for row in rows))


def last_words(
    asking: Asking, key_result_ids: list[UUID], *, each: int = 1
) -> dict[UUID, tuple[Entry, ...]]:
    """The newest check-ins of each of these key results, newest first."""
    found: dict[UUID, list[Entry]] = {}
    for row in _WORDS.rows(LATEST * max(1, len(key_result_ids)), ids=key_result_ids):
        entry = _entry(asking, row)
        if entry.key_result_id is not None:
            theirs = found.setdefault(entry.key_result_id, [])
            if len(theirs) < each:
                theirs.append(entry)
    return {key_result: tuple(entries) for key_result, entries in found.items()}


def _thread(most: int) -> QuerySet[Any, Any]:
    here = Given("id", UUIDField())
    check_ins = _as_entries(CheckIn.objects.filter(key_result__objective_id=here))
    adjustments = _adjustments(Adjustment.objects.filter(objective_id=here))
    return check_ins.union(adjustments, all=True).order_by("-at")[:most]


def _words(most: int) -> QuerySet[Any, Any]:
    said = CheckIn.objects.filter(Among("key_result_id", GivenIds()))
    return _as_entries(said.order_by("-at"))[:most]


_THREAD = Question(_thread)
_WORDS = Question(_words)


def _as_entries(rows: QuerySet[CheckIn]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = rows.annotate(
        what=Value(Said.CHECK_IN.value),
        nothing=Value("{}", output_field=TextField()),
    ).values_list(
        "what",
        "id",
        "at",
        "person_id",
        "person__name",
        "person__name_other",
        "key_result_id",
        "happened",
        "next_step",
        "confidence",
        "level",
        "is_done",
        "nothing",
        F("nothing"),
    )
    return found


def _adjustments(rows: QuerySet[Adjustment]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = rows.annotate(
        what=Value(Said.ADJUSTMENT.value),
        silence=Value("", output_field=TextField()),
        unsure=Value(None, output_field=IntegerField()),
        undone=Value(None, output_field=BooleanField()),
        was=Cast("before", TextField()),
        became=Cast("after", TextField()),
    ).values_list(
        "what",
        "id",
        "at",
        "person_id",
        "person__name",
        "person__name_other",
        "key_result_id",
        "reason",
        "silence",
        "unsure",
        F("silence"),
        "undone",
        "was",
        "became",
    )
    return found


def _entry(asking: Asking, row: tuple[Any, ...]) -> Entry:
    what, entry_id, at, person, name, other, key_result, text, following, sure, *rest = row
    level, is_done, before, after = rest
    return Entry(
        kind=Said(what),
        id=entry_id,
        at=at,
        person=None if person is None else PersonRow(person, asking.text(name, other)),
        key_result_id=key_result,
        text=text,
        next_step=following,
        confidence=sure,
        level=level,
        is_done=is_done,
        before=json.loads(before),
        after=json.loads(after),
    )
