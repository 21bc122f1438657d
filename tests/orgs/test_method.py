"""How an organisation is named, counts time and judges; what is judged anew when that changes."""

from __future__ import annotations

from typing import Any

import pytest

from okapi.core.errors import Conflict, Forbidden, Refusals, Refused
from okapi.goals import renewer
from okapi.goals.models import Dirty
from okapi.kpis.models import Kpi, KpiStanding
from okapi.kpis.standings import renew
from okapi.orgs import queries
from okapi.orgs.actions import method, organisations
from okapi.orgs.models import Organisation, Perspective
from tests.cast import NOW, TODAY, Cast
from tests.goals.making import make_key_result, make_kpi, make_objective, measure, renewed, standing


def test_names_and_zone(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    given = {
        "name": "Acme Works",
        "name_other": "艾克美",
        "time_zone": "Europe/London",
        "currency": "eur",
    }
    organisations.edit(ada, version=1, **given)
    settings = queries.settings_of(cast.organisation.pk)
    assert (settings.name, settings.time_zone, settings.currency) == (
        "Acme Works",
        "Europe/London",
        "EUR",
    )
    with pytest.raises(Conflict):
        organisations.edit(ada, version=1, name="Other")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": ""}, "text.empty"),
        ({"time_zone": "Mars/Olympus"}, "time_zone.unknown"),
        ({"time_zone": "../etc/passwd"}, "time_zone.unknown"),
        ({"currency": "money"}, "currency.unreadable"),
        ({"first_weekday": 7}, "number.outside"),
        ({"fiscal_month": 0}, "number.outside"),
        ({"language": "fr"}, "choice.unknown"),
        ({"language": "zh"}, "organisation.language_kept"),
    ],
)
def test_what_is_refused(cast: Cast, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        organisations.edit(cast.actor(cast.ada), **given)
    assert (refused.value.code, refused.value.field) == (code, next(iter(given)))


def test_an_empty_organisation_may_change_its_language(db: None, cast: Cast) -> None:
    from okapi.base import actor as actors
    from okapi.base import scope
    from okapi.base.actor import Door

    made = organisations.found(slug="new", name="New", language="en", door=Door.PAGE)
    with scope.organisation(made.pk):
        organisations.edit(actors.system(made.pk, Door.PAGE), language="zh")
        first = Perspective.objects.order_by("position").first()
        assert (first.title, first.title_other) == ("财务", "Finance")


def test_only_administrators_and_only_strategists(cast: Cast) -> None:
    for person in (cast.stella, cast.lea, cast.vic):
        with pytest.raises(Forbidden):
            organisations.edit(cast.actor(person), name="Mine")
    for person in (cast.ada, cast.sten, cast.lea, cast.vic):
        with pytest.raises(Forbidden):
            method.edit(cast.actor(person), pace_on=0.5)


@pytest.mark.parametrize(
    ("frequency", "label", "field", "value"),
    [
        ("quarter", "2026Q3", "fiscal_month", 4),
        ("week", "2026-W40", "first_weekday", 6),
    ],
)
def test_periods_with_values_stay_where_they_are(
    cast: Cast, frequency: str, label: str, field: str, value: int
) -> None:
    ada = cast.actor(cast.ada)
    measure(cast, make_kpi(cast, frequency="month"), {"2026-10": 1})
    kpi = make_kpi(cast, frequency=frequency)
    renew([kpi.pk], at=NOW, today=TODAY)
    due = KpiStanding.objects.get(kpi=kpi).due_on
    organisations.edit(ada, **{field: value})
    assert KpiStanding.objects.get(kpi=kpi).due_on == due  # nothing is due where nothing came yet
    organisations.edit(ada, fiscal_month=1, first_weekday=0)
    measure(cast, kpi, {label: 5})
    with pytest.raises(Refusals) as refused:
        organisations.edit(ada, **{field: value})
    assert [(error.code, error.field) for error in refused.value.errors] == [
        ("periods.in_use", field)
    ]
    assert Kpi.objects.count() == 2


def test_thresholds_judge_anew_and_only_differences_are_kept(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    kpi = make_kpi(cast, frequency="month")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 2})  # a third of the way is expected, a fifth is gone
    renewed([objective])
    assert standing(key_result).health == "off_track"
    method.edit(stella, version=1, pace_on=0.5, pace_risk=0.4, chance_on=0.6)
    assert queries.settings_of(cast.organisation.pk).thresholds == (
        ("pace_on", 0.5), ("pace_risk", 0.4)
    )  # fmt: skip
    renewer.drain(cast.organisation.pk)
    assert standing(key_result).health == "on_track"
    method.edit(stella, pace_on=0.9, pace_risk=0.7)
    assert Organisation.objects.get(pk=cast.organisation.pk).settings == {}


def test_the_level_of_personal_goals_judges_nothing_anew(cast: Cast) -> None:
    renewed([make_objective(cast)])
    Dirty.objects.all().delete()
    method.edit(cast.actor(cast.stella), personal_goals="none")
    assert queries.settings_of(cast.organisation.pk).personal_goals == "none"
    assert not Dirty.objects.exists()


def test_thresholds_in_the_wrong_order_are_all_told(cast: Cast) -> None:
    with pytest.raises(Refusals) as refused:
        method.edit(
            cast.actor(cast.stella), pace_on=0.5, chance_on=1.5, confidence_low=9, missed_cadences=0
        )
    assert {(error.code, error.field) for error in refused.value.errors} == {
        ("threshold.order", "pace_on"),
        ("threshold.share", "chance_on"),
        ("threshold.order", "confidence_on"),
        ("number.outside", "missed_cadences"),
    }
