"""Sources and their runs in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okapi.base import clock
from okapi.exchange.sources.kinds import RunState, SourceKind
from okapi.exchange.sources.queries import FeedLine, RunLine, SourceLine
from okapi.web import http
from okapi.web.components import Cell, Column, DataTable, Notice, StatusMark
from okapi.web.components.writing import text
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.wording import ago, has, moment, number, period, refusal_lines, say

_MARKS = {
    RunState.WAITING: "none",
    RunState.RUNNING: "none",
    RunState.DONE: "green",
    RunState.NOTHING: "green",
    RunState.FAILED: "red",
}


def status_of(run: RunLine | None) -> str:
    """The mark of a run; that of nothing known without one."""
    if run is None:
        return "none"
    return "amber" if run.state is RunState.WAITING and run.trouble else _MARKS[run.state]


def state_of(run: RunLine | None) -> str:
    """How a run stands, in a word."""
    if run is None:
        return say("settings.sources.never")
    if run.state is RunState.WAITING and run.trouble is not None:
        return say("settings.sources.again")
    return say(f"run_state.{run.state.value}")


def where(line: SourceLine) -> str:
    """Kind and place: `PostgreSQL · db.example.com / sales`."""
    words = _place_of(line)
    kind = say(f"source_kind.{line.kind.value}")
    return say("kpis.joint").join([kind, words] if words else [kind])


def _place_of(line: SourceLine) -> str:
    told = line.place
    match line.kind:
        case SourceKind.WEB:
            return told["url"]
        case SourceKind.POSTGRESQL | SourceKind.MYSQL:
            return f"{told['host']} / {told['database']}"
        case SourceKind.SQLITE | SourceKind.DUCKDB:
            return told["file"]


def plan_of(cron: str) -> str:
    """A plan in words, where it is a usual one; else as it is written."""
    if not cron:
        return say("settings.sources.by_hand")
    code = f"source_plan.{PLANS[cron]}" if cron in PLANS else ""
    return say(code) if code and has(code) else cron


PLANS = {
    "0 * * * *": "hourly",
    "0 6 * * *": "daily",
    "0 6 * * 1-5": "weekdays",
    "0 6 * * 1": "weekly",
    "0 6 1 * *": "monthly",
}
"""Plans that are offered; others are typed."""


def notice_of(line: SourceLine) -> Notice | None:
    """What is the matter, above everything else."""
    run = line.newest
    why = "" if run is None or run.trouble is None else " ".join(refusal_lines(run.trouble))
    if line.paused:
        return Notice("amber", say(f"paused.{line.paused}"), why)
    if run is not None and run.state is RunState.FAILED:
        return Notice("red", say("settings.sources.failed"), why)
    if run is not None and run.trouble is not None:
        at = moment(run.due_at, short=True)
        return Notice("amber", say("settings.sources.again_at", at=at, n=run.attempt), why)
    return None


def pairs(request: OrgRequest, line: SourceLine) -> Iterator[tuple[str, str]]:
    """What is said of a source, its secret only as being there."""
    yield say("settings.sources.kind"), say(f"source_kind.{line.kind.value}")
    for name, value in line.place.items():
        if value:
            words = say(f"tls.{value}") if name == "tls" else value
            yield say(f"settings.sources.{name}"), words
    if line.has_secret:
        yield say("settings.sources.secret"), say("settings.sources.secret_kept")
    yield say("settings.sources.plan"), plan_of(line.cron)
    if line.next_at is not None:
        yield say("settings.sources.next"), moment(line.next_at)
    owner = place.text(request.organisation, line.owner, line.owner_other)
    yield say("settings.sources.owner"), owner or "—"


def runs(request: OrgRequest, found: Sequence[RunLine], key: str) -> DataTable:
    """The runs as a table."""
    columns = (
        Column(say("settings.sources.when")),
        Column(say("settings.sources.how")),
        Column(say("settings.sources.read"), figures=True),
        Column(say("kpis.intake.new"), figures=True),
        Column(say("kpis.intake.revised"), figures=True),
        Column(say("settings.sources.covered"), hide="narrow"),
        Column(say("settings.sources.took"), figures=True, hide="narrow"),
    )
    return DataTable(
        say("settings.sources.runs"), columns, [_line(request, one, key) for one in found]
    )


def _line(request: OrgRequest, run: RunLine, key: str) -> list[Cell]:
    is_done = run.state is RunState.DONE
    return [
        Cell(
            moment(run.started_at or run.due_at, short=True),
            href=place.at(request).page("source_run", key=key, uid=run.id),
            note=say("settings.sources.planned") if run.slot else _asker(request, run),
        ),
        Cell(Marked(status_of(run), state_of(run))),
        *(
            Cell(number(count) if is_done else "—")
            for count in (run.received, run.new, run.revised)
        ),
        Cell(period(run.covered) if run.covered else "—"),
        Cell(took(run), quiet=True),
    ]


def _asker(request: OrgRequest, run: RunLine) -> str:
    """Who asked for a run that was not planned: a person by the name that is read, or a command."""
    person = place.text(request.organisation, run.person, run.person_other)
    return person or say("settings.sources.command")


class Marked:
    """A mark and a word beside it."""

    def __init__(self, kind: str, word: str) -> None:
        self._kind = kind
        self._word = word

    def __html__(self) -> str:
        mark = StatusMark(self._kind, bare=True).__html__()
        return f'<span class="source-state">{mark} {text(self._word)}</span>'


def took(run: RunLine) -> str:
    """How long it took, in seconds."""
    seconds = run.seconds
    return "—" if seconds is None else say("settings.sources.seconds", n=max(1, round(seconds)))


def facts(run: RunLine) -> Iterator[tuple[str, str]]:
    """What a run read, in numbers."""
    for name in ("received", "new", "revised", "unchanged"):
        yield say(f"kpis.intake.{name}"), number(getattr(run, name))


def run_pairs(request: OrgRequest, run: RunLine) -> Iterator[tuple[str, str]]:
    """When a run was, why, and how long."""
    why = moment(run.slot) if run.slot else _asker(request, run)
    yield say("settings.sources.planned" if run.slot else "settings.sources.asked_by"), why
    if run.started_at is not None:
        yield say("settings.sources.when"), moment(run.started_at)
    yield say("settings.sources.took"), took(run)
    yield say("settings.sources.tries"), number(run.attempt)


def feeds(request: OrgRequest, found: Sequence[FeedLine]) -> DataTable | None:
    """The KPIs that it brings, and how far."""
    if not found:
        return None
    at = http.at(request)
    columns = (
        Column(say("nav.kpis")),
        Column(say("settings.sources.covered")),
        Column(say("settings.sources.when")),
    )
    rows = [
        [
            Cell(place.text(request.organisation, one.name, one.name_other), href=at.kpi(one.key)),
            Cell(period(one.period.label)),
            Cell(ago(one.read_at, clock.now()), quiet=True),
        ]
        for one in found
    ]
    return DataTable(say("settings.sources.feeds"), columns, rows)
