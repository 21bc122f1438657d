"""What an apply would do: added, changed field by field, and, where asked, removed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.core.periods import Period
from okapi.exchange import checks_formulas, checks_goals, checks_kpis, checks_orgs
from okapi.exchange.draft import Draft, as_text, check_references, draft_of, periods_are_one
from okapi.exchange.format import TABLES
from okapi.exchange.kinds import Ref
from okapi.exchange.records import Identity, Record
from okapi.exchange.stored import Kept, Stored, Values, name_of_owner


class Way(StrEnum):
    """How a thing is removed."""

    ARCHIVE = "archive"
    END = "end"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be added (`kept` is None), changed or removed (`way`).

    `values` are all its values as they will be; `fields` what differs, as (before, after).
    `position` is its new place, or None where it keeps the one that it has.
    """

    table: str
    identity: Identity
    values: Values
    kept: Kept | None = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    position: int | None = None
    way: Way | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return as_text(self.identity)


@dataclass(slots=True)
class Plan:
    """All steps, in the order of tables and files."""

    draft: Draft
    organisation: dict[str, tuple[Any, Any]]
    added: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    removed: list[Step] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the structure would change."""
        is_new = self.draft.stored.organisation is None
        return not (is_new or self.organisation or self.added or self.changed or self.removed)

    @property
    def steps(self) -> list[Step]:
        """All of them."""
        return [*self.added, *self.changed, *self.removed]


# Never removed: nothing else would say what they were, or others rest on them.
_KEPT = frozenset({"calendar", "perspective", "definition", "mark", "check_in", "organisation"})


def plan_of(
    records: dict[str, list[Record]],
    stored: Stored,
    today: date,
    *,
    prune: bool = False,
    unread: frozenset[str] = frozenset(),
) -> tuple[Plan, list[OkapiError]]:
    """The plan, and everything wrong with it; one with errors must not be carried out."""
    draft = draft_of(records, stored, today, unread)
    check_references(draft, unread)
    errors = draft.errors
    for rules in (checks_orgs, checks_kpis, checks_goals):
        errors.extend(rules.errors(draft))
    if "kpi" not in unread:  # formulas name KPIs that nobody knows then
        errors.extend(checks_formulas.errors(draft))
    plan = Plan(draft, _organisation(draft))
    if errors or any(record.is_broken for table in records.values() for record in table):
        return plan, errors
    for table in TABLES:
        if table != "organisation":
            _compare(plan, table)
    if prune:
        plan.removed = list(_absent(draft))
        errors.extend(_still_used(draft, plan.removed))
    return plan, errors


def _organisation(draft: Draft) -> dict[str, tuple[Any, Any]]:
    record, organisation = draft.organisation, draft.stored.organisation
    if record is None:
        return {}
    if organisation is None:
        return {name: (None, value) for name, value in record.values.items()}
    kept = draft.stored.organisation_values()
    return {
        name: (kept[name], value) for name, value in record.values.items() if kept[name] != value
    }


def _compare(plan: Plan, table: str) -> None:
    draft, places = plan.draft, _places(plan.draft, table)
    for record, values in draft.named(table):
        kept = draft.stored.things[table].get(record.identity)
        position = places.get(record.identity)
        if kept is None:
            plan.added.append(Step(table, record.identity, values, None, {}, position))
            continue
        fields = dict(_differences(record, values, kept))
        if fields or (position is not None and position != kept.position):
            plan.changed.append(Step(table, record.identity, values, kept, fields, position))


def _differences(
    record: Record, values: Values, kept: Kept
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name, value in record.values.items():
        before = kept.values.get(name)
        if name in ("definition", "in_force") and value is None:
            continue
        same = (
            periods_are_one(before, value)
            if isinstance(value, Period) and isinstance(before, Period)
            else before == value
        )
        if not same:
            yield name, (before, value)
    # What the files name is there, and not archived unless they say so.
    archived = kept.values.get("archived_at")
    if archived is not None and "archived_at" not in record.values:
        values["archived_at"] = None
        yield "archived_at", (archived, None)
    number = kept.values.get("in_force")
    if "in_force" not in record.values and values.get("in_force") != number:
        yield "in_force", (number, values["in_force"])


def _places(draft: Draft, table: str) -> dict[Identity, int]:
    """The places of the things named, where files and tables disagree on their order."""
    if not TABLES[table].ordered:
        return {}
    among = "cycle" if table == "objective" else TABLES[table].owner
    groups: dict[Any, list[Identity]] = defaultdict(list)
    for record, values in draft.named(table):
        groups[values[among] if among else None].append(record.identity)
    things = draft.stored.things[table]
    places: dict[Identity, int] = {}
    for named in groups.values():
        known = [identity for identity in named if identity in things]
        by_place = sorted(known, key=lambda one: (things[one].position, as_text(one)))
        if known == by_place and known == named[: len(known)]:
            free = max((things[one].position for one in known), default=-1) + 1
            places |= {one: free + at for at, one in enumerate(named[len(known) :])}
        else:
            places |= {one: at for at, one in enumerate(named)}
    return places


def _absent(draft: Draft) -> Iterator[Step]:
    """What is stored and live, of a kind that the files name, and not named by them."""
    for table, spec in TABLES.items():
        if table in _KEPT:
            continue
        owner = name_of_owner(table)
        named = draft.records[table]
        kinds = draft.records["objective"] if table == "key_result" else named
        for identity, kept in draft.stored.things[table].items():
            if identity in named:
                continue
            if spec.archives:
                way = Way.ARCHIVE
                is_gone = kept.values["archived_at"] is not None or not kinds
            elif table == "membership":
                way = Way.END
                is_gone = kept.values["ends"] is not None or not named
            else:
                way = Way.DELETE
                is_gone = (identity[0],) not in draft.records[owner]
                is_gone = is_gone or (table == "target" and not named)
            if not is_gone:
                yield Step(table, identity, kept.values, kept, way=way)


def _still_used(draft: Draft, removed: list[Step]) -> Iterator[OkapiError]:
    """What stays must not refer to what would be archived."""
    gone = {(step.table, step.identity) for step in removed}
    archived = {(table, identity[0]) for table, identity in gone if TABLES[table].archives}
    for table, things in draft.view.items():
        spec = TABLES[table]
        kinds = ((one.name, one.kind) for one in spec.by_name.values())
        refs = [(name, kind.to) for name, kind in kinds if isinstance(kind, Ref)]
        for identity, values in things.items():
            if (table, identity) in gone or values.get("archived_at") is not None:
                continue
            if spec.owner and (name_of_owner(table), identity[0]) in archived:
                continue
            for name, to in refs:
                if (to, values[name]) in archived:
                    yield _in_use(draft, table, identity, name, values[name])


def _in_use(draft: Draft, table: str, identity: Identity, name: str, key: str) -> OkapiError:
    record = draft.records[table].get(identity)
    if record is not None:
        return record.refused("prune.in_use", name, found=key, user=as_text(identity))
    return Refused("prune.in_use", field=name, found=key, user=as_text(identity))
