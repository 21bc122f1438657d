"""The functions that a formula may call: their names, what people may also call them, arguments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How the values in a window of periods make one."""

    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    LAST = "last"


HOW_WORDS = {
    **{how.value: how for how in How},
    "avg": How.MEAN, "average": How.MEAN,
    "求和": How.SUM, "合计": How.SUM, "平均": How.MEAN, "最小": How.MIN, "最大": How.MAX,
    "期末": How.LAST, "最新": How.LAST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its own name, how many arguments it takes, and its other names.

    ``sample`` shows its arguments: ``x`` a value, ``n`` a number of periods. ``how_at`` is the
    place of the argument that may say how a window is combined.
    """

    name: str
    sample: str
    least: int
    most: int
    others: tuple[str, ...] = ()
    how_at: int | None = None


MANY = 50

FUNCTIONS = (
    Function("min", "x, y", 2, MANY, ("最小",)),
    Function("max", "x, y", 2, MANY, ("最大",)),
    Function("abs", "x", 1, 1, ("绝对值",)),
    Function("round", "x, places", 1, 2, ("四舍五入",)),
    Function("coalesce", "x, y", 2, MANY, ("首个有值",)),
    Function("if", "x > y, x, y", 2, 3, ("如果",)),
    Function("previous", "x, n", 1, 2, ("上期", "前期")),
    Function("last_year", "x", 1, 1, ("去年同期",)),
    Function("rolling", "x, n, mean", 2, 3, ("滚动",), 2),
    Function("month_to_date", "x", 1, 2, ("mtd", "本月累计"), 1),
    Function("quarter_to_date", "x", 1, 2, ("qtd", "本季累计"), 1),
    Function("year_to_date", "x", 1, 2, ("ytd", "本年累计"), 1),
    Function("total", "x", 1, 1, ("合计", "总计")),
    Function("share", "x", 1, 1, ("占比",)),
    Function("as", 'x, "%"', 2, 2, ("记作",)),
)
BY_NAME = {name: one for one in FUNCTIONS for name in (one.name, *one.others)}


def function_named(name: str) -> Function | None:
    """The function that is called so; capital letters are small ones."""
    return BY_NAME.get(name) or BY_NAME.get(name.lower())
