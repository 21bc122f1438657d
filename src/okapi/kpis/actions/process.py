"""What people say of a KPI's process: it changed, its baseline, and how its limits are made.

Each is looked at at once, so that who says so sees the limits that follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from okapi.base import clock
from okapi.base.actor import Actor
from okapi.core.errors import Conflict, NotFound, Refused
from okapi.core.periods import Period, parse_period
from okapi.core.signals.robust import LEAST_BASELINE
from okapi.kpis import standings
from okapi.kpis.actions import fields, holding
from okapi.kpis.actions.drafts import Ref
from okapi.kpis.models import Kpi, ProcessMark
from okapi.orgs.queries import Settings, settings_of

LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """From which period on the process is another one, and why.

    With `until` the periods from `since` to `until` are the baseline; without it the first values
    from `since` on.
    """

    since: str
    reason: str
    until: str = ""


@transaction.atomic
def mark_process(
    actor: Actor, kpi: Ref, draft: MarkDraft, *, version: int | None = None
) -> ProcessMark:
    """Say that the process changed, or which periods are the baseline.

    `Refused` at its field: `text.empty` without a reason, `mark.in_future`, `mark.order`,
    `mark.few` for a baseline of fewer than 8 values; `Conflict` (`mark.is_there`) for a period in
    which the process is said to have changed already.
    """
    held = holding.hold(actor, kpi, "edit", version=version)
    settings = settings_of(actor.organisation_id)
    reason = fields.long(draft.reason, "reason", LONGEST_REASON)
    if not reason:
        raise Refused("text.empty", field="reason")
    since = _period(draft.since, "since", settings)
    until = _period(draft.until, "until", settings) if draft.until.strip() else None
    _check(held, since, until, settings.today)
    mark: ProcessMark = ProcessMark.objects.create(
        organisation_id=held.organisation_id,
        kpi=held,
        first=since.first,
        last=None if until is None else until.last,
        label=since.label[:60],
        last_label="" if until is None else until.label[:60],
        reason=reason,
        person_id=actor.person_id,
    )
    told = {"mark": mark.pk, "since": mark.label, "until": mark.last_label, "reason": reason}
    _finish(actor, held, "mark_process", after=told)
    return mark


@transaction.atomic
def remove_mark(
    actor: Actor, kpi: Ref, mark: UUID, *, reason: str = "", version: int | None = None
) -> ProcessMark:
    """Take a mark back; it stays on record. `NotFound` for none of this KPI."""
    held = holding.hold(actor, kpi, "edit", version=version)
    found: ProcessMark | None = ProcessMark.objects.filter(kpi=held, pk=mark).first()
    if found is None:
        raise NotFound("access.not_found", kind="mark", ref=str(mark))
    if found.removed_at is not None:
        return found
    found.removed_at, found.removed_by_id = clock.now(), actor.person_id
    found.removed_reason = fields.long(reason, "reason", LONGEST_REASON)
    found.version += 1
    found.save()
    said = {"mark": found.pk, "since": found.label, "until": found.last_label}
    _finish(actor, held, "remove_mark", before=said, after={"reason": found.removed_reason})
    return found


@transaction.atomic
def screen_ranges(
    actor: Actor, kpi: Ref, *, on: bool, reason: str = "", version: int | None = None
) -> Kpi:
    """Leave wild moving ranges out of the limits of a KPI, or take them in again."""
    held = holding.hold(actor, kpi, "edit", version=version)
    if holding.change(actor, "screen_ranges", held, {"screens_ranges": on}, reason=reason):
        holding.finish(actor, [held.pk])
        _look(actor, held)
    return held


def _period(text: str, field: str, settings: Settings) -> Period:
    """A period by its label, or the one day."""
    try:
        read = parse_period(
            text.strip(), fiscal_month=settings.fiscal_month, first_weekday=settings.first_weekday
        )
    except Refused as refused:
        raise Refused(refused.code, **{**refused.data, "field": field}) from refused
    return read.period


def _check(kpi: Kpi, since: Period, until: Period | None, today: date) -> None:
    if since.first > today:
        raise Refused("mark.in_future", field="since", found=since.label)
    if until is None:
        standing = ProcessMark.objects.filter(kpi=kpi, removed_at__isnull=True, last__isnull=True)
        if standing.filter(first=since.first).exists():
            raise Conflict("mark.is_there", field="since", found=since.label)
        return
    if until.last <= since.first:
        raise Refused("mark.order", field="until", found=until.label, expected=since.label)
    count = standings.readings_of(kpi).filter(last__range=(since.last, until.last)).count()
    if count < LEAST_BASELINE:
        raise Refused("mark.few", field="until", found=count, expected=LEAST_BASELINE)


def _finish(
    actor: Actor,
    kpi: Kpi,
    verb: str,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    holding.raise_version(kpi)
    holding.record(actor, verb, kpi, before=before, after=after)
    holding.finish(actor, [kpi.pk])
    _look(actor, kpi)


def _look(actor: Actor, kpi: Kpi) -> None:
    """Now the total; its other slices, which `finish` has marked, with the next look."""
    standings.renew_signals_of([kpi.pk], settings_of(actor.organisation_id).today)
