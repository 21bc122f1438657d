"""Guards: KPIs that must not leave their band while an objective is pursued.

A guard is judged on its newest ended period and caps the objective's health. Rules: product, §4
"Guards".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from okapi.core.columns import NEVER, Bools, Codes, Ints, code_of, codes, days, member_of
from okapi.core.judging import OFF, ON, RISK, Health
from okapi.core.limits import Status
from okapi.core.thresholds import Thresholds


class GuardWhy(StrEnum):
    """What a guard says; the value is the code of its sentence."""

    HOLDS = "guard.holds"
    UNKNOWN = "guard.unknown"
    BROKEN_BEFORE = "guard.broken_before"
    AMBER = "guard.amber"
    RED = "guard.red"
    RED_AGAIN = "guard.red_again"
    SIGNAL = "guard.signal"


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """One guard: its newest ended period and the one measured before, with status and last day.

    ``agreed_on`` is the day of the objective's agreement: only periods that ended after it count.
    ``stale_on`` is the first day on which the KPI is stale. ``has_bad_signal``: one stands.
    """

    newest: Status = Status.NO_DATA
    newest_end: date | None = None
    previous: Status = Status.NO_DATA
    previous_end: date | None = None
    agreed_on: date | None = None
    stale_on: date | None = None
    has_bad_signal: bool = False


@dataclass(frozen=True, slots=True)
class GuardColumns:
    """``GuardFacts`` of many guards."""

    newest: Codes
    newest_end: Ints
    previous: Codes
    previous_end: Ints
    agreed_on: Ints
    stale_on: Ints
    has_bad_signal: Bools

    @classmethod
    def of(cls, guards: Sequence[GuardFacts]) -> GuardColumns:
        """The columns of these rows."""
        return cls(
            newest=codes(guard.newest for guard in guards),
            newest_end=days(guard.newest_end for guard in guards),
            previous=codes(guard.previous for guard in guards),
            previous_end=days(guard.previous_end for guard in guards),
            agreed_on=days(guard.agreed_on for guard in guards),
            stale_on=days(guard.stale_on for guard in guards),
            has_bad_signal=np.asarray([g.has_bad_signal for g in guards], dtype=np.bool_),
        )


@dataclass(frozen=True, slots=True)
class GuardCaps:
    """Per guard the best health that it leaves (a code of ``Health``: on track caps nothing)."""

    cap: Codes
    why: Codes


@dataclass(frozen=True, slots=True)
class Guarded:
    """Per objective its health after guards, and the row of the guard that caps most (−1: none)."""

    health: Codes
    cap: Codes
    guard: Ints


def guard_caps(guards: GuardColumns, today: date, limits: Thresholds | None = None) -> GuardCaps:
    """What each guard leaves of an objective's health today."""
    at_once = (limits or Thresholds()).guard_at_once
    red = guards.newest == code_of(Status.RED)
    amber = guards.newest == code_of(Status.AMBER)
    measured = red | amber | (guards.newest == code_of(Status.GREEN))
    stale = (guards.stale_on != NEVER) & (today.toordinal() >= guards.stale_on)
    before = guards.newest_end <= guards.agreed_on
    red_before = guards.previous == code_of(Status.RED)
    again = red & red_before & (guards.previous_end > guards.agreed_on)
    rules = [
        (~measured | stale, RISK, GuardWhy.UNKNOWN),
        (before & (red | amber), ON, GuardWhy.BROKEN_BEFORE),
        (red & guards.has_bad_signal, OFF, GuardWhy.SIGNAL),
        (again, OFF, GuardWhy.RED_AGAIN),
        (red, OFF if at_once else RISK, GuardWhy.RED),
        (amber, RISK, GuardWhy.AMBER),
    ]
    applies = [rule[0] for rule in rules]
    cap = np.select(applies, [rule[1] for rule in rules], ON)
    why = np.select(applies, [code_of(rule[2]) for rule in rules], code_of(GuardWhy.HOLDS))
    return GuardCaps(cap.astype(np.int8), why.astype(np.int8))


def guard_cap(
    guard: GuardFacts, today: date, limits: Thresholds | None = None
) -> tuple[Health, GuardWhy]:
    """The best health that one guard leaves, and what it says."""
    found = guard_caps(GuardColumns.of([guard]), today, limits)
    return member_of(Health, found.cap[0]), member_of(GuardWhy, found.why[0])


def with_guards(health: Codes, runs: Bools, objective: Ints, caps: GuardCaps) -> Guarded:
    """The health of objectives after their guards.

    ``objective`` has the objective's row of each guard; ``runs`` are the objectives that are
    agreed and have started: guards do nothing to the others. A guard that makes off track does so
    without data too; a cap at *at risk* leaves *no data* as it is.
    """
    n = len(health)
    cap = np.full(n, ON, dtype=np.int8)
    np.maximum.at(cap, objective, caps.cap)
    cap = np.where(runs, cap, ON).astype(np.int8)
    guard = np.full(n, -1, dtype=np.int64)
    decisive = np.flatnonzero((caps.cap != ON) & (caps.cap == cap[objective]))[::-1]
    guard[objective[decisive]] = decisive
    after = np.where((cap == RISK) & (health == ON), RISK, health)
    return Guarded(np.where(cap == OFF, OFF, after).astype(np.int8), cap, guard)
