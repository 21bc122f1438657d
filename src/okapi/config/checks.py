"""What can be wrong with an installation, each with what to do about it. Run by `okapi doctor`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from okapi.base import schema
from okapi.config import secret
from okapi.wording import say

OLDEST_SQLITE = (3, 37, 0)
OLDEST_POSTGRESQL = 150000

Apps = Sequence[Any] | None


@register("okapi_home")
def home(app_configs: Apps, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """OKAPI_HOME can be written."""
    folder = settings.HOME
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [
        Error(say("check.home", folder=folder), hint=say("check.home.hint"), id="okapi.E001"),
    ]


@register("okapi_secret")
def key(app_configs: Apps, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """The secret key is long, and nobody else can read it."""
    file = settings.HOME / "secret"
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < secret.LEAST_LENGTH:
        found.append(
            Error(
                say("check.secret.short", least=secret.LEAST_LENGTH),
                hint=say("check.secret.short.hint"),
                id="okapi.E002",
            )
        )
    if file.exists() and not secret.is_private(file):
        found.append(
            Warning(
                say("check.secret.open", file=file),
                hint=say("check.secret.open.hint", file=file),
                id="okapi.W001",
            )
        )
    return found


@register("okapi_database")
def database(app_configs: Apps, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """The database answers and is recent enough."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return [
            Error(
                say("check.database.silent", reason=str(error).strip()),
                hint=say("check.database.silent.hint"),
                id="okapi.E003",
            )
        ]
    if _is_too_old():
        return [
            Error(say("check.database.old"), hint=say("check.database.old.hint"), id="okapi.E004")
        ]
    return []


@register("okapi_migrations")
def migrations(app_configs: Apps, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Every migration is applied, and none that is not known here."""
    try:
        executor = MigrationExecutor(connection)
        later = schema.newer()
    except DatabaseError:
        # Told by the check before.
        return []
    if later:
        told = say("serve.database_newer", found=later[-1])
        return [Error(told, id="okapi.E007")]
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        return []
    return [
        Error(
            say("check.migrations", n=missing), hint=say("check.migrations.hint"), id="okapi.E005"
        )
    ]


@register("okapi_front_end")
def front_end(app_configs: Apps, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """The built front end is there."""
    if finders.find("okapi/sources.sha256"):
        return []
    return [
        Error(say("check.front_end"), hint=say("check.front_end.hint"), id="okapi.E006"),
    ]


def _is_too_old() -> bool:
    if connection.vendor == "sqlite":
        return sqlite3.sqlite_version_info < OLDEST_SQLITE
    version: int = connection.pg_version  # type: ignore[attr-defined]  # of PostgreSQL's wrapper
    return version < OLDEST_POSTGRESQL
