"""What no linter sees: sizes of files, names of migrations, doors across organisations, words that
may not be written into a committed file."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "okapi"
OUR_APPS = frozenset({"base", "orgs", "talk", "kpis", "goals", "search", "exchange", "webhooks"})

# Lines a file may have: (place, ending, most). The first that fits counts.
BUDGETS = (
    ("src/okapi/core/", ".py", 300),
    ("src/okapi/", ".html", 250),
    ("frontend/", ".js", 250),
    ("", ".py", 400),
)
# Files over their budget, with the lines they have. This list only shrinks.
OVER_BUDGET: dict[str, int] = {}

# The only files that may look across organisations, each for a reason that stands in its call.
EVERYWHERE = frozenset(
    {
        "base/outbox.py",
        "base/scope.py",
        "exchange/sources/due.py",
        "goals/renewer.py",
        "kpis/ingest/taking.py",
        "kpis/standings/signals.py",
        "orgs/actions/invitations.py",
        "orgs/queries/bearing.py",
        "orgs/queries/organisations.py",
        "orgs/queries/arriving.py",
        "webhooks/sending/worker.py",
    }
)


@cache
def committed() -> tuple[str, ...]:
    """Every file that is in git or about to be; all of them where the sources came without git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = set(listed.stdout.splitlines())
    else:
        names = {
            path.relative_to(ROOT).as_posix()
            for folder in ("src", "tests", "tools", "docs", "examples", "bench")
            for path in (ROOT / folder).rglob("*")
            if "__pycache__" not in path.parts and "static" not in path.parts
        }
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def python_files() -> Iterator[tuple[str, Path]]:
    """Each Python file of the package, by its name below it."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), path


def budget(name: str) -> int | None:
    """How many lines a file may have; None where nobody counts."""
    if "/migrations/" in name:
        return None
    for place, ending, most in BUDGETS:
        if name.startswith(place) and name.endswith(ending):
            return most
    return None


def test_files_keep_to_their_budget() -> None:
    over = {}
    for name in committed():
        most = budget(name)
        if most is not None:
            lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
            if lines > OVER_BUDGET.get(name, most):
                over[name] = lines
    assert over == {}, "divide them by their nouns"


def test_exceptions_from_the_budget_are_still_needed() -> None:
    for name, lines in OVER_BUDGET.items():
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) == lines, name
        assert lines > (budget(name) or 0), f"{name} fits now: take it off the list"


def test_no_drawers_for_the_rest() -> None:
    drawers = re.compile(r"(^|/)(utils?|helpers?|common|misc|services?|managers?)(\.py|/)")
    assert [name for name, _ in python_files() if drawers.search(name)] == []


def test_migrations_have_names() -> None:
    unnamed = re.compile(r"^\d{4}_(auto|initial|alter|\w*_and_more)")
    files = [path for path in SOURCE.glob("*/migrations/*.py") if path.name != "__init__.py"]
    assert [path.name for path in files if unnamed.match(path.name)] == []


def test_migrations_are_reversible() -> None:
    migrations = MigrationLoader(None).disk_migrations
    stuck = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in migrations.items()
        if app in OUR_APPS
        for operation in migration.operations
        if not operation.reversible
    ]
    assert stuck == []


# What was sealed has to be read by every later version, so how it is sealed does not change.
_STAYS = {"okapi.base.fields", "okapi.base.sealing", "okapi.base.addresses"}


def test_migrations_import_only_what_stays() -> None:
    wrong = [
        f"{path.name}: {module}"
        for path in SOURCE.glob("*/migrations/*.py")
        for module in imports(path)
        if module.startswith("okapi") and module not in _STAYS
    ]
    assert wrong == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    assert connection.vendor in {"sqlite", "postgresql"}
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_only_listed_files_look_across_organisations() -> None:
    calls = re.compile(r"\beverywhere\(")
    found = {name for name, path in python_files() if calls.search(path.read_text("utf-8"))}
    assert found == EVERYWHERE


def test_every_suppression_has_a_reason() -> None:
    bare = re.compile(r"#\s*noqa(:\s*[A-Z0-9, ]+)?\s*$|#\s*type:\s*ignore(\[[\w, -]+\])?\s*$")
    found = [
        f"{name}:{number}"
        for name, path in python_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == [], "write why after it"


# In two parts, so that this file does not name them itself.
NOT_FOR_OTHERS = tuple(
    "".join(parts)
    for parts in (
        ("pypi.", "org"),
        ("pythonhosted", ".org"),
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("yarnpkg", ".com"),
        ("npmmirror", ".com"),
        ("deb.debian", ".org"),
        ("deb.nodesource", ".com"),
        ("tsinghua.edu", ".cn"),
        ("mirrors.", "aliyun"),
        ("jsdelivr", ".net"),
        ("unpkg", ".com"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
    )
)


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    found = []
    for name in committed():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {host}" for host in NOT_FOR_OTHERS if host in text]
    assert found == []


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
