"""Sources by the API: made, tried, changed, run, paused, and what they bring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from okapi.exchange.models import Source
from okapi.exchange.sources.fetching import wanted_of
from tests.api.conftest import Program
from tests.cast import Cast
from tests.exchange.sources.making import QUERY, make_file, make_source, turn
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


def test_a_token_in_an_address_is_kept_and_not_told(program: Make, cast: Cast) -> None:
    sten = program(cast, cast.sten)
    place = {"url": "https://data.example/facts.csv?token=s3cret&page=1"}
    made = sten.post("sources", {"name": "Web", "place": place})
    assert made.status_code == 201
    shown = "https://data.example/facts.csv?token=•••&page=1"
    assert (made.json()["place"]["url"], made.json()["has_secret"]) == (shown, False)
    for place in ({"url": shown}, {"header": ""}):
        assert sten.patch("sources/web", {"place": place}).status_code == 200
    assert sten.get("sources/web").json()["version"] == 1
    assert wanted_of(Source.objects.get(), {}).place["url"].endswith("?token=s3cret&page=1")
    elsewhere = {"url": "https://elsewhere.example/facts.csv?token=•••"}
    refused = sten.patch("sources/web", {"place": elsewhere})
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["errors"]] == ["source.secret_again"]


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


A_FILE = {"name": "Facts", "kind": "sqlite", "place": {"file": "facts.db"}, "query": QUERY}


def test_made_changed_paused_removed(program: Make, cast: Cast, folder: Path) -> None:
    make_file(folder, [])
    sten = program(cast, cast.sten)
    made = sten.post("sources", {**A_FILE, "cron": "0 6 * * *", "key": "facts"})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/sources/facts")
    assert made.json()["next_at"] is not None
    seen = sten.get("sources/facts")["ETag"]
    changed = sten.patch("sources/facts", {"cron": ""}, **{"If-Match": seen}).json()
    assert (changed["cron"], changed["query"], changed["name"]) == ("", QUERY, "Facts")
    late = sten.patch("sources/facts", {"name": "Old"}, **{"If-Match": seen})
    assert late.status_code == 412
    assert sten.post("sources/facts/pause", {}).json()["paused"] == "person"
    assert sten.post("sources/facts/resume", {}).json()["paused"] == ""
    assert sten.delete("sources/facts").status_code == 204
    assert sten.get("sources/facts").status_code == 404


def test_a_secret_is_written_and_never_read(program: Make, cast: Cast, folder: Path) -> None:
    sten = program(cast, cast.sten)
    url = {"url": "https://data.example/facts.csv"}
    made = sten.post("sources", {"name": "Web", "place": url, "secret": "s3cret"})
    answers = [made]
    answers.append(sten.patch("sources/web", {"name": "Other"}))
    assert answers[-1].json()["has_secret"] is True
    moved = sten.patch("sources/web", {"place": {"url": "https://thief.example/facts.csv"}})
    assert moved.json()["errors"][0]["code"] == "source.secret_again"
    answers += [moved, sten.get("sources"), sten.patch("sources/web", {"secret": ""})]
    assert answers[-1].json()["has_secret"] is False
    assert all("s3cret" not in answer.content.decode() for answer in answers)


def test_tried_before_it_is_kept(program: Make, cast: Cast, folder: Path) -> None:
    make_kpi(cast, "returns", frequency="week", unit="%")
    make_file(folder, [("returns", "2026-W45", 12), ("returns", "2026-W46", "soon")])
    sten = program(cast, cast.sten)
    told = sten.post("source-trials", A_FILE).json()
    assert (told["rows"], told["read"], told["refused"]) == (2, 1, 1)
    assert told["refusals"][0]["found"] == "soon"
    assert sten.get("sources").json()["items"] == []
    make_source(cast)
    fewer = sten.post(
        "sources/facts/try", {"query": "select kpi, period, value from facts limit 1"}
    )
    assert (fewer.json()["read"], fewer.json()["refused"]) == (1, 0)
    assert sten.get("sources/facts").json()["query"] == QUERY


def test_what_is_refused(program: Make, cast: Cast, folder: Path) -> None:
    sten = program(cast, cast.sten)
    for wrong, field in (
        ({"cron": "every day"}, "cron"),
        ({"kind": "carrier pigeon"}, "kind"),
        ({"query": "delete from facts"}, "query"),
        ({"place": {"file": "../secret.db"}}, "file"),
        ({"name": " "}, "name"),
        ({"mapping": {"columns": "x"}}, None),
    ):
        answer = sten.post("sources", {**A_FILE, **wrong})
        assert (answer.status_code, answer.json()["errors"][0].get("field")) == (422, field), wrong
    assert sten.get("sources").json()["items"] == []


def test_what_a_source_brings(program: Make, cast: Cast, folder: Path) -> None:
    make_kpi(cast, "returns", frequency="week", unit="%")
    make_file(folder, [("returns", "2026-W45", 12)])
    make_source(cast)
    sten = program(cast, cast.sten)
    run = sten.post("sources/facts/run", {}).json()
    turn()
    assert sten.get(f"sources/facts/runs/{run['id']}").json()["state"] == "done"
    (feed,) = sten.get("sources/facts/feeds").json()["items"]
    assert (feed["kpi"], feed["period"]) == ("returns", "2026-W45")


def test_lists_cost_the_same_whatever_their_length(
    program: Make, cast: Cast, folder: Path, statements: Callable[[], Any]
) -> None:
    make_file(folder, [])
    for name in ("A", "B", "C"):
        make_source(cast, name=name)
    sten = program(cast, cast.sten)
    for _ in range(3):
        sten.post("sources/a/run", {})
        turn()
    for path in ("sources", "sources/a/runs"):
        sten.get(path)
        with statements() as few:
            sten.get(path, limit=1)
        with statements() as many:
            assert len(sten.get(path).json()["items"]) == 3
        assert len(few) == len(many), path
