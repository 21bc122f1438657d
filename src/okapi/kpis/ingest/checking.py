"""The check: rows become numbers and canonical texts, without a lock and without an object each.

Columns are judged one after the other; only a column in which something is wrong is gone through
row by row, to tell each bad row with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import compress
from operator import or_
from typing import Any

from okapi.core.errors import Refused
from okapi.core.quantities import EXACT, canonical, divide
from okapi.kpis.ingest import numbers
from okapi.kpis.ingest.catalogue import Catalogue, storable
from okapi.kpis.ingest.findings import Findings
from okapi.kpis.ingest.rows import Batch, Rows

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows that are right, as columns. `places` are packed (see `catalogue`), `lines` for errors.

    Optional numbers are canonical texts or None, notes texts; a column is None where it is empty.
    """

    places: Sequence[int]
    lines: Sequence[int]
    labels: Sequence[int]
    values: Sequence[str]
    numerators: Sequence[str | None] | None
    denominators: Sequence[str | None] | None
    notes: Sequence[str] | None

    @property
    def columns(self) -> tuple[Any, ...]:
        """All columns, in order; ranges as lists."""
        return (
            self.places,
            list(self.lines),
            self.labels,
            self.values,
            self.numerators,
            self.denominators,
            self.notes,
        )

    def part(self, start: int, end: int | None) -> Checked:
        """The rows from `start` to before `end`."""
        return Checked(
            *(None if column is None else column[start:end] for column in self.columns)  # type: ignore[arg-type]  # the first four are never None
        )

    def lined_up(self) -> Iterator[tuple[Any, ...]]:
        """Row by row, with every column."""
        nothing: list[None] = [None] * len(self.places)
        columns = [nothing if column is None else column for column in self.columns[:6]]
        return zip(*columns, self.notes or [""] * len(self.places), strict=True)

    @classmethod
    def of_lines(cls, lines: Sequence[tuple[Any, ...]]) -> Checked:
        """The inverse of `lined_up`."""
        columns: list[Any] = [list(column) for column in zip(*lines, strict=True)]
        return cls(*columns[:4], *(column if any(column) else None for column in columns[4:]))

    @classmethod
    def joined(cls, parts: Sequence[Checked]) -> Checked:
        """Several as one."""
        parts = [part for part in parts if part.places]
        if len(parts) == 1:
            return parts[0]
        lines = [line for part in parts for line in part.lined_up()] if _uneven(parts) else None
        if lines:
            return cls.of_lines(lines)
        columns = zip(*(part.columns for part in parts), strict=True) if parts else [[]] * 4
        whole = [None if None in column else _flat(column) for column in columns]
        return cls(*whole, *[None] * (7 - len(whole)))  # type: ignore[arg-type]  # as in part


def _uneven(parts: Sequence[Checked]) -> bool:
    """Whether an optional column is there in some parts only."""
    return len({tuple(column is None for column in part.columns) for part in parts}) > 1


def _flat(columns: Sequence[Sequence[Any]]) -> list[Any]:
    return [entry for column in columns for entry in column]


def checked(rows: Rows, catalogue: Catalogue, findings: Findings) -> Iterator[Checked]:
    """All batches, checked; what is wrong goes to `findings` and is left out."""
    for batch in rows.batches():
        for problem in batch.problems:
            findings.add(problem, int(problem.data.get("line", 0)))
        if batch.kpis:
            yield _Check(batch, catalogue, findings).run()


class _Check:
    """The check of one batch."""

    def __init__(self, batch: Batch, catalogue: Catalogue, findings: Findings) -> None:
        self.catalogue = catalogue
        self.findings = findings
        catalogue.read_as(batch.dimensions)
        catalogue.load(batch.kpis)
        self.entries = [catalogue[key] for key in batch.kpis]
        self.distinct = set(self.entries)
        self.batch = batch
        self.bad: set[int] = set()

    def run(self) -> Checked:
        self._leave_out_unknown()
        batch = self.batch
        labels = self._labels()
        slices = self._slices()
        numerators = self._parts(batch.numerators, "numerator")
        denominators = self._parts(batch.denominators, "denominator")
        if any(entry.needs_parts for entry in self.distinct):
            self._require_parts(numerators, denominators)
        values = self._values(numerators, denominators)
        notes = self._notes(labels)
        periods = self.catalogue.book.periods_of_labels
        columns: list[Sequence[Any] | None] = [
            list(map(or_, slices, map(periods.__getitem__, labels))) if not self.bad else slices,
            batch.lines,
            labels,
            values,
            numerators and [text or None for text in numerators],
            denominators and [text or None for text in denominators],
            notes,
        ]
        if self.bad:
            good = [at not in self.bad for at in range(len(labels))]
            columns = [column and list(compress(column, good)) for column in columns]
            columns[0] = [
                place | periods[label]
                for place, label in zip(columns[0] or (), columns[2] or (), strict=True)
            ]
        return Checked(*columns)  # type: ignore[arg-type]  # the first four are never None

    def _tell(self, at: int, refusal: Any, field: str = "") -> None:
        self.bad.add(at)
        self.findings.add(refusal, self.batch.lines[at], field)

    def _leave_out_unknown(self) -> None:
        """Rows of KPIs that cannot be measured are told, and nothing else of them is judged."""
        if all(entry.number >= 0 for entry in self.distinct):
            return
        known = [entry.number >= 0 for entry in self.entries]
        for entry, line, is_known in zip(self.entries, self.batch.lines, known, strict=True):
            if not is_known:
                self.findings.add(self.catalogue.refusing.of(entry.number), line)
        columns = ("lines", "kpis", "periods", "values", "slices", "notes")
        kept: dict[str, Any] = {
            name: column and list(compress(column, known))
            for name in (*columns, "numerators", "denominators")
            if (column := getattr(self.batch, name)) is not None
        }
        self.batch = replace(self.batch, **kept)
        self.entries = list(compress(self.entries, known))
        self.distinct = set(self.entries)

    def _labels(self) -> list[int]:
        found = [
            entry.periods[text]  # type: ignore[index]  # only refused entries have none
            for entry, text in zip(self.entries, self.batch.periods, strict=True)
        ]
        self._tell_refused(found)
        return found

    def _slices(self) -> list[int]:
        if self.batch.slices is None:
            found = [entry.total for entry in self.entries]
        else:
            found = [
                entry.slices[cells]  # type: ignore[index]  # only refused entries have none
                for entry, cells in zip(self.entries, self.batch.slices, strict=True)
            ]
        self._tell_refused(found)
        return found

    def _tell_refused(self, found: list[int]) -> None:
        if found and min(found) < 0:
            for at, number in enumerate(found):
                if number < 0:
                    self._tell(at, self.catalogue.refusing.of(number))

    def _values(
        self, numerators: list[str | None] | None, denominators: list[str | None] | None
    ) -> list[str]:
        texts = numbers.canonical_texts(self.batch.values)
        if None not in texts:
            return texts  # type: ignore[return-value]  # just looked
        for at, text in enumerate(texts):
            if text is not None:
                continue
            raw = self.batch.values[at]
            if numerators and denominators and self.entries[at].is_ratio and raw in (None, ""):
                texts[at] = _quotient(numerators[at], denominators[at], self.entries[at].scale)
            if texts[at] is None:
                self._tell(at, numbers.refusal(raw), "value")
        return [text or "" for text in texts]

    def _parts(self, column: Sequence[Any] | None, field: str) -> list[str | None] | None:
        if column is None:
            return None
        texts = numbers.optional_texts(column)
        if None in texts:
            for at, text in enumerate(texts):
                if text is None:
                    self._tell(at, numbers.refusal(column[at]), field)
        return texts

    def _require_parts(
        self, numerators: list[str | None] | None, denominators: list[str | None] | None
    ) -> None:
        for at, entry in enumerate(self.entries):
            if not entry.needs_parts:
                continue
            for texts, field in ((numerators, "numerator"), (denominators, "denominator")):
                if texts is None or texts[at] == "":
                    self._tell(at, Refused("ratio.part_missing", kpi=entry.key), field)

    def _notes(self, labels: list[int]) -> list[str] | None:
        notes = self.batch.notes
        if notes is None and not self.catalogue.book.has_notes:
            return None
        told: list[str] = []
        known = self.catalogue.book.labels
        for at, label in enumerate(labels):
            note = notes[at] if notes is not None else ""
            beside = known[label].notes if label >= 0 else ""
            if not note and not beside:
                told.append("")
                continue
            told.append(self._note(at, note, beside))
        return told

    def _note(self, at: int, note: Any, beside: str) -> str:
        """The note, and what stood in brackets beside the period unless it says so already."""
        text = note.strip() if isinstance(note, str) else ""
        if note and not isinstance(note, str):
            self._tell(at, Refused("note.no_text", found=repr(note)[:60]), "note")
        if beside and beside not in text:
            text = f"{text}; {beside}" if text else beside
        if len(text) > LONGEST_NOTE or not storable(text):
            refusal = Refused(
                "note.unfit", found=text[:30].encode("utf-8", "replace").decode(), most=LONGEST_NOTE
            )
            self._tell(at, refusal, "note")
        return text


def _quotient(numerator: str | None, denominator: str | None, scale: int) -> str | None:
    if not numerator or not denominator or denominator == "0":
        return None
    whole = EXACT.multiply(Decimal(numerator), Decimal(scale))
    return canonical(divide(whole, Decimal(denominator)))
