"""What stands around a table and belongs to every cell of it: a year, a period, a KPI, a unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from okapi.exchange.tables.cells import Note, note, plain, without_bracket
from okapi.exchange.tables.forms import Near, canonical_text, needs_year
from okapi.exchange.tables.known import Kpis

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?!\s*[-/.]?\s*\d)")
_PERIOD = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:年 ?(\d{1,2}) ?月(?!\d)|[-./](\d{1,2})(?![\d\-./])"
    r"|年?第?([1-4一二三四])季度|[ -]?Q([1-4])(?!\d))",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:(?<![编填报制管属用算])单位|计量单位|金额单位|unit|units)\s*[:：]\s*([^\s,，;；)）]+)",
    re.IGNORECASE,
)
_AROUND_NAME = re.compile(
    r"(?:19|20)\d{2}(?:年度?)?|\d{1,2}月份?|第?[一二三四1-4]季度|[上下]半年|全年|(?:各|每|分|按)?月度?|(?:季|年)度"
    r"|(?:经营|业务|运营)?(?:统计|明细|汇总|一览|分析|数据|情况|趋势)*[表报]?表?$"
)
_SPLIT = re.compile(r"[\s_·|:：—-]+")


@dataclass(frozen=True, slots=True)
class Around:
    """What titles, the sheet's and the file's name say, where they say something sure."""

    year: int | None = None
    period: str = ""
    kpi: str = ""
    unit: str = ""
    notes: tuple[Note, ...] = field(default=())


def around(titles: Sequence[str], sheet: str, file_name: str, kpis: Kpis) -> Around:
    """Gather what is said; a nearer place wins, and two answers at one place are none."""
    name = re.sub(r"\.\w{1,5}$", "", file_name)
    places = [[plain(text) for text in titles], [plain(sheet)], [plain(name)]]
    notes: list[Note] = []
    year = period = None
    for texts in places:
        year = year or _only({found for text in texts for found in _YEAR.findall(_thinned(text))})
        period = period or _only({found for text in texts for found in _periods(text)})
    if not period and year and needs_year(places[1][0]):
        period = canonical_text(places[1][0], Near(int(year)))
    if period and year is None:
        year = period[:4]
    unit = _only({found for text in places[0] for found in _UNIT.findall(text)}) or ""
    kpi = _kpi([*places[0], *places[1]], kpis)
    if unit:
        notes.append(note("tables.around.unit", unit=unit))
    return Around(int(year) if year else None, period or "", kpi, unit, tuple(notes))


def years_in(text: str) -> set[int]:
    """The years that a title names."""
    return {int(year) for year in _YEAR.findall(_thinned(plain(text)))}


def _thinned(text: str) -> str:
    """Without numbers of days, whose year is not the table's: `制表日期 2025-12-31`."""
    return re.sub(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{8}", " ", text)


def _periods(text: str) -> Iterable[str]:
    for found in _PERIOD.finditer(_thinned(text)):
        month = found[2] or found[3]
        part = found[4] or found[5]
        if month and 1 <= int(month) <= 12:
            yield f"{found[1]}-{int(month):02}"
        elif part:
            number = {"一": 1, "二": 2, "三": 3, "四": 4}.get(part) or int(part)
            yield f"{found[1]}Q{number}"


def _only(found: set[str]) -> str | None:
    return found.pop() if len(found) == 1 else None


def _kpi(texts: Iterable[str], kpis: Kpis) -> str:
    """The one KPI that a title or the sheet is called by, alone or as a word of it."""
    found: set[str] = set()
    for text in texts:
        if not text or len(text) > 200:
            continue
        named = kpis.known(text)
        if named is not None:
            return named.kpi.key
        bare = _AROUND_NAME.sub("", without_bracket(text)[0]).strip()
        if bare and (named := kpis.known(bare)) is not None:
            return named.kpi.key
        words = [word for word in _SPLIT.split(text) if len(word) > 1]
        found |= {named.kpi.key for word in words if (named := kpis.known(word)) is not None}
    return found.pop() if len(found) == 1 else ""
