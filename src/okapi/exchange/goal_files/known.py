"""What the names in a file may mean: cycles, teams, people, pillars, KPIs; and how we write them.

A name means the thing whose key it is, else the one whose name it is in either language when case,
width and blanks are left aside. A name of two things means neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.exchange.tables.cells import folded
from okapi.kpis import access as kpi_access
from okapi.kpis.choices import KpiState
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import CycleState
from okapi.orgs.queries import settings_of


@dataclass(slots=True)
class Names:
    """The things of one kind by key, each with its names; and the way back to a name."""

    kind: str
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _found: dict[str, set[str]] = field(default_factory=dict)
    _shown: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, rows: Iterable[Sequence[str]]) -> Names:
        """From (key, name, other name) of each; the first name is the one that is shown."""
        made = cls(kind, {row[0]: tuple(name for name in row[1:] if name) for row in rows})
        for key, names in made.names.items():
            for name in {folded(name) for name in (key, *names)}:
                made._found.setdefault(name, set()).add(key)
        firsts = Counter(folded(names[0]) for names in made.names.values() if names)
        for key, names in made.names.items():
            is_clear = bool(names) and firsts[folded(names[0])] == 1
            is_clear = is_clear and made._found[folded(names[0])] == {key}
            made._shown[key] = names[0] if is_clear else key
        return made

    def key_of(self, text: str) -> str:
        """The key that a text means. `Refused`: `reference.unknown`, `goalfile.ambiguous`."""
        if text in self.names:
            return text
        found = self._found.get(folded(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Refused(
                "goalfile.ambiguous", found=text[:80], expected=", ".join(sorted(found)[:5])
            )
        raise Refused("reference.unknown", found=text[:80])

    def shown(self, key: str) -> str:
        """The name that is written for a key: its name, or the key where that is not clear."""
        return self._shown.get(key, key)

    @property
    def all_shown(self) -> list[str]:
        """All names, as they are written."""
        return list(self._shown.values())


@dataclass(frozen=True, slots=True)
class CycleSpan:
    """When a cycle is."""

    key: str
    starts: date
    ends: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a file may name. `units` are those of KPIs, by key."""

    cycles: Names
    teams: Names
    people: Names
    pillars: Names
    kpis: Names
    units: dict[str, str]
    spans: tuple[CycleSpan, ...]

    def cycle_of_days(self, first: date, last: date) -> str:
        """The shortest open cycle that holds these days, empty where none does."""
        fitting = [
            one for one in self.spans if one.is_open and one.starts <= first and last <= one.ends
        ]
        return min(fitting, key=lambda one: one.ends - one.starts).key if fitting else ""

    def current_cycle(self, today: date) -> str:
        """The shortest open cycle that holds today, empty where none does."""
        return self.cycle_of_days(today, today)


def known_to(actor: Actor, language: str) -> Known:
    """What the actor may name; names are shown in the language, as far as they have one."""
    own = settings_of(actor.organisation_id).language

    def in_language(rows: Iterable[Sequence[Any]]) -> list[tuple[str, ...]]:
        order = (0, 1, 2) if language == own else (0, 2, 1)
        return [tuple(row[at] for at in order) for row in rows]

    live = {"archived_at__isnull": True}
    cycles = list(
        orgs_access.visible_cycles(actor)
        .filter(**live)
        .order_by("-starts", "key")
        .values_list("key", "title", "title_other", "starts", "ends", "state")
    )
    teams = orgs_access.visible_teams(actor).filter(**live).order_by("position", "name")
    people = orgs_access.visible_people(actor).filter(**live).order_by("name", "email")
    pillars = orgs_access.visible_pillars(actor).filter(**live).order_by("position", "key")
    kpis = list(
        kpi_access.visible(actor)
        .filter(state=KpiState.ACTIVE, definition__isnull=False, **live)
        .order_by("name", "key")
        .values_list("key", "name", "name_other", "definition__unit")
    )
    titles = ("key", "title", "title_other")
    return Known(
        cycles=Names.of("cycle", in_language(cycles)),
        teams=Names.of("team", in_language(teams.values_list("key", "name", "name_other"))),
        people=Names.of("person", people.values_list("email", "name", "name_other")),
        pillars=Names.of("pillar", in_language(pillars.values_list(*titles))),
        kpis=Names.of("kpi", in_language(kpis)),
        units={row[0]: row[3] for row in kpis},
        spans=tuple(
            CycleSpan(key, starts, ends, state != CycleState.CLOSED.value)
            for key, _, _, starts, ends, state in cycles
        ),
    )
