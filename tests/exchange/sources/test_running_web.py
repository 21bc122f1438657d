"""Sources at addresses: what was read before, statuses, secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from okapi.base import clock
from okapi.base.actor import Door
from okapi.core.errors import Refusals
from okapi.exchange.models import SourceRun
from okapi.exchange.sources import actions, due, running
from okapi.exchange.tables import ColumnMapping
from tests.cast import NOW, Cast
from tests.exchange.sources.making import draft, make_source, run, steward, turn, web
from tests.exchange.sources.serving import send, serving
from tests.kpis.making import make_kpi


@pytest.fixture(autouse=True)
def kpi(cast: Cast) -> Any:
    return make_kpi(cast, "returns", frequency="week", unit="%", decimals=1)


@pytest.fixture(autouse=True)
def near(settings: Any) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]


CSV = b"kpi,period,value\nreturns,2026-W45,12\n"


def test_a_file_that_is_the_same_is_not_taken_in_again(cast: Cast) -> None:
    seen: list[str | None] = []

    def handle(one: BaseHTTPRequestHandler) -> None:
        seen.append(one.headers["If-None-Match"])
        if one.headers["If-None-Match"] == '"1"':
            send(one, b"", 304)
        else:
            send(one, CSV, ETag='"1"')

    with serving(handle) as url:
        source = make_source(cast, cron="0 6 * * *", **web(f"{url}/a.csv"))
        states = []
        for day in (1, 2):
            with clock.at(NOW + timedelta(days=day)):
                states += [done.state for done in turn()]
        states.append(run(cast, source).state)  # asked for: read in any case
    assert states == ["done", "nothing", "done"]
    assert seen == [None, '"1"', None]


def test_the_same_content_without_an_etag(cast: Cast) -> None:
    with serving(lambda one: send(one, CSV)) as url:
        source = make_source(cast, cron="0 6 * * *", **web(f"{url}/a.csv"))
        states = []
        for day in (1, 2):
            with clock.at(NOW + timedelta(days=day)):
                states += [done.state for done in turn()]
        assert states == ["done", "nothing"]
        actions.edit(
            steward(cast),
            source.pk,
            draft(name="Facts", cron="0 6 * * *", **web(f"{url}/a.csv"), mapping=ColumnMapping()),
        )
        with clock.at(NOW + timedelta(days=3)):
            assert [done.state for done in turn()] == ["done"]


@pytest.mark.parametrize(
    ("status", "state"), [(404, "failed"), (401, "failed"), (503, "waiting"), (429, "waiting")]
)
def test_statuses(cast: Cast, status: int, state: str) -> None:
    with serving(lambda one: send(one, b"no", status)) as url:
        done = run(cast, make_source(cast, **web(url)))
    assert (done.state, done.code, done.data["status"]) == (state, "source.status", status)


def test_json_and_the_secret_in_its_header(cast: Cast) -> None:
    seen: list[str | None] = []

    def handle(one: BaseHTTPRequestHandler) -> None:
        seen.append(one.headers["X-Api-Key"])
        send(one, b'[{"kpi": "returns", "period": "2026-W45", "value": 12}]')

    with serving(handle) as url:
        source = make_source(cast, secret="s3cret", **web(f"{url}/a.json", header="X-Api-Key"))
        assert run(cast, source).state == "done"
    assert seen == ["s3cret"]


def test_a_secret_that_fits_no_header_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusals) as refused:
        make_source(cast, secret="密码", **web("https://a.example"))
    assert [one.code for one in refused.value.errors] == ["source.secret_unfit"]


def test_who_changes_the_secret_runs_it_with_their_own_rights(cast: Cast) -> None:
    """Another secret may open another person's data at the same address."""
    source = make_source(cast, secret="s3cret", **web("https://a.example"))
    cast.stella.is_steward = True
    cast.stella.save(update_fields=["is_steward"])
    other = cast.actor(cast.stella, Door.PAGE)
    renamed = draft(name="Sales", **web("https://a.example"))
    assert actions.edit(other, source.pk, renamed).owner_id == cast.sten.pk
    again = draft(name="Sales", secret="another", **web("https://a.example"))
    assert actions.edit(other, source.pk, again).owner_id == cast.stella.pk


def test_what_was_removed_while_it_was_read_is_not_tried_again(cast: Cast) -> None:
    source = make_source(cast, **web("http://127.0.0.1:9"))
    actions.run_now(steward(cast), source.pk)
    (run_of_it,) = due.claim(1)
    actions.remove(steward(cast), source.pk)
    running.carry_out(run_of_it)
    run_of_it.refresh_from_db()
    assert (run_of_it.state, run_of_it.code) == ("failed", "outward.no_answer")


def test_the_own_network_is_refused(cast: Cast, settings: Any) -> None:
    settings.REACHABLE_HOSTS = []
    with serving(lambda one: send(one, CSV)) as url:
        done = run(cast, make_source(cast, **web(url)))
    assert (done.state, done.code) == ("failed", "outward.private")


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("3600", 60, 75), ("Mon, 23 Nov 2026 06:00:00 GMT", 120, 150), ("9999999999999", 360, 450),
        ("soon", 1, 1.25), ("0", 1, 1.25), ("Mon, 01 Jan 2001 00:00:00 GMT", 1, 1.25),
    ],
)  # fmt: skip
def test_who_asks_to_wait_is_left_for_so_long(
    cast: Cast, asked: str, least: float, most: float
) -> None:
    """`Retry-After` as seconds or as a moment, within reason."""
    with clock.at(datetime(2026, 11, 23, 4, tzinfo=UTC)):
        with serving(lambda one: send(one, b"", 429, Retry_After=asked)) as url:
            done = run(cast, make_source(cast, **web(url)))
        wait = (done.due_at - clock.now()).total_seconds() / 60
    assert (done.state, done.code) == ("waiting", "source.status")
    assert least <= wait <= most


def test_who_pauses_stops_the_next_try_too(cast: Cast) -> None:
    source = make_source(cast, cron="0 6 * * *", **web("http://127.0.0.1:9"))
    failed = run(cast, source)
    assert failed.state == "waiting"
    actions.pause(steward(cast), source.pk)
    failed.refresh_from_db()
    assert (failed.state, failed.code) == ("failed", "outward.no_answer")
    with clock.at(failed.due_at + timedelta(days=1)):
        assert turn() == []
        assert run(cast, source).attempt == 1  # a person may still ask


def test_who_pauses_before_it_began_leaves_no_run(cast: Cast) -> None:
    source = make_source(cast, **web("http://127.0.0.1:9"))
    actions.run_now(steward(cast), source.pk)
    actions.pause(steward(cast), source.pk)
    assert turn() == []
    assert not SourceRun.objects.exists()


@pytest.mark.parametrize("space", ["", " \n  "])
def test_json_is_told_by_its_content(cast: Cast, space: str) -> None:
    """An API's address has no ending, and it may say nothing of what kind its answer is."""
    body = f'{space}[{space}{{"kpi": "returns", "period": "2026-W45", "value": 12}}]'.encode()
    with serving(lambda one: send(one, body)) as url:
        done = run(cast, make_source(cast, **web(f"{url}/v1/measurements")))
    assert (done.state, done.new) == ("done", 1)
