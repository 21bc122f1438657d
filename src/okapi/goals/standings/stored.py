"""The stored rows of standings: locked, read, compared with what was computed, and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.base.upserts import upsert
from okapi.core.columns import code_of, day_of, maybe, member_of
from okapi.core.guards import GuardWhy
from okapi.core.health import Health, reason_of
from okapi.core.judging import ON
from okapi.core.objectives import ObjectiveWhy
from okapi.core.progress import KeyResultKind, Mode
from okapi.goals.models import KeyResultStanding, ObjectiveStanding
from okapi.goals.standings.outcomes import Figures

# By so much the probability must move to be worth a row of history.
P_STEP = 0.05
_METRIC = code_of(KeyResultKind.METRIC)


class KeyResultState(NamedTuple):
    """What is stored for a key result."""

    current: Decimal | None
    progress: float | None
    covered_on: date | None
    inside: int | None
    ended: int | None
    mode: str
    health: str
    reason: str
    reason_data: Mapping[str, Any]
    probability: float | None
    confidence: int | None
    checked_in_at: datetime | None
    is_mismatch: bool
    spark: Sequence[float]
    turns_on: date | None


class ObjectiveState(NamedTuple):
    """What is stored for an objective, apart from its support."""

    progress: float | None
    known: int
    counted: int
    health: str
    reason: str
    reason_data: Mapping[str, Any]
    guard: str
    mismatches: int
    has_kpi: bool
    turns_on: date | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A thing whose standing was written: what it was (None: nothing) and is."""

    object_id: UUID
    before: Any
    after: Any
    number: int

    @property
    def is_told(self) -> bool:
        """Whether history gets a row: something measured or decided changed."""
        if self.before is None:
            return True
        old, new = self.before, self.after
        moved = (old.progress, old.health, old.reason) != (new.progress, new.health, new.reason)
        if isinstance(new, ObjectiveState):
            return moved
        return moved or old.current != new.current or _has_moved(old.probability, new.probability)

    @property
    def is_counted_otherwise(self) -> bool:
        """Whether branches and support above count it with other figures now."""
        if self.before is None:
            return True
        return (self.before.progress, self.before.health) != (
            self.after.progress,
            self.after.health,
        )


def _has_moved(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is not new
    return abs(new - old) >= P_STEP


def lock(
    organisation_id: UUID, objective_ids: Sequence[UUID]
) -> dict[UUID, tuple[ObjectiveState, int]]:
    """Lock these objectives in the order of their ids, and answer with their stored rows.

    Whoever renews a key result holds its objective: two people who check in under one objective at
    once come one after the other, and the second one reads what the first one wrote.
    """
    found = _locked(objective_ids)
    missing = [one for one in objective_ids if one not in found]
    if missing:
        blank = {"known": 0, "counted": 0, "health": Health.NONE.value, "reason": "",
                 "reason_data": {}, "guard": "", "mismatches": 0, "has_kpi": False, "supporters": 0,
                 "number_of_state": 1}  # fmt: skip
        upsert(
            ObjectiveStanding,
            ("organisation_id", "objective_id", *blank),
            [(organisation_id, one, *blank.values()) for one in missing],
            unique=("objective_id",),
            keep=("organisation_id", *blank),
        )
        found = _locked(objective_ids)
    return found


_LOCKED = Prepared(
    lambda ids: (
        ObjectiveStanding.objects.select_for_update(of=("self",))
        .filter(Among("objective_id", ids))
        .order_by("objective_id")
        .values_list("objective_id", "number_of_state", *ObjectiveState._fields)
    )
)
_KEY_RESULTS = Prepared(
    lambda ids: KeyResultStanding.objects.filter(
        Among("key_result__objective_id", ids)
    ).values_list("key_result_id", "number_of_state", *KeyResultState._fields)
)


def _locked(objective_ids: Sequence[UUID]) -> dict[UUID, tuple[ObjectiveState, int]]:
    return {row[0]: (ObjectiveState(*row[2:]), row[1]) for row in _LOCKED.rows(objective_ids)}


def ask_key_results(
    objective_ids: Sequence[UUID],
) -> Callable[[], dict[UUID, tuple[KeyResultState, int]]]:
    """The stored rows of all key results of objectives that are locked, to be read later."""
    found = _KEY_RESULTS.ask(objective_ids)
    return lambda: {row[0]: (KeyResultState(*row[2:]), row[1]) for row in found()}


def key_result_states(figures: Figures) -> Iterable[tuple[UUID, KeyResultState]]:
    """What is to be stored for each key result."""
    own, moving = figures.key_results, figures.key_results.moving
    for at, row in enumerate(figures.goals.key_results):
        first, why = int(own.first_move[at]), reason_of(own.facts, own.found, at)
        is_metric = own.facts.kind[at] == _METRIC
        keeps = bool(own.keeps[at])
        yield (
            row.id,
            KeyResultState(
                current=moving.current[first] if first >= 0 else None,
                progress=maybe(own.facts.progress[at]),
                covered_on=day_of(int(own.found.covered[at])) if is_metric else None,
                inside=int(own.inside[at]) if keeps else None,
                ended=int(own.ended[at]) if keeps else None,
                mode=(Mode.KEEP if keeps else Mode.REACH).value if first >= 0 else "",
                health=member_of(Health, own.found.health[at]).value,
                reason=why.code,
                reason_data=as_json(why.data),
                probability=maybe(own.facts.probability[at]),
                confidence=own.words.confidence[at],
                checked_in_at=own.words.at[at],
                is_mismatch=bool(own.found.mismatch[at]),
                spark=moving.spark[first] if first >= 0 else [],
                turns_on=day_of(int(own.found.turns_on[at])),
            ),
        )


def objective_states(figures: Figures) -> Iterable[tuple[UUID, ObjectiveState]]:
    """What is to be stored for each objective."""
    outcome, guarded = figures.outcome, figures.guarded
    for at, row in enumerate(figures.goals.objectives):
        reason, data = _objective_reason(figures, at)
        capped = guarded.cap[at] != ON
        yield (
            row.id,
            ObjectiveState(
                progress=maybe(outcome.progress[at]),
                known=int(outcome.known[at]),
                counted=int(outcome.counted[at]),
                health=member_of(Health, guarded.health[at]).value,
                reason=reason,
                reason_data=data,
                guard=member_of(Health, guarded.cap[at]).value if capped else "",
                mismatches=int(figures.mismatches[at]),
                has_kpi=bool(figures.moved[at]),
                turns_on=day_of(int(figures.turns_on[at])),
            ),
        )


def _objective_reason(figures: Figures, at: int) -> tuple[str, dict[str, Any]]:
    """The guard that made the health worse, else the rule of the key results."""
    outcome, guarded = figures.outcome, figures.guarded
    if guarded.health[at] != outcome.health[at]:
        guard = int(guarded.guard[at])
        why = member_of(GuardWhy, figures.guarding.caps.why[guard])
        return why.value, {"kpi": figures.goals.guards[guard].kpi}
    why_own = member_of(ObjectiveWhy, outcome.why[at])
    match why_own:
        case ObjectiveWhy.NOT_STARTED:
            return why_own.value, {"on": figures.goals.objectives[at].starts.isoformat()}
        case ObjectiveWhy.KEY_RESULTS | ObjectiveWhy.MOSTLY_NO_DATA:
            known, counted = int(outcome.known[at]), int(outcome.counted[at])
            return why_own.value, {"known": known, "counted": counted}
        case _:
            return why_own.value, {}


def as_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """A reason's data as a JSON column keeps them: days as ISO text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in data.items()
    }


def changed(
    states: Iterable[tuple[UUID, Any]], stored: Mapping[UUID, tuple[Any, int]]
) -> list[Changed]:
    """The things whose row has to be written."""
    found = []
    for object_id, state in states:
        before, number = stored.get(object_id, (None, 0))
        if before != state:
            found.append(Changed(object_id, before, state, number + 1))
    return found


def write_key_results(organisation_id: UUID, rows: Sequence[Changed]) -> None:
    """Write these rows with one statement."""
    names = ("organisation_id", "key_result_id", "number_of_state", *KeyResultState._fields)
    values = [(organisation_id, one.object_id, one.number, *one.after) for one in rows]
    upsert(KeyResultStanding, names, values, unique=("key_result_id",))


def write_objectives(organisation_id: UUID, rows: Sequence[Changed]) -> None:
    """Write these rows with one statement; support stays as it is."""
    names = (
        "organisation_id", "objective_id", "number_of_state", *ObjectiveState._fields,
        "support", "supporters",
    )  # fmt: skip
    values = [(organisation_id, one.object_id, one.number, *one.after, None, 0) for one in rows]
    upsert(
        ObjectiveStanding, names, values, unique=("objective_id",), keep=("support", "supporters")
    )
