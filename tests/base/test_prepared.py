"""Questions that are compiled once: other values, other readers, other organisations."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import CharField, QuerySet

from okapi.base import scope
from okapi.base.actor import Actor
from okapi.base.arrays import Among, id_param
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Prepared, Question, ReadersQuestion
from okapi.goals import access
from okapi.goals.models import Objective
from okapi.orgs.models import Person, Team
from tests.cast import Cast
from tests.goals.making import make_objective


def _named() -> QuerySet[Person, Any]:
    rows: QuerySet[Person, Any] = Person.objects.filter(name__icontains=Given("part", CharField()))
    return rows.order_by("name").values_list("name")


def _visible(reader: Actor, title_first: bool) -> QuerySet[Objective, Any]:
    columns = ("title", "id") if title_first else ("id", "title")
    return access.visible(reader).order_by("title").values_list(*columns)


NAMED = Question(_named)
TEAMS = Prepared(lambda ids: Team.objects.filter(Among("id", ids)).values_list("id", "name"))
VISIBLE = ReadersQuestion(_visible)


def test_other_values_are_asked_with_the_same_statement(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    assert NAMED.rows(part="li") == []
    with django_assert_num_queries(2):
        assert NAMED.rows(part="te") == [("Stella",), ("Sten",)]
        assert NAMED.rows(part="%") == []


def test_ids_are_one_list(cast: Cast) -> None:
    asked = [cast.sales.pk, cast.repairs.pk]
    assert sorted(TEAMS.rows(asked)) == sorted(
        [(cast.sales.pk, "Sales"), (cast.repairs.pk, "Repairs")]
    )
    assert TEAMS.rows([]) == []


def test_each_organisation_has_its_own_rows(cast: Cast, strangers: Cast) -> None:
    with scope.organisation(cast.organisation.pk):
        assert TEAMS.rows([strangers.sales.pk]) == []
    with scope.organisation(strangers.organisation.pk):
        assert TEAMS.rows([strangers.sales.pk]) == [(strangers.sales.pk, "Sales")]
        assert TEAMS.rows([cast.sales.pk]) == []


def test_nothing_is_asked_outside_a_scope() -> None:
    with pytest.raises(scope.ScopeError):
        TEAMS.rows([])


def test_an_actor_of_another_organisation_reads_nothing(cast: Cast, strangers: Cast) -> None:
    with scope.organisation(strangers.organisation.pk):
        actor = strangers.actor(strangers.mia)
    with scope.organisation(cast.organisation.pk), pytest.raises(scope.ScopeError):
        VISIBLE.rows(actor, True)


def test_each_reader_has_what_they_may_read(cast: Cast) -> None:
    make_objective(cast, key="open")
    make_objective(cast, key="team's", visibility="team")
    make_objective(cast, key="named", visibility="named", owner=cast.rob)

    def read(actor: Actor) -> list[str]:
        return [title for title, _ in VISIBLE.rows(actor, True)]

    assert read(cast.actor(cast.mia)) == ["open", "team's"]
    assert read(cast.actor(cast.lea)) == ["open", "team's"]
    assert read(cast.actor(cast.rob)) == ["named", "open"]
    assert read(cast.actor(cast.tom)) == ["open"]
    assert read(cast.system) == ["named", "open", "team's"]


def test_another_shape_is_another_statement(cast: Cast) -> None:
    made = make_objective(cast, key="one")
    actor = cast.actor(cast.mia)
    assert VISIBLE.rows(actor, True) == [("one", made.pk)]
    assert VISIBLE.rows(actor, False) == [(made.pk, "one")]


def test_raw_values_are_those_of_the_database(cast: Cast) -> None:
    raw = Question(lambda: Team.objects.filter(Among("id", GivenIds())).values_list("id"), raw=True)
    assert raw.rows(ids=[cast.sales.pk]) == [(id_param(cast.sales.pk),)]
