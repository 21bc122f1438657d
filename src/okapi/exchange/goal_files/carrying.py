"""Carrying a plan out, by the actions that pages use: their rights, rules and records hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from okapi.base.actor import Actor
from okapi.base.telling import Tell, nobody
from okapi.core.errors import OkapiError
from okapi.exchange.goal_files.columns import MOVE, PARTS, Thing
from okapi.exchange.goal_files.drafts import (
    NEW,
    given_key_result,
    given_objective,
    level_draft,
    milestone_draft,
    move_draft,
    number_of,
)
from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.now import Goal
from okapi.exchange.goal_files.plan import Does, Item, Plan, row_of
from okapi.exchange.goal_files.values import several
from okapi.goals import actions
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft, Together
from okapi.goals.choices import GoalState
from okapi.goals.models import Objective

_COLUMN_OF = {"contributes_to": "parents", "why": "text", "why_other": "text",
              "description": "text", "keep_share": "target"}  # fmt: skip
_NUMBERS = ("target", "low", "high")
_PLACED = {"moves": Thing.MEASURE, "milestones": Thing.MILESTONE, "levels": Thing.LEVEL}


def carry(
    actor: Actor, plan: Plan, *, reason: str, dry_run: bool = False, tell: Tell = nobody
) -> list[OkapiError]:
    """Do what the plan says, in the caller's transaction; everything that was refused, in place.

    With anything refused, or dry, the caller must take all of it back: no standing was renewed.
    """
    carrier = _Carrier(actor, plan, reason, partial(tell, CHECKING if dry_run else STORING))
    with suppress(_TakenBackError), actions.together(actor) as block:
        carrier.all(block)
        carrier.stop(dry_run=dry_run)
    return carrier.errors


CHECKING, STORING = "checking", "storing"


class _TakenBackError(Exception):
    """Ends a block of which nothing will stay."""


@dataclass(slots=True)
class _Bundle:
    """A key result with its parts, which one action changes; `item` is its own row's, if any."""

    key: str
    above: str = ""
    item: Item | None = None
    parts: list[Item] = field(default_factory=list)

    @property
    def entry(self) -> Entry:
        """The row at which is told what is wrong with the whole."""
        return self.item.entry if self.item is not None else self.parts[0].entry


_Of = TypeVar("_Of", bound="Item | _Bundle")


class _Carrier:
    def __init__(
        self, actor: Actor, plan: Plan, reason: str, tell: Callable[[int, int], None]
    ) -> None:
        self.errors: list[OkapiError] = []
        self._tell = tell
        self._done = self._total = 0
        self._actor = actor
        self._plan = plan
        self._reason = reason
        self._keys: dict[str, str] = {}  # of what was added, by its row
        self._numbers: dict[str, int] = defaultdict(int)
        self._free = _free_keys()
        self._lost: set[str] = set()  # rows that could not be added
        self._things = {item.entry.row: item.thing for item in plan.items}
        self._parts_of: dict[str, list[Goal]] = defaultdict(list)
        for goal in plan.now.values():
            if goal.thing in PARTS:
                self._parts_of[goal.above].append(goal)

    def all(self, block: Together) -> None:
        """Objectives first, then what they are made of, then what joins them, then what goes."""
        self._block = block
        self._hold()
        objectives = [item for item in self._plan.items if item.thing is Thing.OBJECTIVE]
        bundles = list(self._bundles())
        joined = [item for item in objectives if "parents" in item.fields]
        gone = [item for item in objectives if item.does is Does.ARCHIVE]
        self._total = len(objectives) + len(bundles) + len(joined) + len(gone)
        for item in objectives:
            self._try(item.entry, self._objective, item)
        for bundle in bundles:
            self._try(bundle.entry, self._key_result, bundle)
        for item in joined:
            self._try(item.entry, self._align, item)
        for item in gone:
            self._try(item.entry, self._archive, item)

    def _hold(self) -> None:
        """Hold what is there and will change, all at once."""
        named: dict[Thing, set[str]] = defaultdict(set)
        for item in self._plan.items:
            if item.goal is not None and item.thing not in PARTS:
                named[item.thing].add(item.key)
            elif item.above and not row_of(item.above):
                above = Thing.KEY_RESULT if item.thing in PARTS else Thing.OBJECTIVE
                named[above].add(item.above)
            for text in item.fields.get("parents", ()):
                named[Thing.OBJECTIVE].update(one for one in several(text) if not row_of(one))
        self._block.hold(
            self._actor,
            objectives=named[Thing.OBJECTIVE],
            key_results=named[Thing.KEY_RESULT],
        )

    def stop(self, *, dry_run: bool) -> None:
        """End the block where nothing of it will stay."""
        if dry_run or self.errors:
            raise _TakenBackError

    def _try(self, entry: Entry, do: Callable[[_Of], None], of: _Of) -> None:
        self._tell(self._done, self._total)
        self._done += 1
        try:
            do(of)
        except OkapiError as error:
            self._block.forget()
            self._lost.add(entry.row)
            bundle: Item | _Bundle = of
            self.errors.append(
                _placed(error, entry, bundle if isinstance(bundle, _Bundle) else None)
            )

    # Objectives.

    def _objective(self, item: Item) -> None:
        if item.does is Does.ARCHIVE:
            return
        changed = {name: after for name, (_, after) in item.fields.items() if name != "parents"}
        if item.does is Does.ADD:
            key = item.key or next(self._free)
            made = actions.create_objective(self._actor, key=key, **given_objective(changed))
            self._keys[item.entry.row] = made.key
            return
        if item.does is Does.RESTORE:
            actions.restore_objective(self._actor, item.key, reason=self._reason)
        if changed:
            version = item.goal.version if item.goal and item.does is Does.CHANGE else None
            given = given_objective(changed, is_new=False)
            actions.edit_objective(
                self._actor, item.key, version=version, reason=self._reason, **given
            )

    def _archive(self, item: Item) -> None:
        version = None if item.goal is None else item.goal.version
        actions.archive_objective(self._actor, item.key, version=version, reason=self._reason)

    def _align(self, item: Item) -> None:
        if item.entry.row in self._lost:
            return
        child = self._keys.get(item.entry.row, item.key)
        before, after = (set(several(text)) for text in item.fields["parents"])
        for parent in sorted(before - after):
            actions.withdraw(self._actor, child, **self._parent(parent))
        for parent in sorted(after - before):
            if row_of(parent) not in self._lost:
                actions.contribute(self._actor, child, **self._parent(parent))

    def _parent(self, named: str) -> dict[str, str]:
        row = row_of(named)
        key = self._keys.get(row, "") if row else named
        if key.startswith("KR:"):
            return {"to_key_result": key.removeprefix("KR:")}
        key = key.removeprefix("O:")
        is_below = self._things.get(row) is Thing.KEY_RESULT or (
            (Thing.OBJECTIVE, key) not in self._plan.now
            and (Thing.KEY_RESULT, key) in self._plan.now
        )
        return {"to_key_result": key} if is_below else {"to_objective": key}

    # Key results and their parts.

    def _bundles(self) -> Iterator[_Bundle]:
        found: dict[str, _Bundle] = {}
        for item in self._plan.items:
            if item.thing is Thing.KEY_RESULT:
                place = item.key if item.goal is not None else f"row:{item.entry.row}"
                bundle = found.setdefault(place, _Bundle(item.key))
                bundle.item, bundle.above = item, item.above
            elif item.thing in PARTS:
                bundle = found.setdefault(item.above, _Bundle(item.above))
                bundle.parts.append(item)
        yield from found.values()

    def _key_result(self, bundle: _Bundle) -> None:
        item = bundle.item
        if item is None and row_of(bundle.key):
            return  # what it is a part of was refused
        if item is not None and item.does is Does.ADD:
            self._add(bundle, item)
        elif item is not None and item.does is Does.ARCHIVE:
            version = None if item.goal is None else item.goal.version
            actions.remove_key_result(self._actor, item.key, version=version, reason=self._reason)
        else:
            self._edit(bundle)

    def _add(self, bundle: _Bundle, item: Item) -> None:
        row = row_of(item.above)
        if row and row not in self._keys:
            return  # its objective was refused
        objective = self._keys[row] if row else item.above
        values = {name: after for name, (_, after) in item.fields.items()}
        moves, milestones, levels = self._parts(bundle, values, None)
        made = actions.add_key_result(
            self._actor, objective, key=item.key or self._free_below(objective, is_new=bool(row)),
            kind=values.get("measured") or "metric",
            moves=moves, milestones=milestones, levels=levels,
            reason=self._reason, **given_key_result(values),
        )  # fmt: skip
        self._keys[item.entry.row] = made.key

    def _free_below(self, objective: str, *, is_new: bool) -> str:
        """A key for a key result of an objective that is new; others are found by the action."""
        if not is_new:
            return ""
        self._numbers[objective] += 1
        return f"{objective}-KR{self._numbers[objective]}"

    def _edit(self, bundle: _Bundle) -> None:
        item = bundle.item
        goal = item.goal if item is not None else self._plan.now[Thing.KEY_RESULT, bundle.key]
        if goal is None:
            raise RuntimeError("what is changed must be there")
        version: int | None = goal.version
        if item is not None and item.does is Does.RESTORE:
            actions.restore_key_result(self._actor, bundle.key, reason=self._reason)
            version = None
        fields = {} if item is None else {name: after for name, (_, after) in item.fields.items()}
        measures = any(part.thing is Thing.MEASURE for part in bundle.parts)
        moved = MOVE & set(fields)
        adjusts = _only_numbers(goal, fields, moved) and not measures
        values = goal.values if item is None else item.values
        moves, milestones, levels = self._parts(bundle, values, goal)
        things = {part.thing for part in bundle.parts}
        given: dict[str, Any] = given_key_result(fields)
        if (moved or measures) and not adjusts:
            given["moves"] = moves
        if Thing.MILESTONE in things:
            given["milestones"] = milestones
        if Thing.LEVEL in things:
            given["levels"] = levels
        if given:
            actions.edit_key_result(
                self._actor, bundle.key, version=version, reason=self._reason, **given
            )
            version = None
        if adjusts:
            self._adjust(bundle.key, values, moved, version)

    def _adjust(
        self, key: str, values: Mapping[str, str], moved: frozenset[str] | set[str],
        version: int | None,
    ) -> None:  # fmt: skip
        numbers = {name: number_of(values[name]) for name in _NUMBERS}
        reason = self._reason
        if "start" in moved:
            numbers["start"] = number_of(values["start"])
            reason = values.get("start_reason") or reason
        actions.adjust_target(
            self._actor, key, kpi=values["kpi"], slice=values["slice"], reason=reason,
            version=version, **numbers,
        )  # fmt: skip

    def _parts(
        self, bundle: _Bundle, values: Mapping[str, str], goal: Goal | None
    ) -> tuple[list[MoveDraft], list[MilestoneDraft], list[LevelDraft]]:
        """What the key result is made of, in the order of the list and then of the file."""
        weight = "" if goal is None else str(goal.told.get("move_weight", ""))
        moves = [move_draft(values, weight)] if values.get("kpi") else []
        listed = dict(self._listed(bundle, goal))
        for (thing, _), one in listed.items():
            if thing is Thing.MEASURE:
                moves.append(move_draft(one, one.get("weight", "")))
        milestones = [
            milestone_draft(key, one)
            for (thing, key), one in listed.items()
            if thing is Thing.MILESTONE
        ]
        levels = [
            level_draft(key, one) for (thing, key), one in listed.items() if thing is Thing.LEVEL
        ]
        return moves, milestones, levels

    def _listed(
        self, bundle: _Bundle, goal: Goal | None
    ) -> Iterator[tuple[tuple[Thing, str], Mapping[str, str]]]:
        """The parts by thing and own key: those that stand, as the file changes them, and new."""
        by_key = {(part.thing, part.key): part for part in bundle.parts if part.goal is not None}
        free = list(_LEVELS)
        for kept in () if goal is None else self._parts_of[goal.key]:
            part = by_key.get((kept.thing, kept.key))
            if part is None or part.does is not Does.ARCHIVE:
                own = _own(kept.key)
                free = [name for name in free if name != own]
                yield (kept.thing, own), kept.values if part is None else part.values
        for at, part in enumerate(bundle.parts):
            if part.does is Does.ADD:
                own = _own(part.key)
                if part.thing is Thing.LEVEL and not own and free:
                    own = free.pop(0)
                if part.thing is Thing.MEASURE:
                    own = own or f"new-{at}"
                yield (part.thing, own or f"{NEW}{at}"), part.values


_LEVELS = ("fail", "commit", "target", "stretch")


def _own(key: str) -> str:
    """A part's own key: what stands behind that of its key result."""
    return key.partition("/")[2]


def _free_keys() -> Iterator[str]:
    """Keys of objectives that are free, as `create_objective` chooses them, found at once."""
    taken: set[str] = set()
    number = 0
    while True:
        if not number:
            rows = Objective.objects.filter(key__startswith="O-")
            taken = set(rows.values_list("key", flat=True))
            number = len(taken)
        number += 1
        if f"O-{number}" not in taken:
            yield f"O-{number}"


def _only_numbers(goal: Goal, fields: Mapping[str, str], moved: set[str] | frozenset[str]) -> bool:
    """Whether all that changes of a KPI are agreed numbers: then it is an adjustment of them."""
    if goal.state is not GoalState.AGREED or not moved or not goal.values.get("kpi"):
        return False
    if not moved <= {"start", "start_reason", *_NUMBERS} or moved == {"start_reason"}:
        return False
    return "start" not in moved or bool(fields.get("start"))


def _placed(error: OkapiError, entry: Entry, bundle: _Bundle | None) -> OkapiError:
    """The error at the cell of the field that it is about."""
    parts: Sequence[str] = (error.field or "").split(".")
    thing = _PLACED.get(parts[0])
    if bundle is not None and thing is not None:
        of_thing = [part.entry for part in bundle.parts if part.thing is thing]
        if of_thing:
            entry = of_thing[0]
    column = _COLUMN_OF.get(parts[-1], parts[-1])
    if column == "moves":
        column = "kpi"
    return entry.at(error, column if entry.has(column) else "")
