"""Several writers at the same moment: nothing is lost, on either database."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from okapi.core.errors import OkapiError
from okapi.goals import actions, renewer, standings
from okapi.goals.choices import Dirt
from okapi.goals.models import BranchStanding, CheckIn, Dirty, Objective
from tests.cast import Cast
from tests.goals.making import (
    link,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    publish_measured,
    renewed,
    standing,
)
from tests.goals.test_one_pass import snapshot

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run these at the same moment, each in its own thread with its own connection."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(contextvars.copy_context().run, run, work) for work in works]
        return [future.result() for future in futures]


def test_two_check_ins_under_one_objective_lose_nothing(cast: Cast) -> None:
    objective = make_objective(cast, owner=cast.mia)
    key_results = [make_key_result(objective, kind="yes_no") for _ in range(4)]
    renewed([objective])
    mia = cast.actor(cast.mia)

    def check_in(key: str) -> Callable[[], Any]:
        return lambda: actions.check_in(mia, key, confidence=8, is_done=True)

    for _ in range(3):
        CheckIn.objects.all().delete()
        renewed([objective])
        assert standing(objective).progress is None
        together(*(check_in(one.key) for one in key_results))
        assert standing(objective).progress == 1.0
        assert (standing(objective).known, standing(objective).health) == (4, "on_track")


def test_measurements_of_two_kpis_under_one_objective_lose_nothing(cast: Cast) -> None:
    from django.db import transaction

    kpis = [make_kpi(cast) for _ in range(3)]
    objective = make_objective(cast)
    for kpi in kpis:
        make_key_result(objective, kpi, start=0, target=10)

    def write(kpi: Any) -> Callable[[], None]:
        def work() -> None:
            with transaction.atomic():
                measure(cast, kpi, {"2026-10": 10})
                publish_measured(cast, kpi)

        return work

    together(*(write(kpi) for kpi in kpis))
    assert standing(objective).progress == 1.0


def test_two_editors_of_one_version_do_not_overwrite_each_other(cast: Cast) -> None:
    objective = make_objective(cast, state="draft")
    lea = cast.actor(cast.lea)

    def edit(title: str) -> Callable[[], str]:
        def work() -> str:
            try:
                return actions.edit_objective(lea, objective.pk, version=1, title=title).title
            except OkapiError as error:
                return error.code

        return work

    found = sorted(together(edit("Faster"), edit("Better")))
    assert found[1] == "goal.changed_meanwhile"
    assert Objective.objects.get().title == found[0]


def test_two_alignments_that_close_a_circle_together_do_not_pass(cast: Cast) -> None:
    one, two, three, four = (make_objective(cast) for _ in range(4))
    link(two, three)
    link(four, one)
    lea = cast.actor(cast.lea)

    def align(child: Objective, parent: Objective) -> Callable[[], str]:
        def work() -> str:
            try:
                actions.contribute(lea, child.pk, to_objective=parent.pk)
            except OkapiError as error:
                return error.code
            return "aligned"

        return work

    found = sorted(together(align(one, two), align(three, four)))
    assert found == ["aligned", "alignment.circle"]


def test_renewers_and_writers_together_end_in_the_same_figures(cast: Cast) -> None:
    kpis = [make_kpi(cast) for _ in range(6)]
    top = make_objective(cast, team=cast.company)
    below = [make_objective(cast) for _ in range(6)]
    for kpi, objective in zip(kpis, below, strict=True):
        make_key_result(objective, kpi, start=0, target=10)
        link(objective, top)
    renewed([top, *below])

    def write(at: int) -> Callable[[], None]:
        def work() -> None:
            for value in range(1, 6):
                measure(cast, kpis[at], {"2026-10": value + at})
                publish_measured(cast, kpis[at])

        return work

    def drain() -> None:
        for _ in range(10):
            renewer.drain(cast.organisation.pk)

    together(*(write(at) for at in range(6)), drain, drain)
    renewer.drain(cast.organisation.pk)
    incremental = snapshot()
    standings.renew_everything(cast.organisation.pk)
    assert snapshot() == incremental
    assert not Dirty.objects.exists()


def test_the_thread_renews_what_was_left_to_it(cast: Cast) -> None:
    top, below = make_objective(cast), make_objective(cast)
    link(below, top)
    renewed([top, below])
    running = renewer.start_thread(every=0.05)
    try:
        standings.leave(cast.organisation.pk, Dirt.ABOVE, [below.pk])
        deadline = time.monotonic() + 10
        while Dirty.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        running.stop()
    assert not running.thread.is_alive()
    assert BranchStanding.objects.get(kind="objective", object_id=top.pk).none == 1


def test_two_who_save_at_the_same_moment_are_put_together(cast: Cast) -> None:
    """Both read the same version; whoever writes second reads again and loses nothing."""
    from okapi.web.editing.saving import save
    from okapi.web.editing.sent import Now, Sent

    objective = make_objective(cast, state="draft", why="So.")
    lea = cast.actor(cast.lea)
    began = {"title": objective.title, "why": "So."}
    both_have_read = Barrier(2)

    def read() -> Now:
        found = Objective.objects.get(pk=objective.pk)
        return Now(found.version, {"title": found.title, "why": found.why})

    def edit(**changed: str) -> Callable[[], bool]:
        def work() -> bool:
            now = read()
            both_have_read.wait()
            sent = Sent({**began, **changed}, version=1, base=began)
            outcome = save(
                sent,
                now,
                lambda values, _all, version: actions.edit_objective(
                    lea, objective.pk, version=version, **values
                ),
                reload=read,
            )
            return outcome.is_saved

        return work

    assert together(edit(title="Faster"), edit(why="It costs twice.")) == [True, True]
    found = Objective.objects.get()
    assert (found.title, found.why, found.version) == ("Faster", "It costs twice.", 3)
    both_have_read.reset()
    began = {"title": "Faster", "why": "It costs twice."}
    Objective.objects.update(version=1)
    saved = together(edit(title="Quicker"), edit(title="Swifter"))
    assert sorted(saved) == [False, True]
    assert Objective.objects.get().title in ("Quicker", "Swifter")


def test_two_who_take_back_the_same_change_do_it_once(cast: Cast) -> None:
    from okapi.base import changes

    objective = make_objective(cast, state="draft")
    lea = cast.actor(cast.lea)
    with changes.gather() as made:
        actions.edit_objective(lea, objective.pk, title="Faster")

    def take_back() -> str:
        try:
            actions.take_back(lea, made[0].number)
        except OkapiError as error:
            return error.code
        return "taken back"

    assert sorted(together(take_back, take_back)) == ["change.overtaken", "taken back"]
    assert Objective.objects.get().title == objective.title
