"""The rules once more, in plain Python and from the product's words alone, against what is stored.

Nothing here calls `okapi.core`: periods, freshness, status, to date, health, guards, support and
branches are reckoned anew for random organisations with years and weeks that begin anywhere.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from okapi.base import clock
from okapi.goals import standings
from okapi.goals.models import BranchStanding, CheckIn, Objective
from okapi.kpis import standings as kpi_standings
from okapi.kpis.models import KpiStanding, Slice, Target
from okapi.orgs import queries
from okapi.orgs.models import Calendar, CalendarDay, Team
from tests.cast import TODAY, Cast
from tests.goals.making import (
    link,
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    standing,
)

DAY = timedelta(days=1)
POINTS = {"on_track": Fraction(1), "at_risk": Fraction(1, 2), "off_track": Fraction(0)}
ORDER = ("on_track", "at_risk", "off_track")
Period = tuple[date, date]


@dataclass
class Years:
    """Where years and weeks begin."""

    month: int
    weekday: int

    def at(self, day: date, frequency: str) -> Period:
        """The period that holds the day."""
        if frequency == "day":
            return day, day
        if frequency == "week":
            first = day - timedelta(days=(day.weekday() - self.weekday) % 7)
            return first, first + timedelta(days=6)
        months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[frequency]
        since = day.year * 12 + day.month - self.month
        first = since - since % months + self.month - 1
        after = first + months
        start = date(first // 12, first % 12 + 1, 1)
        return start, date(after // 12, after % 12 + 1, 1) - DAY

    def after(self, period: Period, frequency: str) -> Period:
        """The next one."""
        return self.at(period[1] + DAY, frequency)

    def before(self, period: Period, frequency: str) -> Period:
        """The one before."""
        return self.at(period[0] - DAY, frequency)


@dataclass
class Number:
    """A KPI as it was made: values and targets by period."""

    kpi: Any
    frequency: str
    how: str
    up: bool
    delay: int
    values: dict[Period, Fraction] = field(default_factory=dict)
    own: dict[Period, tuple[Fraction, Fraction]] = field(default_factory=dict)
    year: tuple[Fraction, Fraction] | None = None

    @property
    def newest(self) -> Period | None:
        return max(self.values, key=lambda one: one[1], default=None)

    def stale_on(self, years: Years) -> tuple[date, date] | None:
        """Due from, and stale from."""
        if self.newest is None:
            return None
        missing = years.after(self.newest, self.frequency)
        grace = years.after(missing, self.frequency)
        days = min((grace[1] - grace[0]).days + 1, 35)
        due = missing[1] + DAY
        return due, due + timedelta(days=self.delay + days)

    def is_stale(self, years: Years) -> bool:
        found = self.stale_on(years)
        return found is not None and found[1] <= TODAY

    def colour(self, value: Fraction, limits: tuple[Fraction, Fraction]) -> str:
        """By target and amber limit; what lies on a limit is inside."""
        target, amber = limits if self.up else (-limits[0], -limits[1])
        value = value if self.up else -value
        return "green" if value >= target else "amber" if value >= amber else "red"

    def target_in(self, period: Period) -> tuple[Fraction, Fraction] | None:
        """It holds until the next one of its frequency."""
        held = [one for one in self.own if one[0] <= period[0]]
        return self.own[max(held)] if held else None


def together(how: str, values: list[Fraction]) -> Fraction:
    """Values of shorter periods as one."""
    match how:
        case "sum":
            return sum(values, Fraction(0))
        case "mean":
            return sum(values, Fraction(0)) / len(values)
        case "min":
            return min(values)
        case "max":
            return max(values)
    return values[-1]


def mean_of(parts: list[tuple[Any, Any]]) -> Fraction | None:
    """The mean of (weight, value), weighted; None of nothing."""
    weight = sum((Fraction(one) for one, _ in parts), Fraction(0))
    return sum((Fraction(w) * v for w, v in parts), Fraction(0)) / weight if weight else None


@dataclass
class Goal:
    """An objective as it was made: its key results by weight, health and progress."""

    row: Objective
    rows: list[tuple[Any, int, str, Fraction | None]] = field(default_factory=list)
    guards: list[tuple[Number, int, int]] = field(default_factory=list)
    above: list[Goal] = field(default_factory=list)

    def own(self) -> tuple[str, Fraction | None]:
        """Health before guards, and progress: a stale figure is kept, its health is no data."""
        counted = [one for one in self.rows if one[1] > 0]
        known = [one for one in counted if one[2] != "no_data"]
        parts = [(one[1], min(max(one[3], 0), 1)) for one in counted if one[3] is not None]
        done = mean_of(parts)
        mean = mean_of([(one[1], POINTS[one[2]]) for one in known])
        all_of_it = sum(one[1] for one in counted)
        unknown = all_of_it - sum(one[1] for one in known)
        if mean is None or unknown * 2 > all_of_it:
            return "no_data", done
        if mean < Fraction(2, 5):
            return "off_track", done
        has_off = any(one[2] == "off_track" for one in known)
        return ("on_track" if mean >= Fraction(4, 5) and not has_off else "at_risk"), done

    def health(self, years: Years) -> str:
        """With guards: amber, unknown or newly red caps at risk, red twice is off track.

        What ended before the agreement was so already, and does not count.
        """
        found = self.own()[0]
        for number, low, amber in self.guards:
            cap = "at_risk"
            if number.newest is not None and not number.is_stale(years):
                ended = sorted(number.values, key=lambda one: one[1])
                since = [number.values[at] for at in ended if at[1] >= self.row.agreed_on]
                cap = "on_track"
                if since and since[-1] < low:
                    cap = "off_track" if since[-2:-1] and since[-2] < low else "at_risk"
                elif since and since[-1] < amber:
                    cap = "at_risk"
            if cap == "off_track" or (found in ORDER and ORDER.index(cap) > ORDER.index(found)):
                found = cap
        return found


class Company:
    """A random organisation, made row by row, with what its figures have to be."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, random.Random(seed)
        self.years = Years(self.dice.choice([1, 1, 4, 7, 10]), self.dice.choice([0, 0, 6, 5]))
        cast.organisation.fiscal_month = self.years.month
        cast.organisation.first_weekday = self.years.weekday
        cast.organisation.save()
        queries.forget(cast.organisation.pk)
        self.free = dict(CalendarDay.objects.values_list("day", "is_working"))
        default = Calendar.objects.filter(is_default=True).first()
        self.weekend = set(default.weekend if default else (5, 6))
        self.numbers = [self.make_number() for _ in range(6)]
        self.goals = [self.make_goal() for _ in range(self.dice.randint(4, 9))]
        for at, goal in enumerate(self.goals):
            for above in self.dice.sample(self.goals[:at], min(at, self.dice.randint(0, 2))):
                link(goal.row, above.row)
                goal.above.append(above)

    def make_number(self) -> Number:
        dice = self.dice
        frequency = dice.choice(["day", "week", "month", "month", "quarter"])
        how = dice.choice(["last", "last", "sum", "mean", "min", "max"])
        one = Number(None, frequency, how, dice.random() < 0.6, dice.choice([0, 0, 5]))
        direction = "up" if one.up else "down"
        one.kpi = make_kpi(
            self.cast, frequency=frequency, aggregation=how, direction=direction,
            delay_days=one.delay,
        )  # fmt: skip
        period = self.years.before(self.years.at(TODAY, frequency), frequency)
        missing = dice.choice([0, 0, 0, 1, 3])
        for n in range(dice.choice([0, 2, 8, 16])):
            if n >= missing and dice.random() < 0.85:
                one.values[period] = Fraction(dice.randint(-20, 120), 4)
            if dice.random() < 0.3:
                one.own[period] = self.limits(one)
            period = self.years.before(period, frequency)
        measure(self.cast, one.kpi, {text(at): float(v) for at, v in one.values.items()})
        for at, limits in one.own.items():
            self.aim(one, at, frequency, limits)
        if dice.random() < 0.4 and one.newest is not None:
            one.year = self.limits(one)
            self.aim(one, self.years.at(one.newest[1], "year"), "year", one.year)
        return one

    def limits(self, one: Number) -> tuple[Fraction, Fraction]:
        target = Fraction(self.dice.randint(-10, 40), 2)
        return target, target - (5 if one.up else -5)

    def aim(self, one: Number, at: Period, frequency: str, limits: tuple[Fraction, ...]) -> None:
        Target.objects.create(
            organisation=self.cast.organisation, kpi=one.kpi, slice=Slice.objects.get(kpi=one.kpi),
            frequency=frequency, first=at[0], last=at[1], label=text(at),
            value=float(limits[0]), amber=float(limits[1]),
        )  # fmt: skip

    def make_goal(self) -> Goal:
        dice, cast = self.dice, self.cast
        goal = Goal(
            make_objective(
                cast,
                team=dice.choice([cast.service, cast.repairs, cast.sales, cast.company]),
                cycle=dice.choice([cast.quarter, cast.quarter, cast.year]),
                kind=dice.choice(["committed", "aspirational"]),
                visibility=dice.choice(["everyone"] * 4 + ["team"]),
                weight=dice.choice([1, 1, 2]),
            )
        )
        for n in range(dice.randint(1, 4)):
            make = dice.choice([self.make_yes_no, self.make_metric, self.make_metric])
            make(goal, dice.choice([0, 1, 1, 2]) if n else 1)  # not all of them weigh nothing
        for one in dice.sample(self.numbers, dice.choice([0, 0, 1, 2])):
            low = dice.randint(-5, 10)
            make_guard(goal.row, one.kpi, low=low, amber_low=low + 5)
            goal.guards.append((one, low, low + 5))
        return goal

    def make_yes_no(self, goal: Goal, weight: int) -> None:
        key_result = make_key_result(goal.row, kind="yes_no", weight=weight)
        if self.dice.random() < 0.2:
            goal.rows.append((key_result, weight, "no_data", None))
            return
        sure, done = self.dice.randint(0, 10), self.dice.random() < 0.3
        CheckIn.objects.create(
            organisation=self.cast.organisation, key_result=key_result, person=self.cast.mia,
            at=clock.now(), confidence=sure, is_done=done,
        )  # fmt: skip
        health = "on_track" if done or sure >= 7 else "at_risk" if sure >= 4 else "off_track"
        goal.rows.append((key_result, weight, health, Fraction(int(done))))

    def make_metric(self, goal: Goal, weight: int) -> None:
        one = self.dice.choice([x for x in self.numbers if x.how == "last"] or self.numbers)
        start = self.dice.randint(-10, 30)
        target = start + self.dice.randint(1, 20) * (1 if one.up else -1)
        key_result = make_key_result(
            goal.row, one.kpi, start=start, target=target, weight=weight, reading="latest"
        )
        cycle = goal.row.cycle
        inside = [at for at in one.values if cycle.starts <= at[1] <= min(cycle.ends, TODAY)]
        if not inside:
            goal.rows.append((key_result, weight, "no_data", None))
            return
        newest = max(inside, key=lambda at: at[1])
        progress = (one.values[newest] - start) / (target - start)
        worked = self.working(cycle.starts, max(newest[1], cycle.starts))
        due = Fraction(worked, self.working(cycle.starts, cycle.ends))
        if one.is_stale(self.years):
            health = "no_data"
        elif due < Fraction(1, 20):
            health = "on_track"
        else:
            part = Fraction(7, 10) if goal.row.kind == "aspirational" else 1
            pace = progress / (due * part)
            health = "on_track" if pace >= Fraction(9, 10) else (
                "at_risk" if pace >= Fraction(7, 10) else "off_track"
            )  # fmt: skip
        goal.rows.append((key_result, weight, health, progress))

    def working(self, first: date, last: date) -> int:
        days = [first + n * DAY for n in range((last - first).days + 1)]
        return sum(self.free.get(one, one.weekday() not in self.weekend) for one in days)


def text(period: Period) -> str:
    return f"{period[0]}/{period[1]}" if period[0] != period[1] else f"{period[0]}"


def near(stored: Any, wanted: Fraction | None) -> bool:
    if stored is None or wanted is None:
        return stored is None and wanted is None
    return float(stored) == pytest.approx(float(wanted), abs=1e-9)


def check_number(one: Number, years: Years) -> None:
    found = KpiStanding.objects.get(kpi=one.kpi)
    newest, days = one.newest, one.stale_on(years)
    assert (found.due_on, found.stale_on) == (days or (None, None))
    if newest is None:
        assert (found.value, found.status) == (None, "no_data")
        return
    assert near(found.value, one.values[newest])
    assert (found.first, found.last) == newest
    assert near(found.previous, one.values.get(years.before(newest, one.frequency)))
    if one.frequency in ("month", "quarter"):
        year_ago = newest[0].replace(year=newest[0].year - 1)
        assert near(found.year_before, one.values.get(years.at(year_ago, one.frequency)))
    limits = one.target_in(newest)
    if limits is not None:
        assert found.status == one.colour(one.values[newest], limits)
    elif one.year is None:
        assert found.status == "no_target"
    if one.year is not None:
        year = years.at(newest[1], "year")
        so_far = [one.values[at] for at in sorted(one.values) if year[0] <= at[1] <= year[1]]
        assert near(found.to_date, together(one.how, so_far))


def below(goal: Goal, goals: list[Goal]) -> list[Goal]:
    """All that contribute to it, directly or through others, each once."""
    found: list[Goal] = []
    waiting = [goal]
    while waiting:
        top = waiting.pop()
        for one in goals:
            if any(above is top for above in one.above) and not any(one is x for x in found):
                found.append(one)
                waiting.append(one)
    return found


def check_branch(kind: str, pk: Any, cycle: Any, members: list[Goal], years: Years) -> None:
    shown = [one for one in members if one.row.visibility == "everyone"]
    found = BranchStanding.objects.filter(kind=kind, object_id=pk, cycle=cycle).first()
    names = ("on_track", "at_risk", "off_track", "no_data")
    wanted = {name: sum(one.health(years) == name for one in shown) for name in names}
    assert {name: getattr(found, name, 0) for name in names} == wanted
    measured = [done for one in shown if (done := one.own()[1]) is not None]
    mean = mean_of([(1, done) for done in measured])
    assert near(getattr(found, "progress", None), mean)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(10))
def test_what_is_stored_is_what_the_rules_say(cast: Cast, seed: int) -> None:
    company = Company(cast, seed)
    years = company.years
    ids = [one.kpi.pk for one in company.numbers]
    kpi_standings.renew(ids, at=clock.now(), today=TODAY)
    standings.renew_everything(cast.organisation.pk)
    for one in company.numbers:
        check_number(one, years)
    for goal in company.goals:
        for key_result, _, health, progress in goal.rows:
            assert standing(key_result).health == health
            assert near(standing(key_result).progress, progress)
        found, (_, done) = standing(goal.row), goal.own()
        assert near(found.progress, done)
        assert found.health == goal.health(years)
        direct = [one for one in company.goals if any(up is goal for up in one.above)]
        open_ones = [one for one in direct if one.row.visibility == "everyone"]
        parts = [(one.row.weight, one.own()[1]) for one in open_ones]
        mean = mean_of([(weight, part) for weight, part in parts if part is not None])
        assert near(found.support, mean)
    for goal in company.goals:
        cycle = goal.row.cycle
        check_branch("objective", goal.row.pk, cycle, below(goal, company.goals), years)
    teams = {cast.company: None, cast.service: cast.company, cast.sales: cast.company,
             cast.repairs: cast.service}  # fmt: skip
    for cycle in (cast.quarter, cast.year):
        here = [one for one in company.goals if one.row.cycle == cycle]
        check_branch("organisation", cast.organisation.pk, cycle, here, years)
        for team in teams:
            own = [one for one in here if is_within(one.row.team, team, teams)]
            check_branch("team", team.pk, cycle, own, years)


def is_within(team: Team | None, top: Team, parents: dict[Any, Any]) -> bool:
    while team is not None and team != top:
        team = parents[team]
    return team is not None
