"""From one address to Django's description of a database.

`sqlite:///relative.sqlite3`, `sqlite:////absolute.sqlite3`,
`postgresql://user:password@host:port/name?sslmode=require` (also with `host=/socket/folder`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# FULL: what was acknowledged survives a power cut. 32 MB of pages in memory per connection (each
# thread of the server has one), 256 MB of the file mapped. The journal that a long reading let grow
# is cut again.
SQLITE_START = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA cache_size=-32768;"
    "PRAGMA mmap_size=268435456;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=67108864;"
)
BUSY_SECONDS = 20


def from_url(url: str, *, pool: int = 0) -> dict[str, Any]:
    """The entry of Django's DATABASES for an address.

    Args:
        url: see the module.
        pool: PostgreSQL connections kept open by this process; 0 opens one per request.

    Raises:
        ImproperlyConfigured: the address is of no database that we run on.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return _sqlite(Path(unquote(rest[1:])))
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(url, pool)
    raise ImproperlyConfigured(
        "OKAPI_DATABASE_URL: expected sqlite:///file or postgresql://user:password@host/name"
    )


def _sqlite(file: Path) -> dict[str, Any]:
    file = file.expanduser().resolve()
    return {
        "ENGINE": "okapi.base.sqlite",
        "NAME": str(file),
        # A thread keeps its connection: opening one costs more than most queries.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_START,
        },
        # A file and not memory: threads of one test then meet as they do in earnest.
        "TEST": {"NAME": str(file.with_name(f"test-{file.name}"))},
    }


def _postgresql(url: str, pool: int) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured("OKAPI_DATABASE_URL: the database's name is missing")
    host = options.pop("host", None) or unquote(parts.hostname or "")
    # Our statements touch few rows, whatever the planner expects: compiling them takes longer
    # (0.3 s) than running them. Those that are prepared (see base.statements; Django's own carry
    # their parameters and never are) keep one plan, since planning takes longer than running too.
    options.setdefault("options", "-c jit=off -c plan_cache_mode=force_generic_plan")
    options.setdefault("prepare_threshold", 1)
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": BUSY_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }
