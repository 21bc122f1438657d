"""The cards of the alignment map, as nested lists: `okapi-map` lays them out and draws the edges.

Without it, and for who hears the page, they are what they are: lists within lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString

from okapi.core.branches import Branch
from okapi.goals.queries.alignment import Node
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import tree
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.web.components import Component, Mismatch, Progress, StatusMark
from okapi.web.components.writing import icon, live, text
from okapi.web.goals import shown
from okapi.web.goals.lines import measures_of
from okapi.web.goals.table import counts_of
from okapi.web.http import Addresses
from okapi.wording import percent, say


@dataclass(frozen=True, slots=True)
class MapCard(Component):
    """An objective: status, guard and share, title, bar, team and owner, and one KPI."""

    row: ObjectiveRow
    href: str
    where: str

    def render(self) -> SafeString:
        """A card; the live page fetches it anew by itself."""
        row, mark = self.row, shown.status_of(self.row)
        title = text(row.title)
        return SafeString(
            f'<div class="map-card map-{mark.colour}" id="map-{row.id.hex}"'
            f"{live(f'objective:{row.id}', f'{self.href}?fragment=map')}>"
            f'<p class="map-head">{mark.render()}<span class="map-end">{self._signs()}'
            f"<b data-flash>{percent(row.progress)}</b></span></p>"
            f'<h2 class="map-title"><a href="{text(self.href)}" title="{title}">{title}</a></h2>'
            f"{shown.progress_of(row, words='none', size='s').render()}"
            f'<p class="map-note">{text(self.where)}</p>'
            f'<p class="map-note map-kpi">{self._kpi()}</p></div>'
        )

    def _signs(self) -> str:
        unsure = Mismatch(small=True).render() if self.row.mismatches else ""
        private = f"{icon('lock', 12)}" if self.row.private else ""
        guards = "".join(
            f'<span class="map-guard">{icon("shield", 12)}'
            f"{StatusMark(shown.guard_status(one), bare=True).render()}</span>"
            for one in self.row.guards[:1]
        )
        return f"{unsure}{private}{guards}"

    def _kpi(self) -> str:
        """The first KPI that it moves, with its value, or how else it will be known."""
        moving = next((one for one in self.row.key_results if one.move is not None), None)
        if moving is None or moving.move is None:
            return text(measures_of(self.row))
        return f"{icon('chart-line', 12)}<span>{text(_moved(moving))}</span>"


def _moved(row: KeyResultRow) -> str:
    name = "" if row.move is None else row.move.kpi_name
    return f"{name or say('goals.private_kpi')} {shown.current_of(row).text}"


@dataclass(frozen=True, slots=True)
class GroupCard(Component):
    """A team or pillar with how its objectives stand."""

    id: str
    title: str
    href: str
    branch: Branch | None

    def render(self) -> SafeString:
        """A card without a status of its own."""
        branch = self.branch or Branch()
        counts = "".join([one.render() for one in counts_of(branch, bare=True)])
        told = [say("goals.count", n=branch.total)] if branch.total else []
        bar = ""
        if branch.progress is not None:
            told.append(percent(branch.progress))
            bar = Progress(branch.progress, kind="none", size="s", words="none").render()
        title = text(self.title)
        named = f'<a href="{text(self.href)}">{title}</a>' if self.href else title
        return SafeString(
            f'<div class="map-card map-group" id="{self.id}">'
            f'<h2 class="map-title">{named}</h2>'
            f'<p class="map-note">{text(" · ".join(told))}</p>{bar}'
            f'<p class="map-counts">{counts}</p></div>'
        )


@dataclass(frozen=True, slots=True)
class MapItem(Component):
    """A card with what is open below it.

    Attributes:
        id: of the objective, team or pillar.
        above: ids of the objectives that it contributes to: where its edges end.
        also: titles of those but the one that it stands below.
        hidden: how many more stand below it; `href` and `level` lead to them.
        is_focus: the one that the map is about.
    """

    id: str
    key: str
    title: str
    card: Component
    above: tuple[UUID, ...] = ()
    also: tuple[str, ...] = ()
    hidden: int = 0
    href: str = ""
    level: str = ""
    below: tuple[MapItem, ...] = ()
    is_focus: bool = False

    def render(self) -> SafeString:
        """A list item."""
        above = " ".join([one.hex for one in self.above])
        focus = " data-focus" if self.is_focus else ""
        below = "".join([one.render() for one in self.below])
        foldable = bool(self.below or self.hidden)
        opened = " data-open" if self.below else ""
        fold = f' data-fold="map"{opened}' if foldable else ""
        return SafeString(
            f'<li class="tree-item map-item" data-id="{self.id}" data-key="{text(self.key)}"'
            f' data-above="{above}"{fold}{focus}><div class="map-spot">{self.card.render()}'
            f"{self._also()}{self._fold() if foldable else ''}</div>"
            f"{f'<ul>{below}</ul>' if below else ''}</li>"
        )

    def _also(self) -> str:
        if not self.also:
            return ""
        words = say("goals.map_also", titles=list(self.also))
        return f'<p class="map-also visually-hidden">{text(words)}</p>'

    def _fold(self) -> str:
        """The way to what is below: a link to its map, for who has no script."""
        label = text(say("goals.map_more", n=self.hidden, title=self.title))
        return (
            f'<a class="map-fold" href="{text(self.href)}" data-level="{text(self.level)}"'
            f' data-hidden="{self.hidden}" aria-label="{label}">'
            f"<span>{f'+{self.hidden}' if self.hidden else '−'}</span></a>"
        )


def card_of(row: ObjectiveRow, at: Addresses, team: str) -> MapCard:
    """The card of an objective of this team (empty: a personal one)."""
    owner = "" if row.owner is None else row.owner.name
    where = say("goals.joint").join([one for one in (team, owner) if one])
    return MapCard(row, at.objective(row.key), where)


def card_on_map(who: Asking, at: Addresses, row: ObjectiveRow) -> MapCard:
    """The card of an objective alone; one statement."""
    team = tree(who).by_id.get(row.team_id) if row.team_id else None
    return card_of(row, at, "" if team is None else team.name)


def also_above(node: Node, parent: UUID | None) -> tuple[str, ...]:
    """What an objective contributes to beside the one that it stands below."""
    return tuple(one.title for one in node.above if one.id != parent)
