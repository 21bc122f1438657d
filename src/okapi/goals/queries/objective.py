"""One objective with all that its page shows: six statements whatever it holds.

What belongs to it is asked in one round (`base.rounds`), and so is what belongs to what its key
results move. More of either is a line there; what is another app's comes `beside`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import JSONObject

from okapi.base.actor import Actor, Role
from okapi.base.given import Given
from okapi.base.prepared import Part, ReadersQuestion
from okapi.base.rounds import Beside, Round
from okapi.base.statements import Row
from okapi.core.branches import Branch
from okapi.core.health import Health
from okapi.goals import access
from okapi.goals.choices import BranchOf, GoalState
from okapi.goals.models import BranchStanding, Contribution, Objective
from okapi.goals.queries.ahead import slices_ahead
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.guards import watched_by
from okapi.goals.queries.key_results import key_results_of
from okapi.goals.queries.objectives import COLUMNS, objective_row, objectives_of
from okapi.goals.queries.overview import CycleRow
from okapi.goals.queries.rows import (
    GoalLink,
    GuardRow,
    InformRow,
    KeyResultRow,
    ObjectiveRow,
)
from okapi.goals.queries.series import PointRow, series_of
from okapi.goals.queries.thread import Entry, thread_of
from okapi.kpis.queries.forecasts import Earlier, Fitted, earlier_part, fitted_part
from okapi.kpis.queries.signals import SignalRow, standing_part
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import CycleState
from okapi.orgs.models import Team

_BEFORE = timedelta(days=100)
"""Forecasts made so long before a span count: its first periods were forecast before it began."""
_BRANCH = ("on_track", "at_risk", "off_track", "no_data", "none", "progress")
_MORE = {
    "why": "why",
    "why_other": "why_other",
    "agreed_on": "agreed_on",
    "closed_on": "closed_on",
    "grade_reason": "grade_reason",
    "is_provisional": "is_provisional",
    "version": "version",
    "team_key": "team__key",
    "team_kind": "team__kind",
    "team_name": "team__name",
    "team_name_other": "team__name_other",
    "pillar_key": "pillar__key",
    "pillar_title": "pillar__title",
    "pillar_title_other": "pillar__title_other",
    "cycle_id": "cycle_id",
    "cycle_key": "cycle__key",
    "cycle_title": "cycle__title",
    "cycle_title_other": "cycle__title_other",
    "cycle_starts": "cycle__starts",
    "cycle_ends": "cycle__ends",
    "cycle_state": "cycle__state",
    "branch": "branch",
}
_COLUMNS = {**COLUMNS, **_MORE}

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do to an objective; `check_in` are the key results they answer for."""

    edit: bool
    adjust: bool
    agree: bool
    close: bool
    comment: bool
    check_in: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    """An objective, what it is made of, what it stands among, and what was said.

    `hidden_above` and `hidden_below` count contributions to and from goals that the reader may
    not read. `series` are the measurements, and `fitted` the forecasts, by slice; `signals` those
    that stand in the KPIs that it moves or guards, by KPI and the key of the slice. `earlier` is
    what was forecast before, by slice; None where it was not asked for.
    """

    row: ObjectiveRow
    why: str
    agreed_on: date | None
    closed_on: date | None
    grade_reason: str
    is_provisional: bool
    version: int
    team: str
    team_key: str
    pillar: str
    cycle: CycleRow
    branch: Branch | None
    informs: tuple[InformRow, ...]
    contributes_to: tuple[GoalLink, ...]
    supported_by: tuple[GoalLink, ...]
    hidden_above: int
    hidden_below: int
    series: Mapping[int, tuple[PointRow, ...]]
    fitted: Mapping[int, Fitted]
    signals: Mapping[tuple[UUID, str], SignalRow]
    thread: tuple[Entry, ...]
    may: May
    earlier: Mapping[int, Earlier] | None = None


def objective_page(
    asking: Asking, ref: UUID | str, *, beside: Beside | None = None, with_earlier: bool = False
) -> ObjectivePage:
    """The objective with this id or key; `NotFound` when missing, hidden or archived.

    `beside` is asked in the same round as what belongs to the objective. `with_earlier` asks for
    what was forecast before, too.
    """
    values = _values(asking, ref)
    objective_id: UUID = values["id"]
    key_results = key_results_of(asking, [objective_id], with_levels=True).get(objective_id, ())
    with Round() as asked:
        watched = asked(watched_by(asking, objective_id))
        links = asked(_LINKS.part(asking.actor, id=objective_id))
        thread = asked(thread_of(asking, objective_id))
        if beside is not None:
            beside(asked, objective_id)
    guards, informs = watched()
    with Round() as asked:
        fitted = asked(fitted_part(slices_ahead(key_results)))
        earlier = asked(_earlier_part(key_results)) if with_earlier else None
        signals = asked(standing_part(asking, _kpis_of(key_results, guards)))
    row = objective_row(asking, values, key_results, guards)
    above, below, hidden = _linked(asking, objective_id, links())
    return ObjectivePage(
        row=row,
        why=asking.text(values["why"], values["why_other"]),
        agreed_on=values["agreed_on"],
        closed_on=values["closed_on"],
        grade_reason=values["grade_reason"],
        is_provisional=values["is_provisional"],
        version=values["version"],
        team=asking.text(values["team_name"] or "", values["team_name_other"] or ""),
        team_key=values["team_key"] or "",
        pillar=asking.text(values["pillar_title"] or "", values["pillar_title_other"] or ""),
        cycle=_cycle(asking, values),
        branch=_branch(values["branch"]),
        informs=informs,
        contributes_to=above,
        supported_by=below,
        hidden_above=hidden[0],
        hidden_below=hidden[1],
        series=series_of(key_results),
        fitted=fitted(),
        signals=signals(),
        thread=thread(),
        may=_may(asking, values, row),
        earlier=None if earlier is None else earlier(),
    )


def _earlier_part(key_results: Iterable[KeyResultRow]) -> Part[dict[int, Earlier]]:
    rows = tuple(key_results)
    since = min((row.first for row in rows), default=date.min + _BEFORE) - _BEFORE
    return earlier_part(slices_ahead(rows), since)


def _values(asking: Asking, ref: UUID | str) -> Values:
    found = _OBJECTIVE.rows(asking.actor, isinstance(ref, UUID), ref=ref)
    if not found:
        raise orgs_access.missing("objective", ref)
    return dict(zip(_COLUMNS, found[0], strict=True))


def _objective(reader: Actor, by_id: bool) -> QuerySet[Objective, Any]:
    branch = BranchStanding.objects.filter(
        kind=BranchOf.OBJECTIVE.value, object_id=OuterRef("pk"), cycle_id=OuterRef("cycle_id")
    ).values(data=JSONObject(**{name: name for name in _BRANCH}))
    rows: QuerySet[Objective, Any] = orgs_access.given_ref(access.visible(reader), by_id=by_id)
    rows = rows.filter(archived_at__isnull=True).annotate(branch=Subquery(branch[:1]))
    return rows.values_list(*_COLUMNS.values())


_OBJECTIVE = ReadersQuestion(_objective, planned=True)


def _cycle(asking: Asking, values: Values) -> CycleRow:
    return CycleRow(
        values["cycle_id"],
        values["cycle_key"],
        asking.text(values["cycle_title"], values["cycle_title_other"]),
        values["cycle_starts"],
        values["cycle_ends"],
        CycleState(values["cycle_state"]),
    )


def _branch(data: Mapping[str, Any] | None) -> Branch | None:
    return None if data is None else Branch(**data)


def _kpis_of(key_results: Iterable[KeyResultRow], guards: Iterable[GuardRow]) -> set[UUID]:
    """What is moved or guarded, as far as the reader may read it."""
    moved = {move.kpi_id for row in key_results for move in row.moves if move.is_open}
    return moved | {guard.kpi_id for guard in guards if guard.is_open}


def _linked(
    asking: Asking, objective_id: UUID, rows: Iterable[Row]
) -> tuple[tuple[GoalLink, ...], tuple[GoalLink, ...], tuple[int, int]]:
    """What it contributes to, what supports it, and how many of each the reader may not read."""
    above: list[GoalLink] = []
    below: list[GoalLink] = []
    hidden = [0, 0]
    for values in rows:
        row = dict(zip(_LINK, values, strict=True))
        is_child = row["child_id"] == objective_id
        end = "parent" if is_child else "child"
        if not row[f"reads_{end}"]:
            hidden[0 if is_child else 1] += 1
            continue
        (above if is_child else below).append(_link(asking, row, end))
    return tuple(above), tuple(below), (hidden[0], hidden[1])


_LINK = (
    "child_id",
    "reads_parent",
    "reads_child",
    "parent_key_result__key",
    "parent_key_result__title",
    "parent_key_result__title_other",
    *(
        f"{end}__{column}"
        for end in ("parent", "child")
        for column in (
            "key",
            "title",
            "title_other",
            "owner__name",
            "owner__name_other",
            "team__name",
            "team__name_other",
            "standing__health",
            "standing__progress",
        )
    ),
)


def _contributions(reader: Actor) -> QuerySet[Contribution, Any]:
    def readable(column: str) -> Exists:
        return Exists(access.visible(reader).filter(pk=OuterRef(column)))

    here = Given("id", UUIDField())
    rows: QuerySet[Contribution, Any] = Contribution.objects.filter(
        Q(child_id=here) | Q(parent_id=here),
        child__archived_at__isnull=True,
        parent__archived_at__isnull=True,
    )
    rows = rows.annotate(reads_parent=readable("parent_id"), reads_child=readable("child_id"))
    return rows.order_by("created_at", "id").values_list(*_LINK)


_LINKS = ReadersQuestion(_contributions)


def _link(asking: Asking, row: Mapping[str, Any], end: str) -> GoalLink:
    def text(column: str) -> str:
        return asking.text(row[column] or "", row[f"{column}_other"] or "")

    return GoalLink(
        objective_key=row[f"{end}__key"],
        title=text(f"{end}__title"),
        health=Health(row[f"{end}__standing__health"] or Health.NONE),
        progress=row[f"{end}__standing__progress"],
        owner=text(f"{end}__team__name") or text(f"{end}__owner__name"),
        key_result_key=row["parent_key_result__key"] or "",
        key_result_title=text("parent_key_result__title"),
    )


def _may(asking: Asking, values: Values, row: ObjectiveRow) -> May:
    team = (
        None if values["team_id"] is None else Team(pk=values["team_id"], kind=values["team_kind"])
    )
    objective = Objective(pk=values["id"], owner_id=values["owner_id"], team=team)
    actor = asking.actor
    all_of_it = access.may(actor, "check_in", objective)
    own = {
        key_result.id
        for key_result in row.key_results
        if all_of_it or (key_result.owner is not None and key_result.owner.id == actor.person_id)
    }
    running = row.state is GoalState.AGREED and actor.has(Role.MEMBER)
    return May(
        edit=access.may(actor, "edit", objective),
        adjust=access.may(actor, "adjust", objective),
        agree=access.may(actor, "agree", objective),
        close=access.may(actor, "close", objective),
        comment=access.may(actor, "comment", objective),
        check_in=frozenset(own) if running else frozenset(),
    )


def objective_line(asking: Asking, ref: UUID | str) -> ObjectiveRow:
    """One objective as it stands in a list; `NotFound` when missing, hidden or archived."""
    one = orgs_access.by_ref(access.visible(asking.actor).filter(archived_at__isnull=True), ref)
    if one is None:
        raise orgs_access.missing("objective", ref)
    return objectives_of(asking, [one.pk])[0]
