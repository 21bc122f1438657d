"""What goals do when KPIs change."""

from __future__ import annotations

import pytest

from okapi.base import clock
from okapi.base.events import publish, vetoes
from okapi.goals import standings, tasks
from okapi.goals.models import Dirty
from okapi.kpis.events import KpisChanged, RetiringKpi
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.goals.making import (
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    publish_measured,
    standing,
)


def test_a_kpi_in_use_is_not_retired(cast: Cast) -> None:
    moved, guarded, free = make_kpi(cast), make_kpi(cast), make_kpi(cast)
    objective = make_objective(cast, key="O")
    make_key_result(objective, moved, target=10, key="K")
    make_guard(objective, guarded, low=1)
    organisation = cast.organisation.pk

    def reasons(kpi: Kpi) -> list[str]:
        return [str(reason) for reason in vetoes(RetiringKpi(organisation, kpi.pk))]

    assert "kpi.is_moved key_result=K" in reasons(moved)
    assert "kpi.is_guarded objective=O" in reasons(guarded)
    assert reasons(free) == []
    objective.key_results.update(state="closed")
    assert "kpi.is_moved key_result=K" not in reasons(moved)


def test_a_changed_kpi_renews_what_moves_it(cast: Cast) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 4})
    publish(KpisChanged(cast.organisation.pk, frozenset({kpi.pk}), clock.now()))
    assert standing(key_result).progress == pytest.approx(0.4)


def test_many_key_results_are_left_to_the_renewer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    for _ in range(3):
        make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 4})
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    publish_measured(cast, kpi)
    assert sorted(Dirty.objects.values_list("kind", flat=True)) == ["key_result"] * 3
    standings.renew_everything(cast.organisation.pk)
    assert not Dirty.objects.exists()
    assert standing(objective).progress == pytest.approx(0.4)
