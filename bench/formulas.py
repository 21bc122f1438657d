"""Formula KPIs: many at once, and one changed part; in the core alone.

The figures cover planning and evaluation, from formulas that are read and checked already (which
happens once per process) and numbers that are loaded already, to the values of every period. What
is not in them: reading the parts from the database, and writing what differs.
"""

from __future__ import annotations

import gc

import numpy as np

from bench.timing import Line, least, wall
from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.checking import check
from okapi.core.formulas.evaluating import evaluate
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured, Read, Series
from okapi.core.formulas.plans import Plan, Task, plan
from okapi.core.formulas.reach import Range
from okapi.core.formulas.readings import Readings
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

FORMULAS, DEPTH, PERIODS = 10_000, 5, 60
MEASURED = 2_000
MONTHS = Rhythm(Frequency.MONTH)
FIRST = 2021 * 12
DAYS = MONTHS.day_range((FIRST, FIRST + PERIODS - 1))

SHAPES = (
    "[{0}] / [{1}]",
    "[{0}] + [{1}] - [{2}]",
    "rolling([{0}], 3, mean) - [{1}]",
    "if([{0}] > [{1}], [{0}], [{2}])",
    "([{0}] - previous([{0}])) / [{1}]",
    "year_to_date([{0}], sum) + coalesce([{1}], 0)",
    "max([{0}], [{1}], 0) * 2",
    "[{0}] / last_year([{0}]) - 1",
)


class Network:
    """Ten thousand formulas in five layers over two thousand measured KPIs."""

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        self.known: dict[str, Measured] = {
            f"m{at}": Measured(f"m{at}", "", aggregation=Aggregation.SUM) for at in range(MEASURED)
        }
        self.texts: dict[str, str] = {}
        below = list(self.known)
        for layer in range(DEPTH):
            size = FORMULAS // DEPTH
            keys = [f"f{layer}.{at}" for at in range(size)]
            for at, key in enumerate(keys):
                named = random.choice(len(below), 3, replace=False)
                self.texts[key] = SHAPES[at % len(SHAPES)].format(*(below[one] for one in named))
            below = keys
        self.numbers = random.normal(100, 20, (MEASURED, PERIODS)).round(2)
        self.formulas: dict[str, Formula] = {}

    def check(self) -> None:
        """Read and check every formula."""
        for key, text in self.texts.items():
            self.formulas[key] = check(parse(text), Measured(key), self.known)
            self.known[key] = self.formulas[key].measured

    def tasks(self) -> list[Task]:
        """All of them, in the order of computing."""
        return [Task(key, formula) for key, formula in self.formulas.items()]

    def above(self, key: str) -> list[Task]:
        """Those that depend on a KPI."""
        touched = {key}
        found = []
        for name, formula in self.formulas.items():
            if any(part.key in touched for part in formula.parts):
                touched.add(name)
                found.append(Task(name, formula))
        return found


def readings(work: Plan, stored: dict[str, np.ndarray]) -> Readings:
    """What a plan loads."""
    reads: list[Read] = list(work.loads)
    rows = [(at, *span(work.loads[read])) for at, read in enumerate(reads)]
    read = np.concatenate([np.full(until - since, at) for at, since, until in rows])
    place = np.concatenate([np.arange(since, until) for _, since, until in rows])
    values = np.concatenate(
        [stored[reads[at].series.kpi][since:until] for at, since, until in rows]
    )
    ends = np.asarray([MONTHS.last(FIRST + at).toordinal() for at in range(PERIODS)])
    known = ~np.isnan(values)
    nothing = np.full(int(known.sum()), np.nan)
    last = ends[place[known]]
    return Readings(
        reads,
        [Aggregation.SUM] * len(reads),
        [1.0] * len(reads),
        read[known],
        last - 27,
        last,
        values[known],
        nothing,
        nothing,
    )


def span(wanted: Range) -> tuple[int, int]:
    """The places of a range that there are."""
    return max(wanted[0] - FIRST, 0), max(min(wanted[1] - FIRST + 1, PERIODS), 0)


def lines() -> list[Line]:
    """The figures."""
    network = Network()
    parsing = wall(lambda: [parse(text) for text in network.texts.values()])
    checking = wall(network.check)
    stored = {key: network.numbers[at] for at, key in enumerate(list(network.known)[:MEASURED])}
    tasks = network.tasks()
    # What is loaded by now stays, as in a server (see `config.servers`).
    gc.collect()
    gc.freeze()
    planning = least(lambda: plan(tasks, None, {}, MONTHS, DAYS), 3)
    whole = plan(tasks, None, {}, MONTHS, DAYS)
    empty = dict.fromkeys(network.formulas, np.full(PERIODS, np.nan))
    loaded = readings(whole, stored | empty)
    done = evaluate(whole, loaded)
    evaluating = least(lambda: evaluate(whole, loaded), 3)
    for one in done:
        stored[str(one.task.name)] = np.where(one.why == 0, one.values, np.nan)
    newest = FIRST + PERIODS - 1
    touched = MONTHS.day_range((newest, newest))
    some = network.above("m0")

    def one_part() -> None:
        work = plan(some, {Series("m0"): touched}, {}, MONTHS)
        evaluate(work, readings(work, stored))

    changed, above = least(one_part, 9) * 1000, f"{len(some)} above it"
    note = f"{FORMULAS:,} formulas, {DEPTH} deep, {PERIODS} months"
    return [
        Line("formulas: all computed", planning + evaluating, "s", 1, note=note),
        Line("formulas: planned, of that", planning, "s"),
        Line("a loop of a million additions, to compare with", least(_loop, 3), "s"),
        Line("formulas: one part changed", changed, "ms", 20, note=above),
        Line("formulas: read, once per process", parsing, "s"),
        Line("formulas: checked, once per process", checking, "s"),
    ]


def _loop() -> None:
    total = 0
    for one in range(1_000_000):
        total += one


if __name__ == "__main__":
    for line in lines():
        print(line)
