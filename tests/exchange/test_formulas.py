"""Formulas in files: applied, computed, exported, and refused at their place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from okapi.base import scope
from okapi.core.errors import OkapiError, Refusals
from okapi.exchange.applying import apply_files
from okapi.exchange.exporting import export_files
from okapi.kpis.models import Definition, FormulaPart, KpiStanding
from okapi.wording import refusal_lines

pytestmark = pytest.mark.django_db

ORGANISATION = "format: 1\nname: Acme\nlanguage: en\ntime_zone: Asia/Shanghai\n"


def kpi(key: str, unit: str, aggregation: str = "sum", **more: str) -> str:
    told = "".join(f"\n    {name}: {value}" for name, value in more.items())
    return (
        f"- key: {key}\n  name: {key}\n  definition:\n    unit: '{unit}'\n    direction: up\n"
        f"    frequency: month\n    aggregation: {aggregation}{told}\n"
    )


PARTS = kpi("orders-won", "单", dimensions="[region]") + kpi("visits", "次", dimensions="[region]")
RATE = kpi("rate", "%", "ratio", formula="'[orders-won] / visits'")
VALUES = (
    "kpi,period,region,value\norders-won,2026-09,,30\norders-won,2026-09,N,10\n"
    "visits,2026-09,,600\nvisits,2026-09,N,100\n"
)


def folder(path: Path, kpis: str, values: str = VALUES) -> Path:
    (path / "kpis").mkdir(parents=True, exist_ok=True)
    (path / "measurements").mkdir(exist_ok=True)
    (path / "organisation.yaml").write_text(ORGANISATION, "utf-8")
    (path / "kpis" / "all.yaml").write_text(kpis, "utf-8")
    (path / "measurements" / "all.csv").write_text(values, "utf-8")
    return path


def standing(key: str) -> KpiStanding:
    with scope.everywhere("a look at the tables"):
        found: KpiStanding = KpiStanding.objects.select_related("definition").get(kpi__key=key)
    return found


def test_a_formula_is_applied_and_computed(tmp_path: Path) -> None:
    apply_files(folder(tmp_path, PARTS + RATE), "acme")
    one = standing("rate")
    assert one.value == Decimal(5)
    assert one.definition.dimensions == ["region"]
    assert one.definition.is_computed
    again = apply_files(folder(tmp_path, PARTS + RATE), "acme")
    assert again.is_nothing


def test_measurements_of_files_renew_what_depends_on_them(tmp_path: Path) -> None:
    apply_files(folder(tmp_path, PARTS + RATE), "acme")
    apply_files(folder(tmp_path, PARTS + RATE, f"{VALUES}orders-won,2026-10,,8\n"), "acme")
    assert standing("rate").label == "2026-09"
    more = f"{VALUES}orders-won,2026-10,,8\nvisits,2026-10,,16\n"
    apply_files(folder(tmp_path, PARTS + RATE, more), "acme")
    assert (standing("rate").label, standing("rate").value) == ("2026-10", Decimal(50))


def test_a_changed_formula_is_the_next_version(tmp_path: Path) -> None:
    apply_files(folder(tmp_path, PARTS + RATE), "acme")
    other = RATE.replace("[orders-won] / visits", "2 * [orders-won] / visits")
    apply_files(folder(tmp_path, PARTS + other), "acme")
    one = standing("rate")
    assert (one.value, one.definition.number) == (Decimal(10), 2)
    with scope.everywhere("a look at the tables"):
        assert not Definition.objects.get(kpi__key="rate", number=1).is_computed
        assert FormulaPart.objects.count() == 4


def test_what_is_exported_comes_in_again(tmp_path: Path) -> None:
    apply_files(folder(tmp_path / "in", PARTS + RATE), "acme")
    export_files(tmp_path / "out", "acme")
    told = ""
    for path in (tmp_path / "out").rglob("*.yaml"):
        told += path.read_text("utf-8")
    assert "[orders-won] / visits" in told
    assert not list((tmp_path / "out" / "measurements").glob("rate*"))
    assert apply_files(tmp_path / "out", "acme").is_nothing
    apply_files(tmp_path / "out", "other")
    with scope.everywhere("a look at the tables"):
        assert set(KpiStanding.objects.filter(kpi__key="rate").values_list("value", flat=True)) == {
            Decimal(5)
        }


@pytest.mark.parametrize(
    ("kpis", "code", "line"),
    [
        (kpi("rate", "%", formula="'visits +'"), "formula.ends", 8),
        (kpi("rate", "%", formula="'visits / ordres-won'"), "formula.unknown_near", 8),
        (kpi("rate", "%", formula="'visits + [orders-won]'"), "formula.units", 8),
        (kpi("rate", "%", formula="'[orders-won]/visits*100'"), "formula.times_hundred", 8),
        (kpi("a", "次", formula="b") + kpi("b", "次", formula="a"), "formula.circle", 8),
        (kpi("rate", "次", dimensions="[product]", formula="visits"), "formula.dimensions", 8),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(
    tmp_path: Path, kpis: str, code: str, line: int
) -> None:
    with pytest.raises(Refusals) as refused:
        apply_files(folder(tmp_path, kpis + PARTS), "acme")
    [error] = refused.value.errors
    assert error.code == code
    assert (error.data["file"], error.data["line"]) == ("kpis/all.yaml", line)
    assert all(refusal_lines(error, language=one) for one in ("en", "zh"))


def test_measurements_of_a_formula_kpi_are_refused(tmp_path: Path) -> None:
    values = f"{VALUES}rate,2026-09,,7\n"
    with pytest.raises(OkapiError) as refused:
        apply_files(folder(tmp_path, PARTS + RATE, values), "acme")
    assert "kpi.computed" in str(refused.value)


def hidden(kpis: str, key: str) -> str:
    """The same KPIs, of which one is for its team alone."""
    return kpis.replace(f"  name: {key}\n", f"  name: {key}\n  visibility: team\n")


def test_a_formula_of_all_names_nothing_that_is_hidden(tmp_path: Path) -> None:
    with pytest.raises(Refusals) as refused:
        apply_files(folder(tmp_path, hidden(PARTS, "visits") + RATE), "acme")
    assert [(one.code, one.field) for one in refused.value.errors] == [
        ("formula.private", "formula")
    ]
    apply_files(
        folder(tmp_path, hidden(hidden(PARTS, "visits"), "orders-won") + hidden(RATE, "rate")),
        "acme",
    )


def test_a_part_that_is_named_is_not_hidden_by_files_that_lack_the_formula(tmp_path: Path) -> None:
    apply_files(folder(tmp_path / "all", PARTS + RATE), "acme")
    with pytest.raises(Refusals) as refused:
        apply_files(folder(tmp_path / "parts", hidden(PARTS, "visits")), "acme")
    assert [(one.code, one.field) for one in refused.value.errors] == [
        ("formula.named", "visibility")
    ]
