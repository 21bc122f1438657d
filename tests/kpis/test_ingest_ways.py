"""One row, a few or many: however rows go into the merge, the same is stored and told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.core.errors import Refusals
from okapi.kpis.ingest import dialects, merging, staging
from okapi.kpis.ingest import rows as rows_of
from okapi.kpis.models import Intake, KpiStanding, Measurement, MeasurementHistory
from tests.cast import Cast
from tests.kpis.making import counts, make_kpi, row, take

PERIODS = ("2026-06", "2026-07", "2026-08", "2026-09")
PLAIN = st.builds(
    row,
    st.just("plain"),
    st.sampled_from([*PERIODS, "2026年7月"]),
    st.sampled_from(["1", "2.50", "-0.125", "12345678901234567.89"]),
    note=st.sampled_from(["", "counted", 'tab\tand "quote"\\', "回 \N{PILE OF POO}"]),
)
RATIO = st.builds(
    row,
    st.just("ratio"),
    st.sampled_from(PERIODS),
    st.just("0.5"),
    numerator=st.integers(1, 2),
    denominator=st.integers(3, 4),
)
SLICED = st.builds(
    row,
    st.just("sliced"),
    st.sampled_from(PERIODS),
    st.integers(0, 2),
    slice=st.fixed_dictionaries({"region": st.sampled_from(["North", "Süd"])}),
)


def place(one: dict[str, Any]) -> tuple[str, str, str]:
    return one["kpi"], one["period"].replace("年7月", "-07"), str(one.get("slice"))


BATCHES = st.lists(
    st.lists(st.one_of(PLAIN, RATIO, SLICED), min_size=1, max_size=8, unique_by=place),
    min_size=1,
    max_size=5,
)


_VALUES = (
    "slice__kpi__key", "slice__key", "last", "first", "mark", "label", "value", "number",
    "numerator", "denominator", "note", "revision",
)  # fmt: skip
_STANDING = ("kpi__key", "value", "first", "last", "label", "status", "spark")


def snapshot() -> dict[str, list[Any]]:
    """All that is stored; intakes by their order."""
    order = {pk: at for at, pk in enumerate(Intake.objects.order_by("pk").values_list("pk"))}
    now = Measurement.objects.values_list(*_VALUES)
    then = MeasurementHistory.objects.values_list(*_VALUES)
    made = Measurement.objects.values_list(*_VALUES[:3], "intake_id")
    gone = MeasurementHistory.objects.order_by("pk").values_list("intake_id", "superseded_by_id")
    return {
        "now": sorted(map(repr, now)),
        "then": sorted(map(repr, then)),
        "standings": sorted(map(repr, KpiStanding.objects.values_list(*_STANDING))),
        "made": sorted((*place, order[(intake,)]) for *place, intake in made),
        "gone": sorted((order[(one,)], order[(other,)]) for one, other in gone),
    }


def play(cast: Cast, batches: list[list[dict[str, Any]]]) -> tuple[Any, dict[str, Any]]:
    """What the intakes told and what is stored after them, in a transaction that is undone."""
    with transaction.atomic():
        told = [counts(take(cast.system, rows)) for rows in batches]
        found = told, snapshot()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def kpis(cast: Cast) -> Cast:
    """A plain KPI, one with parts, one with slices and no total."""
    make_kpi(cast, "plain")
    make_kpi(cast, "ratio", aggregation="ratio", unit="%")
    make_kpi(cast, "sliced", dimensions=("region",), has_total=False)
    return cast


@given(batches=BATCHES)
@settings(max_examples=40)
def test_all_ways_store_the_same(kpis: Cast, batches: list[list[dict[str, Any]]]) -> None:
    speech = type(dialects.dialect())
    found = []
    for most_few, as_if_there in ((8, False), (0, False), (0, True)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(speech, "most_few", most_few)
            if as_if_there:  # then what is new goes by the stage too
                patch.setattr(merging, "_are_there", lambda *_: True)
            found.append(play(kpis, batches))
    assert found[0] == found[1] == found[2]


@given(batches=BATCHES)
@settings(max_examples=20)
def test_row_by_row_is_as_all_at_once(kpis: Cast, batches: list[list[dict[str, Any]]]) -> None:
    told, stored = play(kpis, batches)
    told_singly, stored_singly = play(kpis, [[one] for rows in batches for one in rows])
    assert [sum(kind) for kind in zip(*told, strict=True)] == [
        sum(kind) for kind in zip(*told_singly, strict=True)
    ]
    for name in ("now", "then", "standings"):
        assert stored[name] == stored_singly[name]


def test_a_value_is_the_same_float_by_every_way(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_kpi(cast)
    values = ["0.1", "123456789.987654321", "12345678901234567.89", "-7.000000000000000001"]
    rows = [row("returns", f"2026-0{at}", value) for at, value in enumerate(values, 1)]
    numbers = []
    for most_few in (8, 0):
        monkeypatch.setattr(type(dialects.dialect()), "most_few", most_few)
        with transaction.atomic():
            take(cast.system, rows)
            numbers.append(list(Measurement.objects.order_by("last").values_list("number")))
            transaction.set_rollback(True)
    assert numbers[0] == numbers[1] == [(float(value),) for value in values]


@given(rows=st.lists(PLAIN, min_size=1, max_size=12), most=st.sampled_from([0, 3]))
@settings(max_examples=40)
def test_any_order_of_lines_is_taken_alike(
    kpis: Cast, rows: list[dict[str, Any]], most: int
) -> None:
    """Put in order in memory or in the file: the same is stored, or the same lines are told."""

    def outcome(in_memory: int, chunk: int) -> Any:
        with pytest.MonkeyPatch.context() as patch, transaction.atomic():
            patch.setattr(staging, "IN_MEMORY", in_memory)
            patch.setattr(staging, "CHUNK_ROWS", chunk)
            patch.setattr(rows_of, "BATCH", 2)
            try:
                told: Any = counts(take(kpis.system, rows))
            except Refusals as refused:
                told = [(one.code, one.data.get("line")) for one in refused.errors]
            found = told, snapshot()["now"]
            transaction.set_rollback(True)
        return found

    assert outcome(most, 2) == outcome(100, 1_000)
