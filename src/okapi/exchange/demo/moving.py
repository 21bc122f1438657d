"""The files of examples/demo, moved by whole quarters to the quarter that is running now.

What is told for the year (`year.yaml`, `year.csv`) moves by whole years, everything else by whole
quarters: a label by its quarters, months and weeks, a day by whole weeks, so that a Monday stays
one. Cycles are written anew. What would lie in the future, check-ins and milestones that were
reached, is left out until its day has come.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from okapi.core.frequencies import Frequency
from okapi.core.periods import period_of
from okapi.exchange.demo.anchor import REFERENCE, Anchor

# These say what holds whatever the quarter is.
_UNMOVED = frozenset({"calendars.yaml", "organisation.yaml", "people.csv", "perspectives.yaml"})
_CYCLES = "cycles.yaml"
_CHECK_INS = "check_ins"
# Horizons of pillars are years too.
_BY_YEAR = frozenset({"year.yaml", "year.csv", "pillars.yaml"})
_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"
_QUARTER = r"(?P<quarter>\d{4}Q[1-4])"
_WEEK = r"(?P<week>\d{4}-W\d{2})"
_MONTH = r"(?P<month>\d{4}-\d{2})"
_SPOKEN = r"(?P<spoken>\d{1,2})(?= 月)"
_WHEN = re.compile(rf"(?<![\d-])(?:{_DAY}|{_QUARTER}|{_WEEK}|{_MONTH}|{_SPOKEN})(?![\d-])")
_YEAR = re.compile(r"(?<![\d.])20\d\d(?!\d)")
_DONE = re.compile(r", done_on: (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Move:
    """From the quarter in which the files are written to another one."""

    to: Anchor

    @property
    def quarters(self) -> int:
        """How many quarters."""
        return self.to.number - REFERENCE.number

    @property
    def years(self) -> int:
        """How many years the running year moves."""
        return self.to.first.year - REFERENCE.first.year

    @property
    def days(self) -> timedelta:
        """Whole weeks, as near to the quarters as may be."""
        return timedelta(weeks=round((self.to.first - REFERENCE.first).days / 7))

    def text(self, text: str, *, by_year: bool = False) -> str:
        """A text with everything in it that has a date moved."""
        if by_year:
            return _YEAR.sub(lambda found: str(int(found[0]) + self.years), text)
        return _WHEN.sub(self._moved, text)

    def _moved(self, found: re.Match[str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind == "day":
            return (date.fromisoformat(text) + self.days).isoformat()
        if kind == "week":
            monday = date.fromisocalendar(int(text[:4]), int(text[6:]), 1) + self.days
            return period_of(monday, Frequency.WEEK).label
        if kind == "spoken":
            return str((int(text) - 1 + self.quarters * 3) % 12 + 1)
        step, size = (text[5:], 4) if kind == "quarter" else (text[5:], 12)
        times = 1 if kind == "quarter" else 3
        year, place = divmod(int(text[:4]) * size + int(step) - 1 + self.quarters * times, size)
        return f"{year}Q{place + 1}" if kind == "quarter" else f"{year}-{place + 1:02d}"


def move_files(source: Path, target: Path, to: Anchor, now: datetime) -> None:
    """Write the files of `source`, moved, into `target`; what is later than `now` is left out."""
    move = Move(to)
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        if path.suffix not in {".yaml", ".csv"} or name.parts[0] == _CHECK_INS:
            continue
        text = path.read_text(encoding="utf-8")
        if name.name not in _UNMOVED:
            text = move.text(text, by_year=name.name in _BY_YEAR)
        if name.name == _CYCLES:
            text = yaml.safe_dump(list(cycles(to)), allow_unicode=True, sort_keys=False)
        _write(target / name, _not_done_yet(text, now.date()))
    move_check_ins(check_in_files(source), target, move, now)


def check_in_files(source: Path) -> list[Path]:
    """The check-ins of the example, and those that are said after its reference day."""
    return [*sorted((source / _CHECK_INS).glob("*.csv")), Path(__file__).with_name("later.csv")]


def move_check_ins(
    files: Iterable[Path],
    target: Path,
    move: Move,
    now: datetime,
    *,
    wanted: Callable[[dict[str, str]], bool] = lambda _: True,
) -> int:
    """Write the check-ins that have been said by now and are wanted; how many they are."""
    rows = [
        row
        for path in files
        for row in csv.DictReader(io.StringIO(move.text(path.read_text(encoding="utf-8"))))
        if datetime.fromisoformat(row["at"]) <= now and wanted(row)
    ]
    if rows:
        kept = io.StringIO()
        writer = csv.DictWriter(kept, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        _write(target / _CHECK_INS / "all.csv", kept.getvalue())
    return len(rows)


def cycles(to: Anchor) -> Iterator[dict[str, Any]]:
    """The quarter before, the running one and the next, within their years."""
    quarters = [to.quarter(step) for step in (-1, 0, 1)]
    for year in sorted({first.year for first in quarters}):
        yield {
            "key": str(year),
            "title": f"{year} 年",
            "title_other": str(year),
            "kind": "year",
            "starts": date(year, 1, 1),
            "ends": date(year, 12, 31),
            "state": _state(year - to.first.year),
            "cadence_days": 30,
        }
    for step, first in zip((-1, 0, 1), quarters, strict=True):
        number = (first.month - 1) // 3 + 1
        yield {
            "key": f"{first.year}Q{number}",
            "title": f"{first.year} 年第{'一二三四'[number - 1]}季度",
            "title_other": f"{first.year} Q{number}",
            "kind": "quarter",
            "starts": first,
            "ends": to.quarter(step + 1) - timedelta(days=1),
            "parent": str(first.year),
            "state": _state(step),
        }


def _state(step: int) -> str:
    return "running" if step == 0 else "closed" if step < 0 else "draft"


def _not_done_yet(text: str, today: date) -> str:
    """Without the days of milestones that are still to come."""
    return _DONE.sub(lambda found: "" if date.fromisoformat(found[1]) > today else found[0], text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
