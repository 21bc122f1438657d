"""The first set-up: who may begin it, what it makes, and that it happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from okapi.base import clock, scope
from okapi.base.actor import Door, Role
from okapi.core.errors import Forbidden, NotFound, Refusals, Refused
from okapi.orgs import queries
from okapi.orgs.actions import setup
from okapi.orgs.actions.setup import Step
from okapi.orgs.models import CalendarDay, Membership, Organisation, Person, SetupKey, Team, User
from tests.cast import NOW, Cast

FIRST = {
    "name": "港灯电器", "name_other": "Harbour Lamps", "slug": "lamps", "language": "zh",
    "time_zone": "Asia/Shanghai", "country": "CN", "person": "林悦", "email": "Lin@lamps.example",
    "password": "a lamp that never goes out",
}  # fmt: skip


def key() -> str:
    made = setup.issue_key()
    assert made is not None
    return made


def begin(secret: str, **more: Any) -> setup.First:
    return setup.begin(secret, **{**FIRST, **more})


@pytest.fixture
def empty(db: None, monday: Any) -> None:
    """A new installation on that Monday."""


def test_the_first_organisation_and_its_founder(empty: None) -> None:
    made = begin(key())
    assert (made.settings.slug, made.settings.name_other) == ("lamps", "Harbour Lamps")
    assert made.user.check_password(FIRST["password"])
    with scope.organisation(made.settings.organisation_id):
        person = Person.objects.get()
        company = Team.objects.get()
        assert (company.kind, company.lead, company.name) == ("company", person, "港灯电器")
        assert Membership.objects.get(person=person).is_home
        actor = queries.actor_for_person(person, Door.PAGE, today=NOW.date())
        assert actor.roles == set(Role)
        assert CalendarDay.objects.filter(is_working=True).exists()
    assert dict(made.settings.setup) == {"done": [], "skipped": []}


def test_it_happens_once(empty: None) -> None:
    first, second = key(), key()
    begin(first)
    for secret in (first, second):
        with pytest.raises(NotFound):
            begin(secret, slug="other", email="other@lamps.example")
    assert setup.issue_key() is None
    assert not SetupKey.objects.exists()
    assert Organisation.objects.count() == 1


def test_without_the_key_nobody_gets_in(empty: None) -> None:
    good = key()
    assert not SetupKey.objects.filter(digest=good).exists()
    for secret in ("", "guess", "x" * 300, good[:-1]):
        with pytest.raises(Forbidden):
            begin(secret)
    with clock.at(NOW + timedelta(days=7)), pytest.raises(Forbidden):
        begin(good)
    with clock.at(NOW + timedelta(days=7) - timedelta(seconds=1)):
        setup.check_key(good)


def test_nothing_stays_of_what_was_refused(empty: None) -> None:
    secret = key()
    for field, value in (
        ("name", " "), ("slug", "Ha ha"), ("language", "fr"), ("time_zone", "Mars"),
        ("country", "XX"), ("person", ""), ("email", "lin"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            begin(secret, **{field: value})
        assert refused.value.field == field
    with pytest.raises(Refusals) as weak:
        begin(secret, password="12345678")
    assert {one.field for one in weak.value.errors} == {"password"}
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
    begin(secret)


def test_where_somebody_can_sign_in_there_is_no_key(cast: Cast) -> None:
    assert setup.issue_key() is None


def test_steps_are_kept_with_the_organisation(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    setup.mark(ada, Step.TIME)
    assert Organisation.objects.get(pk=cast.organisation.pk).setup == {}
    Organisation.objects.filter(pk=cast.organisation.pk).update(setup={"skipped": []})
    setup.mark(ada, Step.TEAMS, as_skipped=True)
    setup.mark(ada, Step.TIME)
    setup.mark(ada, Step.TEAMS)
    kept = dict(queries.settings_of(cast.organisation.pk).setup)
    assert kept == {"done": ["teams", "time"], "skipped": []}
    for person in (cast.lea, cast.sten, cast.vic):
        with pytest.raises(Forbidden):
            setup.finish(cast.actor(person))
    setup.finish(cast.actor(cast.stella))
    assert queries.settings_of(cast.organisation.pk).setup == ()
