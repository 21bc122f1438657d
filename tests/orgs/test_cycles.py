"""Cycles: a year with its parts, days that may and may not move, and what is judged anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from okapi.core.errors import Forbidden, Refusals, Refused
from okapi.goals.choices import Dirt
from okapi.goals.models import Dirty
from okapi.orgs import queries
from okapi.orgs.actions import cycles
from okapi.orgs.models import Cycle, Organisation
from tests.cast import Cast
from tests.goals.making import make_objective


def test_a_year_with_its_quarters(cast: Cast) -> None:
    made = cycles.create_year(cast.actor(cast.stella), year=2027)
    assert [(one.key, one.starts, one.ends, one.state) for one in made] == [
        ("2027", date(2027, 1, 1), date(2027, 12, 31), "draft"),
        ("2027Q1", date(2027, 1, 1), date(2027, 3, 31), "draft"),
        ("2027Q2", date(2027, 4, 1), date(2027, 6, 30), "draft"),
        ("2027Q3", date(2027, 7, 1), date(2027, 9, 30), "draft"),
        ("2027Q4", date(2027, 10, 1), date(2027, 12, 31), "draft"),
    ]
    assert {one.parent for one in made[1:]} == {made[0]}
    assert (made[1].title, made[1].title_other) == ("Q1 2027", "2027年第1季度")


def test_what_is_there_stays_and_the_rest_is_added(cast: Cast) -> None:
    made = cycles.create_year(cast.actor(cast.stella), year=2026)
    assert [one.key for one in made] == ["2026Q1", "2026Q2", "2026Q3"]
    assert {one.parent_id for one in made} == {cast.year.pk}
    with pytest.raises(Refused) as refused:
        cycles.create_year(cast.actor(cast.stella), year=2026)
    assert (refused.value.code, refused.value.field) == ("cycle.year_there", "year")


@pytest.mark.parametrize(("parts", "n"), [("month", 13), ("half", 3), ("", 1)])
def test_other_parts(cast: Cast, parts: str, n: int) -> None:
    assert len(cycles.create_year(cast.actor(cast.stella), year=2027, parts=parts)) == n


def test_a_fiscal_year_begins_where_the_organisation_says(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(fiscal_month=4)
    queries.forget(cast.organisation.pk)
    made = cycles.create_year(cast.actor(cast.stella), year=2026)
    assert (made[0].starts, made[0].ends) == (date(2026, 4, 1), date(2027, 3, 31))
    assert [one.starts.month for one in made[1:]] == [4, 7, 10, 1]
    assert [one.state for one in made] == ["running", "draft", "draft", "running", "draft"]


def test_only_strategists(cast: Cast) -> None:
    for person in (cast.ada, cast.sten, cast.lea, cast.vic):
        with pytest.raises(Forbidden):
            cycles.create_year(cast.actor(person), year=2027)
        with pytest.raises(Forbidden):
            cycles.edit(cast.actor(person), cast.quarter.pk, title="Mine")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": ""}, "text.empty", "title"),
        ({"starts": None}, "text.empty", "starts"),
        ({"ends": date(2026, 10, 31)}, "span.ends_first", "ends"),
        ({"ends": date(2027, 1, 1)}, "cycle.outside", "parent"),
        ({"parent": "1999"}, "reference.unknown", "parent"),
        ({"cadence_days": 0}, "number.outside", "cadence_days"),
        ({"kind": "decade"}, "choice.unknown", "kind"),
        ({"starts": date(1066, 1, 1)}, "day.outside", "starts"),
    ],
)
def test_what_is_refused_at_its_field(
    cast: Cast, given: dict[str, Any], code: str, field: str
) -> None:
    fine = {
        "title": "Rush",
        "starts": date(2026, 11, 1),
        "ends": date(2026, 12, 31),
        "parent": "2026",
    }
    with pytest.raises(Refused) as refused:
        cycles.create(cast.actor(cast.stella), **{**fine, **given})
    assert (refused.value.code, refused.value.field) == (code, field)


def test_days_move_while_nothing_is_agreed(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    make_objective(cast, state="draft")
    cycles.edit(stella, cast.quarter.pk, version=1, ends=date(2026, 12, 24))
    make_objective(cast)
    with pytest.raises(Refusals) as refused:
        cycles.edit(stella, cast.quarter.pk, ends=date(2026, 12, 31))
    assert [(error.code, error.field) for error in refused.value.errors] == [
        ("cycle.has_agreed", "starts")
    ]
    cycles.edit(stella, cast.quarter.pk, title="The last one")
    assert Cycle.objects.get(pk=cast.quarter.pk).ends == date(2026, 12, 24)


def test_another_rhythm_of_check_ins_is_judged_anew(cast: Cast) -> None:
    objective = make_objective(cast)
    make_objective(cast, cycle=cast.year)
    cycles.edit(cast.actor(cast.stella), cast.quarter.pk, cadence_days=14)
    assert list(Dirty.objects.values_list("kind", "object_id")) == [
        (Dirt.OBJECTIVE.value, objective.pk)
    ]


def test_a_year_keeps_what_lies_within_it(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    with pytest.raises(Refused) as refused:
        cycles.edit(stella, cast.year.pk, ends=date(2026, 11, 30))
    assert refused.value.code == "cycle.parts_outside"
    with pytest.raises(Refused) as refused:
        cycles.edit(stella, cast.year.pk, parent="2026Q4")
    assert refused.value.code == "cycle.within_itself"


def test_closed_ones_and_closing(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    with pytest.raises(Refused) as refused:
        cycles.edit(stella, cast.quarter.pk, state="closed")
    assert (refused.value.code, refused.value.field) == ("choice.unknown", "state")
    Cycle.objects.filter(pk=cast.quarter.pk).update(state="closed")
    with pytest.raises(Refused) as refused:
        cycles.edit(stella, cast.quarter.pk, title="Other")
    assert refused.value.code == "cycle.closed"


def test_putting_away(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    make_objective(cast, state="draft")
    for cycle, code in ((cast.year, "cycle.has_cycles"), (cast.quarter, "cycle.has_goals")):
        with pytest.raises(Refusals) as refused:
            cycles.archive(stella, cycle.pk)
        assert [error.code for error in refused.value.errors] == [code]
    unused = cycles.create(stella, title="Rush", starts=date(2026, 11, 1), ends=date(2026, 11, 9))
    assert cycles.archive(stella, unused.pk).archived_at is not None
