"""Many actions in one transaction: what they share, and what waits for the end of the block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from okapi.base import clock, outbox
from okapi.base.actor import Actor
from okapi.base.outbox import News
from okapi.goals import access, standings
from okapi.goals.actions.drafts import Ref
from okapi.goals.choices import Dirt
from okapi.goals.models import KeyResult, Objective
from okapi.orgs.queries import settings_of

_AT_ONCE = 2_000
_READ_AT_ONCE = 500
_Found = TypeVar("_Found")


@dataclass(slots=True)
class Together:
    """What waits for the end of a block of `together`, and what its actions need not read again."""

    objectives: set[UUID] = field(default_factory=set)
    above: set[UUID] = field(default_factory=set)
    _held: dict[Ref, Objective] = field(default_factory=dict)
    _held_below: dict[Ref, KeyResult] = field(default_factory=dict)
    _handed_out: set[Ref] = field(default_factory=set)
    _found: dict[tuple[str, object], Any] = field(default_factory=dict)

    def objective(self, ref: Ref) -> Objective | None:
        """The objective with this id or key, if it is held in this block."""
        held = self._held.get(ref)
        if held is not None:
            self._handed_out |= {held.pk, held.key}
        return held

    def key_result(self, ref: Ref) -> KeyResult | None:
        """The key result with this id or key, if it is held in this block, with its objective."""
        held = self._held_below.get(ref)
        if held is None:
            return None
        objective = self.objective(held.objective_id)
        if objective is None:  # an action failed to change it: it is to be read anew
            return None
        held.objective = objective
        self._handed_out |= {held.pk, held.key}
        return held

    def remember(self, held: Objective | KeyResult) -> None:
        """It is held, or made in this transaction, and need not be read again."""
        self._keep(held)
        self._handed_out |= {held.pk, held.key}
        if isinstance(held, KeyResult) and held.objective_id not in self._held:
            self.remember(held.objective)

    def _keep(self, held: Objective | KeyResult) -> None:
        if isinstance(held, Objective):
            self._held[held.pk] = self._held[held.key] = held
        else:
            self._held_below[held.pk] = self._held_below[held.key] = held

    def forget(self) -> None:
        """Read anew what actions had in hand: one failed half-way, and its savepoint is gone."""
        for ref in self._handed_out:
            self._held.pop(ref, None)
            self._held_below.pop(ref, None)
        self._handed_out.clear()

    def once(self, kind: str, ref: object, find: Callable[[], _Found]) -> _Found:
        """What `find` finds, looked for once for each `ref` of a kind."""
        if (kind, ref) not in self._found:
            self._found[kind, ref] = find()
        found: _Found = self._found[kind, ref]
        return found

    def hold(
        self, actor: Actor, *, objectives: Collection[Ref] = (), key_results: Collection[Ref] = ()
    ) -> None:
        """Hold these at once, as far as the actor may read them; the others are left out."""
        rows, below = access.visible(actor), access.visible_key_results(actor)
        ids: set[UUID] = set()
        for some in _named(rows, objectives):
            ids.update(some.values_list("pk", flat=True))
        for some in _named(below, key_results):
            ids.update(some.values_list("objective_id", flat=True))
        if ids:
            standings.hold(*ids)
        for some in _named(rows.select_related("team", "cycle"), ids):
            for held in some:
                self._keep(held)
        for some in _named(below, key_results):
            for held in some:
                self._keep(held)


def _named(rows: QuerySet[Any], refs: Collection[Ref]) -> Iterator[QuerySet[Any]]:
    """The rows with these ids or keys, some hundred at once."""
    for kind, name in ((UUID, "pk__in"), (str, "key__in")):
        wanted = sorted(one for one in refs if isinstance(one, kind))
        for start in range(0, len(wanted), _READ_AT_ONCE):
            yield rows.filter(**{name: wanted[start : start + _READ_AT_ONCE]})


_open: ContextVar[Together | None] = ContextVar("okapi_together", default=None)


def opened() -> Together | None:
    """The open block, if there is one."""
    return _open.get()


def remember(held: Objective | KeyResult) -> None:
    """`Together.remember` of the open block; nothing without one."""
    block = _open.get()
    if block is not None:
        block.remember(held)


def once(kind: str, ref: object, find: Callable[[], _Found]) -> _Found:
    """`Together.once` of the open block; without one it is looked for each time.

    For what goals refer to and no action of a block changes: teams, people, cycles, KPIs.
    """
    block = _open.get()
    return find() if block is None else block.once(kind, ref, find)


@contextmanager
def together(actor: Actor) -> Iterator[Together]:
    """Let many actions of one transaction renew what they touched once, at the end of the block.

    All of them are the actor's. What fails within it is for the caller to take back; the standings
    then were never renewed. Who goes on after an action that failed calls `forget`.
    """
    block = Together()
    token = _open.set(block)
    try:
        yield block
    finally:
        _open.reset(token)
    _renew_all(actor, block)


def _renew_all(actor: Actor, block: Together) -> None:
    ids = sorted(block.objectives)
    at, today = clock.now(), settings_of(actor.organisation_id).today
    told: list[News] = []
    for start in range(0, len(ids), _AT_ONCE):
        told += standings.renew_objectives(ids[start : start + _AT_ONCE], at=at, today=today)
    if len(told) > standings.MOST_NEWS:
        number = max(1, int(at.timestamp() * 1000))
        told = [News("organisation", actor.organisation_id, number)]
    outbox.tell(actor.organisation_id, told)
    standings.leave(actor.organisation_id, Dirt.ABOVE, block.above)
