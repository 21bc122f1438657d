"""Results and commands as rows: what is seen of them, and where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.search.choices import Kind
from okapi.search.queries import LOOKED_AT, Found, Results
from okapi.web.components import Avatar, StatusMark
from okapi.web.http import Addresses
from okapi.wording import say

_ICONS = {
    Kind.OBJECTIVE: "target",
    Kind.KEY_RESULT: "flag",
    Kind.KPI: "chart-line",
    Kind.TEAM: "users",
    Kind.COMMENT: "message-circle",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a mark, an icon or a face, a title, a note, and perhaps its keys."""

    title: str
    href: str
    note: str = ""
    icon: str = ""
    avatar: Avatar | None = None
    status: StatusMark | None = None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind; `name` is unique on the page. `note` says that there are more."""

    name: str
    title: str
    rows: tuple[Row, ...]
    note: str = ""


def groups_of(results: Results, at: Addresses) -> Iterator[Group]:
    """What was found, a group for each kind."""
    for kind, rows in results.found.items():
        note = say("search.more", n=LOOKED_AT) if kind in results.more else ""
        lines = tuple(_row(row, at) for row in rows)
        yield Group(kind.value, say(f"found.{kind.value}"), lines, note)


def _row(found: Found, at: Addresses) -> Row:
    status = found.health.value if found.health is not None else found.status
    is_person = found.kind is Kind.PERSON
    return Row(
        found.title,
        _address(found, at),
        found.note,
        icon=_ICONS.get(found.kind, ""),
        avatar=Avatar(found.title, size="s", hidden=True) if is_person else None,
        status=StatusMark(status, bare=True) if status else None,
    )


def _address(found: Found, at: Addresses) -> str:
    match found.kind:
        case Kind.OBJECTIVE:
            return at.objective(found.key)
        case Kind.KEY_RESULT:
            return at.key_result(found.objective, found.key)
        case Kind.KPI:
            return at.kpi(found.key)
        case Kind.TEAM:
            return at.team(found.key)
        case Kind.PERSON:
            return at.person(found.id)
        case Kind.COMMENT:
            return f"{at.objective(found.objective)}#comment-{found.id}"
