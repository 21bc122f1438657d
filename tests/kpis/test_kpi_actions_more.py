"""What can be done to KPIs, definitions and targets, by whom, and what it leaves behind."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okapi.base.models import Change
from okapi.core.errors import Refused
from okapi.kpis import actions
from okapi.kpis.actions import BreakdownDraft, TargetDraft
from okapi.kpis.models import Breakdown, Target
from tests.cast import Cast
from tests.kpis.making import make_kpi


def test_targets_are_removed_with_their_breakdown(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum")
    year = TargetDraft("2026", value=Decimal(120), breakdown=BreakdownDraft())
    actions.set_targets(cast.system, kpi.pk, [year])
    assert actions.remove_targets(cast.system, kpi.pk, ["2026"], reason="paused") == 1
    assert (Target.objects.count(), Breakdown.objects.count()) == (0, 0)
    assert Change.objects.get(verb="remove_targets").before["targets"][0]["value"] == "120"
    with pytest.raises(Refused, match=r"target\.unknown"):
        actions.remove_targets(cast.system, kpi.pk, ["2026"])
