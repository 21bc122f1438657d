"""`make bench`, or `python -m bench [--only sqlite|postgresql] [--objectives N]`.

Each database in a process of its own, on a home that is thrown away. PostgreSQL is the one in
OKAPI_BENCH_DATABASE_URL, or a throw-away cluster that `tools/with-postgresql.sh` starts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "tools" / "with-postgresql.sh"


def main() -> int:
    """Run one database here, or each in a child process."""
    options = _options()
    if options.here:
        from bench import runs

        return runs.here(options.objectives, options.only)
    databases = [options.only] if options.only else ["sqlite", "postgresql"]
    return max(_child(database, options.objectives) for database in databases)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--objectives", type=int, default=100_000)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(database: str, objectives: int) -> int:
    command = [sys.executable, "-m", "bench", "--here", "--only", database]
    command += ["--objectives", str(objectives)]
    if database == "postgresql" and "OKAPI_BENCH_DATABASE_URL" not in os.environ:
        command = [str(TOOL), *command]
    with tempfile.TemporaryDirectory(prefix="okapi-bench-") as home:
        environment = {**os.environ, "OKAPI_HOME": home, "OKAPI_DATABASE_URL": ""}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
