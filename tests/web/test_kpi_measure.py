"""Adding a measurement on the page: the form, what is refused where, what is told, and undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from okapi.base.models import Outbox
from okapi.goals.models import KeyResultStanding
from okapi.kpis.actions import record_measurements
from okapi.kpis.models import Intake, Kpi, KpiStanding, Measurement, Slice
from tests.cast import Cast
from tests.goals.making import make_key_result, make_kpi, make_objective, renewed
from tests.web.conftest import Browser

Open = Callable[..., Browser]


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def kpi(cast: Cast, key: str = "returns", **definition: Any) -> Kpi:
    """A weekly KPI of service that Mia owns, measured in W45 and W46."""
    made = make_kpi(cast, key, **{"frequency": "week", "unit": "%"} | definition)
    Kpi.objects.filter(pk=made.pk).update(team=cast.service, owner=cast.mia, name="Return rate")
    return Kpi.objects.get(pk=made.pk)


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    made = kpi(cast)
    rows = [
        {"kpi": "returns", "period": period, "value": value}
        for period, value in (("2026-W45", "3.1"), ("2026-W46", "3.2"))
    ]
    record_measurements(cast.actor(cast.mia), rows)
    return made


def fields(answer: Any) -> dict[str, Any]:
    """The fields of the form by name."""
    return {field.name: field for field in answer.context["fields"]}


def values() -> dict[str, Decimal]:
    """What is stored by period."""
    return dict(Measurement.objects.values_list("label", "value"))


def test_the_form_begins_at_the_next_missing_period(
    browser: Open, cast: Cast, returns: Kpi
) -> None:
    answer = browser(cast.mia).get("kpis/returns/measure")
    assert answer.status_code == 200
    choices = fields(answer)["period"].choices
    assert [(choice.value, choice.chosen) for choice in choices] == [
        ("2026-W47", True),
        ("2026-W48", False),
        ("2026-W46", False),
        ("2026-W45", False),
    ]
    assert choices[2].text == "W46 2026 · now 3.2%"
    assert fields(answer)["value"].unit == "%"
    assert "<html" in text_of(answer)


def test_in_the_dialog_it_is_the_form_alone(browser: Open, cast: Cast, returns: Kpi) -> None:
    page = text_of(browser(cast.mia).get("kpis/returns/"))
    assert 'hx-get="/o/acme/kpis/returns/measure"' in page
    assert 'id="measure-body"' in page
    form = text_of(browser(cast.mia).get("kpis/returns/measure", htmx=True))
    assert form.strip().startswith("<form")


def test_a_value_is_recorded_and_told_with_its_undo(
    browser: Open, cast: Cast, returns: Kpi
) -> None:
    mia = browser(cast.mia)
    answer = mia.post(
        "kpis/returns/measure",
        {"period": "2026-W47", "value": " ３.４０ ％", "note": "by hand"},
        htmx=True,
    )
    assert answer.status_code == 200
    assert answer["HX-Retarget"] == "#toasts"
    assert answer["HX-Trigger"] == "okapi-changed"
    assert "W47 2026 recorded." in text_of(answer)
    assert values()["2026-W47"] == Decimal("3.40")
    assert Measurement.objects.get(label="2026-W47").note == "by hand"
    assert KpiStanding.objects.get(kpi=returns).value == Decimal("3.4")
    assert Outbox.objects.filter(kind="kpi", object_id=returns.pk).exists()
    undo = re.search(r'hx-post="([^"]+)"', text_of(answer))
    assert undo is not None
    taken = mia.post(undo[1], htmx=True)
    assert "Taken back." in text_of(taken)
    assert "2026-W47" not in values()


def test_a_correction_tells_what_it_was(browser: Open, cast: Cast, returns: Kpi) -> None:
    mia = browser(cast.mia)
    sent = {"period": "2026-W46", "value": "2.9"}
    answer = mia.post("kpis/returns/measure", sent, htmx=True)
    assert "W46 2026 corrected; it was 3.2%." in text_of(answer)
    again = mia.post("kpis/returns/measure", sent, htmx=True)
    assert "W46 2026 had this value already. Nothing changed." in text_of(again)
    assert "Undo" not in text_of(again)


def test_a_key_result_moves_at_once(browser: Open, cast: Cast, returns: Kpi) -> None:
    key_result = make_key_result(make_objective(cast), returns, start=3, target=4)
    renewed([key_result.objective])
    browser(cast.mia).post("kpis/returns/measure", {"period": "2026-W47", "value": "3.5"})
    standing = KeyResultStanding.objects.get(key_result=key_result)
    assert standing.progress == pytest.approx(0.5)


def test_without_javascript(browser: Open, cast: Cast, returns: Kpi) -> None:
    mia = browser(cast.mia)
    answer = mia.post("kpis/returns/measure", {"period": "2026-W47", "value": "3.4"})
    assert answer.status_code == 302
    intake = Intake.objects.latest("id")
    assert answer["Location"] == f"/o/acme/kpis/returns/?intake={intake.uid}"
    page = text_of(mia.get(answer["Location"]))
    assert "The value is recorded." in page
    assert f'href="/o/acme/intakes/{intake.uid}/"' in page
    shown = text_of(mia.get(f"intakes/{intake.uid}/"))
    assert f'action="/o/acme/intakes/{intake.uid}/undo"' in shown
    undone = mia.post(f"intakes/{intake.uid}/undo")
    assert undone["Location"] == f"/o/acme/intakes/{intake.uid}/"
    assert "Mia took this intake back" in text_of(mia.get(undone["Location"]))
    assert mia.post(f"intakes/{intake.uid}/undo").status_code == 409


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"value": "abc"}, "value", "“abc” is not a number. Write it like"),
        ({"value": ""}, "value", "Type a number."),
        ({"value": "9" * 39}, "value", "38"),
        ({"value": "3", "other_period": "soon"}, "other_period", "soon"),
        ({"value": "3", "other_period": "2026-11"}, "other_period", ""),
        ({"value": "3", "period": "2099-W01"}, "period", ""),
        ({"value": "3", "note": "x" * 501}, "note", "500"),
    ],
)
def test_what_is_refused_is_told_at_its_field_and_nothing_is_lost(
    browser: Open, cast: Cast, returns: Kpi, sent: dict[str, str], field: str, words: str
) -> None:
    before = values()
    full = {"period": "2026-W47", "note": "kept", **sent}
    for htmx in (True, False):
        answer = browser(cast.mia).post("kpis/returns/measure", full, htmx=htmx)
        assert answer.status_code == 422
        found = fields(answer)
        assert found[field].error, {name: one.error for name, one in found.items()}
        assert words in found[field].error
        assert [name for name, one in found.items() if one.error] == [field]
        assert found["value"].value == sent["value"]
        assert found["note"].value == full["note"]
        assert ("<html" in text_of(answer)) is not htmx
    assert values() == before


def test_another_period_wins_over_the_choice(browser: Open, cast: Cast, returns: Kpi) -> None:
    sent = {"period": "2026-W47", "other_period": "2026-W30", "value": "2"}
    browser(cast.mia).post("kpis/returns/measure", sent)
    assert values()["2026-W30"] == 2
    assert "2026-W47" not in values()


def test_a_ratio_takes_its_two_parts(browser: Open, cast: Cast) -> None:
    kpi(cast, "ratio", aggregation="ratio")
    mia = browser(cast.mia)
    assert {"numerator", "denominator"} < set(fields(mia.get("kpis/ratio/measure")))
    sent = {"period": "2026-W47", "numerator": "1,284", "denominator": "36,690"}
    assert mia.post("kpis/ratio/measure", sent).status_code == 302
    row = Measurement.objects.get()
    assert (row.numerator, row.denominator) == (1284, 36690)
    assert round(row.value, 3) == Decimal("3.500")
    lacking = mia.post("kpis/ratio/measure", {**sent, "denominator": " "})
    assert fields(lacking)["denominator"].error == "Type a number."
    nothing = mia.post("kpis/ratio/measure", {**sent, "denominator": "0"})
    assert "there is no ratio of nothing" in fields(nothing)["denominator"].error


def test_a_slice_is_measured(browser: Open, cast: Cast) -> None:
    made = kpi(cast, "k", dimensions=["line"], has_total=False)
    for line in ("1", "2"):
        Slice.objects.create(
            organisation=cast.organisation, kpi=made, key=f"line={line}", values={"line": line}
        )
    mia = browser(cast.mia)
    chosen = fields(mia.get("kpis/k/measure?slice=line%3D2"))["slice"].choices
    assert [(one.text, one.chosen) for one in chosen] == [("1", False), ("2", True)]
    sent = {"period": "2026-W47", "value": "97", "slice": "line=2"}
    answer = mia.post("kpis/k/measure", sent)
    assert "&slice=line%3D2" in answer["Location"]
    assert Measurement.objects.get().slice.key == "line=2"
    assert mia.post("kpis/k/measure", {**sent, "slice": "line=9"}).status_code == 404


def test_an_irregular_kpi_takes_any_period(browser: Open, cast: Cast) -> None:
    kpi(cast, "k", frequency="irregular", unit="")
    mia = browser(cast.mia)
    found = fields(mia.get("kpis/k/measure"))
    assert "period" not in found
    assert found["other_period"].required
    assert mia.post("kpis/k/measure", {"value": "3", "other_period": "2018-20"}).status_code == 302
    assert values() == {"2018-20": 3}


@pytest.mark.parametrize("name", ["tom", "vic", "ada", "stella"])
def test_who_may_not_measure_is_told(browser: Open, cast: Cast, returns: Kpi, name: str) -> None:
    found = browser(getattr(cast, name))
    assert found.get("kpis/returns/measure").status_code == 403
    sent = {"period": "2026-W47", "value": "3"}
    assert found.post("kpis/returns/measure", sent).status_code == 403
    assert 'id="measure-body"' not in text_of(found.get("kpis/returns/"))
    assert "2026-W47" not in values()


@pytest.mark.parametrize("name", ["mia", "lea", "sten"])
def test_owner_lead_and_steward_may(browser: Open, cast: Cast, returns: Kpi, name: str) -> None:
    sent = {"period": "2026-W47", "value": "3"}
    assert browser(getattr(cast, name)).post("kpis/returns/measure", sent).status_code == 302


def test_strangers_and_hidden_kpis(
    browser: Open, cast: Cast, strangers: Cast, returns: Kpi
) -> None:
    for found in (browser(strangers.mia), browser(strangers.mia, "rival")):
        assert found.get("kpis/returns/measure").status_code == 404
        assert found.post("kpis/returns/measure", {"value": "3"}).status_code == 404
    Kpi.objects.filter(pk=returns.pk).update(visibility="named")
    assert browser(cast.lea).get("kpis/returns/measure").status_code == 404
    assert browser(None).get("kpis/returns/measure").status_code == 302


def test_other_methods(browser: Open, cast: Cast, returns: Kpi) -> None:
    mia = browser(cast.mia)
    intake = Intake.objects.latest("id")
    assert mia.client.put("/o/acme/kpis/returns/measure").status_code == 405
    assert mia.get(f"intakes/{intake.uid}/undo").status_code == 405
    assert mia.post(f"intakes/{intake.uid}/").status_code == 405


def test_a_retired_kpi_is_not_measured(browser: Open, cast: Cast, returns: Kpi) -> None:
    Kpi.objects.filter(pk=returns.pk).update(state="retired")
    mia = browser(cast.mia)
    page = text_of(mia.get("kpis/returns/"))
    assert 'id="measure-body"' not in page
    assert "retired" in page
    answer = mia.post("kpis/returns/measure", {"period": "2026-W47", "value": "3"})
    assert answer.status_code == 422
    assert answer.context["other"]


def test_an_intake_by_its_readers(browser: Open, cast: Cast, strangers: Cast, returns: Kpi) -> None:
    intake = Intake.objects.latest("id")
    path = f"intakes/{intake.uid}/"
    mine = text_of(browser(cast.mia).get(path))
    assert "Take it back" in mine
    assert "W46 2026" in mine
    assert "Take it back" in text_of(browser(cast.sten).get(path))
    assert "Take it back" not in text_of(browser(cast.tom).get(path))
    assert browser(cast.tom).post(f"{path}undo").status_code == 404
    Kpi.objects.filter(pk=returns.pk).update(visibility="named")
    assert browser(cast.tom).get(path).status_code == 404
    # A data steward sees every intake, but of a private KPI not what it says.
    stewards = browser(cast.sten).get(path)
    assert stewards.status_code == 200
    assert "Return rate" not in text_of(stewards)
    assert browser(strangers.mia).get(path).status_code == 404
    assert browser(strangers.sten, "rival").get(path).status_code == 404
    assert browser(strangers.sten, "rival").post(f"{path}undo").status_code == 404
    assert browser(cast.mia).get(f"intakes/{uuid4()}/").status_code == 404
    assert browser(cast.mia).get("intakes/7/").status_code == 404
    assert browser(None).get(path).status_code == 302


def test_an_intake_tells_what_was_superseded(browser: Open, cast: Cast, returns: Kpi) -> None:
    first = Intake.objects.latest("id")
    row = {"kpi": "returns", "period": "2026-W46", "value": "2"}
    record_measurements(cast.actor(cast.sten), [row])
    text = text_of(browser(cast.mia).get(f"intakes/{first.uid}/"))
    assert "in force" in text
    assert "superseded" in text


def test_a_large_intake_lists_no_values(browser: Open, cast: Cast, returns: Kpi) -> None:
    intake = Intake.objects.latest("id")
    Intake.objects.filter(pk=intake.pk).update(slices=None)
    text = text_of(browser(cast.tom).get(f"intakes/{intake.uid}/"))
    assert "too many values to list them here" in text


def test_the_statements_of_an_intake(
    browser: Open, cast: Cast, returns: Kpi, statements: Any
) -> None:
    mia = browser(cast.mia)
    mia.get("kpis/")  # what is kept per process is read once
    numbers = []
    for n in (1, 3):
        rows = [
            {"kpi": "returns", "period": f"2026-W{30 + n + at}", "value": at} for at in range(n)
        ]
        result = record_measurements(cast.actor(cast.mia), rows)
        with statements() as asked:
            mia.get(f"intakes/{result.uid}/")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 9
