"""`make bench`, or `python -m bench [--only sqlite|postgresql] [--objectives N] [--parts …]`.

`python -m bench trust` is another: formulas, signals, forecasts and causes (see `bench.trust`).
Each database in a process of its own, in a folder that is thrown away; with `--home` it stays, and
a later run finds its organisations seeded. PostgreSQL is a cluster in that folder, which
`tools/with-postgresql.sh` starts with `SETTINGS`, or the one in OKAPI_BENCH_DATABASE_URL.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import runs

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "tools" / "with-postgresql.sh"
SETTINGS = "shared_buffers=1GB max_wal_size=4GB random_page_cost=1.1"
"""What the reference tells operators of so large an organisation to set."""


def main() -> int:
    """Run one database here, or each in a child process."""
    if sys.argv[1:2] == ["trust"]:
        from bench import trust

        return trust.main(sys.argv[2:])
    options = _options()
    if options.here:
        return runs.here(options.objectives, options.only, options.parts, alone=options.alone)
    databases = [options.only] if options.only else ["sqlite", "postgresql"]
    return max(_child(database, options) for database in databases)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--objectives", type=int, default=100_000)
    parser.add_argument(
        "--parts", nargs="+", choices=runs.PARTS, default=runs.PARTS, metavar="PART"
    )
    parser.add_argument("--home", help="keep both databases in this folder")
    for hidden in ("--here", "--alone"):
        parser.add_argument(hidden, action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(database: str, options: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "bench", "--here", "--only", database]
    command += ["--objectives", str(options.objectives), "--parts", *options.parts]
    environment = {**os.environ, "OKAPI_DATABASE_URL": ""}
    with ExitStack() as leaving:
        kept = options.home or leaving.enter_context(TemporaryDirectory(prefix="okapi-bench-"))
        home = Path(kept).resolve() / database
        home.mkdir(parents=True, exist_ok=True)
        environment["OKAPI_HOME"] = str(home)
        if database == "postgresql" and "OKAPI_BENCH_DATABASE_URL" not in os.environ:
            command = [str(TOOL), *command]
            environment["OKAPI_POSTGRESQL_SETTINGS"] = SETTINGS
            if options.home:
                environment["OKAPI_POSTGRESQL_FOLDER"] = str(home / "cluster")
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
