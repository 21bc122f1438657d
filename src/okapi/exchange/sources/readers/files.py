"""Files that databases read: only below the folder that the installation names."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from okapi.core.errors import Refused


def folder_of(slug: str) -> Path | None:
    """The folder of an organisation's files; None where the installation has named none."""
    return None if settings.SOURCE_FOLDER is None else Path(settings.SOURCE_FOLDER) / slug


def found(folder: Path | None, name: str) -> Path:
    """The file of this name below the folder, whatever `..` and links there are on the way.

    `Refused`: `source.no_folder`, `source.file_unknown` (also for what lies elsewhere).
    """
    root = existing(folder)
    if "\0" in name or not name.strip():
        raise Refused("source.file_unknown", field="file", found=name[:80])
    path = (root / name.strip()).resolve()
    if not path.is_relative_to(root) or not path.is_file() or _is_ours(path):
        raise Refused("source.file_unknown", field="file", found=name[:80])
    return path


def existing(folder: Path | None) -> Path:
    """The folder itself: `Refused` (`source.no_folder`) where there is none."""
    if folder is None or not folder.is_dir():
        raise Refused("source.no_folder", field="file")
    root = folder.resolve()
    if _is_ours(root) or Path(settings.HOME).is_relative_to(root):
        raise Refused("source.no_folder", field="file")
    return root


def _is_ours(path: Path) -> bool:
    """Whether it lies where Okapi keeps its own data."""
    return path.is_relative_to(Path(settings.HOME))
