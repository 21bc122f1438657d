"""Goals that have to do with a KPI, as the page lists them: moves, guards, informs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.goals.queries.kpi_links import KpiLinks, Link, LinkedGoal
from okapi.web.components import Progress, StatusMark
from okapi.web.goals import shown
from okapi.web.http import Addresses
from okapi.web.kpis.chart import slice_of
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Related:
    """One goal: how it is linked, its title, and how it stands."""

    link: str
    of: str
    title: str
    href: str
    detail: str
    progress: Progress | None
    status: StatusMark | None
    mismatch: bool


@dataclass(frozen=True, slots=True)
class RelatedKind:
    """The goals of one kind, and how many there are beyond those listed."""

    goals: tuple[Related, ...]
    more: int


def related(links: KpiLinks, at: Addresses) -> tuple[RelatedKind, ...]:
    """All kinds that there are."""
    return tuple(_kinds(links, at))


def _kinds(links: KpiLinks, at: Addresses) -> Iterator[RelatedKind]:
    for link in Link:
        goals = links.of(link)
        if goals:
            listed = tuple(_related(goal, at) for goal in goals)
            yield RelatedKind(listed, links.totals[link] - len(goals))


def _related(goal: LinkedGoal, at: Addresses) -> Related:
    row = goal.key_result
    is_context = goal.link is Link.INFORMS
    if row is None:
        href, detail = at.objective(goal.objective_key), ""
        progress = Progress(goal.progress, kind=shown.mark_of(goal.health, goal.reason))
        status = StatusMark(shown.mark_of(goal.health, goal.reason))
    else:
        href, detail = at.key_result(goal.objective_key, row.key), row.title
        progress, status = shown.progress_of(row), shown.status_of(row)
    part = slice_of(goal.slice_key)
    of = say("kpis.joint").join(one for one in (goal.of, goal.cycle, part) if one)
    return Related(
        link=say(f"kpis.link_{goal.link.value}"),
        of=of,
        title=goal.title,
        href=href,
        detail=detail,
        progress=None if is_context else progress,
        status=None if is_context else status,
        mismatch=row is not None and row.is_mismatch,
    )
