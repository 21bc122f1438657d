"""A database made at once is the one that all migrations make."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

AT_ONCE = "from okapi.cli import framework, migrate; framework.start(); migrate.make_if_missing()"


def database(home: Path, *arguments: str) -> sqlite3.Connection:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OKAPI_")}
    environment = {**kept, "OKAPI_HOME": str(home)}
    subprocess.run([sys.executable, *arguments], env=environment, check=True, capture_output=True)
    return sqlite3.connect(home / "okapi.sqlite3")


def described(connection: sqlite3.Connection) -> dict[tuple[str, str], object]:
    """Tables with columns, references and constraints, and indexes as they were made."""
    found: dict[tuple[str, str], object] = {}
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    )
    for kind, name, sql in rows.fetchall():
        if kind == "index":
            found[kind, name] = " ".join(sql.split())
            continue
        columns = connection.execute(f'PRAGMA table_info("{name}")')
        references = connection.execute(f'PRAGMA foreign_key_list("{name}")')
        found[kind, name] = (
            sorted((row[1], row[2], row[3], row[5]) for row in columns),
            sorted(row[2:5] for row in references),
            sorted(re.findall(r'CONSTRAINT "(\w+)" ([A-Z]+)', sql)),
        )
    return found


def test_all_tables_at_once_are_those_of_the_migrations(tmp_path):
    at_once = database(tmp_path / "at-once", "-c", AT_ONCE)
    migrated = database(tmp_path / "migrated", "-m", "okapi", "migrate")
    assert described(at_once) == described(migrated)
    applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
    assert at_once.execute(applied).fetchall() == migrated.execute(applied).fetchall()


def test_what_our_migrations_do_beside_the_models_is_known():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("okapi.")}
    migrations = MigrationLoader(None).disk_migrations
    filling = [
        f"{app}.{name}"
        for (app, name), migration in migrations.items()
        for one in migration.operations
        if app in ours and isinstance(one, RunPython | RunSQL) and "at_once" not in one.hints
    ]
    assert filling == [], "cli/first_tables.py has to do the same"
