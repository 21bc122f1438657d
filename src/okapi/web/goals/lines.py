"""The lines of the goals list: an objective, and below it its key results."""

from __future__ import annotations

from dataclasses import dataclass

from okapi.base.actor import Role
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.web.components import (
    Avatar,
    Confidence,
    Figure,
    Milestones,
    Progress,
    Spark,
    StatusMark,
)
from okapi.web.goals import shown
from okapi.web.http import Addresses
from okapi.wording import percent, say


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guard in a line: its name and the shape of its status."""

    name: str
    mark: StatusMark


@dataclass(frozen=True, slots=True)
class SubLine:
    """A key result below its objective."""

    title: str
    href: str
    owner: Avatar | None
    status: StatusMark
    progress: Progress
    measures: str
    kpi_href: str
    spark: Spark | None
    current: Figure | None
    milestones: Milestones | None
    confidence: Confidence
    is_mismatch: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An objective: everything about it in one line, with its live topic and address.

    `pick` is its key where it can be chosen for a change of several; empty for those who only read.
    """

    topic: str
    fragment: str
    pick: str
    title: str
    href: str
    kind: str
    is_private: bool
    owner: Avatar | None
    status: StatusMark
    progress: Progress
    measures: str
    guards: tuple[Guarded, ...]
    confidence: Confidence
    mismatches: int
    note: str
    key_results: tuple[SubLine, ...]


def line_of(
    row: ObjectiveRow, who: Asking, at: Addresses, *, with_key_results: bool = False
) -> Line:
    """The line of an objective."""
    href = at.objective(row.key)
    several = "&kr=1" if with_key_results else ""
    return Line(
        topic=f"objective:{row.id}",
        fragment=f"{href}?fragment=line{several}",
        pick=row.key if who.actor.has(Role.MEMBER) else "",
        title=row.title,
        href=href,
        kind=shown.kind_of(row.kind),
        is_private=row.private,
        owner=shown.avatar_of(row.owner),
        status=shown.status_of(row, pill=True),
        progress=shown.progress_of(row),
        measures=_measures(row),
        guards=tuple(
            Guarded(shown.guard_name(guard), StatusMark(shown.guard_status(guard), bare=True))
            for guard in row.guards[:2]
        ),
        confidence=shown.confidence_of(row.confidence),
        mismatches=row.mismatches,
        note=_note(row),
        key_results=tuple(_sub_line(one, row, who, at) for one in row.key_results)
        if with_key_results
        else (),
    )


def _measures(row: ObjectiveRow) -> str:
    """How it will be known: by KPIs, by other key results, or not yet."""
    if row.kpis:
        return say("goals.moves_kpis", n=row.kpis)
    if row.key_results:
        return say("goals.moves_none", n=len(row.key_results))
    return say("goals.no_key_results")


def _note(row: ObjectiveRow) -> str:
    """What the bar cannot say: how much of it is known, or what supports it."""
    if row.counted and row.known < row.counted:
        return say("goals.known", known=row.known, counted=row.counted)
    if not row.counted and row.support is not None:
        return say("goals.support_only", share=percent(row.support))
    return ""


def _sub_line(row: KeyResultRow, objective: ObjectiveRow, who: Asking, at: Addresses) -> SubLine:
    move = row.move
    return SubLine(
        title=row.title,
        href=at.key_result(objective.key, row.key),
        owner=shown.avatar_of(row.owner, "s"),
        status=shown.status_of(row),
        progress=shown.progress_of(row),
        measures="" if move is None else move.kpi_name or say("goals.private_kpi"),
        kpi_href=at.kpi(move.kpi_key) if move is not None and move.is_open else "",
        spark=shown.spark_of(row),
        current=None if move is None else shown.current_of(row),
        milestones=shown.milestones_of(row, who.today),
        confidence=shown.confidence_of(row.confidence),
        is_mismatch=row.is_mismatch,
    )
