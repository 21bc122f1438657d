"""The target editor: limits, the four breakdowns with their preview, two at once, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from okapi.kpis import actions
from okapi.kpis.actions import BreakdownDraft, TargetDraft
from okapi.kpis.models import Breakdown, Kpi, KpiStanding, Slice, Target
from okapi.kpis.queries.rows import LIMITS
from tests.cast import Cast
from tests.goals.making import make_kpi, measure
from tests.web.conftest import Browser
from tests.web.test_objective_edit import began, form_of, text_of

Open = Callable[..., Browser]
PATH = "kpis/sales/targets"
YEAR = {"period": "2026", "amber_is": "none", "method": "", "value": "1200"}
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


@pytest.fixture
def sales(cast: Cast) -> Kpi:
    """Monthly sales that add up: 10, 20, … 120 last year, 90 a month from January to October."""
    made = make_kpi(cast, "sales", aggregation="sum", unit="CNY")
    Kpi.objects.filter(pk=made.pk).update(team=cast.service, owner=cast.mia)
    measure(cast, made, {f"2025-{month:02}": 10 * month for month in range(1, 13)})
    measure(cast, made, dict.fromkeys(MONTHS[:10], 90))
    return Kpi.objects.get(pk=made.pk)


def parts() -> list[Decimal | None]:
    """The values of the parts, in the order of their periods."""
    rows = Target.objects.filter(breakdown__isnull=False).order_by("first")
    return list(rows.values_list("value", flat=True))


def test_a_target_for_a_year(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    assert 'name="period" value="2026"' in text_of(lea.get(PATH))
    answer = lea.post(PATH, {**YEAR, "note": "Board, May", "reason": "Agreed"})
    found = Target.objects.get()
    assert (found.label, found.frequency, found.value, found.amber, found.note) == (
        "2026", "year", 1200, None, "Board, May",
    )  # fmt: skip
    page = text_of(lea.get(answer["Location"]))
    assert "The target is set." in page
    assert "¥1,200" in page


@pytest.mark.parametrize(
    ("amber", "limit"),
    [
        ({"amber_is": "number", "amber": "¥1,000"}, Decimal(1000)),
        ({"amber_is": "share", "amber_share": "10%"}, Decimal(1080)),
        ({"amber_is": "share", "amber_share": "2.5"}, Decimal(1170)),
        ({"amber_is": "none", "amber": "1000", "amber_share": "10"}, None),
    ],
)
def test_amber_as_a_number_or_as_a_share(
    browser: Open, cast: Cast, sales: Kpi, amber: dict[str, str], limit: Decimal | None
) -> None:
    browser(cast.lea).post(PATH, {**YEAR, **amber})
    assert Target.objects.get().amber == limit


def test_a_band(browser: Open, cast: Cast) -> None:
    make_kpi(cast, "room", direction="band", unit="°C")
    sent = {"period": "2026", "low": "20", "high": "24", "amber_is": "number",
            "amber_low": "19", "amber_high": "25"}  # fmt: skip
    sten = browser(cast.sten)
    assert 'name="value"' not in text_of(sten.get("kpis/room/targets"))
    sten.post("kpis/room/targets", sent)
    found = Target.objects.get()
    assert (found.low, found.high, found.amber_low, found.amber_high) == (20, 24, 19, 25)


# Breakdowns: looked at, and set.


def look(who: Browser, sent: dict[str, str]) -> Any:
    """The preview."""
    return who.post(PATH, {**sent, "look": "1"}, htmx=True)


def test_equal_parts(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea, sent = browser(cast.lea), {**YEAR, "method": "equal"}
    text = text_of(look(lea, sent))
    assert not Target.objects.exists()
    assert len(re.findall(r"≥\s*¥100<", text)) == 12
    assert "¥1,200" in text  # together
    assert "¥110" in text  # last November
    assert "To date ¥900 against ≥ ¥1,000: Off target." in text
    assert text.count("Off target") >= 10
    lea.post(PATH, sent)
    assert parts() == [100] * 12
    assert Breakdown.objects.get().method == "equal"
    again = text_of(lea.get(f"{PATH}?period=2026"))
    assert "2026 has a target already; this replaces it." in again
    assert 'value="equal" checked' in again


def test_by_last_years_shape(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea, sent = browser(cast.lea), {**YEAR, "value": "1560", "method": "last_year"}
    assert "¥20" in text_of(look(lea, sent))
    lea.post(PATH, sent)
    assert parts() == [20 * month for month in range(1, 13)]


def test_without_last_year_it_says_so(browser: Open, cast: Cast, sales: Kpi) -> None:
    sent = {**YEAR, "period": "2028", "method": "last_year"}
    looked = look(browser(cast.lea), sent)
    assert looked.status_code == 200
    assert "<table" not in text_of(looked)
    assert 'role="alert"' in text_of(looked)
    answer = browser(cast.lea).post(PATH, sent)
    assert answer.status_code == 422
    assert not Target.objects.exists()


def test_typed_shares(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea, sent = browser(cast.lea), {**YEAR, "method": "typed", "frequency": "quarter"}
    asked = text_of(look(lea, sent))
    assert asked.count('name="shares-') == 4
    assert 'role="alert"' not in asked
    shares = {f"shares-{at}-": share for at, share in enumerate(("10", "20%", "30", "40"))}
    looked = text_of(look(lea, {**sent, **shares}))
    assert "¥120" in looked
    assert 'name="shares-3-" value="40"' in looked
    lea.post(PATH, {**sent, **shares})
    assert parts() == [120, 240, 360, 480]
    wrong = lea.post(PATH, {**sent, **shares, "shares-3-": "41"})
    assert wrong.status_code == 422
    assert "101" in text_of(wrong)
    assert 'name="shares-3-" value="41"' in text_of(
        look(lea, {**sent, **shares, "shares-3-": "41"})
    )


def test_what_is_left_over_what_remains(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    lea.post(PATH, {**YEAR, "method": "equal"})
    sent = {**YEAR, "method": "respread"}
    text = text_of(look(lea, sent))
    assert "10 periods are measured already and keep their targets." in text
    assert text.count("¥150") == 2
    lea.post(PATH, sent)
    assert parts() == [*[100] * 10, 150, 150]


def test_what_does_not_add_up_is_the_same_in_every_period(browser: Open, cast: Cast) -> None:
    make_kpi(cast, "sales", aggregation="last", unit="%")
    sten = browser(cast.sten)
    text = text_of(sten.get(PATH))
    assert "these values do not add up" in text
    assert 'value="last_year"' not in text
    sten.post(PATH, {**YEAR, "value": "88%", "method": "equal"})
    assert parts() == [88] * 12


def test_a_slice(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "sales", dimensions=["region"], aggregation="sum")
    Slice.objects.create(kpi=kpi, key="region=East", values={"region": "East"})
    sten = browser(cast.sten)
    assert "East" in text_of(sten.get(PATH))
    sten.post(PATH, {**YEAR, "slice": "region=East"})
    assert Target.objects.get().slice.key == "region=East"
    assert "region%3DEast" in text_of(sten.get(PATH))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"period": ""}, ""),
        ({"period": "soon"}, "soon"),
        ({"period": "2026-W10"}, "a target is for"),
        ({"value": ""}, ""),
        ({"value": "much"}, "is not a number"),
        ({"amber_is": "number", "amber": "1300"}, ""),
        ({"amber_is": "share", "amber_share": "x"}, "is not a number"),
        ({"value": "0", "amber_is": "share", "amber_share": "10"}, ""),
        ({"method": "guess"}, "guess"),
        ({"method": "equal", "frequency": "year"}, "shorter than the target"),
        ({"method": "typed", "shares-0-": "x"}, "is not a number"),
        ({"period": "2026-03", "method": "equal"}, "shorter than the target"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    browser: Open, cast: Cast, sales: Kpi, wrong: dict[str, str], sentence: str
) -> None:
    answer = browser(cast.lea).post(PATH, {**YEAR, "note": "kept", **wrong})
    assert answer.status_code == 422
    text = text_of(answer)
    assert sentence in text
    assert "kept" in text
    assert not Target.objects.exists()
    looked = look(browser(cast.lea), {**YEAR, **wrong})
    assert looked.status_code == 200


# Taken away; two at once.


def test_one_is_taken_away_with_its_parts(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    lea.post(PATH, {**YEAR, "method": "equal"})
    answer = lea.post(PATH, {"do": "remove", "period": "2026", "slice": ""})
    assert not Target.objects.exists()
    assert "The target is gone; the history keeps it." in text_of(lea.get(answer["Location"]))
    assert lea.post(PATH, {"do": "remove", "period": "2026"}).status_code == 422


def test_two_who_set_the_same_target(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    lea.post(PATH, YEAR)
    opened = began(lea.get(f"{PATH}?period=2026"))
    sten = cast.actor(cast.sten)
    actions.set_targets(
        sten,
        "sales",
        [TargetDraft("2026", value=Decimal(1200), note="Board", breakdown=BreakdownDraft())],
    )
    # Only the value is mine: note and breakdown of the other one stay.
    lea.post(PATH, {**opened, **YEAR, "value": "1440", "note": ""})
    whole = Target.objects.get(frequency="year")
    assert (whole.value, whole.note, parts()) == (1440, "Board", [120] * 12)
    opened = began(lea.get(f"{PATH}?period=2026"))
    actions.set_targets(sten, "sales", [TargetDraft("2026", value=Decimal(1500))])
    answer = lea.post(PATH, {**opened, **YEAR, "value": "1560", "method": "equal"})
    assert answer.status_code == 422
    assert "Sten changed this too" in text_of(answer)
    chosen = {"value": "1560", "method": "equal", "take-value": "mine", "take-method": "theirs"}
    lea.post(PATH, {**began(answer), **YEAR, **chosen})
    assert (Target.objects.get().value, parts()) == (1560, [])


def test_another_name_of_the_kpi_is_no_matter(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    opened = began(lea.get(PATH))
    actions.edit_kpi(cast.actor(cast.lea), "sales", name="Revenue")
    assert lea.post(PATH, {**opened, **YEAR}).status_code == 302


def test_a_form_begun_at_another_period_changes_nothing_of_that_one(
    browser: Open, cast: Cast, sales: Kpi
) -> None:
    lea = browser(cast.lea)
    lea.post(PATH, YEAR)
    opened = began(lea.get(f"{PATH}?period=2026"))
    actions.set_targets(cast.actor(cast.sten), "sales", [TargetDraft("2026", value=Decimal(1))])
    lea.post(PATH, {**opened, **YEAR, "period": "2027", "value": "1300"})
    found = dict(Target.objects.values_list("label", "value"))
    assert found == {"2026": 1, "2027": 1300}


def test_the_number_of_statements(browser: Open, cast: Cast, sales: Kpi, statements: Any) -> None:
    lea = browser(cast.lea)

    def count() -> int:
        lea.get(PATH)
        with statements() as asked:
            lea.get(PATH)
        return len(asked)

    lea.post(PATH, {**YEAR, "method": "equal"})
    once = count()
    for year in ("2027", "2028", "2029"):
        lea.post(PATH, {**YEAR, "period": year})
    assert count() == once
    assert once <= 10
    assert not form_of(lea.get(PATH)).error


# The way back.


def rows() -> list[tuple[Any, ...]]:
    """All targets with what they are parts of and how they are spread, in their order."""
    columns = ("frequency", "first", "last", "label", *LIMITS, "note")
    found = Target.objects.order_by("slice__key", "frequency", "first").values_list(
        *columns, "breakdown__target__label", "spread__method", "spread__shares"
    )
    return [(*row[:-1], str(row[-1])) for row in found]


def undo_of(answer: Any) -> str:
    """The address of the way back that the page after saving offers."""
    return re.search(r'hx-post="(/o/acme/changes/\d+/undo)"', answer.content.decode())[1]  # type: ignore[index]  # it is offered


def before_sets(who: Browser) -> None:
    """A year that was spread equally, one month of it typed for itself, and a typed quarter."""
    who.post(PATH, {**YEAR, "method": "equal", "note": "Board", "amber_is": "share",
                    "amber_share": "10"})  # fmt: skip
    who.post(PATH, {"period": "2026-03", "amber_is": "none", "value": "130"})
    who.post(PATH, {"period": "2026Q2", "amber_is": "none", "value": "310", "note": "Typed"})


@pytest.mark.parametrize(
    "sent",
    [
        {**YEAR, "value": "1440"},  # no parts any more
        {**YEAR, "method": "respread"},
        {**YEAR, "value": "1560", "method": "last_year"},
        {**YEAR, "method": "equal", "frequency": "quarter"},  # takes the place of the typed quarter
        {"period": "2026-05", "amber_is": "none", "value": "1"},  # leaves the year it is a part of
        {"period": "2027", "amber_is": "none", "value": "9", "method": "equal"},  # a new one
        {"do": "remove", "period": "2026", "slice": ""},
        {"do": "remove", "period": "2026-03", "slice": ""},
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_one_press_takes_it_back(
    browser: Open, cast: Cast, sales: Kpi, sent: dict[str, str], htmx: bool
) -> None:
    lea = browser(cast.lea)
    before_sets(lea)
    before = rows()
    answer = lea.post(PATH, sent)
    assert rows() != before
    way_back = undo_of(lea.get(answer["Location"]))
    answer = lea.post(way_back, htmx=htmx)
    assert rows() == before
    onward = answer["HX-Redirect" if htmx else "Location"]
    page = text_of(lea.get(onward))
    assert "Taken back: the targets are what they were." in page
    # What was taken back can be made again, as one can take back anything.
    after_again = lea.post(undo_of(lea.get(onward)))
    assert after_again.status_code == 302
    assert rows() != before


def test_the_standing_follows_what_was_taken_back(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    lea.post(PATH, {**YEAR, "method": "equal"})
    status = KpiStanding.objects.get(kpi=sales).status
    answer = lea.post(PATH, {**YEAR, "value": "120", "method": "equal"})
    assert KpiStanding.objects.get(kpi=sales).status != status
    lea.post(undo_of(lea.get(answer["Location"])))
    assert KpiStanding.objects.get(kpi=sales).status == status


def test_without_a_script_it_asks_before(browser: Open, cast: Cast, sales: Kpi) -> None:
    lea = browser(cast.lea)
    answer = lea.post(PATH, {**YEAR, "method": "equal"})
    asked = text_of(lea.get(undo_of(lea.get(answer["Location"]))))
    assert "This becomes what it was before your change: target for 2026." in asked


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"period": "2026", "value": Decimal(1300)},
        {"period": "2026-11", "value": Decimal(7)},
        {"period": "2026", "value": Decimal(1440), "breakdown": BreakdownDraft("last_year")},
    ],
)
def test_what_was_set_again_since_stays(
    browser: Open, cast: Cast, sales: Kpi, meanwhile: dict[str, Any]
) -> None:
    lea = browser(cast.lea)
    answer = lea.post(PATH, {**YEAR, "value": "1440", "method": "equal"})
    way_back = undo_of(lea.get(answer["Location"]))
    actions.set_targets(cast.actor(cast.sten), "sales", [TargetDraft(**meanwhile)])
    before = rows()
    refused = lea.post(way_back, htmx=True)
    assert refused.status_code == 409
    assert "It was changed again since" in text_of(refused)
    assert rows() == before


def test_a_part_whose_year_is_gone_does_not_come_back(
    browser: Open, cast: Cast, sales: Kpi
) -> None:
    lea = browser(cast.lea)
    lea.post(PATH, {**YEAR, "method": "equal"})
    answer = lea.post(PATH, {"period": "2026-05", "amber_is": "none", "value": "1"})
    way_back = undo_of(lea.get(answer["Location"]))
    lea.post(PATH, {"do": "remove", "period": "2026", "slice": ""})
    assert lea.post(way_back).status_code == 409
    assert [*Target.objects.values_list("label", "value")] == [("2026-05", Decimal(1))]


def test_limits_that_the_kpi_takes_no_more_do_not_come_back(
    browser: Open, cast: Cast, sales: Kpi
) -> None:
    lea, sten = browser(cast.lea), cast.actor(cast.sten)
    lea.post(PATH, YEAR)
    answer = lea.post(PATH, {"do": "remove", "period": "2026", "slice": ""})
    way_back = undo_of(lea.get(answer["Location"]))
    definition = actions.DefinitionDraft(unit="CNY", direction="band", aggregation="sum")
    actions.redefine_kpi(sten, "sales", definition, reason="A range from now on")
    assert lea.post(way_back).status_code == 422
    assert not Target.objects.exists()


def test_what_is_broken_down_is_seen_when_it_is_opened(
    browser: Open, cast: Cast, sales: Kpi
) -> None:
    """Without naming the year it begins with: the page comes first, its parts follow."""
    lea = browser(cast.lea)
    follows = 'look-again from:closest form, load"'
    assert follows not in text_of(lea.get(PATH))
    shares = {f"shares-{at}-": share for at, share in enumerate(("10", "20", "30", "40"))}
    lea.post(PATH, {**YEAR, "method": "typed", "frequency": "quarter", **shares})
    page = text_of(lea.get(PATH))
    assert follows in page
    looked = text_of(look(lea, {**YEAR, "method": "typed", "frequency": "quarter"}))
    assert follows not in looked
    assert 'name="shares-3-" value="40"' in looked
