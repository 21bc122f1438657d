"""How large the organisations are that the benchmark measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Size:
    """An organisation of so many objectives, three key results each, half as many KPIs."""

    objectives: int
    weeks: int = 100
    """Measurements of each KPI, one a week."""

    @property
    def kpis(self) -> int:
        """KPIs; each is moved by about six key results."""
        return max(self.objectives // 2, 10)

    @property
    def key_results(self) -> int:
        """Key results."""
        return self.objectives * 3

    @property
    def people(self) -> int:
        """People; each owns objectives and KPIs."""
        return max(min(self.objectives // 20, 5_000), 5)

    @property
    def teams(self) -> int:
        """Teams in three levels."""
        return max(min(self.objectives // 100, 1_000), 4)

    @property
    def levels(self) -> list[range]:
        """Positions of the objectives by level, company first: eight levels, each wider."""
        shares = (0.00005, 0.0002, 0.001, 0.004, 0.015, 0.06, 0.22)
        ends = [0]
        for share in shares:
            ends.append(max(ends[-1] + 1, ends[-1] + round(self.objectives * share)))
        ends.append(self.objectives)
        return [range(first, end) for first, end in pairwise(ends)]


SMALL = Size(100)
MIDDLE = Size(1_000)
TODAY = date(2026, 11, 23)
LAST_WEEK_ENDS = date(2026, 11, 22)
CYCLE = (date(2026, 10, 1), date(2026, 12, 31))
