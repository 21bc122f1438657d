"""The items of the goals tree: a team, an objective, a key result, and the way to more of them.

Written as nested lists with links, which work as they are; `okapi-tree` makes a tree of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.utils.safestring import SafeString

from okapi.core.branches import Branch
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.web.components import (
    Component,
    Figure,
    Milestones,
    Mismatch,
    Pages,
    Pill,
    Progress,
    Spark,
    StatusMark,
)
from okapi.web.components.writing import icon, live, text
from okapi.web.goals import shown
from okapi.web.goals.lines import Guarded, measures_of, note_of
from okapi.web.goals.table import counts_of
from okapi.web.http import Addresses
from okapi.wording import say

DEEPEST = 10
"""Deeper levels are indented no further."""


class Written(Protocol):
    """What can be written as HTML."""

    def render(self) -> str:
        """As HTML."""


@dataclass(frozen=True, slots=True)
class Line(Component):
    """What is seen of an item: cells in the columns of the tree. Not every one has all."""

    id: str
    css: str
    name: str
    owner: Written | None = None
    health: str = ""
    progress: Written | None = None
    kpis: str = ""
    confidence: Written | None = None
    signs: str = ""
    topic: str = ""
    fragment: str = ""

    def render(self) -> SafeString:
        """One row; the live page fetches it anew by itself."""
        return SafeString(
            f'<div class="tree-row {self.css}" id="{self.id}"{live(self.topic, self.fragment)}>'
            f'<span class="tree-name">{self.name}</span>'
            f'<span class="goal-cell-owner">{_drawn(self.owner)}</span>'
            f'<span class="goal-cell-health">{self.health}</span>'
            f'<span class="goal-cell-progress">{_drawn(self.progress)}</span>'
            f'<span class="goal-cell-kpis">{self.kpis}</span>'
            f'<span class="goal-cell-confidence">{_drawn(self.confidence)}</span>'
            f'<span class="goal-cell-signs">{self.signs}</span></div>'
        )


def _drawn(one: Written | None) -> str:
    return "" if one is None else one.render()


@dataclass(frozen=True, slots=True)
class Fold:
    """The way to open an item, or to close it.

    `href` is the page with it so, `level` the address of what stands below it; `name` and `key`
    are how the address keeps that it is open (`open=service`), with its page.
    """

    name: str
    key: str
    title: str
    is_open: bool
    href: str
    level: str

    def render(self) -> str:
        """A link with an arrow."""
        label = text(
            say("goals.close_item" if self.is_open else "goals.open_item", title=self.title)
        )
        return (
            f'<a class="tree-fold" href="{text(self.href)}" data-level="{text(self.level)}"'
            f' aria-label="{label}">{icon("chevron-right", 16)}</a>'
        )


@dataclass(frozen=True, slots=True)
class Item(Component):
    """An item with what stands below it, as far as that is open."""

    line: Line
    fold: Fold | None = None
    below: Group | None = None

    def render(self) -> SafeString:
        """A list item."""
        fold, told = "", ""
        if self.fold is not None:
            fold = self.fold.render()
            is_open = " data-open" if self.fold.is_open else ""
            told = f' data-fold="{self.fold.name}" data-key="{text(self.fold.key)}"{is_open}'
        below = "" if self.below is None else self.below.render()
        return SafeString(
            f'<li class="tree-item"{told}><div class="tree-line" data-step>{fold}'
            f"{self.line.render()}</div>{below}</li>"
        )


@dataclass(frozen=True, slots=True)
class Group(Component):
    """One level: the items below another one, and where there are more than a page of them."""

    depth: int
    items: tuple[Item, ...] = ()
    pages: Pages | None = None
    none: str = ""
    css: str = "tree-group"

    def render(self) -> SafeString:
        """A list; `depth` counts from 0."""
        items = "".join([item.render() for item in self.items])
        more = f'<li class="tree-more">{self.pages.render()}</li>' if self.pages else ""
        none = f'<li class="tree-none">{text(self.none)}</li>' if self.none else ""
        depth = min(self.depth, DEEPEST)
        return SafeString(f'<ul class="{self.css} tree-depth-{depth}">{items}{none}{more}</ul>')


def team_line(
    team_id: UUID | None, title: str, href: str, branch: Branch | None, *, has_below: bool
) -> Line:
    """A team: how many objectives it has with all below, and how they stand."""
    name = (
        f'<a href="{text(href)}" title="{text(title)}">{text(title)}</a>' if href else text(title)
    )
    note, counts, mean = "", "", None
    if branch is not None and branch.total:
        code = "goals.count_below" if has_below else "goals.count"
        note = f'<span class="goals-group-note">{text(say(code, n=branch.total))}</span>'
        counts = "".join([one.render() for one in counts_of(branch, bare=True)])
    if branch is not None and branch.progress is not None:
        mean = Progress(branch.progress, kind="none")
    return Line(
        id=f"tree-{team_id.hex}" if team_id else "tree-personal",
        css="tree-team",
        name=f"{name}{note}",
        health=f'<span class="goals-counts">{counts}</span>' if counts else "",
        progress=mean,
    )


def item_of(
    row: ObjectiveRow, who: Asking, at: Addresses, fold: Fold | None = None, *, depth: int = 0
) -> Item:
    """An objective, with its key results where they were read."""
    below = tuple(Item(_key_result_line(one, row, who, at)) for one in row.key_results)
    return Item(_objective_line(row, at), fold, Group(depth, below) if below else None)


def _objective_line(row: ObjectiveRow, at: Addresses) -> Line:
    href, title = at.objective(row.key), text(row.title)
    private = Pill(say("goals.private")).render() if row.private else ""
    guards = "".join(
        Guarded(shown.guard_name(one), StatusMark(shown.guard_status(one), bare=True)).render()
        for one in row.guards[:2]
    )
    note = note_of(row)
    return Line(
        id=f"tree-{row.id.hex}",
        css="tree-goal",
        name=(
            f'{icon("target", 14)}<a href="{text(href)}" title="{title}">{title}</a>'
            f"{Pill(shown.kind_of(row.kind)).render()}{private}"
        ),
        owner=shown.avatar_of(row.owner),
        health=shown.status_of(row, pill=True).render(),
        progress=shown.progress_of(row, flash=True),
        kpis=f'<span class="goal-measures">{text(measures_of(row))}</span>{guards}',
        confidence=shown.confidence_of(row.confidence),
        signs=(Mismatch().render() if row.mismatches else "")
        + (f'<span class="goal-note">{text(note)}</span>' if note else ""),
        topic=f"objective:{row.id}",
        fragment=f"{href}?fragment=row",
    )


def _key_result_line(
    row: KeyResultRow, objective: ObjectiveRow, who: Asking, at: Addresses
) -> Line:
    title, move = text(row.title), row.move
    kpi = "" if move is None else text(move.kpi_name or say("goals.private_kpi"))
    if move is not None and move.is_open:
        kpi = f'<a href="{text(at.kpi(move.kpi_key))}">{kpi}</a>'
    href = text(at.key_result(objective.key, row.key))
    milestones: Milestones | None = shown.milestones_of(row, who.today)
    return Line(
        id=f"tree-{row.id.hex}",
        css="tree-kr",
        name=f'<span class="goal-dot"></span><a href="{href}" title="{title}">{title}</a>',
        owner=shown.avatar_of(row.owner, "s"),
        health=shown.status_of(row).render(),
        progress=shown.progress_of(row),
        kpis=_kpi(kpi, shown.spark_of(row), shown.current_of(row)) if kpi else _drawn(milestones),
        confidence=shown.confidence_of(row.confidence),
        signs=Mismatch().render() if row.is_mismatch else "",
    )


def _kpi(name: str, spark: Spark | None, current: Figure) -> str:
    """What is moved, with its trend and value."""
    drawn = "" if spark is None else spark.render()
    return (
        f'<span class="goal-kpi">{name}{drawn}<b class="goal-current" data-flash>'
        f"{current.render()}</b></span>"
    )
