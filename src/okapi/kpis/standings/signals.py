"""Signals: which KPIs are to be looked at, judged outside any transaction, stored where they stand.

`okapi tick` looks every few seconds; whoever marks a change of the process looks at once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import OperationalError, transaction
from django.db.models import F

from okapi.base import actor as actors
from okapi.base import changes, clock, events, outbox, scope
from okapi.base.actor import Door
from okapi.base.arrays import Among
from okapi.base.fields import new_id
from okapi.base.outbox import News
from okapi.base.upserts import insert
from okapi.core import watching
from okapi.core.signals import Side
from okapi.core.watching import Joined, Told
from okapi.kpis.events import KpisChanged
from okapi.kpis.models import KpiStanding, ProcessLimits, Signal, SignalDue, Slice
from okapi.kpis.standings import entries, remarks
from okapi.kpis.standings.postponing import Postponed
from okapi.kpis.standings.processes import Looked, first_at, look, subjects
from okapi.kpis.standings.storing import lock_kpis, news_of
from okapi.orgs.queries import Settings, settings_of

log = logging.getLogger(__name__)

# So many KPIs are looked at in one round, and so many are stored in one transaction.
ROUND, AT_ONCE = 200, 10


def leave_to_watch(organisation_id: UUID, kpi_ids: Iterable[UUID]) -> None:
    """Mark KPIs whose values changed, within the transaction that changed them."""
    rows = [(organisation_id, kpi_id) for kpi_id in kpi_ids]
    insert(SignalDue, ("organisation_id", "kpi_id"), rows)


def leave_unwatched(organisation_id: UUID) -> None:
    """Mark the KPIs that have values and were never looked at. A daily job."""
    with scope.organisation(organisation_id):
        seen = ProcessLimits.objects.values("slice_id")
        rows = Slice.objects.filter(key="", kpi__archived_at__isnull=True).exclude(pk__in=seen)
        measured = rows.filter(kpi__standing__last__isnull=False).order_by("kpi_id")
        leave_to_watch(organisation_id, list(measured.values_list("kpi_id", flat=True)))


def watched_organisations(postponed: Postponed | None = None) -> list[UUID]:
    """The organisations in which something is to be looked at now."""
    waiting = [] if postponed is None else postponed.waiting(clock.now())
    with scope.everywhere("which organisations have KPIs to be looked at"):
        rows = SignalDue.objects.exclude(Among("kpi_id", waiting)).order_by()
        return list(rows.values_list("organisation_id", flat=True).distinct())


def renew_signals(
    organisation_id: UUID,
    moved: Collection[int],
    today: date,
    postponed: Postponed | None = None,
) -> int:
    """Look at the next KPIs of one organisation that are marked; how many those were.

    The totals of KPIs are judged, and of other slices those in `moved`. A KPI that fails is told
    in the log and stays marked; until its time has come again it is left out.
    """
    postponed = Postponed() if postponed is None else postponed
    with scope.organisation(organisation_id):
        due = SignalDue.objects.exclude(Among("kpi_id", postponed.waiting(clock.now())))
        rows = list(due.order_by("id").values_list("id", "kpi_id")[: 5 * ROUND])
        kpi_ids = list(dict.fromkeys(kpi_id for _, kpi_id in rows))[:ROUND]
        done: set[UUID] = set()
        for start in range(0, len(kpi_ids), AT_ONCE):
            done |= _renewed(kpi_ids[start : start + AT_ONCE], today, moved, postponed)
        read = [row for row, kpi_id in rows if kpi_id in done]
        SignalDue.objects.filter(Among("id", read)).delete()
    return len(kpi_ids)


def _renewed(
    kpi_ids: list[UUID], today: date, moved: Collection[int], postponed: Postponed
) -> set[UUID]:
    """Look at some KPIs together, one by one where that fails; those that went well."""
    try:
        renew_signals_of(kpi_ids, today, moved)
    except OperationalError:  # the database is away or busy: that is no KPI's fault
        raise
    except Exception:  # whatever one KPI does, the others must be looked at
        if len(kpi_ids) > 1:
            alone = (_renewed([kpi_id], today, moved, postponed) for kpi_id in kpi_ids)
            return set().union(*alone)
        until = postponed.failed(kpi_ids[0], clock.now())
        log.exception("Looking for signals of %s failed; again from %s on.", kpi_ids[0], until)
        return set()
    postponed.done(kpi_ids)
    return set(kpi_ids)


def renew_signals_of(
    kpi_ids: Collection[UUID], today: date, moved: Collection[int] = frozenset()
) -> None:
    """Look at these KPIs of the open scope now, and store what came of it."""
    organisation_id = scope.organisation_id()
    settings = settings_of(organisation_id)
    found = subjects(kpi_ids, moved)
    told = _told_signals([one.slice_id for one in found])
    looked = [look(one, settings, today, _open_since(told.get(one.slice_id, ()))) for one in found]
    if looked:
        _store(settings, looked, clock.now(), today)


def _told_signals(slice_ids: Sequence[int]) -> dict[int, list[Signal]]:
    """What was told of each slice and not withdrawn."""
    rows = Signal.objects.filter(Among("slice_id", slice_ids), withdrawn_at__isnull=True)
    found: dict[int, list[Signal]] = {}
    for row in rows.order_by("since", "pk"):
        found.setdefault(row.slice_id, []).append(row)
    return found


def _open_since(told: Iterable[Signal]) -> date | None:
    return min((one.since_last for one in told if one.is_open), default=None)


@dataclass(slots=True)
class _Round:
    """What one transaction writes."""

    at: datetime
    fresh: list[Signal]
    changed: list[Signal]
    limits: list[ProcessLimits]
    revised: list[changes.Told]


@transaction.atomic
def _store(settings: Settings, looked: Sequence[Looked], at: datetime, today: date) -> None:
    organisation_id = settings.organisation_id
    kpi_ids = {one.subject.kpi_id for one in looked}
    lock_kpis(kpi_ids)
    told = _told_signals([one.subject.slice_id for one in looked])
    stored = _Round(at, [], [], [], [])
    standing: dict[UUID, dict[str, Any]] = {}
    for one in looked:
        signals = _join(stored, one, told.get(one.subject.slice_id, []))
        _keep_limits(stored, one)
        if one.subject.is_headline:
            standing[one.subject.kpi_id] = {"signal": _standing_of(signals)}
    _write(stored)
    renewed = remarks.renew(looked, settings, at)
    for kpi_id, told_of_data in renewed.told.items():
        standing[kpi_id]["remarks"] = told_of_data
    moved = _renew_standings(standing)
    entries.renew(moved | renewed.moved, today)
    if moved or stored.fresh or stored.changed:
        numbers = _raise_numbers({one.kpi_id for one in (*stored.fresh, *stored.changed)} | moved)
        news = news_of(numbers)
        audience = {one.object_id: one.audience for one in news}
        fresh = (
            News("signal", one.pk, 1, audience[one.kpi_id])
            for one in stored.fresh
            if one.kpi_id in audience
        )
        outbox.tell(organisation_id, [*news, *fresh])
    if moved:
        events.publish(KpisChanged(organisation_id, frozenset(moved), at))


def _join(stored: _Round, looked: Looked, told: Sequence[Signal]) -> list[Signal]:
    """The signals of a slice as they are now; those that differ go to what is written."""
    places, watched = looked.periods, looked.watched
    if watched is None:
        for one in told:
            _close(stored, one)
        return []
    known = [
        Told(
            one.pk,
            first_at(places, one.since_last),
            first_at(places, one.until),
            Side(one.direction),
        )
        for one in told
    ]
    joined, gone = watching.reconcile(known, watched.signals, watched.since)
    by_id = {one.pk: one for one in told}
    signals = [_signal(stored, looked, one, by_id) for one in joined]
    kept = {one.pk for one in signals}
    for one in told:
        if one.pk in gone:
            one.withdrawn_at, one.is_open, one.renewed_at = stored.at, False, stored.at
            stored.changed.append(one)
        elif one.pk not in kept:
            _close(stored, one)
    return signals


def _close(stored: _Round, signal: Signal) -> None:
    if signal.is_open:
        signal.is_open, signal.renewed_at = False, stored.at
        stored.changed.append(signal)


_FIELDS = (
    "kind", "direction", "is_bad", "since", "since_last", "since_label", "until", "until_label",
    "points", "mean", "change", "strength", "is_open", "definition_id",
)  # fmt: skip


def _signal(stored: _Round, looked: Looked, joined: Joined, known: Mapping[UUID, Signal]) -> Signal:
    found, subject = joined.signal, looked.subject
    first = looked.periods[min(at for at in looked.periods if at >= found.start)]
    last = looked.periods[found.end]
    values = looked.values[found.start : found.end + 1]
    fields: dict[str, Any] = {
        "kind": found.kind.value,
        "direction": found.direction.value,
        "is_bad": watching.is_bad(found, looked.values, subject.direction, subject.band),
        "since": first.first,
        "since_last": first.last,
        "since_label": first.label,
        "until": last.last,
        "until_label": last.label,
        "points": int(np.count_nonzero(~np.isnan(values))),
        "mean": float(np.nanmean(values)),
        "change": found.change,
        "strength": found.strength,
        "is_open": found.end == looked.newest,
        "definition_id": subject.definition_id,
    }
    if joined.told is None:
        made = Signal(
            id=new_id(),
            organisation_id=scope.organisation_id(),
            kpi_id=subject.kpi_id,
            slice_id=subject.slice_id,
            found_at=stored.at,
            renewed_at=stored.at,
            **fields,
        )
        stored.fresh.append(made)
        return made
    was = known[joined.told]
    if any(getattr(was, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(was, name, value)
        was.renewed_at = stored.at
        was.version += 1
        stored.changed.append(was)
    return was


def _keep_limits(stored: _Round, looked: Looked) -> None:
    """The row of the baseline in force; written where it differs."""
    subject, baseline, watched = looked.subject, looked.baseline, looked.watched
    row = subject.limits
    if row is None:
        row = ProcessLimits(
            organisation_id=scope.organisation_id(),
            slice_id=subject.slice_id,
            mark=subject.mark,
            made_at=stored.at,
        )
    inside = [] if baseline is None else _inside(looked)
    limits = None if watched is None else watched.limits
    fields: dict[str, Any] = {
        "basis": subject.basis,
        "is_current": True,
        "is_firm": baseline is not None
        and (baseline.is_firm or (subject.mark is not None and subject.mark.last is not None)),
        "is_screened": subject.is_screened,
        "first": looked.periods[inside[0]].first if inside else None,
        "last": looked.periods[inside[-1]].last if inside else None,
        "points": len(inside) if inside else _so_far(looked),
        "season": None if watched is None else watched.season,
        "mean": None if limits is None else limits.mean,
        "lower": None if limits is None else limits.lower,
        "upper": None if limits is None else limits.upper,
        "moving_range": None if limits is None else limits.mean_moving_range,
        "range_limit": None if limits is None else limits.range_limit,
        "refusal": looked.refusal,
    }
    if any(getattr(row, name) != value for name, value in fields.items()):
        if row.is_firm and all(getattr(row, name) == fields[name] for name in _CHOSEN):
            # Values of the baseline were corrected: nobody else would say that the limits moved.
            before, after = ({name: getattr(row, name) for name in _MOVED},
                             {name: fields[name] for name in _MOVED})  # fmt: skip
            if before != after:
                stored.revised.append((subject.kpi_id, before, after))
        for name, value in fields.items():
            setattr(row, name, value)
        row.renewed_at = stored.at
        stored.limits.append(row)


# What makes limits others than they were, and what then differs.
_CHOSEN = ("basis", "is_current", "is_screened", "first", "last")
_MOVED = ("mean", "lower", "upper")


def _so_far(looked: Looked) -> int:
    """How many values there are for a baseline, where these are too few."""
    mark = looked.subject.mark
    since = 0 if mark is None else first_at(looked.periods, mark.first)
    return sum(at >= since for at in looked.periods)


def _inside(looked: Looked) -> list[int]:
    baseline = looked.baseline
    if baseline is None:
        return []
    return [at for at in looked.periods if baseline.start <= at < baseline.stop]


def _write(stored: _Round) -> None:
    Signal.objects.bulk_create(stored.fresh)
    if stored.changed:
        names = [*_FIELDS, "renewed_at", "withdrawn_at", "version"]
        Signal.objects.bulk_update(stored.changed, [name.removesuffix("_id") for name in names])
    for row in stored.limits:
        others = ProcessLimits.objects.filter(slice_id=row.slice_id, is_current=True)
        others.exclude(pk=row.pk).update(is_current=False)
        row.save()
    if stored.revised:
        job = actors.system(scope.organisation_id(), Door.JOB)
        changes.record_many(job, "renew_limits", "kpi", stored.revised)


def _standing_of(signals: Iterable[Signal]) -> dict[str, Any] | None:
    """What the KPI's standing says: the newest signal that goes on and is not good news.

    A level that has held for long is the usual one by now, and no news to anybody.
    """
    standing = [
        one
        for one in signals
        if one.is_open and one.is_bad is not False and one.points <= watching.NEWS_FOR
    ]
    if not standing:
        return None
    one = standing[-1]
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "direction": one.direction,
        "is_bad": one.is_bad,
        "since": one.since.isoformat(),
        "points": one.points,
    }


def _renew_standings(wanted: Mapping[UUID, dict[str, Any]]) -> set[UUID]:
    """Write what the standings say of signals and data where it differs."""
    rows = KpiStanding.objects.filter(Among("kpi_id", list(wanted)))
    moved = {
        kpi_id
        for kpi_id, signal, told in rows.values_list("kpi_id", "signal", "remarks")
        if {"signal": signal, "remarks": told} != wanted[kpi_id]
    }
    for kpi_id in sorted(moved):
        KpiStanding.objects.filter(kpi_id=kpi_id).update(**wanted[kpi_id])
    return moved


def tell_remarks(kpi_id: UUID, today: date) -> None:
    """Bring what is told of a KPI's data up to date; the caller holds the KPI locked."""
    row = KpiStanding.objects.filter(kpi_id=kpi_id).first()
    if row is not None:
        told = remarks.stand_of(kpi_id, row.slice_key)
        moved = _renew_standings({kpi_id: {"signal": row.signal, "remarks": told}})
        outbox.tell(scope.organisation_id(), news_of(_raise_numbers(moved)))
    entries.renew([kpi_id], today)


def _raise_numbers(kpi_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = KpiStanding.objects.filter(Among("kpi_id", list(kpi_ids)))
    rows.update(number_of_state=F("number_of_state") + 1)
    return dict(rows.values_list("kpi_id", "number_of_state"))
