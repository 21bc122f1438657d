"""How goals are judged, on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.core.errors import Refused
from okapi.goals import actions
from okapi.goals.models import Objective
from okapi.orgs.models import Organisation
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.matrix.settings import LIMITS

Open = Callable[..., Browser]
PATH = "settings/method/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def fields(answer: Any) -> dict[str, Any]:
    return {one.name: one for row in answer.context["form"].rows for one in row}


def test_everybody_reads_it(browser: Open, cast: Cast) -> None:
    facts = dict(browser(cast.vic).get(PATH).context["facts"])
    assert facts["Pace: on track from"] == "90%"
    assert facts["Silent after"] == "2 missed check-ins in a row"
    assert facts["Personal goals"] == "open to everybody"


def test_a_strategist_changes_it(browser: Open, cast: Cast) -> None:
    stella = browser(cast.stella)
    assert {name: fields(stella.get(PATH))[name].value for name in ("pace_on", "success")} == {
        "pace_on": "90", "success": "70"
    }  # fmt: skip
    given = {**LIMITS, "pace_on": "87.5%", "guard_at_once": "yes", "missed_cadences": "3"}
    assert stella.post(PATH, {**given, "version": "1"})["Location"].endswith("?said=judged")
    kept = Organisation.objects.get(pk=cast.organisation.pk).settings
    assert kept == {"pace_on": 0.875, "guard_at_once": True, "missed_cadences": 3}
    assert fields(stella.get(PATH))["pace_on"].value == "87.5"
    conflict = stella.post(PATH, {**given, "pace_on": "80", "version": "1"})
    assert conflict.status_code == 409
    assert fields(conflict)["pace_on"].help.startswith("Now: 87.5.")
    stella.post(PATH, {**LIMITS, "version": "2"})
    assert Organisation.objects.get(pk=cast.organisation.pk).settings == {}


@pytest.mark.parametrize(
    ("name", "value", "at"),
    [
        ("pace_on", "", "pace_on"),
        ("pace_on", "much", "pace_on"),
        ("pace_on", "0", "pace_on"),
        ("chance_on", "101", "chance_on"),
        ("pace_risk", "95", "pace_on"),
        ("objective_off", "80", "objective_on"),
        ("confidence_low", "7", "confidence_on"),
        ("confidence_on", "11", "confidence_on"),
        ("missed_cadences", "1.5", "missed_cadences"),
        ("personal_goals", "some", "personal_goals"),
        ("success", "-70", "success"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    browser: Open, cast: Cast, name: str, value: str, at: str
) -> None:
    answer = browser(cast.stella).post(PATH, {**LIMITS, name: value})
    assert answer.status_code == 422
    assert at in {one.name for one in fields(answer).values() if one.error}
    assert Organisation.objects.get(pk=cast.organisation.pk).settings == {}


def test_others_may_not(browser: Open, cast: Cast, strangers: Cast) -> None:
    for person in (cast.ada, cast.lea, cast.sten, cast.vic):
        assert browser(person).post(PATH, LIMITS).status_code == 403
    assert browser(strangers.stella).get(PATH).status_code == 404
    assert browser(cast.stella).client.delete(f"/o/acme/{PATH}").status_code == 405


def test_personal_goals_that_only_the_team_sees(browser: Open, cast: Cast) -> None:
    browser(cast.stella).post(PATH, {**LIMITS, "personal_goals": "team_and_lead"})
    mia = cast.actor(cast.mia)
    made = actions.create_objective(mia, title="Learn to solder", cycle="2026Q4")
    assert Objective.objects.get(pk=made.pk).visibility == "team"
    with pytest.raises(Refused) as refused:
        actions.edit_objective(mia, made.pk, visibility="everyone")
    assert (refused.value.code, refused.value.field) == (
        "objective.personal_team_only", "visibility"
    )  # fmt: skip
    actions.edit_objective(mia, made.pk, visibility="named")
    assert browser(cast.tom).get(f"goals/{made.key}/").status_code == 404


def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any) -> None:
    stella = browser(cast.stella)
    stella.get(PATH)
    with outside(), statements() as asked:
        assert stella.get(PATH).status_code == 200
    assert len(asked) == 3  # session, user with their places, the organisation
