"""Who comes: a visit with its teams, calendar and home, and the tree of teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from okapi.base import clock, scope
from okapi.base.actor import Door
from okapi.core.errors import NotFound, Refused
from okapi.orgs import queries
from okapi.orgs.models import Calendar, CalendarDay, Membership, Person, Team, User
from okapi.orgs.queries.arriving import ArrivingBackend, arrival_of
from tests.cast import TODAY, Cast


def _visit(cast: Cast, name: str) -> queries.Visit:
    return queries.visit(getattr(cast, name).user, cast.organisation.slug, Door.PAGE)


def test_a_member_is_at_home_in_a_team(cast: Cast) -> None:
    visit = _visit(cast, "mia")
    assert visit.actor == cast.actor(cast.mia)
    assert visit.actor.teams == {cast.service.pk}
    assert visit.actor.leads == frozenset()
    assert visit.home is not None
    assert visit.home.name == "Service"


def test_a_lead_leads_all_below(cast: Cast) -> None:
    Team.objects.create(organisation=cast.organisation, key="deep", name="D", parent=cast.repairs)
    gone = Team.objects.create(
        organisation=cast.organisation, key="x", parent=cast.service, archived_at=clock.now()
    )
    actor = _visit(cast, "lea").actor
    deep = Team.objects.get(key="deep").pk
    assert actor.leads == {cast.service.pk, cast.repairs.pk, deep}
    assert gone.pk not in actor.circle


def test_only_running_memberships_count(cast: Cast) -> None:
    day = timedelta(days=1)
    for team, starts, ends in (
        (cast.service, None, TODAY - day),
        (cast.repairs, TODAY + day, None),
        (cast.company, TODAY, TODAY),
    ):
        Membership.objects.create(
            organisation=cast.organisation, person=cast.vic, team=team, starts=starts, ends=ends
        )
    visit = _visit(cast, "vic")
    assert visit.actor.teams == {cast.company.pk}
    assert visit.home is None


def test_the_default_calendar_comes_along(cast: Cast) -> None:
    assert TODAY not in _visit(cast, "mia").calendar.holidays
    calendar = Calendar.objects.get(is_default=True)
    CalendarDay.objects.create(
        organisation=cast.organisation, calendar=calendar, day=TODAY, is_working=False
    )
    Calendar.objects.filter(pk=calendar.pk).update(version=calendar.version + 1)
    assert TODAY in _visit(cast, "mia").calendar.holidays


def test_without_a_place_there_is_no_organisation(cast: Cast, strangers: Cast) -> None:
    with pytest.raises(NotFound):
        queries.visit(cast.mia.user, strangers.organisation.slug, Door.PAGE)


def test_a_visit_takes_one_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    _visit(cast, "lea")
    with django_assert_num_queries(1):
        _visit(cast, "lea")


def test_who_signed_in_comes_with_their_places(
    cast: Cast, strangers: Cast, django_assert_num_queries: Any
) -> None:
    """One statement reads the user and their places; the visit itself asks nothing more."""
    user = cast.lea.user
    with scope.organisation(strangers.organisation.pk):
        Person.objects.filter(pk=strangers.mia.pk).update(user=user)
    visits = [queries.visit(user, one.organisation.slug, Door.PAGE) for one in (cast, strangers)]
    with django_assert_num_queries(1):
        arrived = ArrivingBackend().get_user(user.pk)
    assert arrived == user
    assert (arrived.email, arrived.password) == (user.email, user.password)
    with django_assert_num_queries(0):
        assert queries.visit(arrived, cast.organisation.slug, Door.PAGE) == visits[0]
        assert queries.visit(arrived, strangers.organisation.slug, Door.PAGE) == visits[1]
    assert visits[0].actor.leads
    assert visits[1].actor.person_id == strangers.mia.pk
    assert not visits[1].actor.leads


def test_a_user_without_a_place_is_still_a_user(cast: Cast) -> None:
    nobody = User.objects.create_user("nobody@example.com", "secret", name="Nobody")
    arrived = ArrivingBackend().get_user(nobody.pk)
    assert arrived == nobody
    assert arrival_of(arrived).places == ()
    with pytest.raises(NotFound):
        queries.visit(arrived, cast.organisation.slug, Door.PAGE)
    User.objects.filter(pk=nobody.pk).update(is_active=False)
    assert ArrivingBackend().get_user(nobody.pk) is None
    assert ArrivingBackend().get_user(uuid4()) is None


def test_an_archived_place_is_none(cast: Cast) -> None:
    user = cast.lea.user
    Person.objects.filter(pk=cast.lea.pk).update(archived_at=clock.now())
    arrived = ArrivingBackend().get_user(user.pk)
    assert arrived == user
    assert arrival_of(arrived).places == ()


def test_the_tree_stands_depth_first(cast: Cast) -> None:
    tree = queries.team_tree(in_other=False)
    assert [(team.key, team.depth) for team in tree] == [
        ("company", 0),
        ("service", 1),
        ("repairs", 2),
        ("sales", 1),
    ]
    assert [team.key for team in tree.below("service")] == ["service", "repairs"]
    assert [team.key for team in tree.below("sales")] == ["sales"]
    assert tree.has_below(tree.by_key["service"])
    assert not tree.has_below(tree.by_key["repairs"])
    with pytest.raises(Refused, match=r"filter\.team_unknown"):
        tree.below("nobody")


def test_the_tree_is_the_same_until_a_team_is_another(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    before = queries.team_tree(in_other=False)
    with django_assert_num_queries(1):
        assert queries.team_tree(in_other=False) is before
    Team.objects.filter(pk=cast.sales.pk).update(name="Selling", name_other="销售")
    assert queries.team_tree(in_other=False).by_key["sales"].name == "Selling"
    assert queries.team_tree(in_other=True).by_key["sales"].name == "销售"
    Team.objects.filter(pk=cast.service.pk).update(archived_at=clock.now())
    # What hung below an archived team stands at the root.
    tree = queries.team_tree(in_other=False)
    assert tree.by_key["repairs"].depth == 0
    assert "service" not in tree.by_key
