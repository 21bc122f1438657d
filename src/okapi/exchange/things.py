"""Turning nodes and rows into records, field by field, with every mistake told at its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.exchange.compound import Many, SliceValues, Thresholds
from okapi.exchange.format import TABLES
from okapi.exchange.nodes import Mapping, Node, Scalar, Sequence
from okapi.exchange.records import Record
from okapi.exchange.shapes import Field, Table

# In a KPI's file: the one definition in force, whose number follows from what is stored.
SHORT_DEFINITION = "definition"


class Things:
    """Collects the records of all files, and what is wrong with them."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {name: [] for name in TABLES}
        self.errors: list[OkapiError] = []

    def take(
        self,
        table: Table,
        node: Node,
        file: str,
        known: dict[str, Any] | None = None,
        name: str = "",
    ) -> None:
        """Add the thing of a node; `known` are values that the file gives from outside of it.

        `name` is that of the field whose list it stands in, if it is a part of another thing.
        """
        node = _spelled_out(table, node)
        if not isinstance(node, Mapping):
            place = {"field": name} if name else {}
            told = {"found": _found(node), "expected": table.name}
            self._tell("value.mapping", file, node.line, **place, **told)
            return
        record = Record(table.name, (), dict(known or {}), file, node.line)
        if table.name == "kpi":
            self._check_definitions(node, file)
        lists = {items.name: TABLES[items.table] for items in table.items}
        inner = []
        for own, (line, value) in node.items.items():
            if own in lists:
                inner.append((own, lists[own], value))
            elif own == SHORT_DEFINITION and table.name == "kpi":
                inner.append((own, TABLES["definition"], Sequence(value.line, [value])))
            elif own in table.by_name and own not in (known or {}):
                record.lines[own] = line
                self._take_value(record, table.by_name[own], value)
            else:
                expected = [one.name for one in table.fields] + list(lists)
                self._tell("field.unknown", file, line, field=own, expected=expected)
        self._finish(table, record)
        for own, inner_table, value in inner:
            self._take_list(own, inner_table, value, record)

    def take_row(
        self, table: Table, columns: list[str], row: tuple[int, list[str]], file: str
    ) -> None:
        """Add the thing of a row; an empty cell is nothing."""
        line, cells = row
        record = Record(table.name, (), {}, file, line)
        for name, cell in zip(columns, cells, strict=True):
            if name in table.by_name:
                node = Scalar(line, cell, is_null=not cell.strip())
                self._take_value(record, table.by_name[name], node)
        self._finish(table, record)

    def take_column_names(self, table: Table, columns: Iterable[str], file: str) -> None:
        """Tell the columns that mean nothing."""
        for name in columns:
            if name not in table.by_name:
                expected = [one.name for one in table.fields]
                self._tell("field.unknown", file, 1, field=name, expected=expected)

    def _take_list(self, name: str, table: Table, node: Node, owner: Record) -> None:
        if isinstance(node, Scalar) and node.is_null:
            return
        if not isinstance(node, Sequence):
            told = {"field": name, "found": _found(node), "expected": table.name}
            self._tell("value.list", owner.file, node.line, **told)
            return
        owner_key = owner.identity[0]
        for item in node.items:
            known = {table.owner: owner_key}
            if table.name == "definition" and "number" not in getattr(item, "items", {}):
                known["number"] = None
            self.take(table, item, owner.file, known, name)

    def _check_definitions(self, node: Mapping, file: str) -> None:
        if SHORT_DEFINITION in node.items and "definitions" in node.items:
            line = node.items[SHORT_DEFINITION][0]
            self._tell("definition.both", file, line, field=SHORT_DEFINITION)

    def _take_value(self, record: Record, field: Field, node: Node) -> None:
        if isinstance(node, Scalar) and node.is_null:
            record.values[field.name] = field.default
            return
        try:
            record.values[field.name] = _value(field, node)
        except OkapiError as error:
            place = {"file": record.file, "line": node.line, "field": field.name}
            self.errors.append(type(error)(error.code, **{**place, **error.data}))
            record.values[field.name] = BROKEN

    def _finish(self, table: Table, record: Record) -> None:
        """Give the record its identity and keep it; what could not be read makes it broken.

        A part of the identity that could not be read is an `Unread`, so that what rests on the
        record is still looked at.
        """
        for field in table.fields:
            value = record.values.get(field.name)
            if field.required and value in (None, "") and field.name != "number":
                line = record.lines.get(field.name, record.line)
                self._tell("field.missing", record.file, line, field=field.name)
                record.values[field.name] = BROKEN
        parts = [_identity_part(table, name, record.values) for name in table.identity]
        record.identity = tuple(Unread() if part is BROKEN else part for part in parts)
        for name in [name for name, value in record.values.items() if value is BROKEN]:
            del record.values[name]
            record.is_broken = True
        self.records[table.name].append(record)

    def _tell(self, code: str, file: str, line: int, **data: Any) -> None:
        self.errors.append(Refused(code, file=file, line=line, **data))


class Unread:
    """Stands in an identity for a key that could not be read; it is like no other."""

    def __str__(self) -> str:
        return ""


BROKEN: Any = object()
"""Stands for a value that could not be read, until its record is finished."""


def _identity_part(table: Table, name: str, values: dict[str, Any]) -> Any:
    field = table.by_name.get(name)
    return values.get(name, None if field is None else field.default)


def _spelled_out(table: Table, node: Node) -> Node:
    """A thing that has only one field may be told by that alone: `informs: [revenue]`."""
    if isinstance(node, Scalar) and len(table.fields) == 1 and not node.is_null:
        return Mapping(node.line, {table.fields[0].name: (node.line, node)})
    return node


def _value(field: Field, node: Node) -> Any:
    kind = field.kind
    match node:
        case Scalar():
            return kind.read(node.text)
        case Sequence() if isinstance(kind, Many):
            return kind.gather(kind.of.read(_text(item)) for item in node.items)
        case Mapping() if isinstance(kind, SliceValues):
            return kind.gather((name, _text(item)) for name, (_, item) in node.items.items())
        case Mapping() if isinstance(kind, Thresholds):
            return {name: kind.item(_text(item)) for name, (_, item) in node.items.items()}
        case _:
            code = "value.list" if isinstance(kind, Many) else "value.text"
            raise Refused(code, found=_found(node), expected=field.name, line=node.line)


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    raise Refused("value.text", found=_found(node), expected="", line=node.line)


def _found(node: Node) -> str:
    match node:
        case Scalar():
            return node.text[:60]
        case Sequence():
            return "[…]"
        case Mapping():
            return "{…}"
