"""Sources by the API: listed, their runs, run now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.cast import Cast
from tests.exchange.sources.making import make_file, make_source, turn
from tests.kpis.making import make_kpi

Make = Callable[..., Program]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SOURCE_FOLDER = tmp_path
    (tmp_path / "acme").mkdir()
    return tmp_path / "acme"


def test_run_and_read(program: Make, cast: Cast, folder: Path) -> None:
    make_kpi(cast, "returns", frequency="week", unit="%")
    make_file(folder, [("returns", "2026-W45", 12), ("returns", "2026-W46", 13)])
    make_source(cast, secret="s3cret", cron="0 6 * * *")
    sten = program(cast, cast.sten)
    answer = sten.post("sources/facts/run", {})
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    turn()
    (run,) = sten.get("sources/facts/runs").json()["items"]
    told = {name: run[name] for name in ("state", "received", "new", "covered", "planned_at")}
    assert told == {
        "state": "done", "received": 2, "new": 2, "covered": "2026-W46", "planned_at": None,
    }  # fmt: skip
    (source,) = sten.get("sources").json()["items"]
    assert source["newest_run"]["id"] == run["id"]
    assert (source["has_secret"], source["cron"]) == (True, "0 6 * * *")
    assert "s3cret" not in sten.get("sources/facts").content.decode()


def test_refused_cells(program: Make, cast: Cast, folder: Path) -> None:
    make_kpi(cast, "returns", frequency="week", unit="%")
    make_file(folder, [("returns", "2026-W45", "soon")])
    make_source(cast)
    sten = program(cast, cast.sten)
    sten.post("sources/facts/run", {})
    turn()
    (run,) = sten.get("sources/facts/runs").json()["items"]
    (cell,) = run["refusals"]
    assert (run["state"], cell["code"], cell["found"]) == (
        "failed", "tables.number.unreadable", "soon",
    )  # fmt: skip


def test_pages_of_sources_and_runs(program: Make, cast: Cast, folder: Path) -> None:
    make_file(folder, [])
    for name in ("A", "B", "C"):
        make_source(cast, name=name)
    sten = program(cast, cast.sten)
    first = sten.get("sources", limit=2).json()
    assert [one["key"] for one in first["items"]] == ["a", "b"]
    rest = sten.get("sources", limit=2, cursor=first["next"]).json()
    assert ([one["key"] for one in rest["items"]], rest["next"]) == (["c"], None)
    for _ in range(2):
        sten.post("sources/a/run", {})
        turn()
    newest = sten.get("sources/a/runs", limit=1).json()
    older = sten.get("sources/a/runs", limit=1, cursor=newest["next"]).json()
    assert newest["items"][0]["id"] > older["items"][0]["id"]


def test_who_is_no_steward(program: Make, cast: Cast, folder: Path) -> None:
    make_source(cast)
    mia = program(cast, cast.mia)
    assert mia.get("sources").status_code == 403
    assert mia.get("sources/facts").status_code == 404
    assert mia.post("sources/facts/run", {}).status_code == 404
