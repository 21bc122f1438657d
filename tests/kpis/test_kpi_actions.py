"""What can be done to KPIs, definitions and targets, by whom, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.base import events
from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refusals, Refused
from okapi.kpis import actions
from okapi.kpis.actions import BreakdownDraft, DefinitionDraft, KpiDraft, TargetDraft
from okapi.kpis.events import KpisChanged
from okapi.kpis.models import Breakdown, Definition, Kpi, KpiStanding, Slice, Target
from tests.cast import Cast
from tests.goals.making import make_key_result, make_objective
from tests.kpis.making import make_kpi, row, take


@pytest.fixture
def published() -> Any:
    told: list[KpisChanged] = []
    events.subscribe(KpisChanged, told.append)
    yield told
    events._subscribers[KpisChanged].remove(told.append)


# --- KPIs ---


def test_a_new_kpi_has_a_definition_a_total_and_a_standing(
    cast: Cast, published: list[KpisChanged]
) -> None:
    lea = cast.actor(cast.lea)
    draft = KpiDraft(
        name="Returns  rate",
        name_other="退货率",
        team="service",
        owner="mia@acme.example",
        definition=DefinitionDraft(unit="%", direction="down"),
    )
    kpi = actions.create_kpi(lea, draft)
    kpi.refresh_from_db()
    assert (kpi.key, kpi.name, kpi.state) == ("returns-rate", "Returns rate", "active")
    assert (kpi.team_id, kpi.owner_id) == (cast.service.pk, cast.mia.pk)
    assert kpi.definition is not None
    assert (kpi.definition.number, kpi.definition.decided_by_id) == (1, cast.lea.pk)
    assert Slice.objects.get(kpi=kpi).key == ""
    assert KpiStanding.objects.get(kpi=kpi).status == "no_data"
    assert Change.objects.get(kind="kpi").verb == "create"
    assert [event.kpi_ids for event in published] == [frozenset({kpi.pk})]
    assert Outbox.objects.filter(kind="kpi", object_id=kpi.pk).count() == 1


def test_keys_are_free_ones_in_any_script(cast: Cast) -> None:
    names = ["退货 率", "退货 率", "!!!", "A/B"]
    kpis = actions.create_kpis(cast.system, [KpiDraft(name=name) for name in names])
    assert [kpi.key for kpi in kpis] == ["退货-率", "退货-率-2", "kpi", "a-b"]


@pytest.mark.parametrize(
    ("who", "state"),
    [("sten", "active"), ("lea", "active"), ("mia", "proposed"), ("tom", "proposed")],
)
def test_members_propose_and_leads_and_stewards_decide(cast: Cast, who: str, state: str) -> None:
    draft = KpiDraft(name="returns", team="service")
    kpi = actions.create_kpi(cast.actor(getattr(cast, who)), draft)
    assert kpi.state == state
    if state == "proposed":
        with pytest.raises(Refusals):
            take(cast.system, [row("returns", "2026-10", 1)])
        with pytest.raises(Forbidden):
            actions.adopt_kpi(cast.actor(cast.mia), kpi.pk)
        actions.adopt_kpi(cast.actor(cast.lea), "returns")
        assert take(cast.system, [row("returns", "2026-10", 1)]).new == 1


def test_a_viewer_proposes_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.create_kpi(cast.actor(cast.vic), KpiDraft(name="returns"))


BAD_DRAFTS: list[tuple[KpiDraft, str, str]] = [
    (KpiDraft(name="  "), "text.empty", "name"),
    (KpiDraft(name="x" * 301), "text.too_long", "name"),
    (KpiDraft(name="x", key="taken"), "key.taken", "key"),
    (KpiDraft(name="x", team="nowhere"), "reference.unknown", "team"),
    (KpiDraft(name="x", owner="nobody@acme.example"), "reference.unknown", "owner"),
    (KpiDraft(name="x", pillar="none"), "reference.unknown", "pillar"),
    (KpiDraft(name="x", visibility="secret"), "choice.unknown", "visibility"),
]
BAD_DEFINITIONS: list[tuple[DefinitionDraft, str, str]] = [
    (DefinitionDraft(direction="left"), "choice.unknown", "direction"),
    (DefinitionDraft(frequency="often"), "choice.unknown", "frequency"),
    (DefinitionDraft(aggregation="all"), "choice.unknown", "aggregation"),
    (DefinitionDraft(slice_aggregation="all"), "choice.unknown", "slice_aggregation"),
    (DefinitionDraft(unit="x" * 61), "text.too_long", "unit"),
    (DefinitionDraft(delay_days=-1), "number.outside", "delay_days"),
    (DefinitionDraft(decimals=99), "number.outside", "decimals"),
    (DefinitionDraft(valid_from=date(1, 1, 1)), "day.outside", "valid_from"),
    (DefinitionDraft(valid_from=date(2201, 1, 1)), "day.outside", "valid_from"),
    (DefinitionDraft(dimensions=("a", "a")), "definition.dimension", "dimensions"),
    (DefinitionDraft(dimensions=("Period",)), "definition.dimension", "dimensions"),
    (DefinitionDraft(dimensions=("",)), "text.empty", "dimensions"),
    (DefinitionDraft(has_total=False), "definition.no_slices", "dimensions"),
]


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        *BAD_DRAFTS,
        *((KpiDraft(name="x", definition=one), code, at) for one, code, at in BAD_DEFINITIONS),
    ],
)
def test_a_bad_draft_is_refused_at_its_field(
    cast: Cast, draft: KpiDraft, code: str, field: str
) -> None:
    make_kpi(cast, "taken")
    with pytest.raises(Refused) as caught:
        actions.create_kpi(cast.system, draft)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert Kpi.objects.count() == 1


def test_an_edit_is_recorded_and_pages_hear_of_it(cast: Cast, published: list[KpisChanged]) -> None:
    kpi = make_kpi(cast)
    before = KpiStanding.objects.get(kpi=kpi).number_of_state
    published.clear()
    mia = cast.actor(cast.mia)
    edited = actions.edit_kpi(mia, "returns", version=1, name="Returned", owner=cast.rob.pk)
    assert (edited.name, edited.owner_id, edited.version) == ("Returned", cast.rob.pk, 2)
    record = Change.objects.get(kind="kpi", verb="edit")
    assert record.before == {"name": "returns", "owner": str(cast.mia.pk)}
    assert record.after == {"name": "Returned", "owner": str(cast.rob.pk)}
    assert KpiStanding.objects.get(kpi=kpi).number_of_state == before + 1
    assert len(published) == 1


def test_an_edit_that_changes_nothing_leaves_nothing(cast: Cast) -> None:
    kpi = make_kpi(cast)
    count = Change.objects.count()
    assert actions.edit_kpi(cast.system, kpi.pk, name="returns").version == 1
    assert Change.objects.count() == count


def test_named_readers_are_set_and_recorded(cast: Cast) -> None:
    kpi = make_kpi(cast)
    lea = cast.actor(cast.lea)
    actions.edit_kpi(lea, kpi.pk, visibility="named", readers=["tom@acme.example"])
    with pytest.raises(NotFound):  # not even a lead reads what is not shown to her
        actions.edit_kpi(lea, kpi.pk, name="x")
    mia = cast.actor(cast.mia)
    assert actions.edit_kpi(mia, kpi.pk, readers=[cast.lea.pk]).version == 3
    assert list(kpi.readers.values_list("name", flat=True)) == ["Lea"]
    with pytest.raises(NotFound):
        actions.edit_kpi(cast.actor(cast.tom), kpi.pk, name="x")


Act = Callable[[Any, Kpi, int | None], Any]
ACTS: list[tuple[Act, set[str]]] = [
    (lambda who, kpi, v: actions.edit_kpi(who, kpi.pk, version=v, name="x"), {"mia"}),
    (lambda who, kpi, v: actions.edit_kpi(who, kpi.pk, version=v, visibility="team"), set()),
    (lambda who, kpi, v: actions.redefine_kpi(who, kpi.pk, DefinitionDraft(), version=v), set()),
    (
        lambda who, kpi, v: actions.set_targets(
            who, kpi.pk, [TargetDraft("2026-10", value=Decimal(1))], version=v
        ),
        set(),
    ),
    (lambda who, kpi, v: actions.remove_targets(who, kpi.pk, [], version=v), set()),
    (lambda who, kpi, v: actions.retire_kpi(who, kpi.pk, version=v), set()),
    (lambda who, kpi, v: actions.revive_kpi(who, kpi.pk, version=v), set()),
]


@pytest.mark.parametrize(("act", "others"), ACTS)
def test_who_may_do_what(cast: Cast, act: Act, others: set[str]) -> None:
    may = {"sten", "lea"} | others
    for name in ("sten", "lea", "mia", "rob", "tom", "stella", "ada", "vic"):
        kpi = make_kpi(cast, f"kpi-{name}", direction="down")
        actor = cast.actor(getattr(cast, name))
        if name in may:
            act(actor, kpi, 1)
        else:
            with pytest.raises(Forbidden):
                act(actor, kpi, 1)


@pytest.mark.parametrize(("act", "others"), ACTS)
def test_another_version_by_now_is_a_conflict(
    cast: Cast, act: Act, others: set[str], strangers: Cast
) -> None:
    kpi = make_kpi(cast)
    with pytest.raises(Conflict, match=r"kpi\.changed_meanwhile"):
        act(cast.system, kpi, 7)
    with pytest.raises(NotFound):
        act(strangers.actor(strangers.sten), kpi, 1)


def test_a_retired_kpi_takes_no_values_and_can_be_revived(cast: Cast) -> None:
    make_kpi(cast)
    take(cast.system, [row("returns", "2026-09", 1)])
    actions.retire_kpi(cast.actor(cast.lea), "returns", reason="nobody looks at it")
    assert Change.objects.get(verb="retire").after["reason"] == "nobody looks at it"
    with pytest.raises(Refusals, match=r"kpi\.not_active"):
        take(cast.system, [row("returns", "2026-10", 1)])
    actions.retire_kpi(cast.system, "returns")
    assert Change.objects.filter(verb="retire").count() == 1
    actions.revive_kpi(cast.system, "returns")
    take(cast.system, [row("returns", "2026-10", 1)])


def test_a_kpi_that_a_key_result_moves_is_not_retired(cast: Cast) -> None:
    kpi = make_kpi(cast)
    make_key_result(make_objective(cast), kpi, start=0, target=10)
    with pytest.raises(Refusals) as caught:
        actions.retire_kpi(cast.system, kpi.pk)
    assert [error.code for error in caught.value.errors] == ["kpi.is_moved"]


# --- Definitions ---


def test_a_new_definition_is_a_new_version(cast: Cast) -> None:
    kpi = make_kpi(cast, unit="%")
    draft = DefinitionDraft(unit="%", direction="down", text="without exchanges")
    made = actions.redefine_kpi(cast.actor(cast.sten), kpi.pk, draft, reason="agreed in May")
    kpi.refresh_from_db()
    assert (made.number, kpi.definition_id, kpi.version) == (2, made.pk, 2)
    first = Definition.objects.get(kpi=kpi, number=1)
    assert (first.direction, first.text) == ("up", "")
    record = Change.objects.get(verb="define")
    assert record.before == {"direction": "up", "text": ""}
    assert record.after == {
        "direction": "down",
        "text": "without exchanges",
        "number": 2,
        "reason": "agreed in May",
    }
    assert KpiStanding.objects.get(kpi=kpi).definition_id == made.pk
    again = actions.redefine_kpi(cast.system, kpi.pk, draft)
    assert (again.pk, Definition.objects.filter(kpi=kpi).count()) == (made.pk, 2)


def test_a_changed_direction_judges_by_it_at_once(cast: Cast) -> None:
    kpi = make_kpi(cast)
    take(cast.system, [row("returns", "2026-10", 5)])
    actions.set_targets(cast.system, kpi.pk, [TargetDraft("2026-10", value=Decimal(4))])
    assert KpiStanding.objects.get(kpi=kpi).status == "green"
    actions.redefine_kpi(cast.system, kpi.pk, DefinitionDraft(direction="down"))
    assert KpiStanding.objects.get(kpi=kpi).status == "red"


# --- Targets ---


def numbers(kpi: Kpi, frequency: str) -> list[tuple[str, Decimal | None, Decimal | None]]:
    rows = Target.objects.filter(kpi=kpi, frequency=frequency).order_by("first")
    return list(rows.values_list("label", "value", "amber"))


def test_a_target_is_set_and_replaced(cast: Cast) -> None:
    kpi = make_kpi(cast)
    take(cast.system, [row("returns", "2026-10", 95)])
    first = TargetDraft("2026-10", value=Decimal(100), amber_share=Decimal("0.1"))
    actions.set_targets(cast.system, kpi.pk, [first])
    assert numbers(kpi, "month") == [("2026-10", Decimal(100), Decimal(90))]
    standing = KpiStanding.objects.get(kpi=kpi)
    assert (standing.status, standing.target) == (
        "amber",
        {"value": "100", "amber": "90", "label": "2026-10", "frequency": "month"},
    )
    second = TargetDraft("2026年10月", value=Decimal(95))
    actions.set_targets(cast.system, kpi.pk, [second], reason="was too high")
    assert numbers(kpi, "month") == [("2026年10月", Decimal(95), None)]
    assert KpiStanding.objects.get(kpi=kpi).status == "green"
    record = Change.objects.filter(verb="set_targets").order_by("-number")[0]
    assert record.before["targets"][0]["value"] == "100"
    assert (record.after["targets"][0]["value"], record.after["reason"]) == ("95", "was too high")


def test_a_band_with_a_relative_amber_band(cast: Cast) -> None:
    kpi = make_kpi(cast, direction="band")
    draft = TargetDraft("2026-10", low=Decimal(10), high=Decimal(20), amber_share=Decimal("0.5"))
    actions.set_targets(cast.system, kpi.pk, [draft])
    target = Target.objects.get()
    assert (target.low, target.high, target.amber_low, target.amber_high) == (10, 20, 5, 30)


BAD_TARGETS: list[tuple[TargetDraft, str]] = [
    (TargetDraft("soon", value=Decimal(1)), "period.unreadable"),
    (TargetDraft("2026-10-05", value=Decimal(1)), "target.shorter"),
    (TargetDraft("2026-10"), "target.empty"),
    (TargetDraft("2026-10", amber=Decimal(1)), "target.amber_alone"),
    (TargetDraft("2026-10", low=Decimal(1)), "target.kind"),
    (TargetDraft("2026-10", value=Decimal(1), amber=Decimal(2)), "target.amber_side"),
    (TargetDraft("2026-10", value=Decimal(0), amber_share=Decimal(1)), "target.relative_zero"),
    (
        TargetDraft("2026-10", value=Decimal(2), amber=Decimal(1), amber_share=Decimal(1)),
        "target.two_ambers",
    ),
    (TargetDraft("2026-10", value=Decimal(1), slice={"city": "Oslo"}), "slice.dimensions"),
    (TargetDraft("2026-10", value=Decimal(1), note="x" * 501), "text.too_long"),
    (
        TargetDraft("2026-10", value=Decimal(1), breakdown=BreakdownDraft()),
        "breakdown.frequency",
    ),
    (
        TargetDraft("2026", value=Decimal(1), breakdown=BreakdownDraft(method="guess")),
        "choice.unknown",
    ),
    (
        TargetDraft("2026", value=Decimal(1), breakdown=BreakdownDraft(method="last_year")),
        "breakdown.shape_missing",
    ),
    (
        TargetDraft(
            "2026",
            value=Decimal(1),
            breakdown=BreakdownDraft(method="typed", shares=(Decimal("0.5"),)),
        ),
        "breakdown.shares_sum",
    ),
]


@pytest.mark.parametrize(("draft", "code"), BAD_TARGETS)
def test_a_bad_target_is_refused_with_all_others(cast: Cast, draft: TargetDraft, code: str) -> None:
    kpi = make_kpi(cast, aggregation="sum")
    good = TargetDraft("2026-09", value=Decimal(1))
    with pytest.raises(OkapiError, match=code):
        actions.set_targets(cast.system, kpi.pk, [good, draft])
    assert Target.objects.count() == 0


def test_a_year_of_a_sum_is_broken_down_and_judged_twice(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum", decimals=0)
    rows = [row("returns", f"2026-{month:02}", 10) for month in range(1, 11)]
    take(cast.system, rows + [row("returns", f"2025-{month:02}", 8) for month in range(1, 13)])
    year = TargetDraft("2026", value=Decimal(110), breakdown=BreakdownDraft())
    actions.set_targets(cast.system, kpi.pk, [year])
    parts = [value for _, value, _ in numbers(kpi, "month")]
    assert (len(parts), sum(value for value in parts if value)) == (12, Decimal(110))
    standing = KpiStanding.objects.get(kpi=kpi)
    assert (standing.status, standing.to_date_status) == ("green", "green")
    assert (standing.to_date, standing.to_date_year_before) == (100, 80)
    assert standing.to_date_plan == sum(value for value in parts[:10] if value)
    # Set again without a breakdown, the parts go.
    actions.set_targets(cast.system, kpi.pk, [TargetDraft("2026", value=Decimal(130))])
    assert (numbers(kpi, "month"), Breakdown.objects.count()) == ([], 0)
    standing.refresh_from_db()
    assert (standing.status, standing.to_date_status) == ("no_target", "red")


def test_last_year_gives_the_shape(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum", frequency="quarter")
    take(
        cast.system,
        [row("returns", f"2025Q{at}", value) for at, value in enumerate((1, 1, 2, 4), 1)],
    )
    spread = BreakdownDraft(method="last_year")
    actions.set_targets(
        cast.system, kpi.pk, [TargetDraft("2026", value=Decimal(16), breakdown=spread)]
    )
    assert [value for _, value, _ in numbers(kpi, "quarter")] == [2, 2, 4, 8]


def test_what_remains_is_spread_again_over_the_periods_left(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum", frequency="quarter")
    year = TargetDraft("2026", value=Decimal(40), amber=Decimal(36), breakdown=BreakdownDraft())
    actions.set_targets(cast.system, kpi.pk, [year])
    take(cast.system, [row("returns", "2026Q1", 4), row("returns", "2026Q2", 6)])
    again = TargetDraft(
        "2026",
        value=Decimal(40),
        amber=Decimal(36),
        breakdown=BreakdownDraft(method="respread"),
    )
    actions.set_targets(cast.system, kpi.pk, [again])
    assert numbers(kpi, "quarter") == [
        ("2026Q1", 10, 9),
        ("2026Q2", 10, 9),
        ("2026Q3", 15, 13),
        ("2026Q4", 15, 13),
    ]


def test_a_target_of_a_slice_makes_the_slice(cast: Cast) -> None:
    kpi = make_kpi(cast, dimensions=("region",), has_total=False)
    east = TargetDraft("2026-10", value=Decimal(3), slice={"region": "East"})
    actions.set_targets(cast.system, kpi.pk, [east])
    assert Target.objects.get().slice.key == "region=East"
    with pytest.raises(Refused, match=r"slice\.no_total"):
        actions.set_targets(cast.system, kpi.pk, [TargetDraft("2026-10", value=Decimal(3))])
