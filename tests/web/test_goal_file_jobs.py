"""Large files of goals on the page: looked at and taken in by a process beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from okapi.exchange.file_jobs import jobs, worker
from okapi.exchange.file_jobs.jobs import Does, Kind, Step, StoppedError
from okapi.exchange.goal_files import carrying
from okapi.exchange.models import GoalImport
from okapi.goals.models import Objective
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.file_jobs import bring, home, upload_at
from tests.web.test_objective_edit import text_of

__all__ = ["home"]

Open = Callable[..., Browser]


def sheet(*rows: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([["ID", "Action", "Title", "Cycle", "Parents"], *rows])
    return text.getvalue()


TWO = sheet(["", "", "First of mine", "2026Q4", ""], ["", "", "Second of mine", "2026Q4", ""])
WRONG = sheet(["", "", "First of mine", "2026Q4", ""], ["", "", "Second", "1999Q1", "NOWHERE"])


def shown(answer: Any) -> dict[str, Any]:
    """What the page says of the file."""
    said = answer.context
    return {
        "wrong": [(one.place, one.text) for one in said["wrong"]],
        "parts": [(title, str(table)) for title, _, table in said["parts"]],
        "facts": said["facts"], "can_take": said["can_take"],
    }  # fmt: skip


@pytest.mark.parametrize("content", [TWO, WRONG])
def test_goals_are_looked_at_as_at_once(
    cast: Cast, browser: Open, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = browser(cast.mia)
    with monkeypatch.context() as small:
        small.setattr(jobs, "MANY", 300)
        at_once = mia.get(bring(mia, content, path="goals/file"))
    at = bring(mia, content, path="goals/file")
    assert mia.get(at)["Location"] == at
    assert "Reading the goals" in text_of(mia.get(at))
    assert worker.work() == 1
    assert not Objective.objects.exists()
    later = mia.get(at)
    assert shown(later) == shown(at_once)
    assert later.status_code == at_once.status_code == 200


def test_goals_are_taken_in_and_back(cast: Cast, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, TWO, path="goals/file")
    mia.get(at)
    worker.work()
    assert mia.post(at, {"take": "1"})["Location"] == at
    assert "Reading the goals" in text_of(mia.get(at))
    assert worker.work() == 1
    kept = GoalImport.objects.get()
    onward = f"/o/acme/goals/imports/{kept.pk}"
    assert mia.get(at)["Location"] == onward
    assert kept.counts["added"] == 2
    titles = Objective.objects.order_by("title").values_list("title", flat=True)
    assert list(titles) == ["First of mine", "Second of mine"]
    mia.post(onward)
    assert Objective.objects.filter(archived_at__isnull=True).count() == 0


def test_goals_that_a_killed_process_took_in_are_not_taken_in_again(
    cast: Cast, browser: Open
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, TWO, path="goals/file")
    upload = upload_at(cast, at)
    for _ in range(2):
        jobs.drop(upload)
        jobs.begin(upload, Kind.GOALS, Does.TAKE, language="en")
        assert worker.work() == 1
    assert GoalImport.objects.count() == 1
    assert Objective.objects.count() == 2


def test_what_is_wrong_by_then_is_told(cast: Cast, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, TWO, path="goals/file")
    mia.get(at)
    worker.work()
    cast.quarter.state = "closed"
    cast.quarter.save()
    mia.post(at, {"take": "1"})
    worker.work()
    assert not Objective.objects.exists()
    assert len(shown(mia.get(at))["wrong"]) == 2


def test_what_is_said_of_the_file_anew_is_looked_at_anew(cast: Cast, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, TWO, path="goals/file")
    mia.get(at)
    worker.work()
    assert shown(mia.get(at))["can_take"]
    mia.post(at, {"team": "service"})
    assert mia.get(at)["Location"] == at
    assert worker.work() == 1
    assert shown(mia.get(at))["can_take"]


def test_a_look_at_goals_is_stopped(
    cast: Cast, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, TWO, path="goals/file")
    mia.get(at)
    mia.post(at, {"stop": "1"})
    assert worker.work() == 0
    assert "You stopped it." in text_of(mia.get(at))
    assert mia.get(f"{at}?again=1")["Location"] == at
    assert worker.work() == 1
    assert shown(mia.get(at))["can_take"]


def test_a_stop_in_the_middle_leaves_nothing(cast: Cast, home: Path) -> None:
    from okapi.exchange.goal_files import imports

    path = home / "goals.csv"
    path.write_text(TWO, "utf-8")
    steps: list[tuple[str, int, int]] = []

    def tell(step: str, done: int, total: int) -> None:
        steps.append((step, done, total))
        if done == 1:
            raise StoppedError("upload.stopped")

    with pytest.raises(StoppedError):
        imports.take(cast.actor(cast.mia), path, name="goals.csv", tell=tell)
    assert steps == [("reading", 0, 0), ("storing", 0, 2), ("storing", 1, 2)]
    assert not Objective.objects.exists()
    assert carrying.STORING == Step.STORING
