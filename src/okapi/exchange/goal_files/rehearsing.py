"""Trying a large plan in parts, each taken back at once: others may write between any two.

SQLite has one pen. A part is some objectives with all that is below them, and all that the file
says of what they contribute to, up to the top, so that each row is tried as it would be carried
out. Where too much hangs together the plan is tried as a whole.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction

from okapi.base.actor import Actor
from okapi.base.telling import Tell, nobody
from okapi.core.errors import OkapiError
from okapi.exchange.goal_files.carrying import CHECKING, carry
from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.plan import ROW, Item, Plan
from okapi.exchange.goal_files.values import several

AT_ONCE = 25
"""Rows of a part, besides what they contribute to."""
_MOST_ABOVE = 500
_PAUSE = 0.005
"""Seconds between two parts: who waits for SQLite tries every millisecond or so."""
_Part = tuple[list[Item], list[Item]]


def rehearse(actor: Actor, plan: Plan, *, reason: str, tell: Tell = nobody) -> list[OkapiError]:
    """What would be refused of a plan, in place; nothing of it stays. Outside any transaction."""
    parts = list(_Parts(plan).all())
    if any(len(items) - len(own) > _MOST_ABOVE for own, items in parts):
        return _tried(actor, plan, reason, tell)
    found: list[OkapiError] = []
    done = 0
    for own, items in parts:
        time.sleep(_PAUSE)
        tell(CHECKING, done, len(plan.items))
        lines = {(item.entry.sheet, item.entry.line) for item in own}
        refused = _tried(actor, replace(plan, items=items), reason, nobody)
        found += [one for one in refused if (one.data["sheet"], one.data["line"]) in lines]
        done += len(own)
    return found


def _tried(actor: Actor, plan: Plan, reason: str, tell: Tell) -> list[OkapiError]:
    with transaction.atomic():
        refused = carry(actor, plan, reason=reason, dry_run=True, tell=tell)
        transaction.set_rollback(True)
    return refused


class _Parts:
    """The parts of a plan: objectives with all that is below them, and what these need."""

    def __init__(self, plan: Plan) -> None:
        self._root: dict[str, str] = {}
        self._owner = {goal.key: goal.above for goal in plan.now.values() if goal.above}
        for thing in (Thing.OBJECTIVE, Thing.KEY_RESULT):
            for item in plan.items:
                if item.thing is thing:
                    self._learn(item)
        self._families: dict[str, list[Item]] = defaultdict(list)
        for item in plan.items:
            self._families[self._root_of(item.above or item.key or _row(item))].append(item)
        self._order = {id(item): at for at, item in enumerate(plan.items)}

    def _learn(self, item: Item) -> None:
        root = self._root_of(item.above) if item.above else item.key or _row(item)
        for name in (_row(item), item.key):
            if name:
                self._root[name] = root

    def _root_of(self, name: str) -> str:
        """The objective of a thing, by its key or its row in the file."""
        bare = name.removeprefix("KR:").removeprefix("O:")
        if bare not in self._root and bare in self._owner:
            return self._root_of(self._owner[bare])
        return self._root.get(bare, bare)

    def all(self) -> Iterator[_Part]:
        """Each with the rows that are judged in it, and all rows that it needs."""
        names: list[str] = []
        size = 0
        for name, items in self._families.items():
            names.append(name)
            size += len(items)
            if size >= AT_ONCE:
                yield self._closed(names)
                names, size = [], 0
        if names:
            yield self._closed(names)

    def _closed(self, names: list[str]) -> _Part:
        own = [item for name in names for item in self._families[name]]
        needed, open_ = set(names), list(names)
        while open_:
            for item in self._families[open_.pop()]:
                above = {self._root_of(one) for one in _contributes_to(item)} - needed
                above &= self._families.keys()
                needed |= above
                open_ += above
        items = [item for name in needed for item in self._families[name]]
        return own, sorted(items, key=lambda item: self._order[id(item)])


def _row(item: Item) -> str:
    return f"{ROW}{item.entry.row}"


def _contributes_to(item: Item) -> Iterator[str]:
    """What an objective contributes to, before and after."""
    for text in item.fields.get("parents", ()):
        yield from several(text)
