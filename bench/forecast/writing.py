"""The learnt table as the file of the core."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from okapi.core.forecast.table import Calibration

TABLE = Path(__file__).parents[2] / "src/okapi/core/forecast/table.py"
_FROM_HERE = "\n# Written by `python -m bench.forecast --learn`, from here on.\n"
_ABOUT = {
    "few": "Fewer than ten values.",
    "plain": "Without a season.",
    "short": "Seasons of up to six places, as of quarters.",
    "long": "Longer seasons, as of months.",
}


def write(rows: Mapping[str, Calibration]) -> None:
    """Put the rows in the place of those that the file has."""
    head, _, _ = TABLE.read_text(encoding="utf-8").partition(_FROM_HERE)
    text = "".join(_row(name, rows[name]) for name in _ABOUT)
    TABLE.write_text(head + _FROM_HERE + text, encoding="utf-8")


def _row(name: str, row: Calibration) -> str:
    return (
        f"\n# {_ABOUT[name]}\n{name.upper()} = Calibration(\n"
        f"    weights={row.weights},\n    shape={row.shape},\n"
        f"    lean={row.lean},\n    rise={row.rise},\n    stays={row.stays},\n)\n"
    )
