"""One run of a source: read, taken in as one intake, and told; and what follows when it fails.

A run is taken in under an idempotency key of its own: one that was killed and is tried again
finds what it had stored already, and stores nothing twice.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from okapi.base import actor as actors
from okapi.base import changes, clock, idempotency
from okapi.base.actor import Actor, Door, Role
from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.core.periods import Period
from okapi.exchange import measurement_files
from okapi.exchange.models import Source, SourceFeed, SourceRun
from okapi.exchange.sources import actions, fetching
from okapi.exchange.sources.kinds import Paused, RunState
from okapi.exchange.tables import ColumnMapping
from okapi.kpis import access as kpis_access
from okapi.kpis.ingest import IntakeResult
from okapi.orgs import queries as orgs_queries

log = logging.getLogger(__name__)

TRIES = 4
PAUSED_AFTER = 5
_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20))
_LONGEST_WAIT = timedelta(hours=6)
"""What a server may ask for; a plan's next time is seldom further."""
_KEPT_REFUSALS = 50
_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Found:
    """What a run read: the intake (None: nothing to take in), and what it covered by KPI."""

    result: IntakeResult | None
    covered: Mapping[str, Period]
    validators: Mapping[str, str]
    is_known: bool = False


def carry_out(run: SourceRun) -> None:
    """Carry out a run that was claimed, in the scope of its organisation; never raises."""
    source: Source = Source.objects.select_related("owner").get(pk=run.source_id)
    try:
        found = _read(source, run, _owner(source))
    except OkapiError as refused:
        _fail(run, refused)
    except Exception:
        # Told by the class of what happened only: its words might hold what must not be told.
        log.exception("run %s of source %s", run.pk, source.pk)
        _fail(run, Refused("source.bug"))
    else:
        _finish(run, found)


def _owner(source: Source) -> Actor:
    """With whose rights it runs. `OwnerGoneError`."""
    owner = source.owner
    if owner is None or owner.archived_at is not None:
        raise OwnerGoneError("source.no_owner")
    today = orgs_queries.settings_of(source.organisation_id).today
    actor = orgs_queries.actor_for_person(owner, Door.JOB, today=today)
    if not actor.has(Role.STEWARD):
        raise OwnerGoneError("source.owner_may_not", name=owner.name)
    return actor


class OwnerGoneError(Refused):
    """Nobody's rights are there to run with: it waits for somebody to take it over."""


def _read(source: Source, run: SourceRun, actor: Actor) -> Found:
    if run.attempt > TRIES:  # no try of ours: its worker was ended each time
        raise Refused("source.killed", n=TRIES)
    request = idempotency.Request(source.pk, f"run {run.pk}", str(run.pk))
    before = idempotency.find(request)
    known = {} if run.slot is None or before is not None else source.validators
    wanted = fetching.wanted_of(source, known)
    mapping = None if source.mapping is None else ColumnMapping.of_json(source.mapping)
    with fetching.brought(wanted, fetching.limits()) as (path, brought):
        if brought.is_known or brought.rows == 0:
            return Found(None, {}, brought.validators, is_known=brought.is_known)
        taken = measurement_files.take_table(
            actor, path, name=source.name, mapping=mapping, source=source.name, request=request
        )
        return Found(taken.result, taken.covered, brought.validators)


def _is_ours(run: SourceRun) -> bool:
    """Whether no other worker has taken it over meanwhile; held until the transaction ends."""
    rows = SourceRun.objects.select_for_update(of=("self",))
    ours = rows.filter(pk=run.pk, attempt=run.attempt, state=RunState.RUNNING.value)
    return ours.first() is not None


@transaction.atomic
def _finish(run: SourceRun, found: Found) -> None:
    if not _is_ours(run):
        return  # the other finds what was stored, and says so
    now = clock.now()
    held: Source = Source.objects.select_for_update(of=("self",)).get(pk=run.source_id)
    newest = max(found.covered.values(), key=lambda one: one.last, default=None)
    run.state = (RunState.DONE if found.result else RunState.NOTHING).value
    run.ended_at, run.lease_until = now, None
    run.code, run.data, run.refusals, run.refused = "", {}, [], 0
    run.covered = "" if newest is None else newest.label
    if found.result is not None:
        run.intake = found.result.uid
        for name in ("received", "new", "revised", "unchanged"):
            setattr(run, name, getattr(found.result, name))
    run.save()
    held.failures = 0
    if held.version == run.source.version or not held.validators:
        held.validators = dict(found.validators)
    held.save(update_fields=["failures", "validators"])
    _feed(held, found.covered)
    actions.tell(held)


def _feed(source: Source, covered: Mapping[str, Period]) -> None:
    """Remember which KPIs it brings, and the newest period of each."""
    system = actors.system(source.organisation_id, Door.JOB)
    ids = dict(kpis_access.visible(system).filter(key__in=covered).values_list("key", "pk"))
    now = clock.now()
    SourceFeed.objects.bulk_create(
        [
            SourceFeed(
                organisation_id=source.organisation_id,
                source_id=source.pk,
                kpi_id=ids[key],
                first=period.first,
                last=period.last,
                label=period.label[:80],
                read_at=now,
            )
            for key, period in sorted(covered.items())
            if key in ids
        ],
        update_conflicts=True,
        unique_fields=["kpi", "source"],
        update_fields=["first", "last", "label", "read_at"],
    )
    SourceFeed.objects.filter(source=source, read_at__lt=now).filter(
        kpi_id__in=list(ids.values())
    ).update(read_at=now)


@transaction.atomic
def _fail(run: SourceRun, refused: OkapiError) -> None:
    """Try it again later, where that may help; else count, and pause what keeps failing."""
    if not _is_ours(run):
        return
    now = clock.now()
    held: Source = Source.objects.select_for_update(of=("self",)).get(pk=run.source_id)
    errors = refused.errors if isinstance(refused, Refusals) else (refused,)
    run.lease_until = None
    run.refused = len(errors) if isinstance(refused, Refusals) else 0
    run.refusals = [_kept(error) for error in errors[:_KEPT_REFUSALS]] if run.refused else []
    told = _kept(errors[0] if len(errors) == 1 else Refused("source.cells", n=len(errors)))
    run.code, run.data = told["code"], told["data"]
    may_help = isinstance(refused, UnreachableError) and held.archived_at is None
    if may_help and run.attempt < TRIES:
        run.state = RunState.WAITING.value
        run.due_at = now + _pause(run, refused)
        run.save()
        actions.tell(held)
        return
    run.state, run.ended_at = RunState.FAILED.value, now
    run.save()
    held.failures += 1
    why = Paused.OWNER if isinstance(refused, OwnerGoneError) else Paused.FAILURES
    if not held.paused and (why is Paused.OWNER or held.failures >= PAUSED_AFTER):
        held.paused, held.next_at = why.value, None
        held.version += 1
        system = actors.system(held.organisation_id, Door.JOB)
        after = {"paused": held.paused, "failures": held.failures, "code": run.code}
        changes.record(system, "pause", actions.KIND, held.pk, after=after)
    held.save(update_fields=["failures", "paused", "next_at", "version"])
    actions.tell(held)


def _pause(run: SourceRun, refused: OkapiError) -> timedelta:
    """Until the next try: longer each time, and not before the server asks for it again."""
    asked = timedelta(seconds=min(refused.data.get("wait") or 0, _LONGEST_WAIT.total_seconds()))
    return max(_PAUSES[run.attempt - 1], asked) * (1 + _CHANCE.random() / 4)


def _kept(error: OkapiError) -> dict[str, Any]:
    """A refusal as it is kept: its code, and data that are texts or numbers."""
    data = {
        name: value if isinstance(value, (int, float, bool)) else str(value)[:300]
        for name, value in error.data.items()
        if value is not None
    }
    return {"code": error.code, "data": data}
