"""Formula KPIs in the tables: defined, computed, renewed when their parts change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okapi.core.errors import Conflict, Forbidden, OkapiError, Refusals, Refused
from okapi.goals import renewer as goal_renewer
from okapi.kpis import actions, renewer
from okapi.kpis.actions import DefinitionDraft, KpiDraft
from okapi.kpis.formulas import renewing
from okapi.kpis.models import ComputedValue, Definition, Kpi, KpiStanding
from tests.cast import Cast
from tests.kpis.making import make_kpi, row, take

pytestmark = pytest.mark.django_db


def values(kpi: Kpi | str, *, version: int | None = None, slice_: str = "") -> dict[str, Any]:
    """The computed values of a KPI by period; what has none is told why."""
    key = kpi if isinstance(kpi, str) else kpi.key
    found = Kpi.objects.get(key=key)
    definition = (
        found.definition if version is None else Definition.objects.get(kpi=found, number=version)
    )
    rows = ComputedValue.objects.filter(
        series__definition=definition, series__slice__key=slice_
    ).order_by("last")
    return {
        one.label: one.value
        if one.reason is None
        else f"{one.reason['why']}: {', '.join(one.reason['kpis'])}"
        for one in rows
    }


def standing(key: str) -> KpiStanding:
    found: KpiStanding = KpiStanding.objects.get(kpi__key=key)
    return found


def num(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def parts(cast: Cast) -> tuple[Kpi, Kpi]:
    """Orders and visits by month, with two months of values."""
    orders = make_kpi(cast, "orders", unit="单", aggregation="sum")
    visits = make_kpi(cast, "visits", unit="次", aggregation="sum")
    take(
        cast.system,
        [
            row("orders", "2026-09", 30),
            row("orders", "2026-10", 50),
            row("visits", "2026-09", 600),
            row("visits", "2026-10", 800),
        ],
    )
    return orders, visits


RATE = {"unit": "%", "aggregation": "ratio", "formula": "orders / visits"}


def test_a_formula_is_computed_when_it_is_made(cast: Cast, parts: Any) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    assert values(rate) == {"2026-09": num("5"), "2026-10": num("6.25")}
    one = standing("rate")
    assert (one.value, one.label, one.previous) == (num("6.25"), "2026-10", num("5"))
    assert one.to_date == num("80") / num("14")


def test_a_measurement_of_a_part_renews_what_depends_on_it(cast: Cast, parts: Any) -> None:
    make_kpi(cast, "rate", **RATE)
    double = make_kpi(cast, "double", unit="%", formula="rate * 2 - previous(rate)")
    assert values(double) == {"2026-09": "missing: rate", "2026-10": num("7.5")}
    result = take(cast.system, [row("orders", "2026-09", 60)])
    assert values("rate") == {"2026-09": num("10"), "2026-10": num("6.25")}
    assert values(double)["2026-10"] == num("2.5")
    assert standing("double").value == num("2.5")
    actions.undo_intake(cast.system, result.uid)
    assert values("rate")["2026-09"] == num("5")
    assert values(double)["2026-10"] == num("7.5")


def test_a_period_without_a_part_says_which_one_lacks(cast: Cast, parts: Any) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    take(cast.system, [row("orders", "2026-11", 10)])
    assert values(rate)["2026-11"] == "missing: visits"
    assert standing("rate").label == "2026-10"
    take(cast.system, [row("visits", "2026-11", 0)])
    assert values(rate)["2026-11"] == "by_zero: visits"
    take(cast.system, [row("visits", "2026-11", 40)])
    assert values(rate)["2026-11"] == num("25")


def test_a_formula_kpi_is_not_measured(cast: Cast, parts: Any) -> None:
    make_kpi(cast, "rate", **RATE)
    with pytest.raises(Refusals) as refused:
        take(cast.system, [row("rate", "2026-10", 7)])
    assert [one.code for one in refused.value.errors] == ["kpi.computed"]


@pytest.mark.parametrize(
    ("formula", "code", "at"),
    [
        ("orders / ", "formula.ends", 9),
        ("orders / visit", "formula.unknown_near", 10),
        ("zzz / orders", "formula.unknown", 1),
        ("orders + visits", "formula.units", 10),
        ("rate / 2", "formula.circle", 1),
        ('orders / visits + 0 * as(rate, "")', "formula.circle", 26),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(
    cast: Cast, parts: Any, formula: str, code: str, at: int
) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    with pytest.raises(Refused) as refused:
        actions.redefine_kpi(cast.system, rate.pk, DefinitionDraft(unit="%", formula=formula))
    assert (refused.value.code, refused.value.data["at"]) == (code, at)
    assert refused.value.field == "formula"
    assert values(rate)["2026-10"] == num("6.25")


def test_a_circle_is_named_whole(cast: Cast, parts: Any) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    make_kpi(cast, "double", unit="%", formula="rate * 2")
    make_kpi(cast, "triple", unit="%", formula="double + rate")
    with pytest.raises(Refused) as refused:
        actions.redefine_kpi(cast.system, rate.pk, DefinitionDraft(unit="%", formula="triple / 3"))
    assert refused.value.code == "formula.circle"
    assert refused.value.data["circle"] in (
        "rate → triple → double → rate",
        "rate → triple → rate",
    )


def test_editing_makes_a_new_version_and_computes_what_depends_on_it(
    cast: Cast, parts: Any
) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    make_kpi(cast, "double", unit="%", formula="rate * 2")
    draft = DefinitionDraft(**{**RATE, "formula": "2 * orders / visits"})
    made = actions.redefine_kpi(cast.system, rate.pk, draft)
    assert made.number == 2
    assert values(rate)["2026-10"] == num("12.5")
    assert values("double")["2026-10"] == num("25")
    assert standing("double").value == num("25")
    first = Definition.objects.get(kpi=rate, number=1)
    assert not first.is_computed
    take(cast.system, [row("orders", "2026-10", 80)])
    assert values(rate)["2026-10"] == num("20")
    assert values(rate, version=1)["2026-10"] == num("6.25")


def test_a_formula_may_become_measured_and_back(cast: Cast, parts: Any) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    make_kpi(cast, "double", unit="%", formula="rate * 2")
    actions.redefine_kpi(cast.system, rate.pk, DefinitionDraft(unit="%"))
    assert standing("rate").value is None
    assert values("double") == {}
    take(cast.system, [row("rate", "2026-10", 7)])
    assert values("double") == {"2026-10": num("14")}
    actions.redefine_kpi(cast.system, rate.pk, DefinitionDraft(**RATE))
    assert standing("rate").value == num("6.25")
    assert values("double")["2026-10"] == num("12.5")


def test_a_part_that_changes_its_meaning_changes_what_depends_on_it(cast: Cast, parts: Any) -> None:
    visits = parts[1]
    quarterly = make_kpi(
        cast, "q", unit="次", frequency="quarter", aggregation="sum", formula="visits"
    )
    assert values(quarterly) == {"2026Q3": num("600"), "2026Q4": num("800")}
    take(cast.system, [row("visits", "2026-11", 100)])
    assert values(quarterly)["2026Q4"] == num("900")
    actions.redefine_kpi(cast.system, visits.pk, DefinitionDraft(unit="次", aggregation="mean"))
    assert values(quarterly)["2026Q4"] == num("450")
    actions.redefine_kpi(cast.system, visits.pk, DefinitionDraft(unit="人", aggregation="mean"))
    assert values(quarterly) == {}
    assert standing("q").value is None
    actions.redefine_kpi(cast.system, visits.pk, DefinitionDraft(unit="次", aggregation="sum"))
    assert values(quarterly)["2026Q4"] == num("900")


def test_slices_are_those_that_the_parts_share(cast: Cast) -> None:
    for key in ("won", "all"):
        make_kpi(cast, key, unit="单", aggregation="sum", dimensions=("region",))
    north, south = {"region": "N"}, {"region": "S"}
    take(
        cast.system,
        [
            row("won", "2026-10", 3, slice=north),
            row("won", "2026-10", 8),
            row("all", "2026-10", 20),
            row("all", "2026-10", 10, slice=north),
            row("all", "2026-10", 10, slice=south),
        ],
    )
    rate = make_kpi(cast, "rate", unit="%", aggregation="ratio", formula="won / all")
    assert rate.definition.dimensions == ["region"]
    assert values(rate) == {"2026-10": num("40")}
    assert values(rate, slice_="region=N") == {"2026-10": num("30")}
    assert values(rate, slice_="region=S") == {}
    take(cast.system, [row("won", "2026-10", 5, slice=south)])
    assert values(rate, slice_="region=S") == {"2026-10": num("50")}
    share = make_kpi(cast, "mix", unit="%", aggregation="ratio", formula="share(won)")
    assert values(share, slice_="region=S") == {"2026-10": num("62.5")}
    take(cast.system, [row("won", "2026-10", 10)])
    assert values(share, slice_="region=S") == {"2026-10": num("50")}
    assert values(share, slice_="region=N") == {"2026-10": num("30")}


def test_who_may_define_a_formula_and_over_what(cast: Cast, parts: Any) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    with pytest.raises(Forbidden):
        actions.redefine_kpi(cast.actor(cast.vic), rate.pk, DefinitionDraft(**RATE))
    secret = actions.create_kpi(
        cast.system,
        KpiDraft(name="secret", key="secret", team=cast.service.pk, owner=cast.mia.pk,
                 visibility="named", definition=DefinitionDraft(unit="次")),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        make_kpi(cast, "leak", unit="次", formula="secret + visits")
    assert (refused.value.code, refused.value.data["at"]) == ("formula.private", 1)
    actions.create_kpi(
        cast.system,
        KpiDraft(name="kept", key="kept", team=cast.service.pk, owner=cast.mia.pk,
                 visibility="named", definition=DefinitionDraft(unit="次", formula="secret * 2")),
    )  # fmt: skip
    with pytest.raises(Refused, match=r"formula\.private"):
        actions.edit_kpi(cast.system, "kept", visibility="everyone")
    actions.edit_kpi(cast.system, secret.pk, visibility="everyone")
    actions.edit_kpi(cast.system, "kept", visibility="everyone")
    with pytest.raises(Refused, match=r"formula\.named"):
        actions.edit_kpi(cast.system, secret.pk, visibility="named")


def test_a_part_is_not_retired(cast: Cast, parts: Any) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    with pytest.raises(Refusals) as refused:
        actions.retire_kpi(cast.system, "orders")
    assert [told(one) for one in refused.value.errors] == ["kpi.is_part rate"]
    actions.retire_kpi(cast.system, rate.pk)
    actions.retire_kpi(cast.system, "orders")


def told(error: OkapiError) -> str:
    assert isinstance(error, Conflict)
    return f"{error.code} {error.data['formula']}"


def test_a_large_change_is_left_to_the_renewer_and_told(
    cast: Cast, parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    make_kpi(cast, "double", unit="%", formula="rate * 2")
    monkeypatch.setattr(renewing, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(renewer, "LOT", 1)
    take(cast.system, [row("orders", "2026-10", 80)])
    assert values(rate)["2026-10"] == num("6.25")
    assert standing("rate").value == num("6.25")
    assert Definition.objects.filter(waiting_since__isnull=False).count() == 2
    assert renewer.drain(cast.organisation.pk) == 2
    assert values(rate)["2026-10"] == num("10")
    assert standing("double").value == num("20")
    assert not Definition.objects.filter(waiting_since__isnull=False).exists()
    assert renewer.drain(cast.organisation.pk) == 0


def test_formulas_that_stand_very_high_are_left_to_the_renewer(
    cast: Cast, parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_kpi(cast, "l1", unit="单", formula="orders + 1")
    for level in range(2, 5):
        make_kpi(cast, f"l{level}", unit="单", formula=f"l{level - 1} + 1")
    assert standing("l4").value == 54
    monkeypatch.setattr(renewing, "DEEPEST", 3)
    take(cast.system, [row("orders", "2026-10", 80)])
    assert standing("l4").value == 54
    goal_renewer.drain(cast.organisation.pk)
    assert standing("l4").value == 84


def test_a_changed_definition_with_many_dependants_is_left_too(
    cast: Cast, parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate = make_kpi(cast, "rate", **RATE)
    make_kpi(cast, "double", unit="%", formula="rate * 2")
    make_kpi(cast, "triple", unit="%", formula="rate * 3")
    monkeypatch.setattr(renewing, "MOST_AT_ONCE", 1)
    draft = DefinitionDraft(**{**RATE, "formula": "2 * orders / visits"})
    actions.redefine_kpi(cast.system, rate.pk, draft)
    assert standing("double").value == num("12.5")
    renewer.drain(cast.organisation.pk)
    assert standing("rate").value == num("12.5")
    assert standing("double").value == num("25")
    assert standing("triple").value == num("37.5")
