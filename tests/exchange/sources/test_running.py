"""Runs of sources: what they read, store and tell; failing, trying again, being killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from okapi.base import clock, scope
from okapi.base.outward import UnreachableError
from okapi.core.errors import Conflict
from okapi.exchange.models import Source, SourceFeed, SourceRun
from okapi.exchange.sources import actions, due, queries, running
from okapi.exchange.sources.kinds import RunState
from okapi.exchange.tables import ColumnMapping
from okapi.kpis.actions import undo_intake
from okapi.kpis.models import Intake, Measurement
from tests.cast import NOW, Cast
from tests.exchange.sources import making
from tests.exchange.sources.making import make_file, make_source, run, steward, turn, web
from tests.kpis.making import make_kpi, stored

FACTS = [("returns", "2026-W45", 12), ("returns", "2026-W46", 12.5)]


@pytest.fixture(autouse=True)
def kpi(cast: Cast) -> Any:
    return make_kpi(cast, "returns", frequency="week", unit="%", decimals=1)


def counts(done: SourceRun) -> tuple[str, int, int, int, int]:
    return done.state, done.received, done.new, done.revised, done.unchanged


def test_what_is_there_becomes_measurements(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    source = make_source(cast)
    assert counts(run(cast, source)) == ("done", 2, 2, 0, 0)
    make_file(folder, [*FACTS[:1], ("returns", "2026-W46", 13), ("returns", "2026-W47", 14)])
    second = run(cast, source)
    assert counts(second) == ("done", 3, 1, 1, 1)
    assert second.covered == "2026-W47"
    intake = Intake.objects.get(uid=second.intake)
    assert (intake.source, intake.door, intake.person_id) == ("Facts", "job", cast.sten.pk)
    (feed,) = queries.feeds(steward(cast), "facts")
    assert (feed.key, feed.period.label) == ("returns", "2026-W47")


def test_an_intake_of_a_source_is_taken_back(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    done = run(cast, make_source(cast))
    assert done.intake is not None
    undo_intake(steward(cast), done.intake)
    assert stored() == {}


def test_one_bad_cell_and_nothing_is_stored(cast: Cast, folder: Path) -> None:
    make_file(folder, [*FACTS, ("returns", "2026-W47", "soon"), ("retrns", "2026-W47", 1)])
    source = make_source(cast)
    done = run(cast, source)
    assert (done.state, done.refused, done.code) == ("failed", 2, "source.cells")
    assert stored() == {}
    line = queries.one_run(steward(cast), "facts", done.pk)
    told = [(one.code, one.data["line"], one.data["found"]) for one in line.refusals]
    assert told == [
        ("tables.number.unreadable", 3, "soon"),
        ("tables.kpi.unknown_near", 4, "retrns"),
    ]
    # A steward who does not own it may not be able to read what was suggested.
    Source.objects.update(owner=cast.stella)
    line = queries.one_run(steward(cast), "facts", done.pk)
    assert line.refusals[1].code == "tables.kpi.unknown"
    assert "expected" not in line.refusals[1].data
    source.refresh_from_db()
    assert (source.failures, source.paused) == (1, "")


def test_no_row_is_nothing_new(cast: Cast, folder: Path) -> None:
    make_file(folder, [])
    done = run(cast, make_source(cast))
    assert (done.state, done.intake) == ("nothing", None)


def test_columns_as_somebody_said(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    source = make_source(
        cast,
        query="select period as a, value as b from facts",
        mapping=ColumnMapping(columns=(("a", "period"), ("b", "value")), kpi="returns"),
    )
    assert counts(run(cast, source)) == ("done", 2, 2, 0, 0)


def test_it_runs_with_the_rights_of_its_owner(cast: Cast, folder: Path) -> None:
    """Another person's private KPI is none of the steward's, whoever asks."""
    kpi = make_kpi(cast, "secret", frequency="week", unit="%")
    kpi.visibility = "named"
    kpi.save(update_fields=["visibility"])
    make_file(folder, [("secret", "2026-W45", 1)])
    done = run(cast, make_source(cast))
    assert done.state == "failed"
    assert "unknown" in done.code
    assert stored() == {}


@pytest.mark.parametrize("change", [{"is_steward": False}, {"archived_at": NOW}])
def test_an_owner_who_may_no_longer_pauses_it(
    cast: Cast, folder: Path, change: dict[str, Any]
) -> None:
    make_file(folder, FACTS)
    source = make_source(cast, cron="0 6 * * *")
    for name, value in change.items():
        setattr(cast.sten, name, value)
    cast.sten.save()
    with clock.at(NOW + timedelta(days=1)):
        (done,) = turn()
    source.refresh_from_db()
    assert (done.state, source.paused, source.next_at) == ("failed", "owner", None)
    assert stored() == {}


# --- Plans ----------------------------------------------------------------------------------------


def test_a_plan_runs_once_for_its_time(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    source = make_source(cast, cron="0 6 * * *")
    assert source.next_at == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert (turn(), due.is_due()) == ([], False)
    with clock.at(NOW + timedelta(days=3)):
        assert due.is_due()
        (done,) = turn()
        assert (done.slot, done.state) == (source.next_at, "done")
        source.refresh_from_db()
        assert source.next_at == datetime(2026, 11, 26, 22, 0, tzinfo=UTC)
        assert turn() == []


def test_two_tickers_make_one_run(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    make_source(cast, cron="0 6 * * *")
    with clock.at(NOW + timedelta(days=1)):
        assert (due.plan(), due.plan()) == (1, 0)
        first, second = due.claim(10), due.claim(10)
    assert (len(first), second) == (1, [])


def test_a_run_does_not_overlap_another(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    source = make_source(cast, cron="0 6 * * *")
    actions.run_now(steward(cast), source.pk)
    (claimed,) = due.claim(10)
    with pytest.raises(Conflict) as refused:
        actions.run_now(steward(cast), source.pk)
    assert refused.value.code == "source.runs"
    with clock.at(NOW + timedelta(hours=18)):
        due.renew([claimed])
        assert (due.plan(), due.claim(10)) == (0, [])
    running.carry_out(claimed)
    assert SourceRun.objects.count() == 1


def test_what_is_paused_does_not_run_by_its_plan(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    source = make_source(cast, cron="0 6 * * *")
    actions.pause(steward(cast), source.pk)
    with clock.at(NOW + timedelta(days=1)):
        assert turn() == []
        actions.resume(steward(cast), source.pk)
    with clock.at(NOW + timedelta(days=2)):
        assert [done.state for done in turn()] == ["done"]
        actions.remove(steward(cast), source.pk)
    with clock.at(NOW + timedelta(days=3)):
        assert turn() == []


# --- Failing --------------------------------------------------------------------------------------


def test_what_may_be_otherwise_later_is_tried_again(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_source(cast, **web("http://127.0.0.1:9"))
    actions.run_now(steward(cast), source.pk)
    now, waits = NOW, []
    for attempt in range(1, running.TRIES):
        with clock.at(now):
            (done,) = turn()
        assert (done.state, done.attempt, done.code) == ("waiting", attempt, "outward.no_answer")
        waits.append((done.due_at - now).total_seconds() / 60)
        now = done.due_at
    for wait, least in zip(waits, (1, 5, 20), strict=True):
        assert least <= wait <= least * 1.25
    with clock.at(now):
        (done,) = turn()
    assert (done.state, done.attempt) == ("failed", running.TRIES)
    source.refresh_from_db()
    assert source.failures == 1


@pytest.fixture(autouse=True)
def near(settings: Any) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]


def test_asking_again_does_not_wait_for_the_next_try(cast: Cast, folder: Path) -> None:
    source = make_source(cast, **web("http://127.0.0.1:9"))
    first = run(cast, source)
    assert first.state == "waiting"
    assert turn() == []
    again = run(cast, source)
    assert (again.pk, again.attempt) == (first.pk, 2)


def test_what_keeps_failing_is_paused_and_its_owner_told(
    cast: Cast, folder: Path, outbox_of: Callable[[], list[Any]]
) -> None:
    make_file(folder, [("returns", "2026-W45", "soon")])
    source = make_source(cast, cron="0 6 * * *")
    for day in range(1, running.PAUSED_AFTER + 2):
        with clock.at(NOW + timedelta(days=day)):
            turn()
    source.refresh_from_db()
    assert (source.failures, source.paused, source.next_at) == (5, "failures", None)
    assert SourceRun.objects.count() == running.PAUSED_AFTER
    letter = outbox_of()[-1]
    assert (letter.kind, letter.audience) == (
        "source",
        {"teams": [], "people": [str(cast.sten.pk)]},
    )
    make_file(folder, FACTS)
    actions.resume(steward(cast), source.pk)
    assert run(cast, source).state == "done"
    source.refresh_from_db()
    assert (source.failures, source.paused) == (0, "")


@pytest.fixture
def outbox_of() -> Callable[[], list[Any]]:
    from okapi.base.models import Outbox

    return lambda: list(Outbox.objects.filter(kind="source").order_by("id"))


def test_a_bug_is_told_as_one_and_logged_without_secrets(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    make_file(folder, FACTS)
    source = make_source(cast, secret="s3cret")

    def burst(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(running.fetching, "brought", burst)
    done = run(cast, source)
    assert (done.state, done.code) == ("failed", "source.bug")
    assert "ZeroDivisionError" in caplog.text
    assert "s3cret" not in caplog.text


# --- Being killed ---------------------------------------------------------------------------------


class KilledError(BaseException):
    """As if the process ended here."""


def test_killed_while_reading_it_is_read_again(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_file(folder, FACTS)
    source = make_source(cast)
    actions.run_now(steward(cast), source.pk)
    (claimed,) = due.claim(1)
    with clock.at(NOW + due.LEASE):
        assert due.claim(1) == []
    with clock.at(NOW + due.LEASE + timedelta(seconds=1)):
        (done,) = turn()
    assert (done.pk, done.attempt, done.state) == (claimed.pk, 2, "done")


def test_killed_after_storing_nothing_is_stored_twice(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_file(folder, FACTS)
    source = make_source(cast)
    actions.run_now(steward(cast), source.pk)
    (claimed,) = due.claim(1)

    def end(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(running, "_finish", end)
        with pytest.raises(KilledError):
            running.carry_out(claimed)
    assert Intake.objects.count() == 1
    # Meanwhile the source says something else, which belongs to the next run.
    make_file(folder, [("returns", "2026-W45", 99)])
    with clock.at(NOW + timedelta(minutes=2)):
        (done,) = turn()
    assert counts(done) == ("done", 2, 2, 0, 0)
    assert done.intake == Intake.objects.get().uid
    assert sorted(str(value) for value in stored().values()) == ["12", "12.5"]


def test_two_workers_on_one_run_store_once(cast: Cast, folder: Path) -> None:
    """A lease that ended too early: both go on, and both find the same intake."""
    make_file(folder, FACTS)
    source = make_source(cast)
    actions.run_now(steward(cast), source.pk)
    (first,) = due.claim(1)
    with clock.at(NOW + timedelta(minutes=2)):
        (second,) = due.claim(1)
        running.carry_out(second)
    running.carry_out(first)
    assert Intake.objects.count() == 1
    assert Measurement.objects.count() == 2


def test_who_was_too_slow_says_nothing_any_more(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    actions.run_now(steward(cast), make_source(cast).pk)
    (slow,) = due.claim(1)
    with clock.at(NOW + timedelta(minutes=2)):
        (done,) = turn()
    running._fail(slow, UnreachableError("source.too_slow", field="query", seconds=1))
    slow.refresh_from_db()
    assert (slow.state, slow.attempt, slow.code) == ("done", done.attempt, "")


def test_what_ends_its_worker_each_time_is_given_up(cast: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    actions.run_now(steward(cast), make_source(cast).pk)
    for minutes in range(running.TRIES):
        with clock.at(NOW + timedelta(minutes=2 * minutes)):
            assert len(due.claim(1)) == 1
    with clock.at(NOW + timedelta(hours=1)):
        (done,) = turn()
    assert (done.state, done.code, done.data) == ("failed", "source.killed", {"n": running.TRIES})
    assert stored() == {}


def test_runs_are_kept_for_a_while(cast: Cast, folder: Path, monkeypatch: Any) -> None:
    make_file(folder, FACTS)
    source = make_source(cast)
    monkeypatch.setattr(due, "KEPT_RUNS", 2)
    kept = [run(cast, source).pk for _ in range(4)][2:]
    assert due.forget_old() == 2
    assert [line.id for line in queries.runs(steward(cast), "facts")] == kept[::-1]
    assert queries.runs(steward(cast), "facts")[0].state is RunState.DONE


def test_another_organisation_sees_nothing(cast: Cast, strangers: Cast, folder: Path) -> None:
    make_file(folder, FACTS)
    run(cast, make_source(cast))
    with scope.organisation(strangers.organisation.pk):
        assert queries.sources(strangers.actor(strangers.sten)) == ()
        assert list(SourceFeed.objects.all()) == []
    assert making.QUERY in queries.source(steward(cast), "facts").query
