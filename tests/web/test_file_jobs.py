"""Large files on the page: worked on by a process beside it, with progress, to be stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okapi.exchange import uploads
from okapi.exchange.file_jobs import jobs, worker
from okapi.exchange.file_jobs.jobs import State, Step
from okapi.kpis.models import Intake, Kpi, Measurement
from tests.cast import Cast
from tests.goals.making import make_kpi
from tests.web.conftest import Browser
from tests.web.file_jobs import bring, home, upload_at
from tests.web.test_objective_edit import text_of

__all__ = ["home"]

Open = Callable[..., Browser]
PLAIN = "kpi,period,value\nreturns,2026-08,1\nreturns,2026-09,2\n"
WIDE = "KPI,2026-08,2026-09\nreturns,1,2\n"


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    made = make_kpi(cast, key="returns", frequency="month")
    made.owner = cast.mia
    made.save()
    return made


@pytest.mark.parametrize("content", [PLAIN, WIDE])
def test_it_is_taken_in_beside_the_page(
    cast: Cast, returns: Kpi, browser: Open, content: str
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, content)
    assert mia.post(at, {"take": "1"})["Location"] == at
    page = text_of(mia.get(at))
    assert "Reading the values" in page
    assert "<progress" in page
    assert 'http-equiv="refresh"' in page  # for those without a script
    part = mia.get(f"{at}?fragment=progress", htmx=True)
    assert text_of(part).lstrip().startswith("<section")
    assert not Measurement.objects.exists()

    assert worker.is_due()
    assert worker.work() == 1
    assert not worker.is_due()

    intake = Intake.objects.get()
    onward = f"/o/acme/intakes/{intake.uid}/"
    assert mia.get(at)["Location"] == onward
    assert mia.get(f"{at}?fragment=progress", htmx=True)["HX-Redirect"] == onward
    assert (intake.received, intake.person_id, intake.door) == (2, cast.mia.pk, "page")
    assert Measurement.objects.count() == 2


def test_how_far_it_is_is_told(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    jobs.tell(upload_at(cast, at).folder, Step.READING, 9_870, 20_000)
    page = text_of(mia.get(at))
    assert 'value="0.493"' in page
    assert "49" in page
    assert "9,870 of 20,000" in page
    assert "Reading the values: 40%" in page  # read out at each tenth
    assert "Stop" in page
    jobs.tell(upload_at(cast, at).folder, Step.STORING, 1, 4)
    page = text_of(mia.get(at))
    assert 'name="stop"' not in page
    assert "afterwards you can take it back as one" in page


def test_each_step_is_told_by_the_one_who_works(
    cast: Cast, returns: Kpi, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(jobs, "tell", lambda _folder, *said: told.append(said))
    monkeypatch.setattr(worker, "_TOLD_EVERY", 0)
    mia = browser(cast.mia)
    mia.post(bring(mia, PLAIN), {"take": "1"})
    worker.work()
    assert told == [("reading", 0, 3), ("reading", 3, 3)]


def test_a_bad_cell_is_told_and_put_right(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE.replace(",2\n", ",many\n"))
    mia.post(at, {"take": "1"})
    worker.work()
    page = mia.get(at)
    assert page.status_code == 422
    assert 'name="cell-C2"' in text_of(page)
    assert not Measurement.objects.exists()
    mia.post(at, {"correct": "1", "cell-C2": "2"})
    assert 'name="cell-C2"' not in text_of(mia.get(at))
    mia.post(at, {"take": "1"})
    worker.work()
    assert Measurement.objects.count() == 2


def test_it_is_stopped_before_it_begins(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    assert mia.post(at, {"stop": "1"})["Location"] == at
    assert worker.work() == 0
    assert "You stopped it. Nothing was stored" in text_of(mia.get(at))
    mia.post(at, {"take": "1"})  # it can be begun anew
    assert worker.work() == 1
    assert Measurement.objects.count() == 2


def test_it_is_stopped_while_it_is_read(
    cast: Cast, returns: Kpi, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    tell = jobs.tell

    def told(folder: Path, step: Step, done: int, total: int) -> None:
        tell(folder, step, done, total)
        mia.post(at, {"stop": "1"})

    monkeypatch.setattr(jobs, "tell", told)
    monkeypatch.setattr(worker, "_TOLD_EVERY", 0)
    assert worker.work() == 1
    assert not Intake.objects.exists()
    assert "You stopped it." in text_of(mia.get(at))


def test_what_a_killed_process_took_in_is_not_taken_in_again(
    cast: Cast, returns: Kpi, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    upload = upload_at(cast, at)
    with monkeypatch.context() as killed:
        killed.setattr(jobs, "store", lambda *_: None)  # its last word is not written down
        killed.setattr(Path, "unlink", lambda *_, **__: None)
        uploads.take(cast.actor(cast.mia), upload, once=True)
    assert worker.work() == 1
    assert Intake.objects.count() == 1
    job = jobs.of(upload)
    assert job is not None
    assert (job.state, job.found) == (State.DONE, Intake.objects.get().uid)


def test_what_ends_its_process_again_and_again_is_given_up(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    upload = upload_at(cast, at)
    job = jobs.of(upload)
    assert job is not None
    jobs.store(upload.folder, jobs.Job(job.kind, job.does, State.RUNNING, "en", attempt=3))
    assert worker.work() == 1
    assert "Something went wrong on our side" in text_of(mia.get(at))


def test_a_mistake_of_ours_keeps_no_other_file_waiting(
    cast: Cast, returns: Kpi, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia, calls = browser(cast.mia), []
    first, second = bring(mia, PLAIN), bring(mia, PLAIN)
    for at in (first, second):
        mia.post(at, {"take": "1"})
    take = uploads.take

    def failing(*given: Any, **more: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise ZeroDivisionError
        return take(*given, **more)

    monkeypatch.setattr(uploads, "take", failing)
    assert worker.work() == 2
    assert "Something went wrong on our side" in text_of(mia.get(first))
    assert "intakes" in mia.get(second)["Location"]


def test_who_may_no_longer_is_told_so(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    Kpi.objects.update(owner=cast.tom)
    worker.work()
    assert not Measurement.objects.exists()
    assert mia.get(at).status_code == 422


def test_a_large_file_is_looked_at_in_part(
    cast: Cast, returns: Kpi, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okapi.web.kpis import files

    monkeypatch.setattr(files, "LOOKED_AT", 1)
    mia = browser(cast.mia)
    page = text_of(mia.get(bring(mia, "kpi,period,value\nreturns,2026-08,1\nreturns,x,2\n")))
    assert "its first 1 rows were looked at" in page
    assert "period.unreadable" not in page
    assert 'role="alert"' not in page.partition('<template id="toast-template">')[0]


def test_another_one_does_not_see_it(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, PLAIN)
    mia.post(at, {"take": "1"})
    assert browser(cast.sten).get(at).status_code == 404
    assert browser(cast.sten).post(at, {"stop": "1"}).status_code == 404


# Sent by a script, which tells how much has arrived.


def test_a_script_is_told_where_to_go_on(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    for path in ("measurements/file/", "goals/file"):
        sent = {"file": SimpleUploadedFile("values.csv", PLAIN.encode())}
        answer = mia.post(path, sent, accept="application/json")
        assert answer.status_code == 200
        assert answer.json()["onward"].startswith(f"/o/acme/{path}")


def test_a_script_is_told_what_is_wrong(cast: Cast, browser: Open, settings: Any) -> None:
    mia = browser(cast.mia)
    settings.FILE_LIMIT = 4
    for path in ("measurements/file/", "goals/file"):
        answer = mia.post(path, {}, accept="application/json")
        assert (answer.status_code, answer.json()) == (422, {"error": "Choose a file first."})
        sent = {"file": SimpleUploadedFile("values.csv", PLAIN.encode())}
        answer = mia.post(path, sent, accept="application/json")
        assert answer.status_code == 413
        assert "larger" in answer.json()["error"]
