"""The frame of every action on a KPI: hold, check the version, record, renew, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from okapi.base import changes, clock, events, outbox
from okapi.base.actor import Actor
from okapi.core.errors import Conflict
from okapi.kpis import access, standings
from okapi.kpis.actions.drafts import Ref
from okapi.kpis.events import KpisChanged
from okapi.kpis.formulas import renewing
from okapi.kpis.models import Kpi
from okapi.orgs.queries import settings_of


def hold(actor: Actor, ref: Ref, verb: str, *, version: int | None = None) -> Kpi:
    """The KPI, held until the transaction ends.

    `NotFound`, `Forbidden`; `Conflict` (`kpi.changed_meanwhile`) for another version by now.
    """
    found = access.get(actor, ref, verb)
    standings.lock_kpis([found.pk])
    kpi = access.get(actor, found.pk, verb)
    if version is not None and version != kpi.version:
        raise Conflict("kpi.changed_meanwhile", ref=kpi.key, found=version)
    return kpi


def change(
    actor: Actor,
    verb: str,
    kpi: Kpi,
    values: Mapping[str, Any],
    *,
    also: Mapping[str, tuple[Any, Any]] | None = None,
    reason: str = "",
) -> bool:
    """Set fields, raise the version, save and record; False when nothing differs.

    `also` are things of the KPI that stand in other tables and were changed with it: before and
    after.
    """
    differing = {name: value for name, value in values.items() if getattr(kpi, name) != value}
    if not differing and not also:
        return False
    before = {name: getattr(kpi, name) for name in differing}
    for name, value in differing.items():
        setattr(kpi, name, value)
    raise_version(kpi, *differing)
    told = {**differing, "reason": reason.strip()} if reason.strip() else dict(differing)
    for name, (earlier, later) in (also or {}).items():
        before[name], told[name] = earlier, later
    record(actor, verb, kpi, before=before, after=told)
    return True


def raise_version(kpi: Kpi, *names: str) -> None:
    """Save these fields with the next version."""
    kpi.version += 1
    kpi.save(update_fields=[*names, "version"])


def record(
    actor: Actor,
    verb: str,
    kpi: Kpi,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the change record."""
    changes.record(
        actor,
        verb,
        "kpi",
        kpi.pk,
        before=changes.told_all(before or {}),
        after=changes.told_all(after or {}),
    )


def finish(actor: Actor, kpi_ids: Iterable[UUID], *, with_values: bool = False) -> None:
    """Renew the standings, tell those above, and every open page, whatever it was that changed.

    What is judged otherwise now (another direction, frequency, band) is looked at for signals.
    `with_values`: the definition changed, so formulas are computed anew first, the KPIs' own and
    those that depend on them.
    """
    changing = set(kpi_ids)
    at = clock.now()
    settings = settings_of(actor.organisation_id)
    if with_values:
        computed = renewing.anew(settings, changing).touched
        changing |= computed.keys()
        slices = (one for ids in computed.values() for one in ids)
        standings.leave_to_forecast(actor.organisation_id, slices)
    ids = sorted(changing)
    changed = standings.store(ids, at=at, settings=settings, anew=True)
    standings.renew_entries(ids, settings.today)
    standings.leave_to_watch(actor.organisation_id, ids)
    events.publish(KpisChanged(actor.organisation_id, frozenset(ids), at))
    outbox.tell(actor.organisation_id, standings.news_of(changed))
