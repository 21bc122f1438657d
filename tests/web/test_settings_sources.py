"""Sources on their pages: set up, tried, run; secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from okapi.base import clock
from okapi.base.models import Change
from okapi.exchange import exporting
from okapi.exchange.models import Source, SourceRun
from okapi.exchange.sources import actions
from tests.cast import NOW, Cast
from tests.exchange.sources.making import QUERY, make_file, make_source, run, steward, turn
from tests.exchange.sources.serving import send, serving
from tests.kpis.making import make_kpi, stored
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/sources/"
FACTS = [("returns", "2026-W45", 12), ("returns", "2026-W46", 12.5)]
FORM = {"kind": "sqlite", "name": "Facts", "file": "facts.db", "query": QUERY, "plan": "0 6 * * *"}


@pytest.fixture(autouse=True)
def kpi(cast: Cast) -> Any:
    return make_kpi(cast, "returns", frequency="week", unit="%", decimals=1)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SOURCE_FOLDER = tmp_path
    (tmp_path / "acme").mkdir()
    return tmp_path / "acme"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_none_yet(browser: Open, cast: Cast) -> None:
    assert "No source yet" in text_of(browser(cast.sten).get(PATH))
    others = text_of(browser(cast.mia).get(PATH))
    assert "Data stewards see and set up sources" in others
    assert "settings/sources/new" not in others


def test_tried_then_kept_then_run(browser: Open, cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    sten = browser(cast.sten)
    tried = sten.post(f"{PATH}new", {**FORM, "do": "try"})
    assert "2 values would be read, 0 cells would be refused" in text_of(tried)
    assert (stored(), Source.objects.count()) == ({}, 0)
    made = sten.post(f"{PATH}new", FORM)
    assert made["Location"] == f"/o/acme/{PATH}of/facts/?said=added"
    page = text_of(sten.get(f"{PATH}of/facts/"))
    assert "every day at 6:00" in page
    assert "It has not run yet" in page
    assert sten.post(f"{PATH}of/facts/run").status_code == 302
    turn()
    page = text_of(sten.get(f"{PATH}of/facts/?fragment=body"))
    assert "Read" in page
    assert "returns" in page
    (done,) = SourceRun.objects.all()
    shown = text_of(sten.get(f"{PATH}of/facts/runs/{done.pk}"))
    assert f"/o/acme/intakes/{done.intake}/" in shown
    assert "facts" in text_of(sten.get(PATH)).lower()


def test_what_is_refused_is_told_at_its_cell(browser: Open, cast: Cast, folder: Path) -> None:
    make_file(folder, [("returns", "2026-W45", "soon")])
    tried = browser(cast.sten).post(f"{PATH}new", {**FORM, "do": "try"})
    assert "1 cell would be refused" in text_of(tried)
    assert "soon" in text_of(tried)
    source = make_source(cast)
    done = run(cast, source)
    page = text_of(browser(cast.sten).get(f"{PATH}of/facts/runs/{done.pk}"))
    assert "soon" in page
    assert "The last run failed" in text_of(browser(cast.sten).get(f"{PATH}of/facts/"))


def test_columns_are_mapped_below_the_trial(browser: Open, cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    sten = browser(cast.sten)
    odd = {**FORM, "query": "select period as a, value as b, kpi as c from facts"}
    mapped = {**odd, "mapped": "1", "column-A": "period", "column-B": "value", "column-C": "kpi"}
    tried = sten.post(f"{PATH}new", {**mapped, "do": "try"})
    assert "2 values would be read" in text_of(tried)
    assert 'name="column-A"' in text_of(tried)
    sten.post(f"{PATH}new", mapped)
    kept = Source.objects.get().mapping
    assert kept == {"columns": [["@A", "period"], ["@B", "value"], ["@C", "kpi"]]}
    edit = sten.get(f"{PATH}of/facts/edit")
    assert "@A" in text_of(edit)
    sent = {**odd, "mapping": edit.context["trial"]["kept"], "version": "1", "name": "Other facts"}
    assert sten.post(f"{PATH}of/facts/edit", sent).status_code == 302
    assert Source.objects.get().mapping == kept
    assert run(cast, Source.objects.get()).state == "done"


def test_the_trial_alone_where_a_script_asks(browser: Open, cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    sten = browser(cast.sten)
    part = sten.post(f"{PATH}new", {**FORM, "do": "try"}, htmx=True)
    assert "2 values would be read" in text_of(part)
    assert "<html" not in text_of(part)
    wrong = {**FORM, "do": "try", "query": "delete from facts"}
    part = sten.post(f"{PATH}new", wrong, htmx=True)
    assert part.status_code == 422
    assert "does more than read" in text_of(part)
    assert "<b>Query</b>" in text_of(part)  # the form above stays as it is


@pytest.mark.parametrize(
    ("change", "label"), [({"port": "99999"}, "Port"), ({"host": "127.0.0.1"}, "Host")]
)
def test_a_trial_names_the_field_that_is_wrong(
    browser: Open, cast: Cast, settings: Any, change: dict[str, str], label: str
) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]
    place = {"host": "127.0.0.1", "port": "9", "database": "facts", "user": "okapi"}
    sent = {"name": "Facts", "kind": "postgresql", "query": "select 1 as n", "do": "try"}
    part = browser(cast.sten).post(f"{PATH}new", sent | place | change, htmx=True)
    assert part.status_code == 422
    assert f"<b>{label}</b>" in text_of(part)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "name"),
        ("query", "delete from facts", "query"),
        ("query", "", "query"),
        ("file", "../rival/facts.db", "file"),
        ("file", "/etc/passwd", "file"),
        ("file", "", "file"),
        ("plan", "* * * * *", "cron"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    browser: Open, cast: Cast, folder: Path, field: str, value: str, told: str
) -> None:
    answer = browser(cast.sten).post(f"{PATH}new", {**FORM, field: value})
    assert answer.status_code == 422
    errors = {one.name: one.error for row in answer.context["form"].rows for one in row}
    assert errors[told]
    assert not Source.objects.exists()


@pytest.mark.parametrize("kind", ["web", "postgresql", "mysql", "sqlite", "duckdb", "nonsense"])
def test_the_form_of_each_kind(browser: Open, cast: Cast, kind: str) -> None:
    assert browser(cast.sten).get(f"{PATH}new?kind={kind}").status_code == 200


# --- Secrets --------------------------------------------------------------------------------------


SECRET = "s3cret-of-the-house"


def web(url: str, **more: str) -> dict[str, str]:
    return {"kind": "web", "name": "Facts", "url": url, "secret": SECRET, "plan": "", **more}


def test_a_secret_goes_in_and_never_comes_out(
    browser: Open, cast: Cast, settings: Any, tmp_path: Path, caplog: Any
) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]
    seen: list[str | None] = []

    def handle(one: Any) -> None:
        seen.append(one.headers["Authorization"])
        send(one, one.headers["Authorization"].encode(), 403)

    sten = browser(cast.sten)
    pages = []
    with serving(handle) as url:
        pages.append(sten.post(f"{PATH}new", web(url, do="try")))
        pages.append(sten.post(f"{PATH}new", web(url)))
        run(cast, Source.objects.get())
        edit = {**web(url, secret="", name="Renamed"), "version": "1"}
        pages.append(sten.post(f"{PATH}of/facts/edit", {**edit, "do": "try"}))
        pages.append(sten.post(f"{PATH}of/facts/edit", edit))
        run(cast, Source.objects.get())
    assert seen == [SECRET] * 4
    done = SourceRun.objects.order_by("id").last()
    shown = ("", "new", "of/facts/", "of/facts/edit", f"of/facts/runs/{done.pk}")
    pages += [sten.get(f"{PATH}{path}") for path in shown]
    assert all(SECRET not in text_of(page) for page in pages)
    source = Source.objects.get()
    assert SECRET not in source.secret
    assert "Authorization" not in source.secret
    assert SECRET not in caplog.text
    assert SECRET not in str(list(Change.objects.values()))
    assert SECRET not in str(list(SourceRun.objects.values()))
    exporting.export_files(tmp_path / "out", "acme")
    assert all(
        SECRET not in path.read_text("utf-8") and source.secret not in path.read_text("utf-8")
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    )


def test_a_secret_is_not_sent_to_another_place(browser: Open, cast: Cast, settings: Any) -> None:
    """A steward who did not type it cannot have it brought to a server of their own."""
    settings.REACHABLE_HOSTS = ["127.0.0.1"]
    seen: list[str | None] = []

    def handle(one: Any) -> None:
        seen.append(one.headers["Authorization"])
        send(one, b"")

    sten = browser(cast.sten)
    sten.post(f"{PATH}new", web("https://data.example/facts.csv"))
    with serving(handle) as url:
        for do in ("try", ""):
            sent = {**web(url, secret=""), "version": "1", "do": do}
            answer = sten.post(f"{PATH}of/facts/edit", sent)
            assert answer.status_code == 422
            assert "Type the secret again" in text_of(answer)
    assert seen == []
    other_header = {
        **web("https://data.example/x.csv", secret="", header="X-Other"),
        "version": "1",
    }
    assert sten.post(f"{PATH}of/facts/edit", other_header).status_code == 422
    same = {**web("https://data.example/other.csv", secret=""), "version": "1"}
    assert sten.post(f"{PATH}of/facts/edit", same).status_code == 302


def test_a_token_in_an_address_goes_in_and_never_comes_out(
    browser: Open, cast: Cast, settings: Any, caplog: Any
) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]
    seen: list[str] = []

    def handle(one: Any) -> None:
        seen.append(one.path)
        send(one, one.path.encode(), 403)

    sten = browser(cast.sten)
    pages = []
    with serving(handle) as url:
        address = f"{url}/facts.csv?page=1&token={SECRET}"
        pages.append(sten.post(f"{PATH}new", web(address, secret="")))
        run(cast, Source.objects.get())
        edit = sten.get(f"{PATH}of/facts/edit")
        (shown,) = (
            one.value for row in edit.context["form"].rows for one in row if one.name == "url"
        )
        assert shown == f"{url}/facts.csv?page=1&token=•••"
        sent = {**web(shown.replace("page=1", "page=2"), secret=""), "version": "1"}
        pages += [edit, sten.post(f"{PATH}of/facts/edit", {**sent, "do": "try"})]
        pages.append(sten.post(f"{PATH}of/facts/edit", sent))
        assert pages[-1].status_code == 302
        run(cast, Source.objects.get())
    asked = [f"/facts.csv?page={page}&token={SECRET}" for page in (1, 2, 2)]
    assert seen == asked
    (done, *_) = SourceRun.objects.order_by("-id")
    pages += [sten.get(f"{PATH}{path}") for path in ("", "of/facts/", f"of/facts/runs/{done.pk}")]
    assert all(SECRET not in text_of(page) for page in pages)
    assert SECRET not in caplog.text
    for rows in (Change, Source, SourceRun):
        assert SECRET not in str(list(rows.objects.values()))
    moved = web("https://elsewhere.example/facts.csv?token=•••", secret="")
    answer = sten.post(f"{PATH}of/facts/edit", {**moved, "version": "2"})
    assert answer.status_code == 422
    assert "Type the secret again" in text_of(answer)


def test_a_secret_is_forgotten(browser: Open, cast: Cast) -> None:
    sten = browser(cast.sten)
    url = "https://data.example/facts.csv"
    sten.post(f"{PATH}new", web(url))
    sent = {**web(url, secret=""), "no_secret": "on", "version": "1"}
    assert sten.post(f"{PATH}of/facts/edit", sent).status_code == 302
    assert Source.objects.get().secret == ""


# --- The rest -------------------------------------------------------------------------------------


def test_pause_resume_remove(browser: Open, cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    make_source(cast, cron="0 6 * * *")
    sten = browser(cast.sten)
    assert sten.post(f"{PATH}of/facts/pause", {"version": "1"}).status_code == 302
    assert "Somebody paused it" in text_of(sten.get(f"{PATH}of/facts/"))
    assert sten.post(f"{PATH}of/facts/resume", {"version": "1"}).status_code == 409
    assert sten.post(f"{PATH}of/facts/resume", {"version": "2"}).status_code == 302
    assert sten.post(f"{PATH}of/facts/remove", {"version": "3"}).status_code == 302
    assert sten.get(f"{PATH}of/facts/").status_code == 404
    verbs = Change.objects.filter(kind="source").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["add", "pause", "resume", "archive"]


def test_two_people_who_edit(browser: Open, cast: Cast, folder: Path) -> None:
    make_source(cast)
    sten = browser(cast.sten)
    assert (
        sten.post(f"{PATH}of/facts/edit", {**FORM, "version": "1", "name": "A"}).status_code == 302
    )
    late = sten.post(f"{PATH}of/facts/edit", {**FORM, "version": "1", "name": "B"})
    assert late.status_code == 409
    assert Source.objects.get().name == "A"


def test_readers_of_a_kpi_see_where_its_values_come_from(
    browser: Open, cast: Cast, folder: Path
) -> None:
    make_file(folder, FACTS)
    source = make_source(cast)
    run(cast, source)
    with clock.at(NOW + timedelta(hours=2)):
        page = text_of(browser(cast.vic).get("kpis/returns/"))
    assert "Read from" in page
    assert "Facts, 2 hours ago, up to W46" in page
    assert "facts.db" not in page
    actions.pause(steward(cast), source.pk)
    assert "Facts, paused" in text_of(browser(cast.vic).get("kpis/returns/"))


def test_its_owner_is_told_on_home(browser: Open, cast: Cast, folder: Path) -> None:
    make_source(cast)
    assert "brings no data" not in text_of(browser(cast.sten).get(""))
    Source.objects.update(paused="failures")
    assert "“Facts” brings no data any more" in text_of(browser(cast.sten).get(""))
    assert "brings no data" not in text_of(browser(cast.mia).get(""))


def test_a_run_that_is_none(browser: Open, cast: Cast, folder: Path) -> None:
    make_source(cast)
    assert browser(cast.sten).get(f"{PATH}of/facts/runs/{uuid4()}").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_statements(
    browser: Open, cast: Cast, folder: Path, statements: Any, outside: Any, n: int
) -> None:
    make_file(folder, FACTS)
    for number in range(n):
        source = make_source(cast, name=f"Facts {number}")
        run(cast, source)
    sten = browser(cast.sten)
    sten.get(PATH)
    with outside(), statements() as asked:
        assert sten.get(PATH).status_code == 200
    assert len(asked) == 4  # session, user with their places, the sources, their newest runs


def test_who_asked_for_a_run_has_the_name_that_is_read(
    browser: Open, cast: Cast, folder: Path
) -> None:
    make_file(folder, FACTS)
    done = run(cast, make_source(cast))
    cast.sten.name_other = "斯滕"
    cast.sten.save(update_fields=["name_other"])
    path = f"{PATH}of/facts/runs/{done.pk}"
    pages = [
        text_of(browser(cast.sten).get(path, **{"accept-language": language})).partition("<main")[2]
        for language in ("en", "zh-CN")
    ]
    assert sorted("斯滕" in page for page in pages) == [False, True]
    assert sorted(cast.sten.name in page for page in pages) == [False, True]
