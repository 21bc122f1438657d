"""Whether the database was written by a newer version than this one."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from okapi.core.errors import Refused


def newer() -> list[str]:
    """The changes of the database, `app.name`, that are later than the last one known here.

    Names begin with their number. Apps that are not installed here are left out.
    """
    known = _newest_known()
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if name > known.get(app, name))


def refuse_newer() -> None:
    """`Refused` (`serve.database_newer`) where the database is newer: it might be harmed."""
    if found := newer():
        raise Refused("serve.database_newer", found=found[-1])


def _newest_known() -> dict[str, str]:
    """By app the name of its last migration, from the names of files: importing them takes long."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        spec = find_spec(f"{app.name}.migrations")
        folders = [] if spec is None else spec.submodule_search_locations or []
        names = [file.stem for folder in folders for file in Path(folder).glob("[0-9]*.py")]
        if names:
            found[app.label] = max(names)
    return found
