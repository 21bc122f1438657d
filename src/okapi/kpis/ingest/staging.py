"""Checked rows on their way to the commit: in memory when one chunk holds them, else in a file.

The file is a SQLite database of its own, `intakes/<uid>.sqlite3` under OKAPI_HOME. It holds all
that a commit needs, so that one that was killed goes on at the next start. Rows lie in it as
chunks, each a few columns in JSON. A place (see `catalogue`) stands once: two equal rows are one,
two different ones are refused.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import lt
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import orjson
from django.conf import settings

from okapi.kpis.ingest.catalogue import KPI_SHIFT, PERIOD_MASK, Catalogue
from okapi.kpis.ingest.checking import Checked
from okapi.kpis.ingest.findings import Findings
from okapi.kpis.ingest.ordering import in_order

CHUNK_ROWS = 25_000
IN_MEMORY = 200_000  # rows that are put in order without the file; more of them are heaped there
CHUNK_KPIS = 1_000
_FORGOTTEN = 24 * 3600  # seconds; a check of a huge file takes minutes

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE slices (place INTEGER PRIMARY KEY, kpi TEXT, key TEXT, dimensions TEXT);
CREATE TABLE labels (number INTEGER PRIMARY KEY, first TEXT, last TEXT, mark TEXT, label TEXT);
CREATE TABLE chunks (number INTEGER PRIMARY KEY, low INTEGER, high INTEGER, columns BLOB);
CREATE TABLE heap (
    place INTEGER, line INTEGER, label INTEGER, value TEXT, numerator TEXT, denominator TEXT,
    note TEXT
);
"""


@dataclass(frozen=True, slots=True)
class SliceRef:
    """A slice that rows are for."""

    kpi_id: UUID
    key: str
    values: Mapping[str, str]


class LabelRef(NamedTuple):
    """A period with one of its names, in the order in which rows of the merge have them.

    Dates are ISO texts, as both databases take them.
    """

    last: str
    first: str
    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction of the commit takes. `slices` are by place without period."""

    rows: Checked
    slices: Mapping[int, SliceRef]
    labels: Sequence[LabelRef]


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


def slices_of(places: Sequence[int]) -> list[int]:
    """The places without their periods."""
    return [place & ~PERIOD_MASK for place in places]


class MemoryStage:
    """The rows of a small intake."""

    chunks = 1

    def __init__(self, parts: Sequence[Checked], catalogue: Catalogue, findings: Findings) -> None:
        self._catalogue = catalogue
        self.received = sum(len(part.places) for part in parts)
        self.rows = in_order(Checked.joined(parts), findings)
        self._places = set(slices_of(self.rows.places))
        self.kpis = len({place >> KPI_SHIFT for place in self._places})

    @property
    def is_small(self) -> bool:
        """Whether one transaction may take it."""
        return len(self.rows.places) <= CHUNK_ROWS and self.kpis <= CHUNK_KPIS

    def chunk(self, number: int) -> Chunk:  # noqa: ARG002 - there is one
        """All rows."""
        slices = self._catalogue.slices
        refs = {place: _slice_ref(slices[place]) for place in self._places}
        return Chunk(self.rows, refs, list(_label_refs(self._catalogue)))


def _slice_ref(entry: Any) -> SliceRef:
    return SliceRef(entry.kpi.id, entry.key, entry.values)


def _label_refs(catalogue: Catalogue) -> Iterator[LabelRef]:
    """The labels of an intake in the order of their numbers."""
    periods = catalogue.book.periods
    for label in catalogue.book.labels:
        period = periods[label.period]
        yield LabelRef(period.last.isoformat(), period.first.isoformat(), period.mark, label.label)


class FileStage:
    """The rows of a large intake, in a file; memory does not grow with them.

    As long as places ascend, chunks are cut at once. From the first batch on that goes back, all
    rows are heaped, and ordered at the end.
    """

    def __init__(self, path: Path, mode: str) -> None:
        self.path = path
        self._db = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", isolation_level=None, uri=True
        )
        self._waiting = Checked.joined(())
        self._last = -1
        self._is_heaped = False
        self._known: set[int] = set()
        self._labels: list[LabelRef] = []
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
        """A sealed file. FileNotFoundError where it is gone, or no longer readable."""
        try:
            stage = cls(path, "ro")
            meta = stage.meta()
        except sqlite3.DatabaseError:
            raise FileNotFoundError(path) from None
        stage.received, stage.chunks = int(meta["received"]), int(meta["chunks"])
        stage.kpis = int(meta["kpis"])
        return stage

    def add_all(self, parts: Sequence[Checked]) -> None:
        """Add rows."""
        for part in parts:
            self._add(part)

    def _add(self, part: Checked) -> None:
        places = part.places
        if not places:
            return
        if not self._is_heaped and (places[0] <= self._last or not _ascend(places)):
            self._heap_all()
        if self._is_heaped:
            self._heap(part)
        else:
            self._append(part)

    def _append(self, part: Checked) -> None:
        """Rows behind all others, in chunks that end after so many rows or KPIs."""
        self._last = part.places[-1]
        rows = Checked.joined((self._waiting, part))
        start = 0
        while len(rows.places) - start > CHUNK_ROWS:
            start = self._cut(rows, start)
        self._waiting = rows.part(start, len(rows.places))

    def _cut(self, rows: Checked, start: int) -> int:
        """Write the next chunk; where the one after it starts."""
        end = _end_of_chunk(rows.places, start)
        chunk = rows.part(start, end)
        places = chunk.places
        self._known.update(place >> KPI_SHIFT for place in places)
        self._db.execute(
            "INSERT INTO chunks VALUES (?,?,?,?)",
            [self.chunks, places[0], places[-1], orjson.dumps(chunk.columns)],
        )
        self.chunks += 1
        return end

    def _heap_all(self) -> None:
        """Heap what was cut so far too: a later row may belong in between."""
        self._is_heaped = True
        for number in range(self.chunks):
            self._heap(self._rows(number))
        self._heap(self._waiting)
        self._db.execute("DELETE FROM chunks")
        self.chunks, self._waiting = 0, Checked.joined(())

    def _heap(self, part: Checked) -> None:
        self._db.executemany("INSERT INTO heap VALUES (?,?,?,?,?,?,?)", part.lined_up())

    def seal(self, catalogue: Catalogue, findings: Findings, meta: Mapping[str, Any]) -> None:
        """Order the rows, tell duplicates, and let the file outlive a crash."""
        if self._is_heaped:
            for part in self._ordered(findings):
                self._append(part)
        start = 0
        while start < len(self._waiting.places):
            start = self._cut(self._waiting, start)
        self.kpis = len(self._known)
        if not findings.count:
            self._fill(catalogue, meta)
        self._db.execute("DROP TABLE heap")
        self._db.execute("COMMIT")
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _ordered(self, findings: Findings) -> Iterator[Checked]:
        found = self._db.execute("SELECT * FROM heap ORDER BY place, line")
        kept: tuple[Any, ...] | None = None
        while lines := found.fetchmany(CHUNK_ROWS):
            # The last row waits for the next lot: its double may be the first there.
            lines = [kept, *lines] if kept else lines
            part = in_order(Checked.of_lines(lines), findings)
            kept = next(reversed(list(part.part(len(part.places) - 1, None).lined_up())))
            if len(part.places) > 1:
                yield part.part(0, len(part.places) - 1)
        if kept:
            yield Checked.of_lines([kept])

    def _fill(self, catalogue: Catalogue, meta: Mapping[str, Any]) -> None:
        self._db.executemany(
            "INSERT INTO slices VALUES (?,?,?,?)",
            (
                (place, str(entry.kpi.id), entry.key, orjson.dumps(entry.values))
                for place, entry in catalogue.slices.items()
            ),
        )
        self._db.executemany(
            "INSERT INTO labels VALUES (?,?,?,?,?)",
            (
                (number, ref.first, ref.last, ref.mark, ref.label)
                for number, ref in enumerate(_label_refs(catalogue))
            ),
        )
        counts = {"received": self.received, "chunks": self.chunks, "kpis": self.kpis}
        self._db.executemany(
            "INSERT INTO meta VALUES (?,?)",
            [(name, orjson.dumps(value)) for name, value in {**meta, **counts}.items()],
        )

    def meta(self) -> dict[str, Any]:
        """What was sealed in with the rows."""
        rows = self._db.execute("SELECT name, value FROM meta")
        return {name: orjson.loads(value) for name, value in rows}

    def chunk(self, number: int) -> Chunk:
        """The rows of one chunk."""
        rows = self._rows(number)
        slices = {
            place: SliceRef(UUID(kpi), key, orjson.loads(values))
            for place, kpi, key, values in self._db.execute(
                "SELECT * FROM slices WHERE place BETWEEN ? AND ?",
                [slice_of(rows.places[0]), rows.places[-1]],
            )
        }
        if not self._labels:
            named = self._db.execute("SELECT last, first, mark, label FROM labels ORDER BY number")
            self._labels = [LabelRef(*columns) for columns in named]
        return Chunk(rows, slices, self._labels)

    def _rows(self, number: int) -> Checked:
        (columns,) = self._db.execute(
            "SELECT columns FROM chunks WHERE number = ?", [number]
        ).fetchone()
        return Checked(*orjson.loads(columns))

    def drop(self) -> None:
        """Close the file and delete it."""
        self._db.close()
        self.path.unlink(missing_ok=True)


def _ascend(places: Sequence[int]) -> bool:
    return all(map(lt, places, places[1:]))


def _end_of_chunk(places: Sequence[int], start: int) -> int:
    """Where a chunk from `start` on ends: after `CHUNK_ROWS` rows, or before one KPI too many."""
    end = min(start + CHUNK_ROWS, len(places))
    if (places[end - 1] >> KPI_SHIFT) - (places[start] >> KPI_SHIFT) < CHUNK_KPIS:
        return end
    kpis, known = 0, -1
    for at in range(start, end):
        kpi = places[at] >> KPI_SHIFT
        if kpi != known:
            kpis, known = kpis + 1, kpi
        if kpis > CHUNK_KPIS:
            return at
    return end


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
