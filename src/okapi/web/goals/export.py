"""The filtered goals list as files: CSV, written while it is sent, and a workbook to edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from okapi.exchange.goal_files import workbook
from okapi.goals.queries.listing import all_ids, everything
from okapi.goals.queries.rows import ObjectiveRow
from okapi.web import csv_files, http
from okapi.web.goals import asked, shown
from okapi.web.http import OrgRequest
from okapi.wording import current_language, say, speaking

_COLUMNS = (
    "key",
    "title",
    "team",
    "kind",
    "owner",
    "health",
    "reason",
    "progress",
    "expected",
    "pace",
    "key_results",
    "kpis",
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def goals_csv(request: OrgRequest) -> HttpResponseBase:
    """Every matching objective; what stands beside people's names is the goal's, not theirs."""
    who = http.asking(request)
    found = asked.read(request, who)
    language = current_language()
    teams = {} if found is None else {team.id: team.name for team in found.teams}

    def lines() -> Iterator[bytes]:
        with speaking(language):
            yield csv_files.MARK + csv_files.line(say(f"goals.csv.{name}") for name in _COLUMNS)
            if found is not None:
                for row in everything(who, found.filter, found.teams, sort=found.sort):
                    yield csv_files.line(_cells(row, teams))

    name = "goals.csv" if found is None else f"goals-{found.cycle.key}.csv"
    return http.streamed(request, lines, name=name, kind="text/csv; charset=utf-8")


@require_safe
def goals_workbook(request: OrgRequest) -> HttpResponseBase:
    """The filtered list as a workbook to edit and bring back; without goals an empty form."""
    who = http.asking(request)
    found = asked.read(request, who)
    ids = (
        []
        if found is None or "empty" in request.GET
        else all_ids(who, found.filter, found.teams, sort=found.sort)
    )
    content = workbook.write(request.actor, ids)
    name = "goals.xlsx" if found is None else f"goals-{found.cycle.key}.xlsx"
    return http.streamed(request, lambda: iter((content,)), name=name, kind=_XLSX)


def _cells(row: ObjectiveRow, teams: dict[Any, str]) -> list[str]:
    return [
        row.key,
        row.title,
        teams.get(row.team_id, ""),
        shown.kind_of(row.kind),
        "" if row.owner is None else row.owner.name,
        say(f"health.{row.health.value}"),
        shown.sentence_of(shown.reason_of(row)),
        _share(row.progress),
        _share(row.expected),
        _share(row.pace),
        str(row.key_result_count),
        str(row.kpis),
    ]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
