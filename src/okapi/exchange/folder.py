"""Reading a folder: which file is what; all as records, but measurements stay in their files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from okapi.core.errors import OkapiError, Refused
from okapi.exchange import nodes, texts
from okapi.exchange.format import (
    CSV_FILES,
    CSV_FOLDERS,
    IGNORED,
    TABLES,
    YAML_FILES,
    YAML_FOLDERS,
)
from okapi.exchange.nodes import Mapping, Node, Scalar, Sequence
from okapi.exchange.records import Record
from okapi.exchange.rows import Rows
from okapi.exchange.things import BROKEN, Things

_ENDINGS = (".yaml", ".yml", ".csv")
_MEASUREMENTS = "measurements"
_ENDS = ("yaml.", "files.", "table.", "objectives.")


@dataclass(slots=True)
class Folder:
    """What a folder holds: records by table, the files of measurements, and every mistake."""

    path: Path
    records: dict[str, list[Record]]
    measurements: list[tuple[Path, str]] = field(default_factory=list)
    errors: list[OkapiError] = field(default_factory=list)

    @property
    def unread(self) -> frozenset[str]:
        """The tables of which a file, or a part of it, could not be read at all."""
        ends = [str(e.data.get("file", "")) for e in self.errors if e.code.startswith(_ENDS)]
        stems = {PurePosixPath(file).parts[0].partition(".")[0] for file in ends if file}
        files = {**YAML_FILES, **CSV_FILES, **YAML_FOLDERS, **CSV_FOLDERS}
        tables = {files[stem] for stem in stems if stem in files}
        within = {
            items.table for table in tables if table in TABLES for items in TABLES[table].items
        }
        return frozenset(tables | within)


def read(path: Path) -> Folder:
    """Read everything but the measurements, whose files are only listed.

    `Refused` (`folder.missing`, `folder.empty`) where there is no such folder or nothing in it that
    is a file of this format; all other mistakes are collected.
    """
    if not path.is_dir():
        raise Refused("folder.missing", found=str(path))
    if not _is_open(path):
        raise Refused("files.unreadable", file=str(path))
    things = Things()
    folder = Folder(path, things.records, errors=things.errors)
    found = 0
    for file in _files(path):
        found += _take(file, file.relative_to(path).as_posix(), folder, things)
    if not found:
        raise Refused("folder.empty", found=str(path))
    for records in things.records.values():
        for position, record in enumerate(records):
            record.position = position
    return folder


def _files(path: Path) -> Iterator[Path]:
    """What ends like our files, in the same order everywhere; hidden ones are left out.

    Folders that cannot be gone into, links to folders among them, come as they are.
    """
    for entry in sorted(path.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink() and _is_open(entry):
            yield from _files(entry)
        elif entry.is_dir() or entry.suffix in _ENDINGS:
            yield entry


def _is_open(path: Path) -> bool:
    """Whether a file may be read, and a folder gone into."""
    return os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK)


def _take(path: Path, name: str, folder: Folder, things: Things) -> int:
    """Read one file; 1 if it is of this format."""
    place, _, rest = name.partition("/")
    stem, ending = (place if rest else path.stem), path.suffix
    if name in IGNORED:
        return 0
    if path.is_dir():
        if place in YAML_FOLDERS | CSV_FOLDERS or name in YAML_FOLDERS | CSV_FOLDERS:
            code = "files.folder_link" if path.is_symlink() else "files.unreadable"
            things.errors.append(Refused(code, file=name))
        return 0
    if not path.is_file() or not _is_open(path):
        things.errors.append(Refused("files.unreadable", file=name))
        return 0
    if ending == ".csv" and (rest or name == f"{_MEASUREMENTS}.csv") and stem == _MEASUREMENTS:
        folder.measurements.append((path, name))
    elif ending == ".csv" and stem in (CSV_FOLDERS if rest else CSV_FILES | CSV_FOLDERS):
        _take_rows(path, name, (CSV_FILES | CSV_FOLDERS)[stem], things)
    elif ending != ".csv" and stem in (YAML_FOLDERS if rest else YAML_FILES | YAML_FOLDERS):
        _take_document(path, name, (YAML_FILES | YAML_FOLDERS)[stem], things)
    else:
        things.errors.append(Refused("files.unknown", file=name, expected=expected_files()))
        return 0
    return 1


def expected_files() -> list[str]:
    """The files of this format."""
    flat = [f"{stem}.yaml" for stem in YAML_FILES] + [f"{stem}.csv" for stem in CSV_FILES]
    deep = [f"{stem}/*.yaml" for stem in YAML_FOLDERS] + [f"{stem}/*.csv" for stem in CSV_FOLDERS]
    return flat + deep


def _take_rows(path: Path, name: str, table: str, things: Things) -> None:
    rows = Rows(path, name, texts.LARGEST_TABLE)
    is_first = True
    for row in rows:
        if is_first:
            things.take_column_names(TABLES[table], rows.columns, name)
            is_first = False
        things.take_row(TABLES[table], rows.columns, row, name)
    things.errors.extend(rows.errors)


def _take_document(path: Path, name: str, table: str, things: Things) -> None:
    try:
        text = texts.text_of(path, name, texts.LARGEST_YAML)
    except OkapiError as error:
        things.errors.append(error)
        return
    node, errors = nodes.read(text, name)
    things.errors.extend(errors)
    if node is None:
        return
    if table == "organisation":
        things.take(TABLES[table], node, name)
    elif table == "objective":
        _take_objectives(node, name, things)
    else:
        _take_list(node, name, table, things, {})


def _take_objectives(node: Node, name: str, things: Things) -> None:
    """`cycle: 2026Q4` and `objectives: [...]`; several files may be of one cycle."""
    names = {"cycle", "objectives"}
    if not isinstance(node, Mapping) or not names >= node.items.keys() or "cycle" not in node.items:
        things.errors.append(
            Refused("objectives.shape", file=name, line=node.line, expected=sorted(names))
        )
        return
    line, cycle = node.items["cycle"]
    key = BROKEN
    try:
        key = TABLES["objective"].by_name["cycle"].kind.read(getattr(cycle, "text", ""))
    except OkapiError as error:
        place = {"file": name, "line": line, "field": "cycle"}
        things.errors.append(type(error)(error.code, **{**place, **error.data}))
    if "objectives" in node.items:
        _take_list(node.items["objectives"][1], name, "objective", things, {"cycle": key})


def _take_list(node: Node, name: str, table: str, things: Things, known: dict[str, object]) -> None:
    if isinstance(node, Scalar) and node.is_null:
        return
    if not isinstance(node, Sequence):
        things.errors.append(
            Refused("value.list", file=name, line=node.line, found="", expected=table)
        )
        return
    for item in node.items:
        things.take(TABLES[table], item, name, dict(known))
