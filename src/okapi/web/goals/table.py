"""The table of the goals list: under the line of each team its objectives."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from okapi.core.branches import Branch
from okapi.core.health import Health
from okapi.web.components import Component, StatusCount
from okapi.web.components.writing import icon, text
from okapi.web.goals.lines import DEEPEST, Line
from okapi.wording import percent, say

SHOWN = (Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK, Health.NO_DATA)
_ARROWS = {"ascending": "arrow-up", "descending": "arrow-down"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; with `href` the list can be sorted by it, `sorted` when it is."""

    text: str
    href: str = ""
    sorted: str = ""
    css: str = ""

    def render(self) -> str:
        """A cell of the head."""
        sort = f' aria-sort="{self.sorted}"' if self.sorted else ""
        inside = text(self.text)
        if self.href:
            arrow = icon(_ARROWS[self.sorted], 12) if self.sorted else ""
            inside = f'<a href="{text(self.href)}">{inside}{arrow}</a>'
        return f'<th scope="col" class="{self.css}"{sort}>{inside}</th>'


@dataclass(frozen=True, slots=True)
class Group:
    """The objectives of one team on this page, under the team's own line."""

    title: str
    href: str
    depth: int
    branch: Branch | None
    lines: tuple[Line, ...]
    has_below: bool = False

    def render(self) -> str:
        """The bodies of the table; the team's line only where it has a name."""
        lines = "\n".join([line.render() for line in self.lines])
        return f"{self._head()}\n{lines}" if self.title else lines

    def _head(self) -> str:
        title, depth = text(self.title), min(self.depth, DEEPEST)
        if self.href:
            title = f'<a href="{text(self.href)}">{title}</a>'
        return (
            '<tbody class="goals-group">\n<tr class="group">\n'
            f'<th scope="rowgroup" colspan="2" class="goal-cell-title indent-{depth}">'
            f"{title}{self._note()}</th>\n"
            f'<td class="goal-cell-health" colspan="2"><span class="goals-counts">{self._counts()}'
            f"{self._mean()}</span></td>\n"
            '<td class="goal-cell-rest" colspan="3"></td>\n</tr>\n</tbody>'
        )

    def _note(self) -> str:
        """How many objectives the team has, with all below it."""
        if self.branch is None or not self.branch.total:
            return ""
        code = "goals.count_below" if self.has_below else "goals.count"
        return f' <span class="goals-group-note">{text(say(code, n=self.branch.total))}</span>'

    def _counts(self) -> str:
        """How many of each health."""
        counts = () if self.branch is None else counts_of(self.branch, bare=True)
        return "".join([count.render() for count in counts])

    def _mean(self) -> str:
        if self.branch is None or self.branch.progress is None:
            return ""
        words = text(say("goals.mean_progress"))
        return (
            f'<span class="goal-cell-mean" title="{words}"><span class="visually-hidden">{words}'
            f" </span><b>{percent(self.branch.progress)}</b></span>"
        )


@dataclass(frozen=True, slots=True)
class GoalTable(Component):
    """All of it."""

    caption: str
    columns: tuple[Head, ...]
    groups: tuple[Group, ...]

    def render(self) -> SafeString:
        """The table."""
        heads = "".join([head.render() for head in self.columns])
        groups = "\n".join([group.render() for group in self.groups])
        return SafeString(
            f'<table class="table goals">\n<caption class="visually-hidden">{text(self.caption)}'
            f"</caption>\n<thead>\n<tr>{heads}</tr>\n</thead>\n{groups}\n</table>"
        )


def counts_of(
    branch: Branch, *, bare: bool = False, hrefs: dict[Health, str] | None = None
) -> tuple[StatusCount, ...]:
    """How many objectives stand how; those of which there is none are left out when bare."""
    counts = {
        Health.ON_TRACK: branch.on_track,
        Health.AT_RISK: branch.at_risk,
        Health.OFF_TRACK: branch.off_track,
        Health.NO_DATA: branch.no_data,
    }
    return tuple(
        StatusCount(health.value, counts[health], href=(hrefs or {}).get(health, ""), bare=bare)
        for health in SHOWN
        if counts[health] or not bare
    )
