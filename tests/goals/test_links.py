"""Guards, context and alignment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okapi.core.errors import NotFound, Refused
from okapi.goals import actions, renewer
from okapi.goals.models import Adjustment, Contribution, Guard
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.goals.making import (
    code_of,
    draft,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
    standing,
)


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


@pytest.mark.parametrize("readers", [{"visibility": "team"}, {"visibility": "named"}])
def test_what_others_contribute_to_is_not_hidden_from_their_readers(
    cast: Cast, lea: Any, readers: dict[str, Any]
) -> None:
    top, below = draft(cast, lea), draft(cast, lea)
    actions.contribute(lea, below.pk, to_objective=top.pk)
    with pytest.raises(Refused) as error:
        actions.edit_objective(lea, top.pk, **readers)
    assert code_of(error) == ("link.private_below", "visibility")
    assert error.value.data["n"] == 1
    top.refresh_from_db()
    assert top.visibility == "everyone"
    actions.edit_objective(lea, below.pk, **readers)
    actions.edit_objective(lea, top.pk, **readers)
    top.refresh_from_db()
    assert top.visibility == readers["visibility"]


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
