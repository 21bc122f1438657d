"""Files of measurements of any kind as intakes: read by `tables`, taken in by `kpis.ingest`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from okapi.base import changes, idempotency
from okapi.base.actor import Actor
from okapi.base.telling import Tell, nobody
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period
from okapi.core.series import Aggregation
from okapi.exchange.measurement_rows import TableRows, Watched
from okapi.exchange.tables import (
    LEAVABLE,
    ColumnMapping,
    Corrected,
    KnownKpi,
    Kpis,
    Layout,
    Preview,
    Proposed,
    Setting,
    Source,
    layouts_of,
    open_table,
    preview,
    proposed,
    read_rows,
    spot_of,
)
from okapi.exchange.tables.sources import FileKind
from okapi.kpis import access, actions, ingest
from okapi.kpis.choices import KpiState
from okapi.kpis.ingest import IntakeResult
from okapi.orgs import queries as orgs_queries

_KNOWN = (
    "key",
    "name",
    "name_other",
    "definition__unit",
    "definition__frequency",
    "definition__dimensions",
    "definition__has_total",
    "definition__aggregation",
    "definition__formula",
    "team_id",
    "owner_id",
)
_PLAIN = ("kpi", "period", "value")
BY_LINES = frozenset({FileKind.CSV, FileKind.JSON})
"""Kinds of files with a row on each line, by which progress is told."""
STRANGE = LEAVABLE | {"tables.kpi.unknown", "tables.kpi.unknown_near", "tables.kpi.ambiguous"}
"""Refusals that end where it is said what a name means, or that its rows are left out."""
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
    found = (
        KnownKpi(
            key=key,
            name=name,
            name_other=other,
            unit=unit,
            frequency=Frequency(frequency),
            dimensions=tuple(cut),
            has_total=has_total,
            is_ratio=how == Aggregation.RATIO,
            closed=_closed(actor, formula, _Held(*held)),
        )
        for key, name, other, unit, frequency, cut, has_total, how, formula, *held in (
            rows.values_list(*_KNOWN)
        )
    )
    return Kpis(found, () if mapping is None else mapping.names)


@dataclass(frozen=True, slots=True)
class _Held:
    """By whom a KPI is held."""

    team_id: UUID | None
    owner_id: UUID | None


def _closed(actor: Actor, formula: str, held: _Held) -> str:
    """Why the ingest would refuse the values, whatever they are."""
    if not access.may(actor, "measure", held):
        return "kpi.not_yours"
    return "kpi.computed" if formula else ""


def setting_of(actor: Actor) -> Setting:
    """How the actor's organisation counts time."""
    settings = orgs_queries.settings_of(actor.organisation_id)
    return Setting(settings.fiscal_month, settings.first_weekday, settings.today)


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
    most: int | None = None,
) -> Preview:
    """How a file would be read, with cells that somebody put right; nothing is stored.

    `most` is after how many rows the look ends.
    """
    with _opened(path, name, mapping, corrections) as source:
        kpis, setting = known_kpis(actor, mapping), setting_of(actor)
        return preview(source, kpis, setting, mapping, first=first, most=most)


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
) -> Iterator[tuple[str, OkapiError]]:
    """The names in a file that no KPI has, or one that takes no values: each once, as refusals do.

    Raises what `open_table` and `layouts_of` refuse.
    """
    kpis, setting = known_kpis(actor, mapping), setting_of(actor)
    seen: set[str] = set()
    with _opened(path, name, mapping, corrections) as source:
        found = layouts_of(source, kpis, setting, mapping)
        for row in read_rows(source, found, kpis, setting):
            for cell in row.cells:
                if cell.refusal is None or cell.refusal.code not in STRANGE:
                    continue
                told = cell.refusal.data
                text = str(told.get("named") or told["found"])
                if text not in seen:
                    seen.add(text)
                    yield text, cell.refusal


def take(
    actor: Actor,
    path: Path,
    *,
    name: str = "",
    mapping: ColumnMapping | None = None,
    corrections: Mapping[str, str] | None = None,
    source: str = "",
    request: idempotency.Request | None = None,
    tell: Tell = nobody,
) -> IntakeResult:
    """Take a file of measurements in, all of it or nothing, with what was corrected in it.

    `corrections` are texts by the places of cells: `B5`, `Sheet!B5`; they are recorded with the
    intake, and so is what stood there. A plain long CSV goes straight to the ingest; only what that
    cannot read is read as a table.
    Raises `Refusals` with every bad cell, and what `open_table` and `layouts_of` refuse.
    """
    if mapping is None and not corrections and _is_plain(path):
        try:
            with path.open("rb") as stream:
                lines = Watched.of(ingest.Lines(stream, name or path.name), path, tell)
                return actions.record_measurements(
                    actor, lines, source=source, request=request, tell=tell
                )
        except (Refusals, Refused) as refused:
            if not _codes(refused) <= _READABLE:
                raise
    with _opened(path, name, mapping, corrections) as table:
        kpis, setting = known_kpis(actor, mapping), setting_of(actor)
        layouts = layouts_of(table, kpis, setting, mapping)
        rows = TableRows(table, layouts, kpis, setting, _hash_of(path))
        watched = Watched.of(rows, path, tell, is_text=table.kind in BY_LINES)
        result = actions.record_measurements(
            actor, watched, source=source, request=request, tell=tell
        )
        was = table.was if isinstance(table, Corrected) else {}
    if corrections and not (request and changes.has("intake", result.uid, "correct")):
        put = {str(spot_of(place)): text for place, text in corrections.items()}
        before = {"cells": {place: was.get(place, "") for place in put}}
        changes.record(actor, "correct", "intake", result.uid, before=before, after={"cells": put})
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
