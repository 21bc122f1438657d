"""Ingest and undo against a model: a dictionary, and a list of what every intake wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.base import scope
from okapi.base.models import Outbox
from okapi.core.errors import Conflict
from okapi.kpis import actions
from okapi.kpis.ingest import IntakeResult, staging, undoing
from okapi.kpis.models import KpiStanding, Measurement, MeasurementHistory
from tests.cast import Cast
from tests.kpis.making import counts, make_kpi, row, stored, take

PERIODS = ("2026-07", "2026-08", "2026-09")
Place = tuple[str, str]


@dataclass
class Model:
    """What should be stored: per place the values that stood, oldest first, with their intakes."""

    stood: dict[Place, list[tuple[int, Decimal]]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def current(self) -> dict[Place, Decimal]:
        return {place: values[-1][1] for place, values in self.stood.items() if values}

    def take(self, number: int, rows: dict[Place, int]) -> tuple[int, int, int, int]:
        new = revised = 0
        for place, given_value in rows.items():
            value, values = Decimal(given_value), self.stood.setdefault(place, [])
            if not values:
                new += 1
            elif values[-1][1] != value:
                revised += 1
            else:
                continue
            values.append((number, value))
        return len(rows), new, revised, len(rows) - new - revised

    def undo(self, number: int) -> tuple[int, int, int]:
        """What an intake wrote goes, where nothing later stands on it."""
        self.undone.add(number)
        removed = restored = kept = 0
        for values in self.stood.values():
            if values and values[-1][0] == number:
                while values and values[-1][0] in self.undone:
                    values.pop()
                restored += bool(values)
                removed += not values
            elif any(intake == number for intake, _ in values):
                kept += 1
        return removed, restored, kept


PLACES = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(PERIODS))
ROWS = st.dictionaries(PLACES, st.integers(0, 3), min_size=1, max_size=6)
STEPS = st.lists(st.one_of(ROWS, st.integers(0, 7)), min_size=1, max_size=12)


@given(steps=STEPS, in_files=st.booleans())
@settings(max_examples=60)
def test_any_order_of_intakes_and_undos_gives_what_the_model_says(
    cast: Cast,
    steps: list[dict[Place, int] | int],
    in_files: bool,
) -> None:
    from django.db import transaction

    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        if in_files:
            patch.setattr(staging, "CHUNK_ROWS", 2)
            patch.setattr(staging, "IN_MEMORY", 2)
            patch.setattr(undoing, "CHUNK_ROWS", 2)
        _play(cast, steps)
        transaction.set_rollback(True)


def _play(cast: Cast, steps: list[dict[Place, int] | int]) -> None:
    for key in ("a", "b"):
        make_kpi(cast, key)
    model = Model()
    taken: list[IntakeResult] = []
    for step in steps:
        if isinstance(step, int):
            _undo(cast, model, taken, step)
        else:
            result = take(cast.system, [row(*place, value) for place, value in step.items()])
            assert counts(result) == model.take(len(taken), step)
            taken.append(result)
        assert {(kpi, label): value for (kpi, _, label), value in stored().items()} == {
            **model.current()
        }
        _check_standings(model)


def _undo(cast: Cast, model: Model, taken: list[IntakeResult], step: int) -> None:
    if not taken:
        return
    number = step % len(taken)
    if number in model.undone:
        with pytest.raises(Conflict):
            actions.undo_intake(cast.system, taken[number].uid)
        return
    done = actions.undo_intake(cast.system, taken[number].uid)
    assert (done.removed, done.restored, done.kept) == model.undo(number)


def _check_standings(model: Model) -> None:
    newest = {}
    for (kpi, period), value in sorted(model.current().items()):
        newest[kpi] = (period, value)
    for standing in KpiStanding.objects.select_related("kpi"):
        expected = newest.get(standing.kpi.key, ("", None))
        assert (standing.label, standing.value) == expected


@pytest.mark.parametrize("period", ["2020-01", "2026-10"])
def test_open_pages_are_told_of_every_value(cast: Cast, period: str) -> None:
    """Also of one of long ago, which moves no figure of the standing."""
    kpi = make_kpi(cast)
    take(cast.system, [row("returns", f"2025-{month:02}", month) for month in range(1, 13)])
    for value, told in ((1, 1), (2, 1), (2, 0)):
        before = Outbox.objects.filter(kind="kpi", object_id=kpi.pk)
        known = list(before.values_list("number", flat=True))
        take(cast.system, [row("returns", period, value)])
        after = list(before.all().values_list("number", flat=True))
        assert len(after) == len(known) + told
        assert len(set(after)) == len(after)


def test_nothing_that_stood_is_lost(cast: Cast) -> None:
    make_kpi(cast)
    results = [take(cast.system, [row("returns", "2026-10", value)]) for value in (1, 2, 3)]
    actions.undo_intake(cast.system, results[2].uid)
    past = MeasurementHistory.objects.order_by("pk").values_list("value", "revision")
    assert [(int(value), revision) for value, revision in past] == [(1, 1), (2, 2), (3, 3)]
    current = Measurement.objects.get()
    assert (current.value, current.revision) == (2, 4)


def test_scope_is_left_as_it_was(cast: Cast) -> None:
    before = scope.current()
    make_kpi(cast)
    take(cast.system, [row("returns", "2026-10", 1)])
    assert scope.current() == before
