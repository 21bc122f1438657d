"""What can be done with sources: made, changed, tried, run, paused, taken over, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from okapi.base import changes, clock, outbox, sealing
from okapi.base.actor import Actor
from okapi.base.fields import new_id
from okapi.base.outbox import News
from okapi.core.errors import Conflict, Forbidden
from okapi.exchange.models import Source, SourceRun
from okapi.exchange.sources import access, drafts
from okapi.exchange.sources.drafts import SourceDraft
from okapi.exchange.sources.kinds import OPEN, Paused, RunState
from okapi.exchange.sources.schedule import checked_cron, next_after
from okapi.orgs import queries as orgs_queries
from okapi.orgs.actions import fields, holding

KIND = "source"
_READ_ANEW = frozenset({"kind", "place", "query", "mapping", "secret", "in_address"})


@transaction.atomic
def create(actor: Actor, draft: SourceDraft, *, key: str = "") -> Source:
    """A new source of the actor's own: it runs with their rights. `Refusals`, `Forbidden`."""
    access.require(actor)
    read = drafts.read(draft)
    cron = checked_cron(draft.cron)
    name = fields.title(draft.name, "name")
    uid = new_id()
    rows = Source.objects.filter(organisation_id=actor.organisation_id)
    source: Source = Source.objects.create(
        id=uid,
        organisation_id=actor.organisation_id,
        key=fields.given_key(rows, key) if key else fields.free_key(rows, name, KIND),
        name=name,
        kind=read.kind.value,
        place=dict(read.place),
        query=read.query,
        secret=sealing.seal(uid, {"secret": read.secret or ""}),
        in_address=sealing.seal(uid, read.in_address),
        mapping=None if draft.mapping is None else draft.mapping.as_json(),
        cron=cron,
        owner_id=actor.person_id,
        next_at=_next(actor, cron),
    )
    after = {name: getattr(source, name) for name in ("key", "name", "kind", "place", "cron")}
    after |= {"query": source.query, "has_secret": bool(source.secret)}
    changes.record(actor, "add", KIND, source.pk, after=after, is_first=True)
    tell(source)
    return source


@transaction.atomic
def edit(
    actor: Actor, ref: UUID | str, draft: SourceDraft, *, version: int | None = None
) -> Source:
    """Change a source. Who changes what is read, or its secret, runs it with their own rights."""
    held = hold(actor, ref, version)
    read = drafts.read(draft, held)
    cron = checked_cron(draft.cron)
    values: dict[str, Any] = {
        "name": fields.title(draft.name, "name"),
        "kind": read.kind.value,
        "place": dict(read.place),
        "query": read.query,
        "cron": cron,
        "mapping": None if draft.mapping is None else draft.mapping.as_json(),
    }
    if read.secret is not None:
        values["secret"] = sealing.seal(held.pk, {"secret": read.secret})
    if read.in_address != sealing.unseal(held.pk, held.in_address):
        values["in_address"] = sealing.seal(held.pk, read.in_address)
    if any(getattr(held, name) != values.get(name, getattr(held, name)) for name in _READ_ANEW):
        values |= {"validators": {}, "failures": 0, "owner_id": actor.person_id or held.owner_id}
    if cron != held.cron:
        values["next_at"] = None if held.paused else _next(actor, cron)
    _change(actor, "edit", held, values)
    return held


@transaction.atomic
def run_now(actor: Actor, ref: UUID | str) -> SourceRun:
    """Let it run as soon as the worker comes to it. `Conflict` (`source.runs`) while it does.

    What it finds is read in any case, also if it is what was read before.
    """
    held = hold(actor, ref)
    require_owner(held)
    now = clock.now()
    try:
        with transaction.atomic():
            run: SourceRun = SourceRun.objects.create(
                organisation_id=actor.organisation_id,
                source=held,
                person_id=actor.person_id,
                due_at=now,
            )
    except IntegrityError:
        # Waiting to be tried again: it is tried now.
        waiting = SourceRun.objects.filter(source=held, state=OPEN[0])
        if not waiting.update(due_at=now, person_id=actor.person_id):
            raise Conflict("source.runs", ref=held.key) from None
        run = waiting.get()
    changes.record(actor, "run", KIND, held.pk, after={"run": str(run.pk)})
    tell(held)
    return run


@transaction.atomic
def pause(actor: Actor, ref: UUID | str, *, version: int | None = None) -> Source:
    """Let it no longer run by its plan; what waits to be tried again is left as it failed."""
    held = hold(actor, ref, version)
    waiting = SourceRun.objects.filter(source=held, state=RunState.WAITING.value)
    waiting.filter(attempt=0).delete()
    waiting.update(state=RunState.FAILED.value, ended_at=clock.now())
    _change(actor, "pause", held, {"paused": Paused.PERSON.value, "next_at": None})
    return held


@transaction.atomic
def resume(actor: Actor, ref: UUID | str, *, version: int | None = None) -> Source:
    """Let it run by its plan again, from its next time on; without an owner, as the actor's own."""
    held = hold(actor, ref, version)
    values = {"paused": "", "failures": 0, "next_at": _next(actor, held.cron)}
    if held.owner_id is None or held.owner is None or held.owner.archived_at is not None:
        values["owner_id"] = actor.person_id
    _change(actor, "resume", held, values)
    return held


@transaction.atomic
def remove(actor: Actor, ref: UUID | str, *, version: int | None = None) -> None:
    """Put it away; its secret is forgotten, and what it brought stays."""
    held = hold(actor, ref, version)
    values = {
        "archived_at": clock.now(), "secret": "", "in_address": "", "next_at": None,
        "validators": {},
    }  # fmt: skip
    _change(actor, "archive", held, values)
    SourceRun.objects.filter(source=held, state=OPEN[0]).delete()


def hold(actor: Actor, ref: UUID | str, version: int | None = None) -> Source:
    """A source, held until the transaction ends: `NotFound`, `Conflict`."""
    found = access.get(actor, ref)
    held: Source = Source.objects.select_for_update(of=("self",)).get(pk=found.pk)
    holding.check_version(held, version)
    return held


def require_owner(source: Source) -> None:
    """`Forbidden` (`source.no_owner`) unless somebody's rights are there to run with."""
    if source.owner is None or source.owner.archived_at is not None:
        raise Forbidden("source.no_owner")


def tell(source: Source) -> None:
    """Tell the open pages of those who may hear of it."""
    news = News(KIND, source.pk, source.version, access.audience(source))
    outbox.tell(source.organisation_id, [news])


def _next(actor: Actor, cron: str) -> Any:
    zone = orgs_queries.settings_of(actor.organisation_id).time_zone
    return next_after(cron, zone, clock.now())


# Of these a change record says no more than that they changed.
_UNTOLD = frozenset({"secret", "in_address", "validators", "failures", "next_at"})


def _change(actor: Actor, verb: str, held: Source, values: Mapping[str, Any]) -> None:
    was, now = holding.put(held, values)
    if now:
        before, after = changes.told_all(_tellable(was)), changes.told_all(_tellable(now))
        changes.record(actor, verb, KIND, held.pk, before=before, after=after)
        tell(held)


def _tellable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as a change record may hold them: of a secret, whether there is one."""
    told = {name: value for name, value in fields.items() if name not in _UNTOLD}
    return told | ({"has_secret": bool(fields["secret"])} if "secret" in fields else {})
