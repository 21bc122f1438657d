"""Files of measurements of any kind as intakes: read by `tables`, taken in by `kpis.ingest`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from okapi.base import changes, idempotency
from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, written
from okapi.core.quantities import canonical
from okapi.core.series import Aggregation
from okapi.exchange.tables import (
    ColumnMapping,
    Corrected,
    KnownKpi,
    Kpis,
    Layout,
    Outcome,
    Preview,
    Proposed,
    RowRead,
    Setting,
    Source,
    layouts_of,
    open_table,
    preview,
    proposed,
    read_rows,
    refusals_of,
)
from okapi.kpis import access, actions, ingest
from okapi.kpis.choices import KpiState
from okapi.kpis.ingest import IntakeResult
from okapi.kpis.ingest.rows import BATCH, Batch
from okapi.orgs import queries as orgs_queries

_PLAIN = ("kpi", "period", "value")
_STRANGE = ("tables.kpi.unknown", "tables.kpi.unknown_near", "tables.kpi.ambiguous")
# What the plain form refuses and a person would still read; other refusals stand.
_READABLE = frozenset(
    {
        "csv.cells",
        "csv.unreadable",
        "file.encoding",
        "intake.more_refusals",
        "kpi.missing",
        "kpi.unknown",
        "number.unreadable",
        "period.unreadable",
    }
)


def known_kpis(actor: Actor, mapping: ColumnMapping | None = None) -> Kpis:
    """The KPIs in use that the actor may see, by their names and by what is said of others."""
    rows = access.visible(actor).filter(
        state=KpiState.ACTIVE, archived_at=None, definition__isnull=False
    )
    fields = ("key", "name", "name_other", "definition__unit", "definition__frequency")
    more = ("definition__dimensions", "definition__has_total", "definition__aggregation")
    found = (
        KnownKpi(
            key=key,
            name=name,
            name_other=other,
            unit=unit,
            frequency=Frequency(frequency),
            dimensions=tuple(dimensions),
            has_total=has_total,
            is_ratio=aggregation == Aggregation.RATIO,
        )
        for key, name, other, unit, frequency, dimensions, has_total, aggregation in (
            rows.values_list(*fields, *more)
        )
    )
    return Kpis(found, () if mapping is None else mapping.names)


def setting_of(actor: Actor) -> Setting:
    """How the actor's organisation counts time."""
    settings = orgs_queries.settings_of(actor.organisation_id)
    return Setting(settings.fiscal_month, settings.first_weekday, settings.today)


@dataclass(slots=True)
class TableRows:
    """What was read from a table, as rows that `kpis.ingest` takes.

    Cells without a value and repetitions are left out; refusals come with the batches, so that all
    are told together and nothing is stored. `covered` has the newest period of each KPI by then.
    """

    source: Source
    layouts: Sequence[Layout]
    kpis: Kpis
    setting: Setting
    content_hash: str = ""
    covered: dict[str, Period] = field(default_factory=dict)
    _labels: dict[tuple[Period, str], str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The file's name, for places."""
        return self.source.name

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""
        return self.of_rows(read_rows(self.source, self.layouts, self.kpis, self.setting))

    def of_rows(self, rows: Iterator[RowRead]) -> Iterator[Batch]:
        """The measurements of rows that were read."""
        kept: list[tuple[Any, ...]] = []
        problems: list[OkapiError] = []
        for row in rows:
            for cell in row.cells:
                problems += refusals_of(cell)
                read = cell.measured
                if cell.outcome is Outcome.READ and read is not None:
                    value, *parts = (
                        "" if number is None else canonical(number)
                        for number in (read.value, read.numerator, read.denominator)
                    )
                    label = self._label(read.period)
                    newest = self.covered.get(read.kpi)
                    if newest is None or newest.last < read.period.last:
                        self.covered[read.kpi] = read.period
                    kept.append((row.row, read.kpi, label, value, read.slice, read.note, *parts))
            if len(kept) >= BATCH or len(problems) >= BATCH:
                yield _batch(kept, problems)
                kept, problems = [], []
        if kept or problems:
            yield _batch(kept, problems)

    def _label(self, period: Period) -> str:
        """A text that the ingest reads as this period."""
        known = (period, period.label)
        label = self._labels.get(known)
        if label is None:
            label = written(
                period,
                fiscal_month=self.setting.fiscal_month,
                first_weekday=self.setting.first_weekday,
            )
            self._labels[known] = label
        return label


def layouts(actor: Actor, path: Path, *, name: str = "") -> Sequence[Layout]:
    """How the tables of a file are laid out, as found; raises what `layouts_of` refuses."""
    with _opened(path, name, None) as source:
        return layouts_of(source, known_kpis(actor), setting_of(actor))


def sheets(path: Path, *, name: str = "") -> tuple[str, ...]:
    """The names of the sheets that are not hidden; empty for a file that has none."""
    with _opened(path, name, None) as source:
        return tuple(sheet.name for sheet in source.sheets if sheet.name and not sheet.is_hidden)


def look(
    actor: Actor,
    path: Path,
    *,
    name: str = "",
    mapping: ColumnMapping | None = None,
    corrections: Mapping[str, str] | None = None,
    first: int = 50,
) -> Preview:
    """How a file would be read, with cells that somebody put right; nothing is stored."""
    with _opened(path, name, mapping, corrections) as source:
        return preview(source, known_kpis(actor, mapping), setting_of(actor), mapping, first=first)


def proposals(
    actor: Actor,
    path: Path,
    *,
    name: str = "",
    mapping: ColumnMapping | None = None,
    corrections: Mapping[str, str] | None = None,
) -> tuple[Proposed, ...]:
    """The KPIs that a file has values of and that are not there yet, as far as the actor sees."""
    with _opened(path, name, mapping, corrections) as source:
        return proposed(source, known_kpis(actor, mapping), setting_of(actor), mapping)


def strange_names(
    actor: Actor,
    path: Path,
    *,
    name: str = "",
    mapping: ColumnMapping | None = None,
    corrections: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """The names in a file that no KPI has that the actor may see, each once, as refusals tell them.

    Raises what `open_table` and `layouts_of` refuse.
    """
    kpis, setting = known_kpis(actor, mapping), setting_of(actor)
    seen: set[str] = set()
    with _opened(path, name, mapping, corrections) as source:
        found = layouts_of(source, kpis, setting, mapping)
        for row in read_rows(source, found, kpis, setting):
            for cell in row.cells:
                if cell.refusal is not None and cell.refusal.code in _STRANGE:
                    text = str(cell.refusal.data["found"])
                    if text not in seen:
                        seen.add(text)
                        yield text


def take(
    actor: Actor,
    path: Path,
    *,
    name: str = "",
    mapping: ColumnMapping | None = None,
    corrections: Mapping[str, str] | None = None,
    source: str = "",
) -> IntakeResult:
    """Take a file of measurements in, all of it or nothing, with what was corrected in it.

    `corrections` are texts by the places of cells: `B5`, `Sheet!B5`; they are recorded with the
    intake. A plain long CSV goes straight to the ingest; only what that cannot read is read as a
    table.
    Raises `Refusals` with every bad cell, and what `open_table` and `layouts_of` refuse.
    """
    if mapping is None and not corrections and _is_plain(path):
        try:
            with path.open("rb") as stream:
                lines = ingest.Lines(stream, name or path.name)
                return actions.record_measurements(actor, lines, source=source)
        except (Refusals, Refused) as refused:
            if not _codes(refused) <= _READABLE:
                raise
    with _opened(path, name, mapping, corrections) as table:
        kpis, setting = known_kpis(actor, mapping), setting_of(actor)
        layouts = layouts_of(table, kpis, setting, mapping)
        rows = TableRows(table, layouts, kpis, setting, _hash_of(path))
        result = actions.record_measurements(actor, rows, source=source)
    if corrections:
        told = {"cells": dict(sorted(corrections.items()))}
        changes.record(actor, "correct", "intake", result.uid, after=told)
    return result


@dataclass(frozen=True, slots=True)
class Taken:
    """An intake, and the newest period of each KPI (by key) that the file had."""

    result: IntakeResult
    covered: Mapping[str, Period]


def take_table(
    actor: Actor,
    path: Path,
    *,
    name: str,
    mapping: ColumnMapping | None,
    source: str,
    request: idempotency.Request,
) -> Taken:
    """As `take`, once for the request, and always as a table, so that what it covers is known."""
    with _opened(path, name, mapping) as table:
        kpis, setting = known_kpis(actor, mapping), setting_of(actor)
        layouts = layouts_of(table, kpis, setting, mapping)
        rows = TableRows(table, layouts, kpis, setting, _hash_of(path))
        result = actions.record_measurements(actor, rows, source=source, request=request)
        return Taken(result, rows.covered)


def _opened(
    path: Path,
    name: str,
    mapping: ColumnMapping | None,
    corrections: Mapping[str, str] | None = None,
) -> closing[Source]:
    told = mapping or ColumnMapping()
    source = open_table(path, name=name, encoding=told.encoding, delimiter=told.delimiter)
    return closing(Corrected.of(source, corrections) if corrections else source)


def _is_plain(path: Path) -> bool:
    """Whether the first line names the columns as the plain form does."""
    with path.open("rb") as stream:
        line = stream.readline(1 << 16)
    names = line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").strip().split(",")
    return set(_PLAIN) <= {name.strip().strip('"') for name in names}


def _codes(refused: OkapiError) -> set[str]:
    errors = refused.errors if isinstance(refused, Refusals) else (refused,)
    return {error.code for error in errors}


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _batch(rows: list[tuple[Any, ...]], problems: list[OkapiError]) -> Batch:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    lines, kpis, periods, values, slices, notes, numerators, denominators = columns
    return Batch(
        lines=lines,
        kpis=kpis,
        periods=periods,
        values=values,
        slices=slices if any(slices) else None,
        notes=notes if any(notes) else None,
        numerators=numerators if any(numerators) else None,
        denominators=denominators if any(denominators) else None,
        problems=tuple(problems),
    )
