"""Goals from draft to closing: who may, what is refused and where, what is written down."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.base import scope
from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused
from okapi.goals import actions, renewer
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft
from okapi.goals.models import Adjustment, Contribution, Guard, KeyResult, Moves, Objective
from okapi.kpis.models import Kpi
from tests.cast import TODAY, Cast
from tests.goals.making import (
    link,
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
    standing,
)


@pytest.fixture
def lea(cast: Cast) -> Any:
    return cast.actor(cast.lea)


def draft(cast: Cast, who: Any, **given: Any) -> Objective:
    return actions.create_objective(
        who, **{"title": "Faster service", "cycle": "2026Q4", "team": "service", **given}
    )


def code_of(error: pytest.ExceptionInfo[OkapiError]) -> tuple[str, str | None]:
    return error.value.code, error.value.field


# --- Drafts ---


def test_a_lead_makes_a_draft(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea, why="Customers wait", weight=Decimal(2))
    assert (objective.key, objective.state, objective.owner) == ("O-1", "draft", cast.lea)
    assert standing(objective).reason == "health.draft"
    change = Change.objects.get(kind="objective", object_id=objective.pk)
    assert (change.verb, change.after["title"], change.person_id) == (
        "create", "Faster service", cast.lea.pk,
    )  # fmt: skip
    assert Outbox.objects.filter(kind="objective", object_id=objective.pk).exists()
    assert draft(cast, lea).key == "O-2"


def test_a_member_proposes_for_the_own_team_and_for_oneself(cast: Cast) -> None:
    mia = cast.actor(cast.mia)
    assert draft(cast, mia).owner == cast.mia
    assert draft(cast, mia, team=None).team is None
    with pytest.raises(Forbidden):
        draft(cast, mia, team="sales")
    with pytest.raises(Forbidden):
        draft(cast, mia, team="company")
    with pytest.raises(Forbidden):
        draft(cast, mia, team=None, owner=cast.tom.email)
    with pytest.raises(Forbidden):
        draft(cast, cast.actor(cast.vic), team=None)
    assert draft(cast, cast.actor(cast.stella), team="company").team == cast.company
    with pytest.raises(Forbidden):
        draft(cast, cast.actor(cast.ada))


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": "  "}, "text.empty", "title"),
        ({"title": "x" * 301}, "text.too_long", "title"),
        ({"cycle": "2031Q1"}, "reference.unknown", "cycle"),
        ({"team": "nobody"}, "reference.unknown", "team"),
        ({"owner": "nobody@acme.example"}, "reference.unknown", "owner"),
        ({"kind": "stretch"}, "choice.unknown", "kind"),
        ({"weight": Decimal(-1)}, "weight.negative", "weight"),
        ({"weight": Decimal("0.00001")}, "weight.unreadable", "weight"),
        ({"visibility": "moon"}, "choice.unknown", "visibility"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    cast: Cast, lea: Any, given: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refused) as error:
        draft(cast, lea, **given)
    assert code_of(error) == (code, field)
    assert not Objective.objects.exists()


def test_a_key_is_taken_once(cast: Cast, lea: Any) -> None:
    draft(cast, lea, key="SERVICE-1")
    with pytest.raises(Refused) as error:
        draft(cast, lea, key="SERVICE-1")
    assert code_of(error) == ("key.taken", "key")


def test_another_organisation_is_not_there(cast: Cast, strangers: Cast, lea: Any) -> None:
    with scope.organisation(strangers.organisation.pk):
        theirs = make_objective(strangers)
        their_kpi = make_kpi(strangers)
    with pytest.raises(NotFound):
        actions.edit_objective(lea, theirs.pk, title="Ours")
    own = draft(cast, lea)
    with pytest.raises(NotFound):
        actions.contribute(lea, own.pk, to_objective=theirs.pk)
    with pytest.raises(NotFound):
        actions.guard(lea, own.pk, their_kpi.pk)
    with pytest.raises(Refused):
        draft(cast, lea, team=strangers.service.pk)


def test_editing_knows_the_version(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    edited = actions.edit_objective(lea, objective.pk, version=1, title="Better", why="So")
    assert (edited.title, edited.version) == ("Better", 2)
    with pytest.raises(Conflict) as error:
        actions.edit_objective(lea, objective.pk, version=1, title="Worse")
    assert error.value.code == "goal.changed_meanwhile"
    change = Change.objects.filter(kind="objective", verb="edit").get()
    assert (change.before["title"], change.after["title"]) == ("Faster service", "Better")
    actions.edit_objective(lea, objective.pk, title="Better")
    assert Change.objects.filter(kind="objective", verb="edit").count() == 1


# --- Key results ---


def test_a_metric_key_result(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "satisfaction")
    measure(cast, kpi, {"2026-09": 50, "2026-10": 60})
    objective = draft(cast, lea)
    key_result = actions.add_key_result(
        lea, objective.key, title="Satisfaction", owner=cast.mia.email, weight=2,
        moves=[MoveDraft(kpi="satisfaction", target=Decimal(80))],
    )  # fmt: skip
    assert (key_result.key, key_result.owner, key_result.state) == ("O-1-KR1", cast.mia, "draft")
    move = key_result.moves.get()
    assert (move.start, move.definition) == (None, kpi.definition), "frozen at the agreement"
    actions.agree(lea, objective.pk)
    move.refresh_from_db()
    assert (move.start, move.start_label) == (60, "2026-10"), "the span begins today"
    assert standing(key_result).reason == "health.first_value"


def test_start_meets_target_is_a_key_result_to_keep(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "uptime")
    measure(cast, kpi, {"2026-09": 99, "2026-10": 99})
    objective = draft(cast, lea)
    move = MoveDraft(kpi="uptime", target=Decimal(95))
    key_result = actions.add_key_result(lea, objective.pk, title="Uptime", moves=[move])
    typed = MoveDraft(kpi="uptime", start=Decimal(99), start_reason="now", target=Decimal(99))
    kept = actions.add_key_result(lea, objective.pk, title="Same", moves=[typed])
    assert standing(kept).mode == "keep"
    with pytest.raises(Refused) as error:
        actions.add_key_result(lea, objective.pk, title="No", mode="reach", moves=[move])
    assert code_of(error) == ("key_result.wrong_side", "target")
    actions.agree(lea, objective.pk)
    assert standing(key_result).mode == "keep"


@pytest.mark.parametrize(
    ("definition", "move", "given", "code", "field"),
    [
        ({}, {}, {}, "key_result.target_missing", "target"),
        ({}, {"target": 1, "low": 2}, {}, "key_result.target_missing", "target"),
        ({}, {"low": 3, "high": 2}, {}, "band.backwards", None),
        ({}, {"start": 1, "target": 2}, {}, "key_result.start_reason", "start_reason"),
        ({}, {"start": 5, "target": 2, "start_reason": "x"}, {"mode": "reach"},
         "key_result.wrong_side", "target"),
        ({}, {"start": 2, "target": 2, "start_reason": "x"}, {"mode": "reach"},
         "key_result.already_met", "target"),
        ({}, {"start": 2, "target": 5, "start_reason": "x"}, {"against": True},
         "key_result.not_against", "target"),
        ({"aggregation": "sum", "frequency": "year"}, {"target": 5}, {},
         "key_result.period_too_long", "kpi"),
        ({"aggregation": "min"}, {"start": 2, "target": 5, "start_reason": "x"}, {},
         "key_result.only_keep", "mode"),
        ({}, {"target": 5, "slice": "region=East"}, {}, "slice.unknown", "slice"),
        ({"has_total": False}, {"target": 5}, {}, "slice.unknown", "slice"),
        ({}, {"target": 5}, {"due": date(2026, 1, 1)}, "span.backwards", "due"),
    ],
)  # fmt: skip
def test_what_a_move_may_not_be(
    cast: Cast, lea: Any, definition: Any, move: Any, given: Any, code: str, field: str | None
) -> None:
    make_kpi(cast, "it", **definition)
    objective = draft(cast, lea)
    numbers = {k: Decimal(v) if isinstance(v, int) else v for k, v in move.items()}
    with pytest.raises(OkapiError) as error:
        actions.add_key_result(
            lea, objective.pk, title="No", moves=[MoveDraft(kpi="it", **numbers)], **given
        )
    assert error.value.code == code
    assert field is None or error.value.field == field
    assert not KeyResult.objects.exists()


def test_against_the_direction_on_purpose(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "price", direction="up")
    objective = draft(cast, lea)
    move = MoveDraft(kpi="price", start=Decimal(10), start_reason="list", target=Decimal(5))
    key_result = actions.add_key_result(
        lea, objective.pk, title="Cheaper", against=True, moves=[move]
    )
    measure(cast, kpi, {"2026-10": 8})
    renewed([objective])
    assert standing(key_result).mode == "reach"
    assert standing(key_result).progress == pytest.approx(0.4)


def test_kinds_without_a_kpi(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    steps = actions.add_key_result(
        lea, objective.pk, title="Steps", kind="milestone",
        milestones=[MilestoneDraft("one"), MilestoneDraft("two", weight=Decimal(3))],
    )  # fmt: skip
    assert [one.key for one in steps.milestones.order_by("position")] == ["M1", "M2"]
    described = actions.add_key_result(
        lea, objective.pk, title="Words", kind="levels",
        levels=[LevelDraft("fail", "nothing"), LevelDraft("target", "good")],
    )  # fmt: skip
    assert described.levels.get(key="target").value == Decimal("0.7")
    actions.add_key_result(lea, objective.pk, title="Plain", kind="yes_no")
    with pytest.raises(Refused) as error:
        actions.add_key_result(
            lea, objective.pk, title="No", kind="yes_no", milestones=[MilestoneDraft("x")]
        )
    assert code_of(error) == ("key_result.parts", "milestones")


def test_an_agreed_key_result_changes_by_adjustment_only(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "it")
    objective = make_objective(cast, team=cast.service, owner=cast.mia)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 5})
    renewed([objective])
    with pytest.raises(Refused) as error:
        actions.adjust_target(lea, key_result.key, target=Decimal(20), reason=" ")
    assert code_of(error) == ("goal.reason_needed", "reason")
    with pytest.raises(Forbidden):
        actions.adjust_target(
            cast.actor(cast.mia), key_result.key, target=Decimal(20), reason="Easier"
        )
    adjustment = actions.adjust_target(
        lea, key_result.key, target=Decimal(20), reason="The market doubled"
    )
    assert (adjustment.before, adjustment.after) == ({"target": "10"}, {"target": "20"})
    assert standing(key_result).progress == pytest.approx(0.25)
    with pytest.raises(Refused):
        actions.edit_key_result(lea, key_result.key, weight=5)
    actions.edit_key_result(lea, key_result.key, weight=5, reason="It matters more")
    actions.edit_key_result(lea, key_result.key, description="Not what was agreed")
    with pytest.raises(Refused):
        actions.add_key_result(lea, objective.pk, title="More", kind="yes_no")
    more = actions.add_key_result(
        lea, objective.pk, title="More", kind="yes_no", reason="We forgot it"
    )
    assert (more.state, more.agreed_on) == ("agreed", TODAY)
    actions.remove_key_result(lea, more.pk, reason="It was too much")
    assert standing(objective).counted == 1
    assert Adjustment.objects.count() == 4


def test_moves_can_be_set_anew(cast: Cast, lea: Any) -> None:
    first, second = make_kpi(cast, "first"), make_kpi(cast, "second")
    objective = draft(cast, lea)
    key_result = actions.add_key_result(
        lea, objective.pk, title="Both", moves=[MoveDraft("first", target=Decimal(5))]
    )
    actions.set_moves(
        lea, key_result.pk,
        [MoveDraft("first", target=Decimal(6)), MoveDraft("second", target=Decimal(7))],
    )  # fmt: skip
    assert set(Moves.objects.values_list("kpi", flat=True)) == {first.pk, second.pk}
    with pytest.raises(Refused) as error:
        actions.set_moves(
            lea, key_result.pk,
            [MoveDraft("first", target=Decimal(6)), MoveDraft("second")],
        )  # fmt: skip
    assert code_of(error) == ("key_result.target_missing", "moves.1.target")
    with pytest.raises(Refused):
        actions.set_moves(lea, key_result.pk, [MoveDraft("first", target=Decimal(6))] * 2)


# --- Links ---


def test_circles_are_refused_by_name(cast: Cast, lea: Any) -> None:
    one, two, three = (draft(cast, lea, key=key) for key in ("A", "B", "C"))
    key_result = actions.add_key_result(lea, three.pk, title="K", kind="yes_no", key="C-1")
    actions.contribute(lea, "A", to_objective="B")
    assert actions.contribute(lea, "B", to_key_result="C-1").parent == three
    assert actions.contribute(lea, "B", to_key_result="C-1").parent_key_result == key_result
    assert Contribution.objects.count() == 2
    with pytest.raises(Refused) as error:
        actions.contribute(lea, "C", to_objective="A")
    assert error.value.data["circle"] == "C → A → B → C"
    with pytest.raises(Refused) as error:
        actions.contribute(lea, one.pk, to_objective=one.pk)
    assert error.value.data["circle"] == "A → A"
    actions.withdraw(lea, "A", to_objective="B")
    actions.contribute(lea, "C", to_objective="A")
    with pytest.raises(NotFound):
        actions.withdraw(lea, two.pk, to_objective=one.pk)


def test_alignment_moves_support_and_branch(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast)
    top, below = make_objective(cast), make_objective(cast)
    make_key_result(below, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 5})
    renewed([top, below])
    actions.contribute(lea, below.pk, to_objective=top.pk)
    renewer.drain(cast.organisation.pk)
    assert standing(top).support == pytest.approx(0.5)
    actions.withdraw(lea, below.pk, to_objective=top.pk)
    renewer.drain(cast.organisation.pk)
    assert (standing(top).support, standing(top).supporters) == (None, 0)


def test_a_goal_links_only_to_what_its_readers_may_see(cast: Cast, lea: Any) -> None:
    hidden = make_kpi(cast, "hidden")
    Kpi.objects.filter(pk=hidden.pk).update(visibility="team", team=cast.service)
    objective = draft(cast, lea)
    with pytest.raises(Refused) as error:
        actions.guard(lea, objective.pk, "hidden")
    assert code_of(error) == ("link.private", "kpi")
    private = draft(cast, lea, visibility="team")
    with pytest.raises(Refused) as error:
        actions.contribute(lea, objective.pk, to_objective=private.pk)
    assert code_of(error) == ("link.private", "contributes_to")
    with pytest.raises(NotFound):
        actions.guard(cast.actor(cast.tom), private.pk, "hidden")


def test_guarding(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "churn")
    measure(cast, kpi, {"2026-10": 12})
    objective = draft(cast, lea)
    with pytest.raises(Refused) as error:
        actions.guard(lea, objective.pk, "churn", limits={"low": Decimal(5), "high": Decimal(1)})
    assert error.value.code == "guard.limits"
    guard = actions.guard(lea, objective.pk, "churn", limits={"high": Decimal(10)})
    actions.add_key_result(lea, objective.pk, title="K", kind="yes_no")
    actions.agree(lea, objective.pk)
    guard.refresh_from_db()
    assert guard.broken_at_start, "it was so at the agreement; told, not counted"
    assert standing(objective).guard == ""
    with pytest.raises(Refused):
        actions.unguard(lea, objective.pk, "churn")
    actions.unguard(lea, objective.pk, "churn", reason="Another team does")
    assert not Guard.objects.exists()
    assert Adjustment.objects.get().before["high"] == "10"


def test_informing(cast: Cast, lea: Any) -> None:
    make_kpi(cast, "mood")
    objective = draft(cast, lea)
    actions.inform(lea, objective.pk, "mood")
    actions.inform(lea, objective.pk, "mood")
    assert objective.informs.count() == 1
    actions.uninform(lea, objective.pk, "mood")
    assert objective.informs.count() == 0


# --- Agreement and end ---


def test_agreement_needs_key_results_that_weigh(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk)
    assert error.value.code == "objective.no_key_results"
    with pytest.raises(Forbidden):
        actions.agree(lea, objective.pk, override="Trust me")
    key_result = actions.add_key_result(lea, objective.pk, title="K", kind="yes_no", weight=0)
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk, override="Trust me")
    assert error.value.code == "objective.all_weights_zero"
    actions.edit_key_result(lea, key_result.pk, weight=1)
    assert actions.agree(lea, objective.pk).agreed_on == TODAY
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk)
    assert error.value.code == "goal.not_draft"
    with pytest.raises(Forbidden):
        actions.agree(cast.actor(cast.mia), draft(cast, cast.actor(cast.mia)).pk)
    empty = draft(cast, cast.actor(cast.stella), team="company")
    agreed = actions.agree(cast.actor(cast.stella), empty.pk, override="It is a slogan")
    assert (agreed.state, standing(agreed).reason) == ("agreed", "health.no_key_results")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("metric", "key_result.nothing_moved"),
        ("milestone", "key_result.no_milestones"),
        ("levels", "key_result.no_levels"),
    ],
)
def test_agreement_needs_whole_key_results(cast: Cast, lea: Any, kind: str, code: str) -> None:
    objective = draft(cast, lea)
    actions.add_key_result(lea, objective.pk, title="K", kind=kind)
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk)
    assert error.value.code == code


def test_cancelling_says_why(cast: Cast, lea: Any) -> None:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no")
    renewed([objective])
    with pytest.raises(Refused):
        actions.cancel(lea, objective.pk, reason="")
    actions.cancel(lea, objective.pk, reason="The market went away")
    assert (standing(objective).health, standing(objective).reason) == ("none", "health.cancelled")
    assert standing(key_result).reason == "health.cancelled"
    with pytest.raises(Refused) as error:
        actions.edit_objective(lea, objective.pk, title="Again")
    assert error.value.code == "goal.ended"


def test_closing_grades_by_clipped_progress(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    over = make_key_result(objective, kpi, start=0, target=10, key="over")
    plain = make_key_result(objective, kind="yes_no", key="plain", weight=3)
    measure(cast, kpi, {"2026-10": 15})
    renewed([objective])
    with pytest.raises(Refused) as error:
        actions.close(lea, objective.pk, grades={"over": (Decimal("0.8"), "")})
    assert code_of(error) == ("grade.reason_needed", "grades.over")
    closed = actions.close(lea, objective.pk, grades={"plain": (Decimal("0.5"), "Half")})
    assert (closed.state, closed.grade, closed.is_provisional) == ("closed", Decimal("0.625"), True)
    over.refresh_from_db()
    plain.refresh_from_db()
    assert (over.grade, plain.grade, plain.grade_reason) == (1, Decimal("0.5"), "Half")
    assert standing(objective).reason == "health.closed"
    measure(cast, kpi, {"2026-11": 1})
    renewed([objective])
    over.refresh_from_db()
    assert over.grade == 1, "late data change no grade"
    with pytest.raises(Refused):
        actions.close(lea, objective.pk)


def test_a_broken_guard_needs_a_written_reason(cast: Cast, lea: Any) -> None:
    guarded = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no", key="k")
    make_guard(objective, guarded, low=10)
    measure(cast, guarded, {"2026-10": 5})
    actions.check_in(lea, key_result.pk, is_done=True)
    with pytest.raises(Refused) as error:
        actions.close(lea, objective.pk)
    assert code_of(error) == ("objective.guard_broken", "reason")
    assert actions.close(lea, objective.pk, reason="The guard was wrong").grade == 1


# --- Check-ins ---


def test_the_owner_checks_in(cast: Cast) -> None:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no", owner=cast.mia)
    mia = cast.actor(cast.mia)
    actions.check_in(mia, key_result.key, confidence=8, happened="Two calls", next_step="Sign")
    found = standing(key_result)
    assert (found.confidence, found.health) == (8, "on_track")
    actions.check_in(mia, key_result.key, happened="Signed", is_done=True)
    assert (standing(key_result).progress, standing(key_result).confidence) == (1.0, 8)
    assert Change.objects.filter(kind="check_in").count() == 2
    assert {"key_result", "objective"} <= set(Outbox.objects.values_list("kind", flat=True))
    for person in (cast.tom, cast.vic, cast.ada):
        with pytest.raises(Forbidden):
            actions.check_in(cast.actor(person), key_result.key, confidence=1)


def test_milestones_are_ticked_in_a_check_in(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    key_result = actions.add_key_result(
        lea, objective.pk, title="Steps", kind="milestone",
        milestones=[MilestoneDraft("one"), MilestoneDraft("two", weight=Decimal(3))],
    )  # fmt: skip
    actions.agree(lea, objective.pk)
    actions.check_in(lea, key_result.pk, milestones={"M2": True})
    assert standing(key_result).progress == pytest.approx(0.75)
    actions.check_in(lea, key_result.pk, milestones={"M2": False, "M1": True})
    assert standing(key_result).progress == pytest.approx(0.25)
    assert key_result.milestones.get(key="M1").done_on == TODAY


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({}, "check_in.empty", "happened"),
        ({"happened": "  "}, "check_in.empty", "happened"),
        ({"confidence": 11}, "confidence.range", "confidence"),
        ({"confidence": -1}, "confidence.range", "confidence"),
        ({"level": "target"}, "key_result.parts", "level"),
        ({"milestones": {"M1": True}}, "key_result.parts", "milestones"),
        ({"happened": "x" * 5001}, "text.too_long", "happened"),
    ],
)
def test_what_a_check_in_may_not_be(
    cast: Cast, lea: Any, said: dict[str, Any], code: str, field: str
) -> None:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no")
    with pytest.raises(Refused) as error:
        actions.check_in(lea, key_result.pk, **said)
    assert code_of(error) == (code, field)


def test_drafts_are_not_checked_in(cast: Cast, lea: Any) -> None:
    objective = make_objective(cast, state="draft")
    key_result = make_key_result(objective, kind="yes_no")
    with pytest.raises(Refused) as error:
        actions.check_in(lea, key_result.pk, confidence=5)
    assert error.value.code == "check_in.not_running"


def test_an_archived_objective_leaves_the_branches(cast: Cast, lea: Any) -> None:
    top, below = make_objective(cast), make_objective(cast)
    link(below, top)
    renewed([top, below])
    renewer.drain(cast.organisation.pk)
    actions.archive_objective(lea, below.pk, reason="Entered twice")
    renewer.drain(cast.organisation.pk)
    assert standing(top).supporters == 0
