"""The list of people, somebody new, and lists of them that are looked at before they are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okapi.orgs.actions import invitations, people
from okapi.orgs.models import Membership, Person
from okapi.orgs.queries import people as queries
from tests.cast import NOW, Cast
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/people/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["rows"]]


ALL = ["Ada", "Lea", "Mia", "Rob", "Stella", "Sten", "Tom", "Vic"]


def test_everybody_sees_everybody(browser: Open, cast: Cast) -> None:
    answer = browser(cast.vic).get(PATH)
    assert names(answer) == ALL
    rows = {row.name: row for row in answer.context["rows"]}
    assert (rows["Mia"].home, rows["Mia"].href) == ("Service", "")
    assert [pill.text for pill in rows["Stella"].roles] == ["strategist"]
    assert [pill.text for pill in rows["Vic"].roles] == ["viewer"]
    assert "Add a person" not in text_of(answer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=mi", ["Mia"]),
        ("q=acme+to", ["Tom"]),
        ("q=welder", ["Rob"]),
        ("role=administrator", ["Ada"]),
        ("role=viewer", ["Vic"]),
        ("role=nonsense", ALL),
        ("team=service", ["Lea", "Mia", "Rob"]),
        ("team=repairs", ["Rob"]),
        ("stand=left", ["Gone"]),
        ("stand=waiting", ["New", "Old"]),
        ("stand=invited", ["Invited"]),
        ("q=nobody+like+that", []),
    ],
)
def test_filters(browser: Open, cast: Cast, query: str, found: list[str]) -> None:
    ada = cast.actor(cast.ada)
    Person.objects.filter(pk=cast.rob.pk).update(job="Welder")
    if query.startswith("stand"):
        made = {name: people.add(ada, email=f"{name}@acme.example", name=name.title())
                for name in ("gone", "new", "old", "invited")}  # fmt: skip
        Person.objects.filter(pk=made["gone"].pk).update(archived_at=NOW)
        invitations.invite(ada, [made["invited"].pk])
        (old,) = invitations.invite(ada, [made["old"].pk])
        invitations.revoke(ada, old.person.pk)
    assert names(browser(cast.ada).get(f"{PATH}?{query}")) == found


def test_pages(browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.page, "__kwdefaults__", {"cursor": "", "size": 3})
    ada = browser(cast.ada)
    found, address = [], PATH
    while address:
        answer = ada.get(address)
        found += names(answer)
        address = answer.context["pages"].following
    assert found == ALL
    assert text_of(answer).count("7–8 of 8") == 1
    assert ada.get(f"{PATH}?after=nonsense").status_code == 422


def test_a_team_that_is_not_there(browser: Open, cast: Cast) -> None:
    assert browser(cast.ada).get(f"{PATH}?team=nothing").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    for number in range(n):
        people.add(cast.actor(cast.ada), email=f"p{number}@acme.example", name="P", team="sales")
    ada = browser(cast.ada)
    ada.get(PATH)
    with outside(), statements() as asked:
        assert ada.get(PATH).status_code == 200
    assert len(asked) == 5  # session, user with their places, all teams, how many, page


def test_somebody_new(browser: Open, cast: Cast) -> None:
    given = {"name": "Nia", "email": "Nia@acme.example", "team": "repairs", "manager": "Lea"}
    answer = browser(cast.ada).post(f"{PATH}new", given)
    nia = Person.objects.get(email="nia@acme.example")
    assert answer["Location"] == f"/o/acme/{PATH}{nia.pk}/?said=added"
    assert nia.manager == cast.lea
    assert Membership.objects.get(person=nia).is_home


def test_somebody_who_is_there(browser: Open, cast: Cast) -> None:
    answer = browser(cast.ada).post(f"{PATH}new", {"name": "Mia", "email": "mia@acme.example"})
    assert answer.status_code == 409
    assert "is a member already" in text_of(answer)
    answer = browser(cast.ada).post(f"{PATH}new", {"name": "", "email": "mia", "team": "service"})
    fields = {one.name: one for row in answer.context["form"].rows for one in row}
    assert (answer.status_code, bool(fields["email"].error)) == (422, True)


def test_others_may_not(browser: Open, cast: Cast, strangers: Cast) -> None:
    for person in (cast.stella, cast.lea, cast.vic):
        for path in (f"{PATH}new", f"{PATH}import"):
            assert browser(person).get(path).status_code == 403
            assert browser(person).post(path, {"list": "x@x.example"}).status_code == 403
        assert browser(person).post(f"{PATH}links").status_code == 403
    assert browser(strangers.ada).get(PATH).status_code == 404
    assert browser(cast.ada).client.post(f"/o/acme/{PATH}").status_code == 405


LIST = """name,email,team
Nia,nia@acme.example,Service
Ole,ole@acme.example,Nowhere
Mia,mia@acme.example,
"""


def test_a_list_is_looked_at_before_it_is_taken(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    seen = ada.post(f"{PATH}import", {"list": LIST})
    assert seen.status_code == 200
    rows = [(row.row.email, row.word, row.problems) for row in seen.context["rows"]]
    assert [row[:2] for row in rows] == [
        ("ole@acme.example", "left out"),
        ("nia@acme.example", "new"),
        ("mia@acme.example", "as it is"),
    ]  # fmt: skip
    assert "There is no team “Nowhere”" in rows[0][2][0]
    assert not Person.objects.filter(email="nia@acme.example").exists()
    kept = seen.context["list"]
    assert "Nowhere" not in kept
    taken = ada.post(f"{PATH}import", {"list": kept, "confirmed": "1"})
    assert taken["Location"] == f"/o/acme/{PATH}?said=imported"
    assert Membership.objects.get(person__email="nia@acme.example").team == cast.service
    again = ada.post(f"{PATH}import", {"list": kept})
    assert again.context["button"] == ""


def test_what_is_wrong_in_a_list_is_put_right_where_it_is_told(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    seen = ada.post(f"{PATH}import", {"list": LIST, "next": "/o/acme/setup/"})
    box = seen.context["box"]
    assert (box.rows[0][0].value, seen.context["is_wrong"]) == (LIST, True)
    assert box.hidden == (("next", "/o/acme/setup/"),)
    again = ada.post(f"{PATH}import", {"list": LIST.replace("Nowhere", "Service")})
    assert (again.context["is_wrong"], again.context["button"]) == (False, "Take 2 people in")


def test_a_file_comes_back_as_a_list_that_can_be_corrected(browser: Open, cast: Cast) -> None:
    file = SimpleUploadedFile("people.csv", LIST.encode())
    ada = browser(cast.ada)
    seen = ada.client.post(f"/o/acme/{PATH}import", {"list": "", "file": file})
    text = seen.context["box"].rows[0][0].value
    again = ada.post(f"{PATH}import", {"list": text})
    rows = [(one.row.email, one.row.name, one.row.team) for one in again.context["rows"]]
    assert rows == [(one.row.email, one.row.name, one.row.team) for one in seen.context["rows"]]


def test_a_file_of_them(browser: Open, cast: Cast) -> None:
    file = SimpleUploadedFile("people.csv", LIST.encode())
    seen = browser(cast.ada).client.post(f"/o/acme/{PATH}import", {"list": "", "file": file})
    assert len(seen.context["rows"]) == 3
    broken = SimpleUploadedFile("people.xlsx", b"PK\x03\x04 no workbook")
    refused = browser(cast.ada).client.post(f"/o/acme/{PATH}import", {"file": broken})
    assert refused.status_code == 422
    assert refused.context["form"].rows[0][0].error


@pytest.mark.parametrize("text", ["", "nobody at all", '"a@b.example', "x" * 70_000])
def test_what_is_no_list_is_told_at_the_box(browser: Open, cast: Cast, text: str) -> None:
    answer = browser(cast.ada).post(f"{PATH}import", {"list": text})
    assert answer.status_code in (413, 422)
    assert answer.context["form"].rows[0][0].error


def test_links_for_all_who_wait(browser: Open, cast: Cast) -> None:
    actor = cast.actor(cast.ada)
    for name in ("nia", "ole"):
        people.add(actor, email=f"{name}@acme.example", name=name.title())
    ada = browser(cast.ada)
    offered = ada.get(f"{PATH}?stand=waiting")
    assert offered.context["invite_all"]["text"] == "2 people cannot sign in yet"
    assert ada.get(PATH).context["invite_all"] is None
    answer = ada.post(f"{PATH}links")
    assert answer["Cache-Control"] == "no-store"
    links = answer.context["links"]
    assert [one.name for one in links] == ["Nia", "Ole"]
    secret = links[0].url.rpartition("=")[2]
    assert invitations.open_link(secret).person.name == "Nia"
    assert names(ada.get(f"{PATH}?stand=invited")) == ["Nia", "Ole"]
    assert "Everybody can sign in" in text_of(ada.post(f"{PATH}links"))
