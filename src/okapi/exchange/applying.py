"""Applying a folder: all of it is checked, then all of it is written, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from okapi.base import actor as actors
from okapi.base import changes, clock, events, outbox, scope
from okapi.base.actor import Actor, Door
from okapi.base.outbox import News
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.exchange import folder, measuring, recording, rough, writing
from okapi.exchange.measuring import MeasurementFiles
from okapi.exchange.plan import Plan, Step, plan_of
from okapi.exchange.stored import load
from okapi.goals import standings as goal_standings
from okapi.kpis import renewer as kpi_renewer
from okapi.kpis import standings as kpi_standings
from okapi.kpis.formulas import renewing
from okapi.orgs import queries
from okapi.orgs.events import PeriodsMoved
from okapi.orgs.models import Organisation

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did, or, dry, would do. Measurements are rows of the files."""

    plan: Plan
    is_new: bool
    is_dry: bool
    received: int = 0
    new: int = 0
    revised: int = 0
    adjusted: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether all was as the files say already."""
        return self.plan.is_empty and not self.new and not self.revised


def apply_files(
    path: Path,
    slug: str,
    *,
    dry_run: bool = False,
    prune: bool = False,
    announce: Callable[[Plan], None] | None = None,
) -> Applied:
    """Make an organisation what the files of a folder say; make it, if there is none.

    Everything is checked before anything stays written: `Refusals` has every bad line of all files,
    measurements included, with file, line, field, value found and what was expected. Structure,
    measurements and standings are one transaction; `dry_run` takes it back. `prune` archives what
    the files do not name. `announce` gets the plan before it is carried out.
    """
    if not _SLUG.fullmatch(slug):
        raise Refused("organisation.slug", found=slug[:60])
    read = folder.read(path)
    with transaction.atomic():
        applied = _apply(read, slug, dry_run, prune, announce)
        # No savepoint over all of it: on SQLite an open one makes every later write slower.
        transaction.set_rollback(dry_run)
    return applied


def _apply(
    read: folder.Folder,
    slug: str,
    dry_run: bool,
    prune: bool,
    announce: Callable[[Plan], None] | None,
) -> Applied:
    organisation = Organisation.objects.select_for_update().filter(slug=slug).first()
    if organisation is None:
        plan = _plan(read, None, prune)
        announce and announce(plan)
        organisation = writing.found(plan, slug)
        is_new = True
    else:
        with scope.organisation(organisation.pk):
            goal_standings.lock_renewer(organisation.pk)
            plan = _plan(read, organisation, prune)
        announce and announce(plan)
        is_new = False
    with scope.organisation(organisation.pk):
        return _write(plan, read, is_new, dry_run)


def _today(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date()


def _plan(read: folder.Folder, organisation: Organisation | None, prune: bool) -> Plan:
    zone = organisation.time_zone if organisation else _DEFAULT_ZONE
    told = read.records["organisation"]
    if organisation is None and told:
        zone = told[0].values.get("time_zone", zone)
    stored, today, unread = load(organisation), _today(zone), read.unread
    plan, errors = plan_of(read.records, stored, today, prune=prune, unread=unread)
    errors = [*read.errors, *errors]
    if errors:
        files = MeasurementFiles(read.measurements)
        errors += rough.errors(plan.draft, files, kpis_known="kpi" not in unread)
        raise Refusals(sorted(errors, key=_place))
    return plan


def _place(error: OkapiError) -> tuple[str, int]:
    return str(error.data.get("file", "")), int(error.data.get("line") or 0)


def _write(plan: Plan, read: folder.Folder, is_new: bool, dry_run: bool) -> Applied:
    organisation = plan.draft.stored.organisation
    if organisation is None:
        raise RuntimeError("the organisation was not made")
    actor = actors.system(organisation.pk, Door.FILES)
    if is_new:
        after = {"slug": organisation.slug, "name": organisation.name}
        changes.record(actor, "found", "organisation", organisation.pk, after=after)
        plan.organisation.clear()
    adjusted = 0
    if not plan.is_empty or is_new:
        writing.write(plan)
        recording.record(actor, plan)
        adjusted = recording.adjust(actor, plan)
    if {"fiscal_month", "first_weekday"} & plan.organisation.keys():
        queries.forget(organisation.pk)
        events.publish(PeriodsMoved(organisation.pk))
    source = MeasurementFiles(read.measurements)
    received, new, revised = _measure(actor, source)
    applied = Applied(plan, is_new, dry_run, received, new, revised, adjusted)
    if not dry_run and (is_new or not applied.is_nothing):
        _renew(actor, plan, source)
    return applied


def _measure(actor: Actor, source: MeasurementFiles) -> tuple[int, int, int]:
    """Rows received, new and revised; where nothing is new or revised there is no intake."""
    if not source.files:
        return 0, 0, 0
    point = transaction.savepoint()
    result = measuring.take(actor, source)
    if result.new or result.revised:
        transaction.savepoint_commit(point)
    else:
        transaction.savepoint_rollback(point)
    return result.received, result.new, result.revised


def _renew(actor: Actor, plan: Plan, source: MeasurementFiles) -> None:
    """Renew the standings of KPIs that no measurement has renewed, then all goals at once.

    Formulas come first: all of them where a definition changed, else what is left to be computed.
    """
    steps = [step for step in plan.steps if recording.root_of(step)[0] == "kpi"]
    changed = {recording.root_of(step)[1] for step in steps if step.kept is not None}
    changed |= {recording.root_of(step)[1] for step in steps} - source.kpis
    ids = plan.draft.stored.ids["kpi"]
    today = _today(plan.draft.settings["time_zone"])
    at = clock.now()
    computed = _compute(actor, steps)
    wanted = {*(ids[key] for key in changed), *computed}
    judged = {recording.root_of(step)[1] for step in steps if _moves_limits(step)}
    kpi_standings.leave_to_watch(actor.organisation_id, sorted(ids[key] for key in judged))
    news = kpi_standings.renew(wanted, at=at, today=today)
    goal_standings.renew_everything(actor.organisation_id)
    if len(news) > goal_standings.MOST_NEWS:
        news = []
    number = max(1, int(at.timestamp() * 1000))
    outbox.tell(actor.organisation_id, [*news, News("organisation", actor.organisation_id, number)])


def _moves_limits(step: Step) -> bool:
    """Whether a KPI's process is to be judged anew."""
    return step.table == "mark" or "screens_ranges" in step.fields


def _compute(actor: Actor, steps: Sequence[Step]) -> set[UUID]:
    """Compute the formulas; the KPIs whose values differ now."""
    settings = queries.settings_of(actor.organisation_id)
    if not steps:
        kpi_renewer.drain(actor.organisation_id)
        return set()
    touched = renewing.everything(settings).touched
    slices = (one for ids in touched.values() for one in ids)
    kpi_standings.leave_to_forecast(actor.organisation_id, slices)
    kpi_standings.leave_to_watch(actor.organisation_id, touched)
    return set(touched)
