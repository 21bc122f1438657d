"""Large files: how many statements one more row takes, when it comes in and when it goes again."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from okapi.exchange.goal_files import imports
from okapi.goals import actions
from okapi.goals.models import Contribution, KeyResult, Objective
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.exchange.goal_files.books import Sheet
from tests.goals.making import make_kpi

ROWS_OF_A_GOAL = 3


def counted(cast: Cast, folder: Path, goals: int) -> tuple[int, int]:
    """How many statements it takes to take these goals in, and to take them back."""

    def fill(sheet: Sheet) -> None:
        for at in range(goals):
            own = {"owner": cast.mia.email}
            name = f"{goals}-{at}"
            sheet.add(row=f"1{at}", title=f"Goal {name}", cycle="2026Q4", team="service",
                      parents="TOP", **own)  # fmt: skip
            sheet.add(row=f"2{at}", parent_rows=f"1{at}", thing="Key result",
                      title=f"Signed {name}", measured="Yes or no", **own)  # fmt: skip
            sheet.add(row=f"3{at}", parent_rows=f"1{at}", thing="Key result",
                      title=f"Visits {name}", kpi="visits", start="1", start_reason="Counted",
                      target="9", **own)  # fmt: skip

    lea = cast.actor(cast.lea)
    path = books.exported(lea, folder / "goals.xlsx", Objective.objects.get(key="TOP"))
    books.edited(path, fill)
    with CaptureQueriesContext(connection) as taking:
        _, uid = imports.take(lea, path, name="goals.xlsx")
    rows = ROWS_OF_A_GOAL * goals
    assert KeyResult.objects.filter(archived_at__isnull=True).count() == 2 * goals
    assert Contribution.objects.count() == goals
    with CaptureQueriesContext(connection) as undoing:
        taken = imports.undo(lea, uid)
    assert (taken.done, taken.kept) == (rows + goals, ())
    assert Objective.objects.filter(archived_at__isnull=True).count() == 1
    return _without_savepoints(taking), _without_savepoints(undoing)


def _without_savepoints(asked: CaptureQueriesContext) -> int:
    return sum("SAVEPOINT" not in one["sql"] for one in asked)


def test_one_more_row_takes_few_statements(cast: Cast, tmp_path: Path) -> None:
    make_kpi(cast, key="visits")
    lea = cast.actor(cast.lea)
    actions.create_objective(lea, title="Top", key="TOP", cycle="2026Q4", team="service")
    few, many = (counted(cast, tmp_path, goals) for goals in (4, 14))
    more = 10 * ROWS_OF_A_GOAL
    taking, undoing = ((b - a) / more for a, b in zip(few, many, strict=True))
    assert taking <= 8
    assert undoing <= 5
