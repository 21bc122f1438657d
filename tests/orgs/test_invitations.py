"""Links that open once: a password is set, a known user joins, and nothing else opens by them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okapi.base import clock, scope
from okapi.base.models import Change
from okapi.core.errors import Forbidden, NotFound, Refusals, Refused
from okapi.orgs.actions import invitations, people
from okapi.orgs.models import Invitation, Person, User
from tests.cast import NOW, PASSWORD, Cast

NEW = "a new sentence of nobody else"


def new_person(cast: Cast, email: str = "nia@acme.example") -> Person:
    return people.add(cast.actor(cast.ada), email=email, name="Nia")


def secret_for(cast: Cast, person: Person) -> str:
    (link,) = invitations.invite(cast.actor(cast.ada), [person.pk])
    return link.secret


def test_a_new_person_sets_their_password_once(cast: Cast) -> None:
    nia = new_person(cast)
    secret = secret_for(cast, nia)
    assert not Invitation.objects.filter(digest=secret).exists()
    opened = invitations.open_link(secret)
    assert (opened.person, opened.is_known, opened.settings.slug) == (nia, False, "acme")
    user = invitations.accept(secret, password=NEW)
    assert Person.objects.get(pk=nia.pk).user == user
    assert user.check_password(NEW)
    told = Change.objects.get(kind="invitation", verb="accept")
    assert told.person_id == nia.pk
    with pytest.raises(NotFound):
        invitations.accept(secret, password=NEW)


def test_a_weak_password_leaves_the_link_open(cast: Cast) -> None:
    secret = secret_for(cast, new_person(cast))
    with pytest.raises(Refusals) as refused:
        invitations.accept(secret, password="12345678")
    assert [(one.code, one.field) for one in refused.value.errors] == [
        ("person.password_too_common", "password"),
        ("person.password_entirely_numeric", "password"),
    ]
    invitations.accept(secret, password=NEW)


def test_links_grow_old_and_are_replaced(cast: Cast) -> None:
    nia = new_person(cast)
    first = secret_for(cast, nia)
    second = secret_for(cast, nia)
    with pytest.raises(NotFound):
        invitations.open_link(first)
    with clock.at(NOW + timedelta(days=7) - timedelta(seconds=1)):
        invitations.open_link(second)
    with clock.at(NOW + timedelta(days=7)), pytest.raises(NotFound):
        invitations.open_link(second)
    assert invitations.revoke(cast.actor(cast.ada), nia.pk) == 1
    for nothing in (second, "", "x" * 500, "\N{DEER}"):
        with pytest.raises(NotFound):
            invitations.open_link(nothing)


def test_a_forgotten_password_is_set_anew(cast: Cast) -> None:
    secret = secret_for(cast, cast.mia)
    assert not invitations.open_link(secret).is_known
    assert invitations.accept(secret, password=NEW) == cast.mia.user
    mia = User.objects.get(pk=cast.mia.user_id)
    assert mia.check_password(NEW)


def test_no_link_touches_a_password_that_opens_another_organisation(
    cast: Cast, strangers: Cast
) -> None:
    known = new_person(cast, "tom@rival.example")
    secret = secret_for(cast, known)
    assert invitations.open_link(secret).is_known
    for signed_in in (None, cast.mia.user):
        with pytest.raises(Refused) as refused:
            invitations.accept(secret, password=NEW, signed_in=signed_in)
        assert refused.value.code == "invitation.sign_in_first"
    user = invitations.accept(secret, signed_in=strangers.tom.user)
    assert user == strangers.tom.user
    assert user.check_password(PASSWORD)
    assert Person.objects.get(pk=known.pk).user == user
    with pytest.raises(Refused) as refused:
        invitations.invite(cast.actor(cast.ada), [known.pk])
    assert refused.value.code == "invitation.elsewhere"


def test_a_place_elsewhere_that_came_after_the_link_counts(cast: Cast, strangers: Cast) -> None:
    secret = secret_for(cast, cast.mia)
    with scope.organisation(strangers.organisation.pk):
        Person.objects.create(email=cast.mia.email, name="Mia", user=cast.mia.user)
    assert invitations.open_link(secret).is_known
    with pytest.raises(Refused):
        invitations.accept(secret, password=NEW)


def test_who_may_invite_whom(cast: Cast, strangers: Cast) -> None:
    with pytest.raises(Forbidden):
        invitations.invite(cast.actor(cast.lea), [cast.mia.pk])
    with pytest.raises(NotFound):
        invitations.invite(cast.actor(cast.ada), [strangers.mia.pk])
    Person.objects.filter(pk=cast.mia.pk).update(archived_at=NOW)
    with pytest.raises(Refused) as refused:
        invitations.invite(cast.actor(cast.ada), [cast.mia.pk])
    assert refused.value.code == "person.left"
