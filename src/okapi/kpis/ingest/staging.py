"""Checked rows on their way to the commit: in memory when one chunk holds them, else in a file.

The file is a SQLite database of its own, `intakes/<uid>.sqlite3` under OKAPI_HOME. It holds all
that a commit needs, so that one that was killed goes on at the next start. A place (see
`catalogue`) stands once: two equal rows are one, two different ones are refused.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from okapi.core.errors import Refused
from okapi.kpis.ingest.catalogue import KPI_SHIFT, PERIOD_MASK, Catalogue
from okapi.kpis.ingest.checking import Checked
from okapi.kpis.ingest.findings import Findings

CHUNK_ROWS = 20_000
CHUNK_KPIS = 1_000
_FORGOTTEN = 24 * 3600  # seconds; a check of a huge file takes minutes

Line = tuple[int, int, int, str, "str | None", "str | None", str]
"""place, line, label, value, numerator, denominator, note"""

_ROW = "line INTEGER, label INTEGER, value TEXT, numerator TEXT, denominator TEXT, note TEXT"
_TABLES = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE slices (place INTEGER PRIMARY KEY, kpi TEXT, key TEXT, dimensions TEXT);
CREATE TABLE labels (number INTEGER PRIMARY KEY, first TEXT, last TEXT, mark TEXT, label TEXT);
CREATE TABLE rows (place INTEGER PRIMARY KEY, {_ROW});
CREATE TABLE heap (place INTEGER, {_ROW});
CREATE TABLE chunks (number INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class SliceRef:
    """A slice that rows are for."""

    kpi_id: UUID
    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelRef:
    """A period with one of its names; dates are ISO texts, as both databases take them."""

    first: str
    last: str
    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction of the commit takes. `slices` are by place without period."""

    rows: Sequence[Line]
    slices: Mapping[int, SliceRef]
    labels: Mapping[int, LabelRef]


class Stage(Protocol):
    """Checked rows, ready for the commit."""

    received: int
    chunks: int
    kpis: int

    def chunk(self, number: int) -> Chunk:
        """The rows of one chunk, in the order of places."""


def slice_of(place: int) -> int:
    """The place without its period."""
    return place & ~PERIOD_MASK


class MemoryStage:
    """The rows of a small intake."""

    chunks = 1

    def __init__(self, parts: list[Checked], catalogue: Catalogue, findings: Findings) -> None:
        self._catalogue = catalogue
        lines = [line for part in parts for line in _lines(part)]
        self.received = len(lines)
        known: dict[int, Line] = {line[0]: line for line in lines}
        if len(known) < len(lines):
            known = _once(lines, findings)
        self._rows = [known[place] for place in sorted(known)]
        self._places = set(map(slice_of, known))
        self.kpis = len({place >> KPI_SHIFT for place in self._places})

    @property
    def is_small(self) -> bool:
        """Whether one transaction may take it."""
        return len(self._rows) <= CHUNK_ROWS and self.kpis <= CHUNK_KPIS

    def chunk(self, number: int) -> Chunk:  # noqa: ARG002 - there is one
        """All rows."""
        slices = self._catalogue.slices
        labels = dict(enumerate(label_refs(self._catalogue)))
        refs = {place: _slice_ref(slices[place]) for place in self._places}
        return Chunk(self._rows, refs, labels)


def _slice_ref(entry: Any) -> SliceRef:
    return SliceRef(entry.kpi.id, entry.key, entry.values)


def label_refs(catalogue: Catalogue) -> Iterator[LabelRef]:
    """The labels of an intake in the order of their numbers."""
    periods = catalogue.book.periods
    for label in catalogue.book.labels:
        period = periods[label.period]
        yield LabelRef(period.first.isoformat(), period.last.isoformat(), period.mark, label.label)


def _lines(part: Checked) -> Iterator[Line]:
    count = len(part.places)
    nothing: Sequence[None] = [None] * count
    return zip(
        part.places,
        part.lines,
        part.labels,
        part.values,
        part.numerators or nothing,
        part.denominators or nothing,
        part.notes or [""] * count,
        strict=True,
    )


def _once(lines: Iterable[Line], findings: Findings) -> dict[int, Line]:
    known: dict[int, Line] = {}
    for line in lines:
        first = known.setdefault(line[0], line)
        if first is not line:
            _compare(first, line, findings)
    return known


def _compare(first: Line, again: Line, findings: Findings) -> None:
    """Two rows of one place: equal is one, different is refused with both."""
    if first[3:6] == again[3:6] and first[6] == again[6]:
        return
    findings.add(
        Refused("row.twice", field="value", found=again[3], first=first[3], first_line=first[1]),
        again[1],
    )


class FileStage:
    """The rows of a large intake, in a file; memory does not grow with them."""

    def __init__(self, path: Path, mode: str) -> None:
        self.path = path
        self._db = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", isolation_level=None, uri=True
        )
        self._last = -1
        self._labels: dict[int, LabelRef] = {}
        self.received = self.chunks = self.kpis = 0

    @classmethod
    def make(cls, path: Path) -> FileStage:
        """A new file, to be filled and sealed."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        stage = cls(path, "rwc")
        # Nothing rests on the file before it is sealed.
        stage._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        stage._db.execute("BEGIN")
        return stage

    @classmethod
    def open(cls, path: Path) -> FileStage:
        """A sealed file. FileNotFoundError where it is gone."""
        try:
            stage = cls(path, "ro")
        except sqlite3.OperationalError:
            raise FileNotFoundError(path) from None
        meta = stage.meta()
        stage.received, stage.chunks = int(meta["received"]), int(meta["chunks"])
        stage.kpis = int(meta["kpis"])
        return stage

    def add(self, part: Checked) -> None:
        """Add rows. As long as places ascend they are laid in order at once."""
        places = part.places
        self.received += len(places)
        if not places:
            return
        ascending = places[0] > self._last and all(map(int.__lt__, places, places[1:]))
        if ascending:
            self._last = places[-1]
        table = "rows" if ascending else "heap"
        self._db.executemany(f"INSERT INTO {table} VALUES (?,?,?,?,?,?,?)", _lines(part))

    def seal(self, catalogue: Catalogue, findings: Findings, meta: Mapping[str, Any]) -> None:
        """Order the rows, tell duplicates, cut the chunks, and let the file outlive a crash."""
        self._order(findings)
        if not findings.count:
            self._fill(catalogue)
            self._cut()
            counts = {"received": self.received, "chunks": self.chunks, "kpis": self.kpis}
            told = {**meta, **counts}
            self._db.executemany(
                "INSERT INTO meta VALUES (?,?)",
                [(name, json.dumps(value)) for name, value in told.items()],
            )
        self._db.execute("COMMIT")
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _order(self, findings: Findings) -> None:
        db = self._db
        before = db.total_changes
        db.execute("INSERT OR IGNORE INTO rows SELECT * FROM heap ORDER BY place, line")
        laid = db.total_changes - before
        heaped = db.execute("SELECT count(*) FROM heap").fetchone()[0]
        if laid < heaped:
            self._tell_twice(findings)
        db.execute("DELETE FROM heap")

    def _tell_twice(self, findings: Findings) -> None:
        pairs = self._db.execute(
            "SELECT r.*, h.* FROM heap h JOIN rows r ON r.place = h.place AND r.line <> h.line"
        )
        for pair in pairs:
            _compare(pair[:7], pair[7:], findings)

    def _fill(self, catalogue: Catalogue) -> None:
        self._db.executemany(
            "INSERT INTO slices VALUES (?,?,?,?)",
            (
                (place, str(entry.kpi.id), entry.key, json.dumps(entry.values))
                for place, entry in catalogue.slices.items()
            ),
        )
        self._db.executemany(
            "INSERT INTO labels VALUES (?,?,?,?,?)",
            (
                (number, ref.first, ref.last, ref.mark, ref.label)
                for number, ref in enumerate(label_refs(catalogue))
            ),
        )

    def _cut(self) -> None:
        """Chunks end after so many rows or KPIs, whichever comes first."""
        chunks: list[tuple[int, int, int]] = []
        low = count = kpis = 0
        last = known = -1
        for (place,) in self._db.execute("SELECT place FROM rows ORDER BY place"):
            kpi = place >> KPI_SHIFT
            if count == CHUNK_ROWS or (kpi != known and kpis == CHUNK_KPIS):
                chunks.append((len(chunks), low, last))
                low, count, kpis, known = place, 0, 0, -1
            if kpi != known:
                kpis, known = kpis + 1, kpi
            count += 1
            last = place
        if count:
            chunks.append((len(chunks), low, last))
        self.chunks = len(chunks)
        self.kpis = len(
            {place >> KPI_SHIFT for (place,) in self._db.execute("SELECT place FROM slices")}
        )
        self._db.executemany("INSERT INTO chunks VALUES (?,?,?)", chunks)

    def meta(self) -> dict[str, Any]:
        """What was sealed in with the rows."""
        rows = self._db.execute("SELECT name, value FROM meta")
        return {name: json.loads(value) for name, value in rows}

    def chunk(self, number: int) -> Chunk:
        """The rows of one chunk."""
        db = self._db
        (low, high) = db.execute(
            "SELECT low, high FROM chunks WHERE number = ?", [number]
        ).fetchone()
        rows = db.execute(
            "SELECT * FROM rows WHERE place BETWEEN ? AND ? ORDER BY place", [low, high]
        ).fetchall()
        slices = {
            place: SliceRef(UUID(kpi), key, json.loads(values))
            for place, kpi, key, values in db.execute(
                "SELECT * FROM slices WHERE place BETWEEN ? AND ?", [slice_of(low), high]
            )
        }
        if not self._labels:
            named = db.execute("SELECT * FROM labels")
            self._labels = {number: LabelRef(*rest) for number, *rest in named}
        return Chunk(rows, slices, self._labels)

    def close(self) -> None:
        """Close the file; it stays."""
        self._db.close()

    def drop(self) -> None:
        """Close the file and delete it."""
        self._db.close()
        self.path.unlink(missing_ok=True)


def folder() -> Path:
    """Where the files are."""
    return Path(settings.HOME) / "intakes"


def path_of(uid: UUID) -> Path:
    """The file of one intake."""
    return folder() / f"{uid}.sqlite3"


def sweep(loading: set[UUID]) -> None:
    """Delete files that no intake needs: checks that were killed before the commit began."""
    eldest = time.time() - _FORGOTTEN
    for file in folder().glob("*.sqlite3"):
        if file.stem not in {str(uid) for uid in loading} and file.stat().st_mtime < eldest:
            file.unlink(missing_ok=True)
