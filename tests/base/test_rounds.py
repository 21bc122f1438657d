"""Several questions in one statement: each answers as it would alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    F,
    FloatField,
    QuerySet,
    UUIDField,
    Value,
)

from okapi.base import clock, scope
from okapi.base.arrays import Among
from okapi.base.fields import ExactDecimalField
from okapi.base.given import Given, GivenIds
from okapi.base.models import Change
from okapi.base.prepared import Part, Prepared, Question, ReadersQuestion
from okapi.base.rounds import Round
from okapi.goals import access
from okapi.goals.models import Objective
from okapi.orgs.models import Person, Team
from tests.cast import Cast
from tests.goals.making import make_objective

LONG = Decimal("12345678901234567.890123456789012345678")


def _people(backwards: bool) -> QuerySet[Person, Any]:
    rows: QuerySet[Person, Any] = Person.objects.order_by("-name" if backwards else "name")
    return rows.values_list("id", "name", "is_steward", "user_id", "archived_at", "created_at")


def _teams() -> QuerySet[Team, Any]:
    rows: QuerySet[Team, Any] = Team.objects.filter(key=Given("key", CharField()))
    return rows.order_by("key").values_list("name", "key", "parent_id", "position")


def _kinds() -> QuerySet[Team, Any]:
    """A value of each kind that a page reads, and nothing of each."""
    kinds = {
        "one": (CharField(), "it"),
        "two": (BooleanField(), True),
        "three": (DateField(), date(2026, 2, 28)),
        "four": (DateTimeField(), clock.now()),
        "five": (FloatField(), 0.1 + 0.2),
        "six": (ExactDecimalField(), LONG),
    }
    rows: QuerySet[Team, Any] = Team.objects.filter(key=Given("key", CharField()))
    for name, (kind, value) in kinds.items():
        rows = rows.annotate(
            **{
                name: Value(value, output_field=kind),
                f"no_{name}": Value(None, output_field=kind),
            }
        )
    return rows.values_list(*kinds, *(f"no_{name}" for name in kinds))


def _changes() -> QuerySet[Change, Any]:
    rows: QuerySet[Change, Any] = Change.objects.filter(
        organisation_id=Given("home", UUIDField()), kind="objective"
    )
    return rows.order_by("-pk").values_list("at", "after", "number")[:2]


def _objectives(reader: Any) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = access.visible(reader).order_by("key")
    return rows.values_list("key", "cycle__starts", "owner_id")


def _both() -> QuerySet[Any, Any]:
    people = Person.objects.annotate(what=Value("person")).values_list("what", "name")
    teams = Team.objects.annotate(what=Value("team")).values_list("what", F("name"))
    return people.union(teams, all=True).order_by("name")[:5]


PEOPLE, TEAMS, KINDS = Question(_people), Question(_teams), Question(_kinds)
CHANGES, OBJECTIVES, BOTH = Question(_changes), ReadersQuestion(_objectives), Question(_both)
NAMED = Prepared(
    lambda ids: Person.objects.filter(Among("id", GivenIds())).values_list("id", "email")
)


def _parts(cast: Cast) -> list[Part[list[Any]]]:
    return [
        TEAMS.part(key="repairs"),
        TEAMS.part(key="nobody"),
        PEOPLE.part(False),
        KINDS.part(key="sales"),
        PEOPLE.part(True),
        CHANGES.part(home=cast.organisation.pk),
        OBJECTIVES.part(cast.actor(cast.mia)),
        BOTH.part(),
        NAMED.part([cast.mia.pk]),
    ]


def test_each_part_is_answered_as_alone(cast: Cast, django_assert_num_queries: Any) -> None:
    make_objective(cast, key="O-1")
    make_objective(cast, key="O-2")
    for number in (1, 2, 3):
        Change.objects.create(
            organisation=cast.organisation,
            kind="objective",
            object_id=cast.sales.pk,
            number=number,
            at=clock.now(),
            after={"text": '"it\'s"', "n": [number, None]},
        )
    parts = _parts(cast)
    alone = [part.alone() for part in parts]
    with django_assert_num_queries(1), Round() as asked:
        answers = [asked(part) for part in parts]
    assert [answer() for answer in answers] == alone
    (kinds,) = alone[3]
    assert kinds[4:6] == (0.1 + 0.2, LONG)
    assert [len(rows) > 1 for rows in alone] == [
        False, False, True, False, True, True, True, True, False
    ]  # fmt: skip
    assert alone[2] == alone[4][::-1]


def test_the_order_of_parts_makes_no_difference(cast: Cast) -> None:
    make_objective(cast, key="O-1")
    parts = _parts(cast)
    with Round() as asked:
        answers = [asked(part) for part in reversed(parts)]
    assert [answer() for answer in reversed(answers)] == [part.alone() for part in parts]


def test_what_is_made_of_an_answer(cast: Cast) -> None:
    part = TEAMS.part(key="sales").to(len).to(str)
    with Round() as asked:
        one, other = asked(part), asked(TEAMS.part(key="nobody").to(bool))
    assert (one(), other(), part.alone()) == ("1", False, "1")


def test_a_round_of_none_and_of_one(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0), Round():
        pass
    with django_assert_num_queries(1), Round() as asked:
        found = asked(TEAMS.part(key="sales").to(len))
    assert found() == 1


def test_nothing_is_answered_within_the_block(cast: Cast) -> None:
    with Round() as asked:
        found = asked(TEAMS.part(key="sales"))
        with pytest.raises(RuntimeError):
            found()


def test_parts_keep_to_their_organisation(cast: Cast, strangers: Cast) -> None:
    with scope.organisation(strangers.organisation.pk), Round() as asked:
        people, named = asked(PEOPLE.part(False)), asked(NAMED.part([cast.mia.pk]))
    theirs = {row[0] for row in people()}
    assert theirs
    assert cast.mia.pk not in theirs
    assert named() == []
    with scope.organisation(cast.organisation.pk), pytest.raises(scope.ScopeError):
        OBJECTIVES.part(strangers.actor(strangers.mia))
