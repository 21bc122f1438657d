"""The format as JSON Schema (draft 2020-12), made from the same tables that reading follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from okapi.exchange.format import (
    CSV_FILES,
    CSV_FOLDERS,
    MEASUREMENT,
    TABLES,
    YAML_FILES,
    YAML_FOLDERS,
)
from okapi.exchange.kinds import Text
from okapi.exchange.shapes import Field, Table
from okapi.exchange.things import SHORT_DEFINITION

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def documents() -> Iterator[tuple[str, str]]:
    """Each schema as (name, text); a CSV file's is of one of its rows, with typed values."""
    for name, table in {**YAML_FILES, **YAML_FOLDERS}.items():
        thing = _thing(TABLES[table])
        if table == "objective":
            thing["properties"].pop("cycle")
            thing["required"].remove("cycle")
        yield name, _text(name, _file(table, thing))
    for name, table in {**CSV_FILES, **CSV_FOLDERS}.items():
        row = _thing(MEASUREMENT if table == "measurement" else TABLES[table])
        if table == "measurement":  # any further column is a dimension
            row["additionalProperties"] = {"type": "string"}
        yield name, _text(f"a row of {name}", row)


def _file(table: str, thing: Schema) -> Schema:
    things = {"type": "array", "items": thing}
    if table == "organisation":
        return thing
    if table != "objective":
        return things
    cycle = TABLES["objective"].by_name["cycle"].kind.schema()
    return {
        "type": "object",
        "properties": {"cycle": cycle, "objectives": things},
        "required": ["cycle"],
        "additionalProperties": False,
    }


def _thing(table: Table) -> Schema:
    properties: Schema = {field.name: _value(field) for field in table.fields}
    for items in table.items:
        inner = TABLES[items.table]
        thing = _thing(inner)
        if len(inner.fields) == 1:
            thing = {"anyOf": [inner.fields[0].kind.schema(), thing]}
        properties[items.name] = {"type": ["array", "null"], "items": thing}
    if table.name == "kpi":
        short = _thing(TABLES["definition"])
        short["properties"].pop("number")
        short["required"].remove("number")
        properties[SHORT_DEFINITION] = short
    return {
        "type": "object",
        "properties": properties,
        "required": [field.name for field in table.fields if field.required],
        "additionalProperties": False,
    }


def _value(field: Field) -> Schema:
    """What is not required may be null: it is then emptied. A required text is not empty."""
    schema = field.kind.schema()
    if field.required and isinstance(field.kind, Text):
        schema = {**schema, "pattern": r"\S"}
    return schema if field.required else {"anyOf": [schema, {"type": "null"}]}


def _text(title: str, schema: Schema) -> str:
    document = {"$schema": DRAFT, "title": title, **schema}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
