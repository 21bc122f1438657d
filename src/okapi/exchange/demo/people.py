"""The people of the demo who can sign in: one for each thing that somebody may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from okapi.base.actor import Actor
from okapi.orgs import access
from okapi.orgs.actions import people, users

PASSWORD = "okapi-demo"  # noqa: S105 - printed at every start; a demo has nothing to hide


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody to sign in as; `role` is the end of the code of a phrase."""

    email: str
    role: str
    language: str = ""


QIJU = (
    Visitor("shen.li@qiju.example", "strategist"),
    Visitor("lin.yue@qiju.example", "lead"),
    Visitor("wu.xin@qiju.example", "member"),
    Visitor("xu.mingzhe@qiju.example", "steward"),
    Visitor("luo.yifan@qiju.example", "administrator"),
    Visitor("anna.weber@qiju.example", "viewer", "en"),
)
UK = (Visitor("reader@sdg-uk.example", "all", "en"),)


@dataclass(frozen=True, slots=True)
class Door:
    """A visitor with the names that the organisation knows them by."""

    visitor: Visitor
    name: str
    name_other: str


def open_doors(actor: Actor, visitors: Iterable[Visitor]) -> list[Door]:
    """Let those in who cannot sign in yet; who left the organisation stays out."""
    found = {one.email: one for one in access.visible_people(actor).filter(archived_at=None)}
    doors = []
    for visitor in visitors:
        person = found.get(visitor.email)
        if person is None:
            continue
        if person.user_id is None:
            user = people.let_in(actor, person, PASSWORD)
            if visitor.language:
                users.choose_language(user, visitor.language)
        doors.append(Door(visitor, person.name, person.name_other))
    return doors
