"""Large intakes: staged in a file, committed in chunks, killed in the middle, sent again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection

from okapi.base import idempotency
from okapi.base.models import Change, StoredAnswer
from okapi.core.errors import Conflict, Refusals
from okapi.kpis import actions, ingest
from okapi.kpis.ingest import staging
from okapi.kpis.models import Intake, KpiStanding, Measurement, MeasurementHistory
from tests.cast import NOW, Cast
from tests.kpis.making import counts, make_kpi, row, stored, take

MONTHS = [f"{year}-{month:02}" for year in range(2022, 2026) for month in range(1, 13)]
KEYS = ("a", "b", "c")
CHUNK = 20
CHUNKS = 8  # 144 rows


def files() -> list[Path]:
    return list(staging.folder().glob("*.sqlite3"))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(staging, "IN_MEMORY", CHUNK)


def values(shift: int = 0) -> list[dict[str, Any]]:
    """In the order of time, so that the file has to be put in order of KPIs."""
    return [row(key, month, at + shift) for at, month in enumerate(MONTHS) for key in KEYS]


@pytest.fixture
def kpis(cast: Cast) -> Cast:
    for key in KEYS:
        make_kpi(cast, key)
    return cast


def test_many_rows_go_through_a_file_in_chunks(kpis: Cast) -> None:
    result = take(kpis.system, values())
    assert counts(result) == (144, 144, 0, 0)
    intake = Intake.objects.get()
    assert (intake.chunks, intake.chunks_done, intake.state) == (CHUNKS, CHUNKS, "committed")
    assert stored()["b", "", "2025-12"] == Decimal(47)
    assert set(KpiStanding.objects.values_list("value", flat=True)) == {Decimal(47)}
    assert Change.objects.filter(kind="intake").count() == 1
    assert files() == []


def test_many_kpis_with_few_rows_go_in_chunks_too(
    kpis: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "CHUNK_KPIS", 2)
    take(kpis.system, [row(key, "2026-10", 1) for key in KEYS])
    assert Intake.objects.get().chunks == 2


@pytest.mark.parametrize("ordered", [True, False])
def test_duplicates_in_a_file_are_found_wherever_they_stand(kpis: Cast, ordered: bool) -> None:
    rows = values()
    if ordered:
        rows.sort(key=lambda one: one["kpi"])
    again = [*rows, rows[3], {**rows[100], "value": -1}]
    with pytest.raises(Refusals) as caught:
        take(kpis.system, again)
    (only,) = caught.value.errors
    assert (only.code, only.data["line"], only.data["first_line"]) == ("row.twice", 146, 101)
    assert (Measurement.objects.count(), files()) == (0, [])
    assert counts(take(kpis.system, again[:-1])) == (145, 144, 0, 1)


def test_one_bad_row_at_the_end_and_nothing_is_written(kpis: Cast) -> None:
    with pytest.raises(Refusals):
        take(kpis.system, [*values(), row("a", "2026-10", "x")])
    assert (Measurement.objects.count(), Intake.objects.count(), files()) == (0, 0, [])


def test_one_undo_takes_all_chunks_back(kpis: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    take(kpis.system, values())
    before = stored()
    second = take(kpis.system, [*values(1), row("a", "2026-10", 5)])
    take(kpis.system, [row("c", "2025-12", 7)])
    monkeypatch.setattr("okapi.kpis.ingest.undoing.CHUNK_ROWS", CHUNK)
    done = actions.undo_intake(kpis.system, second.uid)
    assert (done.removed, done.restored, done.kept) == (1, 143, 1)
    assert stored() == {**before, ("c", "", "2025-12"): Decimal(7)}


def test_an_undo_that_was_killed_goes_on(kpis: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from okapi.kpis.ingest import undoing

    result = take(kpis.system, values())
    monkeypatch.setattr(undoing, "CHUNK_ROWS", CHUNK)
    with monkeypatch.context() as patch:
        patch.setattr(undoing, "_finish", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.undo_intake(kpis.system, result.uid)
    intake = Intake.objects.get()
    assert (intake.state, intake.chunks_done) == ("undone", 0)
    assert ingest.resume_intakes() == 1
    intake.refresh_from_db()
    assert (Measurement.objects.count(), intake.chunks_done) == (0, intake.chunks)
    assert ingest.resume_intakes() == 0


# --- Killed ---

KILLED = """
import json, os, sys
import django
django.setup()
from okapi.base import clock, idempotency, scope
from okapi.base.actor import Actor, Door
from okapi.kpis import actions
from okapi.kpis.ingest import committing, staging
from datetime import datetime
from uuid import UUID

told = json.load(sys.stdin)
staging.CHUNK_ROWS = staging.IN_MEMORY = told["chunk"]
taken, merge, begin = [], committing._merge, committing.begin

def merge_until(*args):
    if told["when"] == "before" and len(taken) == told["after"]:
        os._exit(9)
    merge(*args)
    taken.append(1)
    if told["when"] == "within" and len(taken) == told["after"] + 1:
        os._exit(9)

def begin_and_die(*args):
    begin(*args)
    if told["when"] == "begun":
        os._exit(9)

committing._merge, committing.begin = merge_until, begin_and_die
organisation = UUID(told["organisation"])
actor = Actor(organisation, Door.API, token_id=organisation)
request = idempotency.request(organisation, "once", b"body") if told["keyed"] else None
with scope.organisation(organisation), clock.at(datetime.fromisoformat(told["now"])):
    actions.record_measurements(actor, told["rows"], request=request)
"""


def database_url() -> str:
    """The address of the database of this test, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    told = {"host": known["HOST"], "port": known["PORT"], **known["OPTIONS"]}
    told = {name: value for name, value in told.items() if isinstance(value, str) and value}
    query = "&".join(f"{name}={quote(value)}" for name, value in told.items())
    return (
        f"postgresql://{quote(known['USER'])}:{quote(known['PASSWORD'])}@/{known['NAME']}?{query}"
    )


def kill(cast: Cast, rows: list[dict[str, Any]], when: str, after: int, *, keyed: bool) -> None:
    """Let another process take the rows in, and die in the middle."""
    told = {
        "organisation": str(cast.organisation.pk),
        "rows": rows,
        "chunk": CHUNK,
        "when": when,
        "after": after,
        "now": NOW.isoformat(),
        "keyed": keyed,
    }
    environment = {
        **os.environ,
        "OKAPI_DATABASE_URL": database_url(),
        "OKAPI_HOME": str(django_settings.HOME),
    }
    died = subprocess.run(
        [sys.executable, "-c", KILLED],
        input=json.dumps(told),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert died.returncode == 9, died.stderr


def ask(cast: Cast) -> idempotency.Request:
    return idempotency.request(cast.organisation.pk, "once", b"body")


DEATHS = [("begun", 0), ("within", 0), ("within", 3), ("before", 5), ("within", CHUNKS - 1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("when", "after"), DEATHS)
def test_a_commit_that_was_killed_goes_on_at_the_next_start(
    kpis: Cast, when: str, after: int
) -> None:
    take(kpis.system, [row("a", "2022-01", 100), row("b", "2022-01", 0)])
    kill(kpis, values(), when, after, keyed=False)

    loading = Intake.objects.get(state="loading")
    assert (loading.chunks_done, loading.chunks) == (after, CHUNKS)
    assert ingest.resume_intakes() == 1

    loading.refresh_from_db()
    assert loading.state == "committed"
    assert (loading.new, loading.revised, loading.unchanged) == (142, 1, 1)
    assert Measurement.objects.count() == 144
    assert stored()["a", "", "2022-01"] == 0
    assert (ingest.resume_intakes(), files()) == (0, [])
    assert Change.objects.filter(object_id=loading.uid).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_came_after_a_killed_commit_is_not_superseded_by_it(kpis: Cast) -> None:
    """Its chunks: a and the first months of b are in; the rest of b, and c, are not."""
    first = take(kpis.system, [row("b", "2025-12", 5)])
    kill(kpis, values(), "within", 3, keyed=False)
    loading = Intake.objects.get(state="loading")
    told = [("a", "2022-01", 100), ("c", "2022-01", 0), ("c", "2025-11", 101), ("c", "2026-01", 7)]
    later = take(kpis.system, [row(*one) for one in told])
    noted = take(kpis.system, [row("c", "2025-12", 102, note="counted again")])

    assert ingest.resume_intakes() == 1
    loading.refresh_from_db()
    assert (loading.state, loading.received) == ("committed", 144)
    assert (loading.new, loading.revised, loading.unchanged) == (140, 3, 1)
    expected = {(key, "", month): Decimal(at) for at, month in enumerate(MONTHS) for key in KEYS}
    corrected = {(key, "", month): Decimal(value) for key, month, value in told}
    assert stored() == {**expected, **corrected, ("c", "", "2025-12"): Decimal(102)}
    assert KpiStanding.objects.get(kpi__key="c").value == 7

    superseded = MeasurementHistory.objects.filter(slice__kpi__key="c").order_by("last")
    assert list(
        superseded.values_list("label", "value", "revision", "intake", "superseded_by")
    ) == [
        ("2025-11", 46, 1, loading.pk, Intake.objects.get(uid=later.uid).pk),
        ("2025-12", 47, 1, loading.pk, Intake.objects.get(uid=noted.uid).pk),
    ]
    of_c = Measurement.objects.filter(slice__kpi__key="c", last__gte="2025-10-01")
    assert dict(of_c.values_list("label", "revision")) == {
        "2025-10": 1, "2025-11": 2, "2025-12": 2, "2026-01": 1,
    }  # fmt: skip
    for uid in (later.uid, noted.uid):
        actions.undo_intake(kpis.system, uid)
    assert stored() == expected
    actions.undo_intake(kpis.system, loading.uid)
    assert stored() == {("b", "", "2025-12"): Decimal(5)}
    assert first.new == 1


@pytest.mark.django_db(transaction=True)
def test_a_killed_commit_whose_file_is_damaged_holds_up_no_other(kpis: Cast) -> None:
    kill(kpis, values(), "within", 3, keyed=False)
    (file,) = files()
    kill(kpis, values(1), "before", 1, keyed=False)
    file.write_bytes(b"no database at all" * 100)
    assert ingest.resume_intakes() == 1
    assert list(Intake.objects.order_by("pk").values_list("state", flat=True)) == [
        "loading", "committed",
    ]  # fmt: skip
    file.unlink()


def resume(_: Cast) -> None:
    ingest.resume_intakes()


def send_again(cast: Cast) -> None:
    result = take(cast.system, values(), request=ask(cast))
    assert counts(result) == (144, 144, 0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("when", "after"), DEATHS)
@pytest.mark.parametrize("first", [resume, send_again])
def test_a_client_that_sends_again_loses_and_doubles_nothing(
    kpis: Cast, when: str, after: int, first: Callable[[Cast], None]
) -> None:
    kill(kpis, values(), when, after, keyed=True)
    first(kpis)
    send_again(kpis)
    assert Intake.objects.count() == 1
    assert Measurement.objects.count() == 144
    assert set(Measurement.objects.values_list("revision", flat=True)) == {1}
    assert StoredAnswer.objects.get().status == 200
    assert files() == []


@pytest.mark.django_db(transaction=True)
def test_a_small_intake_is_in_whole_or_not_at_all(kpis: Cast) -> None:
    rows = values()[:CHUNK]
    kill(kpis, rows, "within", 0, keyed=True)
    assert (Intake.objects.count(), Measurement.objects.count()) == (0, 0)
    assert StoredAnswer.objects.count() == 0
    assert counts(take(kpis.system, rows, request=ask(kpis))) == (CHUNK, CHUNK, 0, 0)


def test_without_its_file_a_request_is_told_to_wait(
    kpis: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okapi.kpis.ingest import committing

    with monkeypatch.context() as patch:
        patch.setattr(committing, "_merge", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(kpis.system, values(), request=ask(kpis))
    (file,) = files()
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(Conflict, match=r"idempotency\.in_progress"):
        take(kpis.system, values(), request=ask(kpis))
    assert ingest.resume_intakes() == 0
    away.rename(file)
    send_again(kpis)
