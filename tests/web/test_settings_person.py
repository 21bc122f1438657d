"""One person's page: who they are, roles, teams, links, leaving and coming back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from okapi.goals.models import KeyResult, Objective
from okapi.kpis.models import Kpi
from okapi.orgs.actions import invitations, people
from okapi.orgs.models import Membership, Person
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]


def of(person: Person, more: str = "") -> str:
    return f"settings/people/{person.pk}/{more}"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page(browser: Open, cast: Cast) -> None:
    answer = browser(cast.ada).get(of(cast.mia))
    assert answer.status_code == 200
    assert [place.team for place in answer.context["places"]] == ["Service"]
    assert "email" not in {one.name for row in answer.context["profile"].rows for one in row}
    assert "They can sign in" in text_of(answer)


def test_others_may_not(browser: Open, cast: Cast, strangers: Cast) -> None:
    for person in (cast.stella, cast.lea, cast.mia, cast.vic):
        assert browser(person).get(of(cast.mia)).status_code == 403
        assert browser(person).get(of(cast.mia, "leave")).status_code == 403
        for path in ("", "roles", "teams", "link", "unlink", "leave", "return"):
            assert browser(person).post(of(cast.mia, path)).status_code == 403, path
    assert browser(cast.ada).get(of(strangers.mia)).status_code == 404
    assert browser(cast.ada).get(f"settings/people/{uuid4()}/").status_code == 404
    assert browser(cast.ada).client.get(f"/o/acme/{of(cast.mia, 'roles')}").status_code == 405


def test_changing_who_they_are(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    given = {
        "name": "Mia Park",
        "job": "Planner",
        "manager": "Lea <lea@acme.example>",
        "version": "1",
    }
    assert ada.post(of(cast.mia), given).status_code == 302
    mia = Person.objects.get(pk=cast.mia.pk)
    assert (mia.name, mia.job, mia.manager) == ("Mia Park", "Planner", cast.lea)
    answer = ada.post(of(cast.mia), {**given, "name": "Mia P."})
    assert answer.status_code == 409
    assert "Now: Mia Park." in text_of(answer)
    circle = ada.post(of(cast.lea), {"name": "Lea", "manager": "mia@acme.example"})
    assert "cannot report to" in text_of(circle)


def test_roles(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    assert ada.post(of(cast.mia, "roles"), {"member": "on", "steward": "on"}).status_code == 302
    assert Person.objects.get(pk=cast.mia.pk).is_steward
    assert ada.post(of(cast.mia, "roles"), {}).status_code == 302
    assert Person.objects.get(pk=cast.mia.pk).is_viewer_only
    refused = ada.post(of(cast.ada, "roles"), {"member": "on"})
    assert (refused.status_code, "only administrator" in text_of(refused)) == (422, True)
    refused = ada.post(of(cast.mia, "roles"), {"steward": "on"})
    assert "Who only reads holds no other role" in text_of(refused)


def test_teams(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    given = {"team": "sales", "role": "Advisor", "starts": "2026-12-01", "is_home": "on"}
    assert ada.post(of(cast.mia, "teams"), given).status_code == 302
    place = Membership.objects.get(person=cast.mia, team=cast.sales)
    assert (place.role, place.starts, place.is_home) == ("Advisor", date(2026, 12, 1), True)
    refused = ada.post(of(cast.mia, "teams"), given)
    assert "in this team on these days already" in text_of(refused)
    one = of(cast.mia, f"teams/{place.pk}")
    assert ada.post(one, {"role": "Lead", "ends": "2027-01-31", "version": "1"}).status_code == 302
    changed = Membership.objects.get(pk=place.pk)
    assert (changed.role, changed.starts, changed.ends) == ("Lead", None, date(2027, 1, 31))
    wrong = ada.post(one, {"starts": "2028-01-01", "ends": "2027-01-31"})
    assert (wrong.status_code, "is before its beginning" in text_of(wrong)) == (422, True)
    assert ada.post(one, {"role": "x", "version": "1"}).status_code == 409
    assert ada.post(one, {"do": "remove"}).status_code == 302
    assert not Membership.objects.filter(pk=place.pk).exists()
    foreign = Membership.objects.get(person=cast.tom)
    assert ada.post(of(cast.mia, f"teams/{foreign.pk}"), {"do": "remove"}).status_code == 404


def test_a_link_is_shown_once(browser: Open, cast: Cast) -> None:
    nia = people.add(cast.actor(cast.ada), email="nia@acme.example", name="Nia")
    ada = browser(cast.ada)
    answer = ada.post(of(nia, "link"))
    assert answer["Cache-Control"] == "no-store"
    link = answer.context["link"]
    assert link.startswith("http://localhost/invitation?key=")
    assert invitations.open_link(link.rpartition("=")[2]).person == nia
    shown = ada.get(of(nia))
    assert link not in text_of(shown)
    assert "A link is open until 30 Nov 2026" in text_of(shown)
    assert ada.post(of(nia, "unlink")).status_code == 302
    assert "They cannot sign in yet" in text_of(ada.get(of(nia)))


def test_an_address_changes_before_the_first_sign_in(browser: Open, cast: Cast) -> None:
    nia = people.add(cast.actor(cast.ada), email="nia@acme.example", name="Nia")
    given = {"name": "Nia", "email": "n@acme.example"}
    assert browser(cast.ada).post(of(nia), given).status_code == 302
    assert (
        browser(cast.ada).post(of(nia), {**given, "email": "mia@acme.example"}).status_code == 409
    )


def test_what_somebody_holds_is_listed(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    make_goal(cast, "O-2", visibility="named")
    Kpi.objects.filter(key="kpi-O-1").update(owner=cast.mia)
    Kpi.objects.filter(key="kpi-O-2").update(owner=cast.mia, visibility="named")
    answer = browser(cast.ada).get(of(cast.mia, "leave"))
    groups = {group.kind.value: group for group in answer.context["groups"]}
    assert {kind: group.total for kind, group in groups.items()} == {"goals": 4, "kpis": 2}
    assert [(item.text, item.note) for item in groups["goals"].items] == [
        ("O-1", ""), ("O-1.1", "check-in due")
    ]  # fmt: skip
    assert groups["goals"].more == "+ 2 that you may not read; they go along"
    text = text_of(answer)
    assert "O-2" not in text


def test_leaving_hands_over(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    ada = browser(cast.ada)
    refused = ada.post(of(cast.mia, "leave"), {"version": "1"})
    assert refused.status_code == 422
    (group,) = refused.context["groups"]
    assert group.field.error.startswith("2 open objectives and key results are theirs")
    unknown = ada.post(of(cast.mia, "leave"), {"heir": "Nobody"})
    assert unknown.status_code == 422
    assert Person.objects.get(pk=cast.mia.pk).archived_at is None
    done = ada.post(of(cast.mia, "leave"), {"heir": "Rob", "version": "1"})
    assert done["Location"] == "/o/acme/settings/people/?said=left"
    assert Objective.objects.get().owner == KeyResult.objects.get().owner == cast.rob
    assert browser(cast.mia).get("").status_code == 404


def test_who_holds_nothing_just_leaves(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    assert "holds nothing" in text_of(ada.get(of(cast.tom, "leave")))
    assert ada.post(of(cast.tom, "leave"), {"version": "1"}).status_code == 302
    assert "Deactivated" in text_of(ada.get(of(cast.tom)))
    assert ada.post(of(cast.tom, "return"), {"version": "2"}).status_code == 302
    assert Person.objects.get(pk=cast.tom.pk).archived_at is None


def test_one_heir_for_each_kind(browser: Open, cast: Cast) -> None:
    make_objective(cast, owner=cast.lea, team=cast.service)
    given = {"heir": "Rob", "teams": "Mia <mia@acme.example>"}
    assert browser(cast.ada).post(of(cast.lea, "leave"), given).status_code == 302
    cast.service.refresh_from_db()
    assert cast.service.lead == cast.mia
    assert Objective.objects.get().owner == cast.rob


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    for number in range(n):
        make_goal(cast, f"O-{number}")
    ada = browser(cast.ada)
    counts = []
    for path in (of(cast.mia), of(cast.mia, "leave")):
        ada.get(path)
        with outside(), statements() as asked:
            assert ada.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == 6  # session, user with their places, all teams, person, places, links
    assert counts[1] <= 24
