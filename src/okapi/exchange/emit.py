"""Writing files that read well in a diff: one value a line, in a fixed order, no defaults."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from okapi.core.quantities import canonical
from okapi.exchange.compound import cell
from okapi.exchange.format import MEASUREMENT
from okapi.exchange.shapes import Field, Table

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_UNSAFE = re.compile(r"[^\w.+-]|^\.")
_WIDE = 2**31 - 1  # a value is never folded: one value, one line of a diff


class _Writer(_Dumper):  # type: ignore[misc]  # the C one, if it is there
    """Decimals and days plainly; text of several lines as it is read; nothing said by reference."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Equal values are written out each time: files with aliases are refused."""
        return True


def _decimal(dumper: Any, value: Decimal) -> Any:
    text = canonical(value)
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


def _text(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _day(dumper: Any, value: date) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Writer.add_representer(Decimal, _decimal)
_Writer.add_representer(str, _text)
_Writer.add_representer(date, _day)


def yaml_text(content: Any) -> str:
    """Mappings and lists as YAML."""
    text: str = yaml.dump(content, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDE)
    return text


def thing(
    table: Table, values: Mapping[str, Any], *, without: Iterable[str] = ()
) -> dict[str, Any]:
    """A record as a mapping, in the order of the format; what equals its default is left out."""
    left_out = set(without)
    return {
        field.name: field.kind.write(values[field.name])
        for field in table.fields
        if field.name not in left_out and _says_something(field, values.get(field.name))
    }


def _says_something(field: Field, value: Any) -> bool:
    return value is not None and (field.required or value != field.default)


def csv_lines(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """A header and the rows; columns in which no row says anything are left out."""
    kept = list(rows)
    columns = [
        field
        for field in table.fields
        if field.required or any(_says_something(field, row.get(field.name)) for row in kept)
    ]
    header = [field.name for field in columns]
    return [header, *([cell(field.kind, row.get(field.name)) for field in columns] for row in kept)]


def measurement_lines(rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Measurements of one KPI: its dimensions are columns of their own, if they can be."""
    kept = list(rows)
    dimensions = sorted({name for row in kept for name, _ in row.get("slice") or ()})
    if not dimensions or any(not _is_column(name) for name in dimensions):
        return csv_lines(MEASUREMENT, kept)
    plain = csv_lines(MEASUREMENT, ({**row, "slice": ()} for row in kept))
    lines = [[plain[0][0], *dimensions, *plain[0][1:]]]
    for row, line in zip(kept, plain[1:], strict=True):
        values = dict(row.get("slice") or ())
        lines.append([line[0], *(values.get(name, "") for name in dimensions), *line[1:]])
    return lines


def _is_column(name: str) -> bool:
    return name not in MEASUREMENT.by_name and name == name.strip()


def write_yaml(path: Path, content: Any) -> None:
    """Write one YAML file, making its folder."""
    _write(path, yaml_text(content))


def write_csv(path: Path, lines: Iterable[list[str]]) -> None:
    """Write one CSV file, making its folder; rows are written as they come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def file_names(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each key with a file name that any file system takes, no two alike in any case."""
    used: set[str] = set()
    for key in keys:
        name = base = _UNSAFE.sub("_", key)[:100]
        number = 2
        while name.casefold() in used:
            name = f"{base}~{number}"
            number += 1
        used.add(name.casefold())
        yield key, name
