"""What counts as a revision, and what an intake leaves behind: record, news, event."""

from __future__ import annotations

from typing import Any

import pytest

from okapi.base import events
from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, NotFound
from okapi.kpis import actions
from okapi.kpis.events import MeasurementsChanged
from okapi.kpis.ingest import committing
from okapi.kpis.models import Intake, KpiStanding, Measurement, Slice
from tests.cast import Cast
from tests.kpis.making import counts, make_kpi, row, take

ONE = row("returns", "2026-10", 5, note="as counted")


@pytest.mark.parametrize(
    ("again", "expected", "note"),
    [
        (row("returns", "2026-10", 5), (1, 0, 0, 1), "as counted"),
        (row("returns", "2026-10", "5.00", note="as counted"), (1, 0, 0, 1), "as counted"),
        (row("returns", "2026-10", 5, note="counted anew"), (1, 0, 1, 0), "counted anew"),
        (row("returns", "2026-10", 6), (1, 0, 1, 0), ""),
        (row("returns", "2026年10月", 5), (1, 0, 0, 1), "as counted"),
    ],
)
def test_another_value_or_note_is_a_revision(
    cast: Cast, again: Any, expected: tuple[int, ...], note: str
) -> None:
    make_kpi(cast)
    take(cast.system, [ONE])
    assert counts(take(cast.system, [again])) == expected
    assert Measurement.objects.get().note == note


def test_nothing_at_all_is_an_intake_of_nothing(cast: Cast) -> None:
    assert counts(take(cast.system, [])) == (0, 0, 0, 0)


def test_another_part_of_a_ratio_is_a_revision(cast: Cast) -> None:
    make_kpi(cast, aggregation="ratio")
    take(cast.system, [row("returns", "2026-10", "0.5", numerator=1, denominator=2)])
    same = take(cast.system, [row("returns", "2026-10", "0.5", numerator=1, denominator=2)])
    other = take(cast.system, [row("returns", "2026-10", "0.5", numerator=2, denominator=4)])
    assert (same.unchanged, other.revised) == (1, 1)


def test_one_change_record_with_hash_and_counts(cast: Cast) -> None:
    make_kpi(cast)
    rows = [row("returns", f"2026-{month:02}", month) for month in range(1, 11)]
    mia = cast.actor(cast.mia)
    result = take(mia, rows, source="the shop", file_name="a.csv", content_hash="abc")
    record = Change.objects.get(kind="intake")
    assert (record.object_id, record.verb, record.person_id) == (
        result.uid,
        "measure",
        cast.mia.pk,
    )
    assert record.after == {
        "source": "the shop",
        "file": "a.csv",
        "hash": "abc",
        "received": 10,
        "new": 10,
        "revised": 0,
        "unchanged": 0,
    }
    intake = Intake.objects.get()
    assert (intake.state, intake.chunks_done, intake.person_id) == ("committed", 1, cast.mia.pk)


@pytest.fixture
def published() -> Any:
    """Every event of measurements, as it was published."""
    told: list[MeasurementsChanged] = []
    events.subscribe(MeasurementsChanged, told.append)
    yield told
    events._subscribers[MeasurementsChanged].remove(told.append)


def test_those_above_hear_of_what_changed_only(
    cast: Cast, published: list[MeasurementsChanged]
) -> None:
    kpi, other = make_kpi(cast), make_kpi(cast, "other")
    take(cast.system, [row("returns", "2026-09", 1), row("other", "2026-09", 1)])
    published.clear()
    take(cast.system, [row("returns", "2026-09", 1), row("other", "2026-09", 2)])
    (event,) = published
    part = Slice.objects.get(kpi=other)
    assert event.touched == {other.pk: frozenset({part.pk})}
    assert (event.organisation_id, event.through_renewer) == (cast.organisation.pk, False)
    published.clear()
    take(cast.system, [row("returns", "2026-09", 1)])
    assert published == []
    assert kpi.pk not in event.touched


def test_open_pages_hear_once_of_each_kpi(cast: Cast) -> None:
    kpi = make_kpi(cast)
    private = make_kpi(cast, "private")
    private.visibility = "named"
    private.save()
    Outbox.objects.all().delete()
    rows = [row(key, f"2026-{month:02}", 1) for key in ("returns", "private") for month in (8, 9)]
    take(cast.system, rows)
    news = {one.object_id: one for one in Outbox.objects.filter(kind="kpi")}
    assert set(news) == {kpi.pk, private.pk}
    assert news[kpi.pk].audience == {"everyone": True}
    assert news[private.pk].audience == {"teams": [], "people": [str(cast.mia.pk)]}
    assert news[kpi.pk].number == KpiStanding.objects.get(kpi=kpi).number_of_state


def test_of_many_kpis_the_intake_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, published: list[MeasurementsChanged]
) -> None:
    monkeypatch.setattr(committing, "MOST_KPI_NEWS", 1)
    make_kpi(cast)
    make_kpi(cast, "other")
    Outbox.objects.all().delete()
    published.clear()
    result = take(cast.system, [row("returns", "2026-09", 1), row("other", "2026-09", 1)])
    told = Outbox.objects.exclude(kind__in=["objective", "key_result"])
    assert [(one.kind, one.object_id) for one in told] == [("intake", result.uid)]
    assert [event.through_renewer for event in published] == [True]


def test_who_may_take_an_intake_back(cast: Cast, strangers: Cast) -> None:
    make_kpi(cast)
    result = take(cast.actor(cast.mia), [row("returns", "2026-10", 1)])
    for actor in (cast.actor(cast.tom), cast.actor(cast.ada), strangers.actor(strangers.sten)):
        with pytest.raises(NotFound):
            actions.undo_intake(actor, result.uid)
    assert actions.undo_intake(cast.actor(cast.sten), result.uid).removed == 1
    with pytest.raises(Conflict, match=r"intake\.undone"):
        actions.undo_intake(cast.actor(cast.mia), result.uid)
    undone = Change.objects.get(kind="intake", verb="undo")
    assert undone.after == {"removed": 1, "restored": 0, "kept": 0}
    assert Intake.objects.get().undone_by_id == cast.sten.pk
