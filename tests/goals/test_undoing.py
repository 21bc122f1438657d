"""Taking changes back: fields, parts, links; what was agreed stays, and what others changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.base import changes
from okapi.base.models import Change
from okapi.core.errors import Conflict, Forbidden, NotFound, Refused
from okapi.goals import actions
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft
from okapi.goals.models import Contribution, Guard, Informs, KeyResult, Milestone, Moves, Objective
from tests.cast import Cast
from tests.goals.making import draft, make_kpi, make_objective, measure

Act = Callable[[], Any]


def done(act: Act) -> int:
    """Do it; the number of the first change that it left."""
    with changes.gather() as made:
        act()
    return made[0].number


def snapshot(of: Any) -> dict[str, Any]:
    """All columns but the version."""
    of.refresh_from_db()
    return {
        field.attname: getattr(of, field.attname)
        for field in of._meta.concrete_fields
        if field.name != "version"
    }


@pytest.fixture
def objective(cast: Cast, lea: Any) -> Objective:
    return draft(cast, lea, why="So.")


@pytest.fixture
def key_result(cast: Cast, lea: Any, objective: Objective) -> KeyResult:
    """A reach from 10 to 20."""
    kpi = make_kpi(cast, "visits")
    measure(cast, kpi, {"2026-09": 10})
    moves = [MoveDraft("visits", target=Decimal(20))]
    return actions.add_key_result(lea, objective.pk, title="Visits", moves=moves)


@pytest.mark.parametrize(
    "given",
    [
        {"title": "Better"},
        {"why": "", "why_other": "因为", "weight": Decimal("2.5")},
        {"owner": "rob@acme.example", "kind": "aspirational", "cycle": "2026"},
        {"team": "repairs", "visibility": "team"},
        {"visibility": "named", "readers": ["rob@acme.example", "tom@acme.example"]},
        {"position": 7},
    ],
)
def test_fields_of_an_objective(
    cast: Cast, lea: Any, objective: Objective, given: dict[str, Any]
) -> None:
    before = snapshot(objective)
    number = done(lambda: actions.edit_objective(lea, objective.pk, **given))
    assert snapshot(objective) != before
    actions.take_back(lea, number)
    assert snapshot(objective) == before
    assert not objective.readers.exists()
    # The way back is a change like any other, and has a way back itself.
    actions.take_back(lea, Change.objects.order_by("-pk")[0].pk)
    assert snapshot(objective) != before


def test_archived_drafts_come_back(cast: Cast, lea: Any, objective: Objective) -> None:
    number = done(lambda: actions.archive_objective(lea, objective.pk))
    actions.take_back(lea, number)
    objective.refresh_from_db()
    assert objective.archived_at is None


@pytest.mark.parametrize(
    "given",
    [
        {"title": "More visits", "description": "All of them", "weight": 3},
        {"due": date(2026, 12, 15), "owner": "rob@acme.example", "cadence_days": 14},
        {"mode": "keep", "keep_share": Decimal("0.8")},
        {"moves": [MoveDraft("visits", target=Decimal(30))]},
        {"moves": [MoveDraft("visits", target=Decimal(9), start=Decimal(4), start_reason="Ours")]},
    ],
)
def test_fields_and_moves_of_a_key_result(
    cast: Cast, lea: Any, key_result: KeyResult, given: dict[str, Any]
) -> None:
    def moved() -> list[Any]:
        names = ("kpi__key", "start", "is_start_typed", "start_reason", "target", "weight")
        return list(Moves.objects.values_list(*names))

    before, links = snapshot(key_result), moved()
    number = done(lambda: actions.edit_key_result(lea, key_result.pk, **given))
    assert (snapshot(key_result), moved()) != (before, links)
    actions.take_back(lea, number)
    assert (snapshot(key_result), moved()) == (before, links)


def test_steps_keep_the_day_on_which_they_were_done(
    cast: Cast, lea: Any, objective: Objective
) -> None:
    steps = [
        MilestoneDraft("Begin", done_on=date(2026, 10, 9)),
        MilestoneDraft("End", due=date(2026, 12, 1), weight=Decimal(2)),
    ]
    made = actions.add_key_result(
        lea, objective.pk, title="Steps", kind="milestone", milestones=steps
    )
    fewer = [MilestoneDraft("Begin well", key="M1")]
    number = done(lambda: actions.edit_key_result(lea, made.pk, milestones=fewer))
    assert Milestone.objects.get().done_on == date(2026, 10, 9)
    actions.take_back(lea, number)
    columns = ("key", "title", "due", "weight", "done_on")
    assert list(Milestone.objects.order_by("position").values_list(*columns)) == [
        ("M1", "Begin", None, 1, date(2026, 10, 9)),
        ("M2", "End", date(2026, 12, 1), 2, None),
    ]


def test_levels(cast: Cast, lea: Any, objective: Objective) -> None:
    levels = [LevelDraft("fail", "Nobody"), LevelDraft("target", "Half")]
    made = actions.add_key_result(lea, objective.pk, title="Known", kind="levels", levels=levels)
    others = [LevelDraft("fail", "Nobody"), LevelDraft("target", "All", value=Decimal("0.9"))]
    number = done(lambda: actions.edit_key_result(lea, made.pk, levels=others))
    actions.take_back(lea, number)
    assert list(made.levels.order_by("value").values_list("text", "value")) == [
        ("Nobody", 0),
        ("Half", Decimal("0.7")),
    ]


def test_added_and_removed_key_results(
    cast: Cast, lea: Any, objective: Objective, key_result: KeyResult
) -> None:
    number = Change.objects.get(kind="key_result", verb="add").pk
    actions.take_back(lea, number)
    key_result.refresh_from_db()
    assert key_result.archived_at is not None
    actions.take_back(lea, Change.objects.order_by("-pk")[0].pk)
    key_result.refresh_from_db()
    assert key_result.archived_at is None


@pytest.mark.parametrize("of_key_result", [False, True])
def test_links(
    cast: Cast, lea: Any, objective: Objective, key_result: KeyResult, of_key_result: bool
) -> None:
    make_kpi(cast, "mood")
    above = make_objective(cast, team=cast.company, key="TOP")
    below = key_result.pk if of_key_result else None
    pk = objective.pk

    def counts() -> tuple[int, int, int]:
        return tuple(model.objects.count() for model in (Guard, Informs, Contribution))  # type: ignore[return-value]  # three

    limits = {"low": Decimal(3)}
    acts: list[tuple[Act, Act]] = [
        (
            lambda: actions.guard(lea, pk, "mood", limits=limits),
            lambda: actions.unguard(lea, pk, "mood"),
        ),
        (
            lambda: actions.inform(lea, pk, "mood", key_result=below),
            lambda: actions.uninform(lea, pk, "mood", key_result=below),
        ),
        (
            lambda: actions.contribute(lea, pk, to_objective=above.pk),
            lambda: actions.withdraw(lea, pk, to_objective=above.pk),
        ),
    ]
    for make, take in acts:
        before = counts()
        number = done(make)
        with_it = counts()
        assert with_it != before
        actions.take_back(lea, number)
        assert counts() == before
        make()
        number = done(take)
        actions.take_back(lea, number)
        assert counts() == with_it
    assert Guard.objects.get().low == 3


def test_limits_of_a_guard(cast: Cast, lea: Any, objective: Objective) -> None:
    make_kpi(cast, "mood")
    actions.guard(lea, objective.pk, "mood", limits={"low": Decimal(3)})
    number = done(
        lambda: actions.guard(
            lea, objective.pk, "mood", limits={"low": Decimal(4), "high": Decimal(9)}
        )
    )
    actions.take_back(lea, number)
    assert (Guard.objects.get().low, Guard.objects.get().high) == (3, None)


def test_what_was_changed_again_since_stays(cast: Cast, lea: Any, objective: Objective) -> None:
    number = done(lambda: actions.edit_objective(lea, objective.pk, title="Better", why="Yes."))
    actions.edit_objective(lea, objective.pk, weight=2)  # another field is no matter
    actions.edit_objective(lea, objective.pk, why="No.")
    with pytest.raises(Conflict) as error:
        actions.take_back(lea, number)
    assert error.value.code == "change.overtaken"


def test_adjustments_stay(
    cast: Cast, lea: Any, objective: Objective, key_result: KeyResult
) -> None:
    edited = done(lambda: actions.edit_objective(lea, objective.pk, title="Better"))
    why = done(lambda: actions.edit_objective(lea, objective.pk, why="Yes."))
    added = Change.objects.get(kind="key_result", verb="add").pk
    agreed = done(lambda: actions.agree(lea, objective.pk))
    for number in (edited, added, agreed):
        with pytest.raises(Refused) as error:
            actions.take_back(lea, number)
        assert error.value.code == "change.stays"
    adjusted = done(
        lambda: actions.adjust_target(lea, key_result.pk, target=Decimal(30), reason="x")
    )
    with pytest.raises(Refused):
        actions.take_back(lea, adjusted)
    # What is not agreed on has its way back.
    actions.take_back(lea, why)
    objective.refresh_from_db()
    assert (objective.title, objective.why) == ("Better", "So.")


def test_only_ones_own_and_only_while_one_may(cast: Cast, lea: Any, objective: Objective) -> None:
    number = done(lambda: actions.edit_objective(lea, objective.pk, title="Better"))
    for person in (cast.mia, cast.ada, cast.stella):
        with pytest.raises(NotFound):
            actions.take_back(cast.actor(person), number)
    with pytest.raises(NotFound):
        actions.take_back(cast.system, number)
    cast.service.lead = None
    cast.service.save()
    Objective.objects.update(owner=cast.mia)
    with pytest.raises(Forbidden):
        actions.take_back(cast.actor(cast.lea), number)
