"""Rows and cards of lists: one key result, one KPI, one objective; written without a template."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from okapi.web.components.bars import Confidence, Milestones, Progress, Spark
from okapi.web.components.base import Component
from okapi.web.components.figures import Figure, Target
from okapi.web.components.marks import Avatar, GuardChip, Mismatch, Pill, StatusMark
from okapi.web.components.numbers import Age
from okapi.web.components.writing import live, pick_box, text
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class KeyResultRow(Component):
    """One key result in a list: title, trend, current, bar with tick, confidence, health.

    `note` stands where the bar has nothing to say (`waiting for its baseline`); `range` is start
    and target behind the title (`78% → 88%`), where the title does not name them.
    """

    title: str
    href: str
    current: Figure
    progress: Progress
    status: StatusMark
    range: str = ""
    spark: Spark | None = None
    milestones: Milestones | None = None
    confidence: Confidence | None = None
    mismatch: bool = False
    note: str = ""
    topic: str = ""
    fragment: str = ""

    def render(self) -> SafeString:
        """Title, trend, value, bar, confidence and health in one line."""
        title = text(self.title)
        within = f' <span class="kr-range">{text(self.range)}</span>' if self.range else ""
        spark = self.spark.render() if self.spark else ""
        value = self.milestones.render() if self.milestones else self.current.render()
        sure = self.confidence.render() if self.confidence else ""
        unsure = f" {Mismatch(small=True).render()}" if self.mismatch else ""
        note = f'<span class="kr-note">{text(self.note)}</span>' if self.note else ""
        return SafeString(
            f'<div class="kr-row"{live(self.topic, self.fragment)}>\n'
            f'<span class="kr-title"><a href="{text(self.href)}" title="{title}">{title}</a>'
            f"{within}</span>\n"
            f'<span class="kr-spark">{spark}</span>\n'
            f'<span class="kr-current" data-flash>{value}</span>\n'
            f'<span class="kr-progress">{self.progress.render()}</span>\n'
            f'<span class="kr-confidence">{sure}</span>\n'
            f'<span class="kr-status">{self.status.render()}{unsure}</span>\n{note}\n</div>'
        )


@dataclass(frozen=True, slots=True)
class KpiRow(Component):
    """One KPI in the catalogue or a list of guards.

    `where` is the team and owner in words; `signal` are the words of the signal (`信号`), if any;
    `remarks` says that its data is to be checked; `pick` is its key where it can be chosen for a
    change of several.
    """

    name: str
    href: str
    value: Figure
    status: StatusMark
    where: str = ""
    spark: Spark | None = None
    target: Target | None = None
    age: Age | None = None
    signal: bool = False
    remarks: bool = False
    topic: str = ""
    fragment: str = ""
    pick: str = ""

    @property
    def stale(self) -> bool:
        """Whether the value is too old to be believed."""
        return self.status.kind == "stale"

    def render(self) -> SafeString:
        """Name, place, trend, value, target, age and status in one line."""
        name, status = text(self.name), self.status
        stale = " kpi-row-stale" if self.stale else ""
        signal = f' <span class="signal">{text(say("component.signal"))}</span>'
        doubt = f' <span class="pill">{text(say("remark.mark"))}</span>' if self.remarks else ""
        return SafeString(
            f'<div class="kpi-row{stale}"{live(self.topic, self.fragment)}>\n'
            f'<span class="kpi-name">{pick_box("kpi", self.pick, self.name)}{status.shape}'
            f'<span class="visually-hidden">{text(status.word)}</span>'
            f'<a href="{text(self.href)}" title="{name}">{name}</a>'
            f"{signal if self.signal else ''}{doubt}</span>\n"
            f'<span class="kpi-where">{text(self.where)}</span>\n'
            f'<span class="kpi-spark">{self.spark.render() if self.spark else ""}</span>\n'
            f'<span class="kpi-value" data-flash>{self.value.render()}</span>\n'
            f'<span class="kpi-target">{self._target()}</span>\n'
            f'<span class="kpi-age">{self.age.render() if self.age else ""}</span>\n'
            f'<span class="kpi-status" aria-hidden="true">{status.render()}</span>\n</div>'
        )

    def _target(self) -> str:
        """What it should be, or where that is said."""
        if self.target is None:
            return ""
        if self.target.known:
            return text(self.target.bare)
        return f'<a class="link" href="{text(self.href)}">{text(say("component.set_target"))}</a>'


@dataclass(frozen=True, slots=True)
class GoalCard(Component):
    """An objective with its bar, the reason of its health in one line, and its key results.

    Attributes:
        kind: *Committed* or *Aspirational*, in words.
        owner: shown as an avatar.
        reason: one sentence; empty when all is well and there is nothing to say.
        rows: of its key results; may be left out on a phone.
        guards: the KPIs it guards.
        place: level of its heading.
    """

    title: str
    href: str
    status: StatusMark
    progress: Progress
    kind: str = ""
    owner: Avatar | None = None
    reason: str = ""
    rows: tuple[KeyResultRow, ...] = ()
    guards: tuple[GuardChip, ...] = ()
    mismatch: bool = False
    topic: str = ""
    fragment: str = ""

    def render(self) -> SafeString:
        """Head, bar, reason, and its key results."""
        return SafeString(
            f'<article class="card goal-card"{live(self.topic, self.fragment)}>\n'
            f'<header class="goal-head">\n{self.status.render()}\n'
            f'<h3 class="goal-title"><a href="{text(self.href)}">{text(self.title)}</a></h3>\n'
            f"{Pill(self.kind).render() if self.kind else ''}\n"
            f'<span class="goal-end">\n{Mismatch().render() if self.mismatch else ""}\n'
            f"{self.owner.render() if self.owner else ''}\n</span>\n</header>\n"
            f'<div class="goal-progress">{self.progress.render()}</div>\n'
            f"{self._reason()}\n{self._rows()}\n</article>"
        )

    def _reason(self) -> str:
        if not self.reason and not self.guards:
            return ""
        reason = f"<span>{text(self.reason)}</span>" if self.reason else ""
        guards = "".join([f" {guard.render()}" for guard in self.guards])
        return f'<p class="goal-reason">{reason}{guards}</p>'

    def _rows(self) -> str:
        if not self.rows:
            return ""
        label = text(say("component.key_results"))
        rows = "".join([row.render() for row in self.rows])
        return f'<div class="rows" role="group" aria-label="{label}">\n{rows}\n</div>'
