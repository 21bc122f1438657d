"""Rows without an id that are there already: so a file that is brought again adds nothing twice.

An objective is the one of its title in its cycle and team, and, where a file of ours or a personal
goal names one, of its owner. What belongs to something is the one of its title there; a further KPI
is told by the KPI. What has a row of its own in the file is meant by no other one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from okapi.base.actor import Actor
from okapi.core.errors import OkapiError
from okapi.exchange.goal_files.columns import Act, Thing
from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.known import Known
from okapi.exchange.goal_files.now import Now, measure_key
from okapi.exchange.goal_files.reading import FileRead
from okapi.exchange.goal_files.values import read, several
from okapi.goals import access

_AT_ONCE = 500
_BELOW = (Thing.KEY_RESULT, Thing.MEASURE, Thing.MILESTONE, Thing.LEVEL)


_Below = dict[tuple[Thing, str, str], list[str]]
"""The keys of what is stored, by what it is, what it belongs to and its title."""


@dataclass(frozen=True, slots=True)
class _Stored:
    key: str
    owner: str
    owner_id: UUID | None


def recognise_objectives(actor: Actor, found: FileRead, known: Known) -> None:
    """Give rows of objectives that are there the key of theirs."""
    rows = [one for one in _nameless(found) if one.thing is Thing.OBJECTIVE]
    wanted = [(one, place) for one in rows if (place := _place(known, one)) is not None]
    stored = _stored(actor, sorted({title for _, (title, _, _) in wanted}), _named(found))
    is_own = found.form.is_own
    for entry, place in wanted:
        owner = _said(known, entry, "owner")
        fitting = (
            one
            for one in stored[place]
            if _is_owned(one, owner, actor, is_team=bool(place[2]), is_own=is_own)
        )
        match = next(fitting, None)
        if match is not None:
            stored[place].remove(match)
            _mark(entry, match.key, found)


def recognise_below(found: FileRead, known: Known, now: Now) -> None:
    """Give rows below what is there the key of theirs; `now` has all that the rows name."""
    above = {entry.row: entry.key for entry in found.entries if entry.key}
    taken = _named(found)
    stored: _Below = defaultdict(list)
    for goal in now.values():
        if not goal.is_archived and goal.key not in taken:
            stored[goal.thing, goal.above, goal.values.get("title", "")].append(goal.key)
    for thing in _BELOW:
        for entry in [one for one in _nameless(found) if one.thing is thing]:
            owner = _above(entry, above)
            key = _key_below(known, entry, owner, now, stored) if owner else ""
            if key and key not in taken:
                _mark(entry, key, found)
                above[entry.row] = key


def _key_below(known: Known, entry: Entry, owner: str, now: Now, stored: _Below) -> str:
    """The key of the thing that a row below a key is; empty where there is none."""
    if entry.thing is Thing.MEASURE:
        kpi, part = _said(known, entry, "kpi"), _said(known, entry, "slice")
        key = measure_key(owner, {"kpi": kpi or "", "slice": part or ""})
        return key if (Thing.MEASURE, key) in now else ""
    title = _said(known, entry, "title")
    keys = stored.get((entry.thing, owner, title or ""))
    return keys.pop(0) if keys and title else ""


def _mark(entry: Entry, key: str, found: FileRead) -> None:
    entry.key = key
    entry.is_there = found.form.is_own


def _nameless(found: FileRead) -> Iterator[Entry]:
    for entry in found.entries:
        if not entry.key and not entry.is_broken and entry.act in (None, Act.ADD):
            yield entry


def _named(found: FileRead) -> set[str]:
    return {entry.key for entry in found.entries if entry.key}


def _place(known: Known, entry: Entry) -> tuple[str, str, str] | None:
    """Title, cycle and team; None where they cannot be read."""
    title, cycle, team = (_said(known, entry, name) for name in ("title", "cycle", "team"))
    return (title, cycle, team or "") if title and cycle and team is not None else None


def _said(known: Known, entry: Entry, column: str) -> str | None:
    """What a row says in a column; None where that cannot be read, which is told elsewhere."""
    if column in entry.values:
        return entry.values[column]
    if column not in entry.cells:
        return ""
    try:
        return read(known, entry, column)
    except OkapiError:
        return None


def _stored(
    actor: Actor, titles: list[str], taken: set[str]
) -> dict[tuple[str, str, str], list[_Stored]]:
    found: dict[tuple[str, str, str], list[_Stored]] = defaultdict(list)
    for start in range(0, len(titles), _AT_ONCE):
        some = titles[start : start + _AT_ONCE]
        rows = access.visible(actor).filter(title__in=some, archived_at__isnull=True)
        names = ("key", "title", "cycle__key", "team__key", "owner__email", "owner_id")
        for key, title, cycle, team, email, owner in rows.order_by("key").values_list(*names):
            if key not in taken:
                found[title, cycle, team or ""].append(_Stored(key, email or "", owner))
    return found


def _is_owned(
    one: _Stored, owner: str | None, actor: Actor, *, is_team: bool, is_own: bool
) -> bool:
    """Whether it may be the one of this owner; a personal goal that names none is the actor's."""
    if owner and (is_own or not is_team):
        return one.owner == owner
    return is_team or (owner == "" and one.owner_id == actor.person_id)


def _above(entry: Entry, keys: dict[str, str]) -> str:
    """The key of the one thing that a row belongs to, empty where that is not there."""
    rows = {keys.get(row, "") for row in entry.parent_rows}
    text = "" if "parents" not in entry.cells else entry.text("parents")
    named = {*several(text), *several(entry.values.get("above", ""))}
    above = rows | named
    return next(iter(above)) if len(above) == 1 else ""
