"""The JSON Schema in docs/schema is the format that reading follows, and files keep to it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from okapi.exchange import schema
from okapi.exchange.applying import apply_files
from okapi.exchange.exporting import export_files
from okapi.exchange.format import CSV_FILES, MEASUREMENT, TABLES, YAML_FILES, YAML_FOLDERS
from tests.exchange import folders

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "schema"


def read(path: Path):
    def plain(value):
        if isinstance(value, dict):
            return {name: plain(part) for name, part in value.items()}
        if isinstance(value, list):
            return [plain(part) for part in value]
        if isinstance(value, date | datetime):
            return value.isoformat()
        return value

    return plain(yaml.safe_load(path.read_text(encoding="utf-8")))


def mistakes(folder: Path) -> list[str]:
    found = []
    for file in sorted(folder.rglob("*.yaml")):
        parts = file.relative_to(folder).parts
        name = parts[0].removesuffix(".yaml")
        validator = Draft202012Validator(json.loads((COMMITTED / f"{name}.json").read_text()))
        found += [f"{file.name}: {one.message}" for one in validator.iter_errors(read(file))]
    return found


def test_the_committed_schema_is_that_of_the_format():
    made = dict(schema.documents())
    committed = {file.stem: file.read_text(encoding="utf-8") for file in COMMITTED.glob("*.json")}
    assert committed == made, "run python tools/write_schema.py"


def test_every_schema_is_one():
    for name, text in schema.documents():
        Draft202012Validator.check_schema(json.loads(text))
        assert name in {
            *YAML_FILES,
            *YAML_FOLDERS,
            *CSV_FILES,
            "targets",
            "check_ins",
            "measurements",
        }


@pytest.mark.parametrize("example", ["sdg-uk"])
def test_examples_keep_to_the_schema(example):
    assert mistakes(ROOT / "examples" / example) == []


def test_an_export_keeps_to_the_schema(db, monday, tmp_path):
    apply_files(folders.write(tmp_path / "in", folders.FULL), "acme")
    export_files(tmp_path / "out", "acme")
    assert mistakes(tmp_path / "out") == []


def test_the_schema_tells_what_is_wrong(tmp_path):
    folder = folders.write(tmp_path, folders.SMALL)
    folders.edit(folder, "teams.yaml", "kind: company", "kind: club")
    folders.edit(folder, "cycles.yaml", "  starts: 2026-10-01\n", "")
    assert len(mistakes(folder)) == 2


@pytest.mark.parametrize("document", ["files.md", "files.zh-CN.md"])
def test_the_reference_names_every_field(document):
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    fields = {one.name for table in [*TABLES.values(), MEASUREMENT] for one in table.fields}
    assert sorted(name for name in fields if f"`{name}`" not in text) == []
