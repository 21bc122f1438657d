"""What is refused in one row after the other is kept once, and does not grow with the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from okapi.core.errors import Refused
from okapi.exchange.tables import layouts_of, open_table
from okapi.exchange.tables.periods import PeriodReader
from okapi.exchange.tables.slicing import SliceReader
from tests.exchange.tables.known import KPIS, MONTH, SETTING


def slices(folder: Path) -> Callable[[], object]:
    file = folder / "stock.csv"
    file.write_text("kpi,period,slice,value\nstock,2026-01,colour=red,1\n", encoding="utf-8")
    reader = SliceReader(layouts_of(open_table(file), KPIS, SETTING)[0])
    return lambda: reader.read(("stock", "2026-01", "colour=red", "1"), KPIS.find("stock").kpi)


def periods(_: Path) -> Callable[[], object]:
    reader = PeriodReader(SETTING)
    return lambda: reader.read("when", MONTH)


READS: dict[str, Callable[[Path], Callable[[], object]]] = {
    "kpi": lambda _: lambda: KPIS.find("nobody"),
    "period": periods,
    "slice": slices,
}


@pytest.mark.parametrize("what", READS)
def test_the_same_mistake_again_remembers_nothing_of_the_last_time(
    tmp_path: Path, what: str
) -> None:
    read = READS[what](tmp_path)

    def steps() -> int:
        with pytest.raises(Refused) as refused:
            read()
        step, count = refused.value.__traceback__, 0
        while step is not None:
            step, count = step.tb_next, count + 1
        return count

    steps()
    assert steps() == steps() == steps()
