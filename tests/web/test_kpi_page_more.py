"""A KPI's page: where it stands in words, the chart, where values came from, goals, versions."""

from __future__ import annotations

from decimal import Decimal

from okapi.kpis.actions import TargetDraft, record_measurements, set_targets
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.web.test_kpi_page import Open, returns  # noqa: F401 - a fixture


def test_a_changed_target_leaves_its_line_and_its_mark(
    browser: Open,
    cast: Cast,
    returns: Kpi,  # noqa: F811 - the fixture
) -> None:
    draft = TargetDraft(period="2026", value=Decimal("2.2"), amber=Decimal(3))
    set_targets(cast.actor(cast.sten), "returns", [draft], reason="H3 is better than planned")
    # Said on the Monday of W48: drawn once that week has a value.
    record_measurements(
        cast.actor(cast.mia), [{"kpi": "returns", "period": "2026-W48", "value": "2.4"}]
    )
    chart = browser(cast.vic).get("kpis/returns/").context["chart"]
    old, new = chart.targets
    assert (float(old.value), old.old, old.first, old.last) == (2.5, True, 0, 8)
    assert (float(new.value), new.old) == (2.2, False)
    (event,) = chart.events
    assert (event.kind, event.at) == ("adjustment", 8)
    assert event.text == ("Sten: target for 2026 ≤ 2.5% → ≤ 2.2%. H3 is better than planned")
