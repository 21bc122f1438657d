"""The lines of the goals list: an objective, and below it its key results."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from okapi.base.actor import Role
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.web.components import (
    Avatar,
    Component,
    Confidence,
    Figure,
    Milestones,
    Mismatch,
    Pill,
    Progress,
    Spark,
    StatusMark,
)
from okapi.web.components.writing import icon, live, pick_box, text
from okapi.web.goals import shown
from okapi.web.http import Addresses
from okapi.wording import percent, say

DEEPEST = 6
"""How far a line can be moved in; what is deeper stands there too."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guard in a line: its name and the shape of its status."""

    name: str
    mark: StatusMark

    def render(self) -> str:
        """Shield, name and shape."""
        return (
            f' <span class="guard">{icon("shield", 12)}<span class="guard-name">{text(self.name)}'
            f"</span> {self.mark.render()}</span>"
        )


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

    def render(self, depth: int) -> str:
        """A row of the table."""
        title = text(self.title)
        return (
            f'<tr class="goal-sub">\n<th scope="row" class="goal-cell-title indent-{depth}">'
            f'<span class="goal-name"><span class="goal-dot"></span><a href="{text(self.href)}"'
            f' title="{title}">{title}</a></span></th>\n'
            f'<td class="goal-cell-owner">{_drawn(self.owner)}</td>\n'
            f'<td class="goal-cell-health">{self.status.render()}</td>\n'
            f'<td class="goal-cell-progress">{self.progress.render()}</td>\n'
            f'<td class="goal-cell-kpis">{self._kpi()}</td>\n'
            f'<td class="goal-cell-confidence">{self.confidence.render()}</td>\n'
            f'<td class="goal-cell-signs">{_unsure(self.is_mismatch)}</td>\n</tr>'
        )

    def _kpi(self) -> str:
        """The steps, or the KPI that is moved with its trend and value."""
        if self.milestones:
            return self.milestones.render()
        if not self.measures:
            return ""
        name = text(self.measures)
        if self.kpi_href:
            name = f'<a href="{text(self.kpi_href)}">{name}</a>'
        value = "" if self.current is None else self.current.render()
        return (
            f'<span class="goal-kpi">{name}{_drawn(self.spark)}'
            f'<b class="goal-current" data-flash>{value}</b></span>'
        )


@dataclass(frozen=True, slots=True)
class Line(Component):
    """An objective: everything about it in one line, with its live topic and address.

    `depth` is how far below the root of the tree its team is. `pick` is its key where it can be
    chosen for a change of several; empty for those who only read.
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
    depth: int = 0

    def render(self) -> SafeString:
        """A body of the table: its own row, then those of its key results."""
        title, indent = text(self.title), f"indent-{self.depth}"
        private = f" {Pill(say('goals.private')).render()}" if self.is_private else ""
        guards = "".join([guard.render() for guard in self.guards])
        note = f'<span class="goal-note">{text(self.note)}</span>' if self.note else ""
        below = "".join([one.render(self.depth) for one in self.key_results])
        return SafeString(
            f'<tbody class="goal"{live(self.topic, self.fragment)}>\n'
            f'<tr class="goal-line" data-step>\n'
            f'<th scope="row" class="goal-cell-title {indent}"><span class="goal-name">'
            f"{pick_box('goal', self.pick, self.title)}{icon('target', 14)}"
            f'<a href="{text(self.href)}" title="{title}">{title}</a>'
            f" {Pill(self.kind).render()}{private}</span></th>\n"
            f'<td class="goal-cell-owner">{_drawn(self.owner)}</td>\n'
            f'<td class="goal-cell-health">{self.status.render()}</td>\n'
            f'<td class="goal-cell-progress">{self.progress.render()}</td>\n'
            f'<td class="goal-cell-kpis"><span class="goal-measures">{text(self.measures)}</span>'
            f"{guards}</td>\n"
            f'<td class="goal-cell-confidence">{self.confidence.render()}</td>\n'
            f'<td class="goal-cell-signs">{_unsure(self.mismatches)}{note}</td>\n</tr>\n{below}\n'
            "</tbody>"
        )


def _drawn(mark: Component | None) -> str:
    return "" if mark is None else mark.render()


def _unsure(mismatches: int) -> str:
    return Mismatch().render() if mismatches else ""


def line_of(
    row: ObjectiveRow,
    who: Asking,
    at: Addresses,
    *,
    with_key_results: bool = False,
    depth: int = 0,
) -> Line:
    """The line of an objective."""
    href = at.objective(row.key)
    several = "&kr=1" if with_key_results else ""
    depth = min(depth, DEEPEST)
    place = f"&depth={depth}" if depth else ""
    return Line(
        topic=f"objective:{row.id}",
        fragment=f"{href}?fragment=line{several}{place}",
        pick=row.key if who.actor.has(Role.MEMBER) else "",
        title=row.title,
        href=href,
        kind=shown.kind_of(row.kind),
        is_private=row.private,
        owner=shown.avatar_of(row.owner),
        status=shown.status_of(row, pill=True),
        progress=shown.progress_of(row, flash=True),
        measures=measures_of(row),
        guards=tuple(
            Guarded(shown.guard_name(guard), StatusMark(shown.guard_status(guard), bare=True))
            for guard in row.guards[:2]
        ),
        confidence=shown.confidence_of(row.confidence),
        mismatches=row.mismatches,
        note=note_of(row),
        key_results=tuple(_sub_line(one, row, who, at) for one in row.key_results)
        if with_key_results
        else (),
        depth=depth,
    )


def measures_of(row: ObjectiveRow) -> str:
    """How it will be known: by KPIs, by other key results, or not yet."""
    if row.kpis:
        return say("goals.moves_kpis", n=row.kpis)
    if row.key_result_count:
        return say("goals.moves_none", n=row.key_result_count)
    return say("goals.no_key_results")


def note_of(row: ObjectiveRow) -> str:
    """What the bar cannot say: how much of it is known, or what supports it."""
    if known := shown.known_of(row):
        return known
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
