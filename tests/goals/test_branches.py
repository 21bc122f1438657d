"""Branches and support: what lies above a change, each objective counted once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from okapi.base.models import Outbox
from okapi.core.branches import branch
from okapi.core.health import Health
from okapi.goals import renewer, standings
from okapi.goals.choices import Dirt
from okapi.goals.models import BranchStanding, Objective
from okapi.goals.standings import tallies
from okapi.orgs.models import Membership, Team
from tests.cast import Cast
from tests.goals.making import (
    link,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
    standing,
)


def branch_of(kind: str, object_id: UUID) -> Any:
    row = BranchStanding.objects.filter(kind=kind, object_id=object_id).get()
    counts = (row.on_track, row.at_risk, row.off_track, row.no_data, row.none)
    return counts, row.progress


def measured_objective(cast: Cast, value: int, **fields: Any) -> Objective:
    """An objective with the progress value/10."""
    kpi = make_kpi(cast)
    objective = make_objective(cast, **fields)
    make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": value})
    renewed([objective])
    return objective


def drain(cast: Cast) -> int:
    return renewer.drain(cast.organisation.pk)


def test_each_objective_counts_once_however_many_paths(cast: Cast) -> None:
    top = measured_objective(cast, 0, team=cast.company)
    left, right = measured_objective(cast, 10), measured_objective(cast, 10, team=cast.sales)
    leaf = measured_objective(cast, 5, team=cast.repairs)
    for child, parent in ((left, top), (right, top), (leaf, left), (leaf, right), (leaf, top)):
        link(child, parent)
    standings.leave(cast.organisation.pk, Dirt.ABOVE, [left.pk, right.pk, leaf.pk])
    drain(cast)
    assert branch_of("objective", top.pk) == ((3, 0, 0, 0, 0), pytest.approx(2.5 / 3))
    assert branch_of("objective", left.pk) == ((1, 0, 0, 0, 0), pytest.approx(0.5))
    assert branch_of("team", cast.company.pk) == ((3, 0, 1, 0, 0), pytest.approx(2.5 / 4))
    assert branch_of("team", cast.service.pk) == ((2, 0, 0, 0, 0), pytest.approx(0.75))
    assert branch_of("organisation", cast.organisation.pk)[0] == (3, 0, 1, 0, 0)


def test_own_figures_do_not_move_and_branches_do(cast: Cast) -> None:
    top, below = measured_objective(cast, 2), measured_objective(cast, 5)
    link(below, top)
    standings.leave(cast.organisation.pk, Dirt.ABOVE, [below.pk])
    drain(cast)
    assert standing(top).support == pytest.approx(0.5)
    assert standing(top).supporters == 1
    told = Outbox.objects.count()
    kpi = below.key_results.get().moves.get().kpi
    measure(cast, kpi, {"2026-10": 10})
    renewed([below])
    drain(cast)
    assert standing(top).progress == pytest.approx(0.2)
    assert standing(top).support == pytest.approx(1.0)
    assert branch_of("objective", top.pk)[1] == pytest.approx(1.0)
    assert list(Outbox.objects.order_by("id").values_list("kind", flat=True))[told:] == ["branch"]
    assert drain(cast) == 0


def test_private_objectives_count_nowhere_but_pass_on_what_lies_below(cast: Cast) -> None:
    top = measured_objective(cast, 5)
    hidden = measured_objective(cast, 10, visibility="team")
    leaf = measured_objective(cast, 10)
    link(hidden, top)
    link(leaf, hidden)
    standings.leave(cast.organisation.pk, Dirt.ABOVE, [hidden.pk, leaf.pk])
    drain(cast)
    assert branch_of("objective", top.pk)[0] == (1, 0, 0, 0, 0)
    assert branch_of("team", cast.service.pk)[0] == (2, 0, 0, 0, 0)
    assert standing(top).supporters == 0


def test_personal_objectives_belong_to_the_home_team(cast: Cast) -> None:
    Membership.objects.create(organisation=cast.organisation, person=cast.rob, team=cast.sales)
    measured_objective(cast, 10, team=None, owner=cast.rob)
    drain(cast)
    assert branch_of("team", cast.repairs.pk)[0] == (1, 0, 0, 0, 0)
    assert branch_of("team", cast.service.pk)[0] == (1, 0, 0, 0, 0)
    assert not BranchStanding.objects.filter(object_id=cast.sales.pk).exists()
    Membership.objects.filter(person=cast.rob).update(is_home=False)
    Membership.objects.filter(person=cast.rob, team=cast.sales).update(is_home=True)
    standings.turn(cast.organisation.pk, cast.quarter.ends)
    drain(cast)
    assert branch_of("team", cast.sales.pk)[0] == (1, 0, 0, 0, 0)
    assert branch_of("team", cast.service.pk)[0] == (0, 0, 0, 0, 0)


def test_each_cycle_has_its_own_standing(cast: Cast) -> None:
    measured_objective(cast, 10)
    measured_objective(cast, 10, cycle=cast.year)
    drain(cast)
    rows = BranchStanding.objects.filter(kind="team", object_id=cast.service.pk)
    assert {row.cycle_id: row.on_track for row in rows} == {cast.quarter.pk: 1, cast.year.pk: 1}


def test_a_moved_team_takes_its_objectives_along(cast: Cast) -> None:
    measured_objective(cast, 10, team=cast.repairs)
    drain(cast)
    Team.objects.filter(pk=cast.repairs.pk).update(parent=cast.sales)
    standings.leave(cast.organisation.pk, Dirt.TEAMS, [cast.organisation.pk])
    drain(cast)
    assert branch_of("team", cast.sales.pk)[0] == (1, 0, 0, 0, 0)
    assert branch_of("team", cast.service.pk)[0] == (0, 0, 0, 0, 0)
    assert branch_of("team", cast.company.pk)[0] == (1, 0, 0, 0, 0)


def test_what_is_dirty_survives_a_failure(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    top, below = measured_objective(cast, 5), measured_objective(cast, 5)
    link(below, top)
    standings.leave(cast.organisation.pk, Dirt.ABOVE, [below.pk])

    def fail(*_: Any) -> int:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(standings, "merge", fail)
        with pytest.raises(RuntimeError):
            drain(cast)
    assert standing(top).support is None, "all of it is taken back"
    drain(cast)
    assert standing(top).support == pytest.approx(0.5)


@pytest.mark.parametrize("progress", [[0.1, 0.2, 0.3], [1.5, -0.5], [1 / 3] * 7, [0.123456789]])
def test_differences_sum_as_the_core_does(progress: list[float]) -> None:
    total = sum(tallies.exact_share(one) for one in progress)
    assert total / len(progress) == branch([Health.NONE] * len(progress), progress).progress
