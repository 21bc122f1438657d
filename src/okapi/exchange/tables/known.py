"""The KPIs that a file may speak of, and finding the one that a cell means.

Pure data: whoever reads a file says which KPIs there are. A name means the KPI whose key it is,
else the one whose key or name it is when width, case and blanks are left aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.exchange.tables.cells import (
    LONGEST_NAME,
    LONGEST_TOLD,
    folded,
    sides,
    tight,
    without_bracket,
    without_item,
)
from okapi.exchange.tables.dimension_words import Dimensions
from okapi.exchange.tables.units import is_unit

LEFT_OUT = "-"
"""What a name of a file means whose rows are not read."""
_MOST_SUGGESTED = 3
_MOST_SEARCHES = 200  # nobody reads suggestions for more names than these


def _told(text: str) -> str:
    """A name as refusals tell it, in the form in which names are compared."""
    return folded(text.strip()[:LONGEST_TOLD])


@dataclass(frozen=True, slots=True)
class KnownKpi:
    """A KPI as much as the reader needs of it; `name_other` is its name in the other language.

    `closed` is the code by which its values are refused: it is computed, or somebody else's.
    """

    key: str
    name: str = ""
    name_other: str = ""
    unit: str = ""
    frequency: Frequency = Frequency.IRREGULAR
    dimensions: tuple[str, ...] = ()
    has_total: bool = True
    is_ratio: bool = False
    closed: str = ""

    @property
    def names(self) -> Iterator[str]:
        """All that it is called."""
        yield from (text for text in (self.key, self.name, self.name_other) if text)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the organisation counts time; `today` (None: not known) bounds what can be measured."""

    fiscal_month: int = 1
    first_weekday: int = 0
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A KPI that a text means, and what stood in brackets behind its name: perhaps a unit."""

    kpi: KnownKpi
    unit: str = ""


class Kpis:
    """All KPIs that may be meant; `names` are what somebody said that names in a file mean.

    Those are pairs of a name and a key, or `LEFT_OUT`; keys that are not there say nothing.
    """

    def __init__(self, kpis: Iterable[KnownKpi], names: Sequence[tuple[str, str]] = ()) -> None:
        self.all = tuple(kpis)
        self.names = tuple(names)
        said = {_told(text): key for text, key in names}
        self._left_out = {text for text, key in said.items() if key == LEFT_OUT}
        by_key = {kpi.key: kpi for kpi in self.all}
        self._said = {text: by_key[key] for text, key in said.items() if key in by_key}
        self._by_key = {kpi.key: kpi for kpi in self.all}
        self._by_name: dict[str, list[KnownKpi]] = {}
        for kpi in self.all:
            for name in {folded(text) for text in kpi.names}:
                self._by_name.setdefault(name, []).append(kpi)
        self.dimensions = Dimensions(name for kpi in self.all for name in kpi.dimensions)
        self._found: dict[str, Named | Refused] = {}
        self._searches = 0

    def leaves_out(self, text: str) -> bool:
        """Whether somebody said that rows of this name are not read."""
        return bool(self._left_out) and _told(text) in self._left_out

    def find(self, text: str) -> Named:
        """The KPI that the text means.

        Refused: `tables.kpi.unknown` with the nearest names, `tables.kpi.ambiguous` with the keys.
        """
        answer = self._found.get(text)
        if answer is None:
            answer = self._find(text)
            if len(self._found) < 100_000 and len(text) <= LONGEST_NAME:
                self._found[text] = answer
        if isinstance(answer, Refused):
            raise answer.again()
        return answer

    def known(self, text: str) -> Named | None:
        """As `find`; None where exactly one KPI is not meant. Suggests nothing, so it is quick."""
        found = self._meant(text)
        return found if isinstance(found, Named) else None

    def may_be(self, text: str) -> bool:
        """Whether the text names at least one KPI, or one that is left out."""
        return self.leaves_out(text) or self._meant(text) is not None

    def _meant(self, text: str) -> Named | Refused | None:
        if len(text) > LONGEST_NAME:
            return None
        exact = self._by_key.get(text.strip())
        if exact is not None:
            return Named(exact)
        base, bracket = without_bracket(text)
        if self._said and (said := self._said.get(_told(text))) is not None:
            return Named(said, bracket if is_unit(bracket) else "")
        bare = without_item(base)
        for name, unit in ((text, ""), (base, bracket), (bare, bracket), (tight(bare), bracket)):
            found = self._by_name.get(folded(name), [])
            if len(found) == 1:
                return Named(found[0], unit)
            if found:
                by_key = [kpi for kpi in found if folded(kpi.key) == folded(name)]
                if len(by_key) == 1:
                    return Named(by_key[0], unit)
                keys = ", ".join(sorted(kpi.key for kpi in found))
                return Refused("tables.kpi.ambiguous", found=text.strip()[:60], expected=keys)
        return self._in_both(bare, bracket)

    def _in_both(self, text: str, unit: str) -> Named | None:
        """The KPI that a text names in both languages, and no other in either."""
        named = [self._by_name.get(folded(part), []) for part in sides(text)]
        if named and all(len(found) == 1 for found in named):
            first, second = (found[0] for found in named)
            return Named(first, unit) if first is second else None
        return None

    def _find(self, text: str) -> Named | Refused:
        found = self._meant(text)
        if found is not None:
            return found
        nearest = self.nearest(text) if len(text) <= LONGEST_NAME else []
        if nearest:
            return Refused(
                "tables.kpi.unknown_near",
                found=text.strip()[:LONGEST_TOLD],
                expected=", ".join(nearest),
            )
        return Refused("tables.kpi.unknown", found=text.strip()[:LONGEST_TOLD])

    def nearest(self, text: str) -> list[str]:
        """The names and keys most like the text, the nearest first."""
        self._searches += 1
        if self._searches > _MOST_SEARCHES:
            return []
        wanted = folded(without_bracket(text)[0])
        within = [name for name in self._by_name if len(wanted) > 1 and wanted in name]
        near = get_close_matches(wanted, self._by_name, n=_MOST_SUGGESTED, cutoff=0.5)
        names = list(dict.fromkeys(near + sorted(within, key=len)))[:_MOST_SUGGESTED]
        return [self._as_called(name) for name in names]

    def _as_called(self, name: str) -> str:
        kpi = self._by_name[name][0]
        return next((text for text in kpi.names if folded(text) == name), kpi.key)
