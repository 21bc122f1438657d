"""Objectives with their standings: the rows that lists, Home and an objective's own page share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.core.expected import expected_linear
from okapi.core.health import Health
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.quantities import clip, weighted_mean
from okapi.core.spans import Span
from okapi.goals import access
from okapi.goals.choices import GoalState, ObjectiveKind
from okapi.goals.models import Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.briefs import briefs_of
from okapi.goals.queries.guards import guards_of, guards_part
from okapi.goals.queries.key_results import key_results_of, person_of, reason_of
from okapi.goals.queries.rows import GuardRow, KeyResultBrief, KeyResultRow, ObjectiveRow

COLUMNS = {
    "id": "id",
    "key": "key",
    "title": "title",
    "title_other": "title_other",
    "kind": "kind",
    "state": "state",
    "team_id": "team_id",
    "cycle_first": "cycle__starts",
    "cycle_last": "cycle__ends",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "owner_name_other": "owner__name_other",
    "visibility": "visibility",
    "grade": "grade",
    "health": "standing__health",
    "reason": "standing__reason",
    "reason_data": "standing__reason_data",
    "progress": "standing__progress",
    "known": "standing__known",
    "counted": "standing__counted",
    "support": "standing__support",
    "supporters": "standing__supporters",
    "number": "standing__number_of_state",
}

Values = Mapping[str, Any]


def _question(reader: Actor) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = access.visible(reader).filter(Among("id", GivenIds()))
    return rows.values_list(*COLUMNS.values())


_OBJECTIVES = ReadersQuestion(_question)


def objectives_of(
    asking: Asking, ids: Sequence[UUID], *, with_levels: bool = False, in_brief: bool = False
) -> list[ObjectiveRow]:
    """Those of these objectives that are visible, in this order, with key results and guards.

    `in_brief` leaves the rows of the key results out. Two statements, and one more where a curve
    follows a plan.
    """
    with Round() as asked:
        answer = objectives_in(asked, asking, ids, with_levels=with_levels, in_brief=in_brief)
    return answer()


def objectives_in(
    asked: Round,
    asking: Asking,
    ids: Sequence[UUID],
    *,
    with_levels: bool = False,
    in_brief: bool = False,
) -> Callable[[], list[ObjectiveRow]]:
    """As `objectives_of`; its first statement is a part of somebody's round."""
    rows = asked(_OBJECTIVES.part(asking.actor, ids=ids))
    guards = asked(guards_part(asking, ids))

    def answer() -> list[ObjectiveRow]:
        place = {objective: at for at, objective in enumerate(ids)}
        found = sorted(rows(), key=lambda row: place[row[0]])
        return _rows(asking, found, guards(), with_levels=with_levels, in_brief=in_brief)

    return answer


def objectives_from(asking: Asking, rows: Sequence[Row]) -> list[ObjectiveRow]:
    """As `objectives_of`, where `COLUMNS` of visible objectives were read already."""
    guards = guards_of(asking, [row[0] for row in rows])
    return _rows(asking, rows, guards, with_levels=False, in_brief=False)


def _rows(
    asking: Asking,
    rows: Iterable[Row],
    guards: Mapping[UUID, tuple[GuardRow, ...]],
    *,
    with_levels: bool,
    in_brief: bool,
) -> list[ObjectiveRow]:
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    visible = [values["id"] for values in found]
    if in_brief:
        briefs = briefs_of(asking, {values["id"]: values for values in found})
        return [
            objective_row(asking, values, briefs[values["id"]], guards.get(values["id"], ()))
            for values in found
        ]
    key_results = key_results_of(asking, visible, with_levels=with_levels)
    return [
        objective_row(
            asking, values, key_results.get(values["id"], ()), guards.get(values["id"], ())
        )
        for values in found
    ]


def objective_row(
    asking: Asking,
    values: Values,
    key_results: Sequence[KeyResultRow] | Sequence[KeyResultBrief],
    guards: tuple[GuardRow, ...],
) -> ObjectiveRow:
    """One row from its columns and what belongs to it."""
    paced = _paced(asking, key_results)
    return ObjectiveRow(
        id=values["id"],
        key=values["key"],
        title=asking.text(values["title"], values["title_other"]),
        kind=ObjectiveKind(values["kind"]),
        state=GoalState(values["state"]),
        team_id=values["team_id"],
        owner=person_of(asking, values),
        private=values["visibility"] != "everyone",
        health=Health(values["health"] or Health.NONE),
        reason=reason_of(values),
        progress=values["progress"],
        expected=weighted_mean([due for _, due, _ in paced], [weight for _, _, weight in paced]),
        pace=_pace(paced),
        confidence=weighted_mean(
            [key_result.confidence for key_result in key_results],
            [float(key_result.weight) for key_result in key_results],
        ),
        mismatches=sum(key_result.is_mismatch for key_result in key_results),
        known=values["known"] or 0,
        counted=values["counted"] or 0,
        support=values["support"],
        supporters=values["supporters"] or 0,
        grade=values["grade"],
        number=values["number"] or 0,
        kpis=len(frozenset[Any]().union(*(key_result.kpis for key_result in key_results))),
        key_result_count=len(key_results),
        guards=guards,
        key_results=tuple(row for row in key_results if isinstance(row, KeyResultRow)),
    )


_Paced = tuple[float, float, float]


def _pace(paced: Sequence[_Paced]) -> float | None:
    """Progress ÷ expected over the key results that have both."""
    due = sum(share * weight for _, share, weight in paced)
    return sum(done * weight for done, _, weight in paced) / due if due > 0 else None


def _paced(asking: Asking, key_results: Iterable[KeyResultRow | KeyResultBrief]) -> list[_Paced]:
    """(what it counts as, expected, weight) of each key result that has a curve and data.

    The weighted mean of what is expected of them is where the objective's progress should be. A
    keep key result earns by the elapsed share of its span, so that is what is expected of it.
    """
    found = []
    for row in key_results:
        due = _counted_expected(asking, row)
        running = row.state is GoalState.AGREED or row.state is GoalState.CLOSED
        if due is None or row.progress is None or not running:
            continue
        kept = row.mode is Mode.KEEP and row.kind is KeyResultKind.METRIC
        done = clip(row.progress) * (due if kept else 1.0)
        found.append((done, clip(due), float(row.weight)))
    return found


def _counted_expected(asking: Asking, row: KeyResultRow | KeyResultBrief) -> float | None:
    if row.mode is not Mode.KEEP or row.covered_on is None:
        return row.expected
    return expected_linear(Span(row.first, row.last), row.covered_on, asking.calendar)
