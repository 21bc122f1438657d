"""Lists of people: every row is checked against who is there, then all good ones are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base.actor import Actor, Role
from okapi.core.errors import OkapiError, Refused
from okapi.orgs import access
from okapi.orgs.actions import fields, holding, memberships, people
from okapi.orgs.models import Membership, Person, Team

MOST = 20_000


class What(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of a list, as texts; `line` is where it stands. What is empty says nothing."""

    line: int
    email: str
    name: str = ""
    name_other: str = ""
    job: str = ""
    manager: str = ""
    team: str = ""
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a row means: who it is, what is wrong with it, which fields differ."""

    row: PersonRow
    what: What
    person_id: UUID | None = None
    team: Team | None = None
    problems: tuple[OkapiError, ...] = ()
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Who and what is there already, read once for the whole list."""

    people: Mapping[str, Person]
    by_name: Mapping[str, Sequence[str]]
    teams: Mapping[str, Sequence[Team]]
    placed: frozenset[UUID]
    own: frozenset[str] = field(default_factory=frozenset)


def check(actor: Actor, rows: Sequence[PersonRow]) -> list[Finding]:
    """What each row means; nothing is written. Five statements, whatever the number of rows.

    Who is there already keeps their team and roles; name, job and manager may change.
    """
    access.require_manager(actor, Person)
    if len(rows) > MOST:
        raise Refused("people.too_many", field="list", found=len(rows), most=MOST)
    known = _known(actor, rows)
    seen: dict[str, int] = {}
    return [_finding(row, known, seen) for row in rows]


@transaction.atomic
def apply(actor: Actor, rows: Sequence[PersonRow]) -> list[Finding]:
    """Add and change everybody whose row is right; rows that are wrong are left out.

    Answers with what became of each row. Managers may stand in the same list, in any order; of
    managers who would close a circle nobody is set.
    """
    access.require_manager(actor, Person)
    holding.organisation(actor)
    findings = check(actor, rows)
    _add(actor, [one for one in findings if one.what is What.NEW])
    _change(actor, [one for one in findings if one.what is What.CHANGED])
    _set_managers(actor, [one for one in findings if one.row.manager and not one.problems])
    return findings


def _known(actor: Actor, rows: Sequence[PersonRow]) -> Known:
    there = {one.email: one for one in access.visible_people(actor).select_related("manager")}
    by_name: dict[str, list[str]] = defaultdict(list)
    for one in there.values():
        if one.archived_at is None:
            for name in {one.name, one.name_other} - {""}:
                by_name[name.casefold()].append(one.email)
    for row in rows:
        address = row.email.strip().lower()
        if row.name and address not in there:
            by_name[row.name.casefold()].append(address)
    placed = Membership.objects.filter(organisation_id=actor.organisation_id, ends__isnull=True)
    return Known(
        people=there,
        by_name={name: list(dict.fromkeys(emails)) for name, emails in by_name.items()},
        teams=_teams(actor),
        placed=frozenset(placed.values_list("person_id", flat=True)),
        own=frozenset(row.email.strip().lower() for row in rows),
    )


def _teams(actor: Actor) -> dict[str, list[Team]]:
    """Teams by key, name, name in the other language, and by the way to them from any above."""
    teams = list(access.visible_teams(actor).filter(archived_at__isnull=True).order_by("pk"))
    by_id = {team.pk: team for team in teams}
    found: dict[str, list[Team]] = defaultdict(list)
    for team in teams:
        names = {team.key, team.name_other, *_ways(team, by_id)} - {""}
        for name in {name.casefold() for name in names}:
            found[name].append(team)
    return found


def _ways(team: Team, by_id: Mapping[UUID, Team]) -> Iterator[str]:
    """`Repairs`, `Service/Repairs`, `Company/Service/Repairs`."""
    way, here = team.name, team
    yield way
    for _ in range(len(by_id)):
        above = None if here.parent_id is None else by_id.get(here.parent_id)
        if above is None:
            return
        here, way = above, f"{above.name}/{way}"
        yield way


def _finding(row: PersonRow, known: Known, seen: dict[str, int]) -> Finding:
    problems = list(_problems(row, known, seen))
    there = known.people.get(row.email.strip().lower())
    teams = known.teams.get(_team_name(row.team), ())
    if problems:
        return Finding(row, What.WRONG, problems=tuple(problems))
    if there is None:
        return Finding(row, What.NEW, team=teams[0] if teams else None)
    differing = tuple(_differing(row, there, known))
    is_placed = there.pk in known.placed or not teams
    what = What.CHANGED if differing or not is_placed else What.SAME
    team = None if is_placed else teams[0]
    return Finding(row, what, there.pk, team, differing=differing)


def _problems(row: PersonRow, known: Known, seen: dict[str, int]) -> Iterator[OkapiError]:
    try:
        address = fields.email(row.email)
    except Refused as refused:
        yield refused
        return
    if (first := seen.setdefault(address, row.line)) != row.line:
        yield Refused("people.twice", field="email", found=address, first=first)
        return
    there = known.people.get(address)
    if there is not None and there.archived_at is not None:
        yield Refused("person.left", field="email", found=there.name)
    if there is None and not row.name.strip():
        yield Refused("people.no_name", field="name", found=address)
    for name in ("name", "name_other", "job"):
        try:
            fields.short(getattr(row, name), name)
        except Refused as refused:
            yield refused
    yield from _reference_problems(row, known)
    if Role.VIEWER in row.roles and len(set(row.roles)) > 1:
        yield Refused("person.viewer_only", field="roles")


def _reference_problems(row: PersonRow, known: Known) -> Iterator[OkapiError]:
    if row.team.strip():
        found = known.teams.get(_team_name(row.team), ())
        if not found:
            yield Refused("people.team_unknown", field="team", found=row.team[:80])
        elif len(found) > 1:
            yield Refused("people.team_several", field="team", found=row.team[:80])
    if row.manager.strip():
        addresses = _addresses(row.manager, known)
        if not addresses:
            yield Refused("people.manager_unknown", field="manager", found=row.manager[:80])
        elif len(addresses) > 1:
            yield Refused("person.several", field="manager", found=row.manager[:80])
        elif addresses == [row.email.strip().lower()]:
            yield Refused("people.own_manager", field="manager", found=row.manager[:80])


def _team_name(text: str) -> str:
    """`Service / Repairs` and `Service > Repairs` are one path."""
    tidy = text.replace(">", "/").replace("\\", "/").replace("＞", "/").replace("／", "/")
    return "/".join(part.strip() for part in tidy.split("/")).casefold()


def _addresses(manager: str, known: Known) -> list[str]:
    """The addresses that are meant by a name or an address."""
    said = manager.strip()
    if "@" in said:
        address = said.rpartition("<")[2].rstrip(">").strip().lower()
        there = known.people.get(address)
        is_here = there is not None and there.archived_at is None
        return [address] if is_here or address in known.own else []
    return list(known.by_name.get(said.casefold(), ()))


def _differing(row: PersonRow, there: Person, known: Known) -> Iterator[str]:
    for name in ("name", "name_other", "job"):
        said = " ".join(getattr(row, name).split())
        if said and said != getattr(there, name):
            yield name
    if row.manager.strip():
        now = "" if there.manager is None else there.manager.email
        if _addresses(row.manager, known) != [now]:
            yield "manager"


def _add(actor: Actor, fresh: Sequence[Finding]) -> None:
    rows = [
        Person(
            organisation_id=actor.organisation_id,
            email=fields.email(one.row.email),
            name=fields.title(one.row.name),
            name_other=fields.short(one.row.name_other, "name_other"),
            job=fields.short(one.row.job, "job"),
            is_viewer_only=Role.VIEWER in one.row.roles,
            **{name: role in one.row.roles for role, name in people.ROLE_FIELDS.items()},
        )
        for one in fresh
    ]
    Person.objects.bulk_create(rows, batch_size=1_000)
    if rows:
        holding.made(actor, "person", rows, *people.KEPT)
    homes = [
        (person, one.team.pk)
        for person, one in zip(rows, fresh, strict=True)
        if one.team is not None
    ]
    memberships.join_many(actor, homes)


def _change(actor: Actor, changed: Sequence[Finding]) -> None:
    ids = [one.person_id for one in changed if one.person_id is not None]
    rows = Person.objects.select_for_update(of=("self",), no_key=True).in_bulk(ids)
    homes = []
    for one in changed:
        person = rows[one.person_id]
        names = [name for name in one.differing if name != "manager"]
        values = {name: fields.short(getattr(one.row, name), name) for name in names}
        holding.change(actor, "edit", "person", person, values)
        if one.team is not None:
            homes.append((person, one.team.pk))
    memberships.join_many(actor, homes)


def _set_managers(actor: Actor, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    known = _known(actor, [one.row for one in findings])
    managers: dict[UUID, UUID | None] = {
        person.pk: person.manager_id for person in known.people.values()
    }
    for one in findings:
        person = known.people[one.row.email.strip().lower()]
        (address,) = _addresses(one.row.manager, known)
        above = known.people[address]
        if person.manager_id != above.pk and not _closes_circle(managers, person.pk, above.pk):
            managers[person.pk] = above.pk
            holding.change(actor, "edit", "person", person, {"manager_id": above.pk})


def _closes_circle(managers: Mapping[UUID, UUID | None], below: UUID, above: UUID) -> bool:
    step: UUID | None = above
    for _ in range(len(managers) + 1):
        if step is None:
            return False
        if step == below:
            return True
        step = managers.get(step)
    return True


def counts(findings: Iterable[Finding]) -> dict[What, int]:
    """How many rows there are of each kind."""
    found: dict[Any, int] = dict.fromkeys(What, 0)
    for one in findings:
        found[one.what] += 1
    return found
