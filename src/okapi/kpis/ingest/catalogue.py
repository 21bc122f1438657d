"""What the rows of one intake name: KPIs, their slices and periods, each looked up once.

Every distinct text is read once and kept in a dictionary, so that a row costs a few look-ups. A
look-up answers with a number: from 0 what was found, below 0 the refusal `-1 - number`. A row's
slice and period together are one integer, its *place*: KPI, slice and period packed so that the
order of places groups slices and KPIs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refused, TooLarge
from okapi.core.periods import Frequency, Period, frequency_of, parse_period, written
from okapi.core.scales import ratio_scale
from okapi.core.series import Aggregation
from okapi.core.slices import read_slice_key, slice_key
from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.ingest.known import Known, aggregations, earlier_dimensions, readable

PERIOD_BITS = 20
SLICE_BITS = 21
KPI_SHIFT = PERIOD_BITS + SLICE_BITS
PERIOD_MASK = (1 << PERIOD_BITS) - 1
MOST_PERIODS = 200_000
MOST_SLICES = 200_000
LONGEST_KEY = 120
LONGEST_LABEL = 60
LONGEST_VALUE = 200
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Label:
    """A period as one text names it: its number in the book, and the notes that stood with it."""

    period: int
    label: str
    notes: str


class Refusing:
    """Refusals, each found once and kept by a number below 0."""

    def __init__(self) -> None:
        self._kept: list[OkapiError] = []

    def keep(self, refusal: OkapiError) -> int:
        """The number by which look-ups answer with this refusal."""
        self._kept.append(refusal)
        return -len(self._kept)

    def of(self, number: int) -> OkapiError:
        """The refusal that a look-up answered with."""
        return self._kept[-number - 1]


class Counting(Protocol):
    """How an organisation counts time."""

    @property
    def fiscal_month(self) -> int:
        """The first month of its fiscal year."""

    @property
    def first_weekday(self) -> int:
        """Monday is 0."""

    @property
    def today(self) -> date:
        """Today where it is."""


class PeriodBook:
    """All periods and labels of an intake."""

    def __init__(self, settings: Counting) -> None:
        self.fiscal_month = settings.fiscal_month
        self.first_weekday = settings.first_weekday
        self.today = settings.today
        self.periods: list[Period] = []
        self.labels: list[Label] = []
        self.periods_of_labels: list[int] = []
        self.has_notes = False
        self._numbers: dict[Period, int] = {}

    def label(self, period: Period, notes: tuple[str, ...]) -> int:
        """A new label of a period."""
        number = self._numbers.setdefault(period, len(self.periods))
        if number == len(self.periods):
            self.periods.append(period)
        if len(self.labels) >= MOST_PERIODS:
            raise TooLarge("intake.many_periods", most=MOST_PERIODS)
        text = period.label
        if len(text) > LONGEST_LABEL:
            text = written(
                Period(period.first, period.last, "", period.mark),
                fiscal_month=self.fiscal_month,
                first_weekday=self.first_weekday,
            )
        self.labels.append(Label(number, text, "; ".join(notes)))
        self.periods_of_labels.append(number)
        self.has_notes = self.has_notes or bool(notes)
        return len(self.labels) - 1


class PeriodReader(dict[str, int]):
    """Texts of periods of KPIs of one frequency → numbers of labels.

    The first frequency is that of now; periods of the others are of earlier definitions.
    """

    def __init__(
        self, frequencies: Sequence[Frequency], book: PeriodBook, refusing: Refusing
    ) -> None:
        super().__init__()
        self._frequencies = frequencies
        self._book = book
        self._refusing = refusing

    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_PERIODS:
            raise TooLarge("intake.many_periods", most=MOST_PERIODS)
        try:
            number = self._read(text)
        except Refused as refused:
            told = {**refused.data, "field": "period", "found": text[:60]}
            number = self._refusing.keep(Refused(refused.code, **told))
        self[text] = number
        return number

    def _read(self, text: str) -> int:
        book = self._book
        reading = parse_period(
            text, fiscal_month=book.fiscal_month, first_weekday=book.first_weekday
        )
        period = reading.period
        own = self._frequencies
        if Frequency.IRREGULAR not in own and frequency_of(period) not in own:
            raise Refused("period.other_frequency", expected=own[0])
        if period.first > book.today:
            raise Refused("period.future", expected=book.today)
        return book.label(period, reading.notes)


class SliceReader(dict[tuple[Any, ...], int]):
    """The slices of one KPI as rows write them → places without period."""

    def __init__(self, kpi: KpiEntry, catalogue: Catalogue) -> None:
        super().__init__()
        self._kpi = kpi
        self._catalogue = catalogue
        self._places: dict[str, int] = {}

    def __missing__(self, cells: tuple[Any, ...]) -> int:
        if len(self) >= MOST_SLICES:
            raise TooLarge("intake.many_slices", most=MOST_SLICES)
        try:
            values = _values(cells, self._catalogue.dimensions)
            self._require_dimensions(values)
            key = slice_key(values)
        except Refused as refused:
            told = {"field": "slice", **refused.data}
            number = self._catalogue.refusing.keep(Refused(refused.code, **told))
        else:
            number = self._place(key, values)
        self[cells] = number
        return number

    def _place(self, key: str, values: dict[str, str]) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._kpi.number << KPI_SHIFT | len(self._places) << PERIOD_BITS
            self._places[key] = place
            self._catalogue.add_slice(place, SliceEntry(self._kpi, key, values))
        return place

    def _require_dimensions(self, values: dict[str, str]) -> None:
        wanted = self._kpi.dimensions
        if frozenset(values) in self._kpi.earlier:
            return
        if not values:
            if not self._kpi.has_total:
                raise Refused("slice.no_total", kpi=self._kpi.key, expected=", ".join(wanted))
            return
        for name in values:
            if name not in wanted:
                raise Refused(
                    "slice.unknown_dimension",
                    kpi=self._kpi.key,
                    found=name[:60],
                    expected=", ".join(wanted) or "–",
                )
        for name in wanted:
            if name not in values:
                raise Refused("slice.missing_dimension", kpi=self._kpi.key, expected=name)


def _values(cells: tuple[Any, ...], dimensions: tuple[str, ...] | None) -> dict[str, str]:
    if dimensions is None or not cells:
        pairs: Iterable[tuple[Any, Any]] = cells
    else:
        pairs = [(name, cell) for name, cell in zip(dimensions, cells, strict=True) if cell]
    values: dict[str, str] = {}
    for name, value in pairs:
        if dimensions is not None and name == "slice":
            values.update(read_slice_key(value))
        else:
            values[name] = _value(name, value)
    return values


def _value(name: Any, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not isinstance(name, str) or not text or len(text) > LONGEST_VALUE or not storable(text):
        found = f"{name}" if value is None else f"{name}: {value}"
        raise Refused("slice.unreadable", found=found[:60])
    return text


def storable(text: str) -> bool:
    """Whether both databases can keep the text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


@dataclass(eq=False, slots=True)
class KpiEntry:
    """A KPI as an intake needs it. `number` is below 0 for one that cannot be measured."""

    number: int
    key: str
    id: UUID | None = None
    dimensions: tuple[str, ...] = ()
    has_total: bool = True
    is_ratio: bool = False
    scale: int = 1
    needs_parts: bool = False
    earlier: frozenset[frozenset[str]] = frozenset()
    total: int = -1
    periods: PeriodReader | None = None
    slices: SliceReader | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SliceEntry:
    """A slice as an intake needs it."""

    kpi: KpiEntry
    key: str
    values: dict[str, str]


class Catalogue(dict[str, KpiEntry]):
    """KPI keys → entries; `load` looks up all keys of a batch at once."""

    def __init__(
        self, actor: Actor | None, settings: Counting, *, has_history: bool = False
    ) -> None:
        super().__init__()
        self.actor = actor
        self.has_history = has_history
        self.refusing = Refusing()
        self.book = PeriodBook(settings)
        self.dimensions: tuple[str, ...] | None = None
        self.slices: dict[int, SliceEntry] = {}
        self._readers: dict[tuple[str, ...], PeriodReader] = {}
        self._count = 0
        self._unknown = 0

    def load(self, keys: Sequence[str]) -> None:
        """Look up the keys that are new."""
        new = [key for key in set(keys).difference(self) if _is_key(key)]
        for start in range(0, len(new), _KEYS_AT_ONCE):
            self._load(new[start : start + _KEYS_AT_ONCE])

    def add_slice(self, place: int, entry: SliceEntry) -> None:
        """Number a slice."""
        if len(self.slices) >= MOST_SLICES:
            raise TooLarge("intake.many_slices", most=MOST_SLICES)
        self.slices[place] = entry

    def __missing__(self, key: str) -> KpiEntry:
        """A key that `load` did not find: missing and hidden are one error."""
        self._unknown += 1
        code = Refused("kpi.unknown", field="kpi", found=key[:60]) if key.strip() else None
        entry = self._refused(key, code or Refused("kpi.missing", field="kpi"))
        if self._unknown < MOST_SLICES:
            self[key] = entry
        return entry

    def read_as(self, dimensions: tuple[str, ...] | None) -> None:
        """From here on rows write their slices in this form (see `rows.Batch`)."""
        if dimensions == self.dimensions:
            return
        self.dimensions = dimensions
        for entry in self.values():
            if entry.slices is not None:
                entry.slices.clear()

    def _load(self, keys: list[str]) -> None:
        for kpi in self._found(keys):
            refusal = self._objection(kpi)
            self[kpi.key] = self._refused(kpi.key, refusal) if refusal else self._entry(kpi)

    def _found(self, keys: Sequence[str]) -> Iterator[Known]:
        """Those of the KPIs that are there and may be read."""
        if self.actor is not None:
            yield from readable(self.actor, keys, has_history=self.has_history)

    def _may(self, kpi: Known) -> bool:
        return self.actor is not None and access.may(self.actor, "measure", kpi)

    def _objection(self, kpi: Known) -> OkapiError | None:
        if not self._may(kpi):
            return Refused("kpi.not_yours", field="kpi", found=kpi.key)
        in_use = kpi.state == KpiState.ACTIVE and kpi.archived_at is None
        if not (in_use or self.has_history) or kpi.frequency is None:
            return Refused("kpi.not_active", field="kpi", found=kpi.key)
        if kpi.formula and all(one.formula for one in kpi.earlier):
            return Refused("kpi.computed", field="kpi", found=kpi.key)
        return None

    def _refused(self, key: str, refusal: OkapiError) -> KpiEntry:
        return KpiEntry(self.refusing.keep(refusal), key)

    def _entry(self, kpi: Known) -> KpiEntry:
        entry = KpiEntry(
            number=self._count,
            key=kpi.key,
            id=kpi.id,
            dimensions=tuple(kpi.dimensions),
            has_total=kpi.has_total,
            is_ratio=kpi.aggregation == Aggregation.RATIO,
            scale=ratio_scale(kpi.unit),
            needs_parts=all(how == Aggregation.RATIO for how in aggregations(kpi)),
            earlier=frozenset(earlier_dimensions(kpi)),
            periods=self._reader((str(kpi.frequency), *(one.frequency for one in kpi.earlier))),
        )
        self._count += 1
        entry.slices = SliceReader(entry, self)
        entry.total = entry.slices[()]
        return entry

    def _reader(self, frequencies: tuple[str, ...]) -> PeriodReader:
        if frequencies not in self._readers:
            read = [Frequency(one) for one in frequencies]
            self._readers[frequencies] = PeriodReader(read, self.book, self.refusing)
        return self._readers[frequencies]


def _is_key(key: str) -> bool:
    return 0 < len(key) <= LONGEST_KEY and storable(key)
