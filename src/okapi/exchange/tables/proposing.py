"""The names in a file under which numbers stand and for which there is no KPI yet.

Every text that could be such a name becomes a KPI for the time of a reading. The names under which
the ordinary reader then finds measurements are proposed, with the unit that is written beside them,
the frequency at which most of the periods can be read, and what is usual for such a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.exchange.tables.cells import (
    Grid,
    Kind,
    Raw,
    Typed,
    cell_at,
    folded,
    is_copy,
    is_empty,
    plain,
    shown,
    without_bracket,
    without_item,
)
from okapi.exchange.tables.known import KnownKpi, Kpis, Setting
from okapi.exchange.tables.layouts import ColumnMapping
from okapi.exchange.tables.leanings import Leaning, leaning_of
from okapi.exchange.tables.periods import PeriodReader
from okapi.exchange.tables.results import Outcome
from okapi.exchange.tables.sources import Source
from okapi.exchange.tables.survey import layouts_of
from okapi.exchange.tables.table import read_rows
from okapi.exchange.tables.units import PERCENT, is_known, unit_of
from okapi.exchange.tables.words import Role, is_remark, is_total, role_of

MOST = 60
"""Who has more KPIs in one file makes them in parts."""
_LONGEST = 120
_LONGEST_UNIT = 20
_ROWS_SEEN = 400
_ROWS_READ = 2_000
_BELOW = 3
_SAMPLE = 12
_NUMBER = re.compile(r"[-+(]?\s*[¥$€£]?\s*\d[\d.,' ]*\s*[^\d\s]{0,4}")
_FREQUENCIES = (
    Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR, Frequency.DAY, Frequency.WEEK,
)  # fmt: skip  # a week takes any of its days, so days come first


@dataclass(frozen=True, slots=True)
class Proposed:
    """A KPI to be: as the file calls and counts it, how often, and how many values it has there.

    `leaning` is a guess at the rest, for its maker to look at.
    """

    name: str
    unit: str
    frequency: Frequency
    values: int

    @property
    def leaning(self) -> Leaning:
        """Which way is good, and how periods add up, as is usual for its name and unit."""
        return leaning_of(self.name, self.unit)


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    unit: str


def proposed(
    source: Source, kpis: Kpis, setting: Setting, mapping: ColumnMapping | None = None
) -> tuple[Proposed, ...]:
    """The KPIs that the file could make, in its order, at most `MOST`.

    Names above the numbers are tried first, then names before them; the way that reads more wins.
    """
    sheets = [list(islice(source.rows(one), _ROWS_SEEN)) for one in _sheets(source, mapping)]
    periods = PeriodReader(setting, is_1904=source.is_1904)
    best: tuple[Proposed, ...] = ()
    for names_of in (_above, _before):
        found = [name for rows in sheets for name in names_of([cells for _, cells in rows])]
        names = _new(found, kpis, periods)
        for frequency in _FREQUENCIES if names else ():
            one, is_whole = _read(source, kpis, setting, mapping, names, frequency)
            if _values(one) > _values(best):
                best = one
            if is_whole:
                break
    return best


def _sheets(source: Source, mapping: ColumnMapping | None) -> Iterator[str]:
    wanted = "" if mapping is None or mapping.sheet == "*" else mapping.sheet
    for sheet in source.sheets:
        if not sheet.is_hidden and wanted in ("", sheet.name):
            yield sheet.name


def _above(rows: Sequence[Grid]) -> Iterator[_Name]:
    """Texts with a number as the next thing below them."""
    for at, cells in enumerate(rows):
        for column, raw in enumerate(cells):
            if _may_name(raw):
                below = [cell_at(row, column) for row in rows[at + 1 : at + 1 + _SAMPLE]]
                first = next((one for one in below[:_BELOW] if not is_empty(one)), "")
                if _is_number(first):
                    yield _name(raw, below)


def _before(rows: Sequence[Grid]) -> Iterator[_Name]:
    """Texts with a number somewhere behind them in their row."""
    units = None
    for cells in rows:
        told = [at for at, raw in enumerate(cells) if role_of(shown(raw)) is Role.UNIT]
        units = told[0] if told else units
        for column, raw in enumerate(cells):
            if column != units and _may_name(raw):
                behind = cells[column + 1 : column + 1 + _SAMPLE]
                if any(map(_is_number, behind)):
                    yield _name(raw, behind, shown(cell_at(cells, units)) if units else "")


def _may_name(raw: Raw) -> bool:
    if is_empty(raw) or is_copy(raw) or (isinstance(raw, Typed) and raw.kind is not Kind.TEXT):
        return False
    text = shown(raw)
    if len(text) > _LONGEST or not any(map(str.isalpha, text)) or _is_number(raw):
        return False
    return role_of(text) is None and not is_total(text) and not is_remark(text)


def _is_number(raw: Raw) -> bool:
    if isinstance(raw, Typed):
        return raw.kind is Kind.NUMBER or (raw.kind is Kind.TEXT and _is_number(raw.text))
    return _NUMBER.fullmatch(plain(raw)) is not None


def _name(raw: Raw, numbers: Iterable[Raw], column: str = "") -> _Name:
    """A unit in brackets is none of the name; without one, a column or percentages tell it."""
    text = without_item(shown(raw))
    base, bracket = without_bracket(text)
    unit = unit_of(bracket)
    if bracket and (unit.power or is_known(unit.base)):
        return _Name(base, bracket)
    if column:
        return _Name(text, column[:_LONGEST_UNIT])
    written = [one for one in numbers if not is_empty(one)]
    shares = sum(_is_percent(one) for one in written)
    return _Name(text, PERCENT if shares * 2 > len(written) else "")


def _is_percent(raw: Raw) -> bool:
    return (isinstance(raw, Typed) and raw.is_percent) or plain(shown(raw)).endswith("%")


def _new(names: Iterable[_Name], kpis: Kpis, periods: PeriodReader) -> list[_Name]:
    """Each once, without periods and what is a KPI already."""
    found: dict[str, _Name] = {}
    for name in names:
        key = folded(name.text)
        if key not in found and not kpis.may_be(name.text) and not periods.is_period(name.text):
            found[key] = name
        if len(found) == MOST:
            break
    return list(found.values())


def _read(
    source: Source,
    kpis: Kpis,
    setting: Setting,
    mapping: ColumnMapping | None,
    names: Sequence[_Name],
    frequency: Frequency,
) -> tuple[tuple[Proposed, ...], bool]:
    """What would be read if these were KPIs of this frequency, and whether nothing is refused."""
    taken = {kpi.key for kpi in kpis.all}
    keys = [key for at in range(len(names) + len(taken)) if (key := f"new-{at}") not in taken]
    drafts = {
        key: KnownKpi(key, name.text, unit=name.unit, frequency=frequency)
        for key, name in zip(keys, names, strict=False)
    }
    tried = Kpis((*kpis.all, *drafts.values()), kpis.names)
    counts: Counter[str] = Counter()
    refused = 0
    try:
        layouts = layouts_of(source, tried, setting, mapping)
        for row in islice(read_rows(source, layouts, tried, setting), _ROWS_READ):
            for cell in row.cells:
                refused += cell.outcome is Outcome.REFUSED
                if cell.outcome is Outcome.READ and cell.measured is not None:
                    counts[cell.measured.kpi] += 1
    except Refused:
        return (), False
    around = next((one.unit for one in layouts if one.unit), "")
    found = (
        Proposed(one.name, one.unit or around, frequency, counts[key])
        for key, one in drafts.items()
        if counts[key]
    )
    return tuple(found), bool(counts) and not refused


def _values(found: Sequence[Proposed]) -> int:
    return sum(one.values for one in found)
