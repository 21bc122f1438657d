"""Units as people write them beside numbers: a scale (万, k) and a base (元, h)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from okapi.exchange.tables.cells import folded, plain

PERCENT, PERMILLE, POINTS, SHARE = "%", "‰", "pp", "share"

# As written: `m` would be metres or minutes, so only the capital is a million.
_SCALES = {
    "百": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "億": 8,
    "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12, "k": 3, "K": 3, "M": 6, "MM": 6, "mn": 6,
    "mio": 6, "bn": 9, "B": 9,
    "thousand": 3, "thousands": 3, "million": 6, "millions": 6, "billion": 9,
    "billions": 9, "'000": 3, "000s": 3, "000": 3,
}  # fmt: skip
_FAMILIES = {
    PERCENT: "%|percent|percentage|percentage (%)|per cent|pct|百分比|百分率",
    PERMILLE: "‰|per mille|千分比",
    POINTS: "pp|ppt|percentage points|percentage point|百分点|个百分点",
    SHARE: "share|ratio|比例|比率|占比|小数|fraction|0-1",
    "¥": "¥|rmb|cny|元|元人民币|人民币|人民币元|cn¥|圆|块",
    "$": "$|usd|us$|美元|dollar|dollars",
    "€": "€|eur|欧元|euro|euros",
    "£": "£|gbp|英镑|pound|pounds",
    "HK$": "hk$|hkd|港元|港币",
    "JP¥": "jpy|日元|円",
    "hour": "h|hr|hrs|hour|hours|小时|时|个小时|工时",
    "minute": "min|mins|minute|minutes|分钟|minuten",
    "second": "s|sec|secs|second|seconds|秒|秒钟",
    "day": "d|day|days|天|日|个工作日|工作日|自然日",
    "week": "week|weeks|周|wk|wks",
    "month": "month|months|个月|月",
    "person": "person|persons|people|人|名|位|员工|人次|head|heads|headcount|fte",
    "point": "point|points|分|pt|pts",
    "piece": "piece|pieces|pcs|pc|件|个|只|条|项|count|number",
    "times": "次|times|次数|回",
    "order": "单|order|orders|笔",
    "set": "台|套|set|sets|unit|units",
    "shop": "家|店",
}  # fmt: skip
_BASES = {word: base for base, words in _FAMILIES.items() for word in words.split("|")}
_PREFIX = re.compile(r"(HK\$|US\$|CN¥|RMB|CNY|USD|EUR|GBP|[¥$€£])\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A scale as a power of ten, and what is counted; an empty base says nothing about that."""

    power: int = 0
    base: str = ""

    @property
    def scale(self) -> Decimal:
        """By what a number of this unit is multiplied to be in its base."""
        return Decimal(1).scaleb(self.power)

    @property
    def is_told(self) -> bool:
        """Whether it says anything."""
        return bool(self.power or self.base)


@lru_cache(maxsize=8192)
def unit_of(text: str) -> Unit:
    """A unit as it is written. What is not known is a base of its own, equal only to itself."""
    written = plain(text).strip(" :：()")
    if not written:
        return Unit()
    whole = _known(written)
    if whole is not None:
        return whole
    found = _PREFIX.fullmatch(written)
    if found:
        rest = _known(found[2])
        if rest is not None and not rest.base:
            return Unit(rest.power, _BASES[folded(found[1])])
    for size in range(min(len(written) - 1, 9), 0, -1):
        power = _SCALES.get(written[:size])
        base = _BASES.get(folded(written[size:]))
        # `kg` is no thousand grams here, but `k$`, `万元` and `million USD` are money.
        if power is not None and base is not None:
            return Unit(power, base)
    words = written.split(" ")
    if len(words) == 2 and _BASES.get(folded(words[0])) and _power(words[1]):
        return Unit(_power(words[1]) or 0, _BASES[folded(words[0])])
    return Unit(0, folded(written))


def _known(text: str) -> Unit | None:
    base = _BASES.get(folded(text))
    if base is not None and text not in _SCALES:
        return Unit(0, base)
    power = _power(text)
    return Unit(power, "") if power is not None else None


def _power(text: str) -> int | None:
    power = _SCALES.get(text)
    return power if power is not None or len(text) < 3 else _SCALES.get(text.casefold())


def is_unit(text: str) -> bool:
    """Whether the text is a unit or a scale that is known here, as `万元` and `%` are."""
    unit = unit_of(text)
    return bool(unit.power or is_known(unit.base))


def is_known(base: str) -> bool:
    """Whether the base is one that has names of its own here."""
    return base in _FAMILIES
