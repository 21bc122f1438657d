"""Build the front end, if its sources changed since the last time.

Run by the Makefile (`python tools/frontend.py`) and by the wheel's build hook; standard library
only. What was built remembers the hash of its sources in `sources.sha256`, so that neither the file
times of a clone nor those of an archive matter.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "frontend"
OUTPUT = ROOT / "src" / "okapi" / "web" / "static" / "okapi"
STAMP = OUTPUT / "sources.sha256"
LEAST_NODE = 20
_NOT_SOURCES = frozenset({"node_modules", "dist", ".vite"})


def sources_hash() -> str:
    """The hash of all that the build reads: names and contents."""
    digest = hashlib.sha256()
    for file in _source_files():
        content = file.read_bytes()
        digest.update(f"{file.relative_to(SOURCES).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_fresh() -> bool:
    """Whether what was built belongs to the sources as they are (or there are no sources)."""
    if not STAMP.is_file():
        return False
    return not SOURCES.is_dir() or STAMP.read_text(encoding="ascii").strip() == sources_hash()


def node_folder() -> Path | None:
    """The folder of a node that is new enough and has its npm; None where the path has none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = shown.strip().removeprefix("v").partition(".")[0]
    return Path(npm).parent if major.isdecimal() and int(major) >= LEAST_NODE else None


def build(environment: Mapping[str, str]) -> None:
    """Install exactly what the lock file names, and build; CalledProcessError on failure."""
    installed = SOURCES / "node_modules" / ".package-lock.json"
    lock = SOURCES / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        _npm(["ci", "--no-audit", "--no-fund"], environment)
    _npm(["run", "--silent", "build"], environment)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(sources_hash() + "\n", encoding="ascii")


def main() -> int:
    """Build when needed; the exit status for the shell."""
    if is_fresh():
        return 0
    if node_folder() is None:
        print(
            f"Node {LEAST_NODE} or newer, with npm, is needed to build the front end.\n"
            "Install it (Debian: apt-get install nodejs npm), then run the same command again.",
            file=sys.stderr,
        )
        return 1
    build(os.environ)
    return 0


def _source_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(names))


def _npm(arguments: list[str], environment: Mapping[str, str]) -> None:
    npm = shutil.which("npm", path=environment.get("PATH"))
    if npm is None:
        raise FileNotFoundError("npm is not on the path")
    subprocess.run([npm, *arguments], cwd=SOURCES, env=dict(environment), check=True)


if __name__ == "__main__":
    sys.exit(main())
