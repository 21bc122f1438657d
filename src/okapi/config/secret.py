"""The secret key: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LEAST_LENGTH = 50


def read_or_make(file: Path) -> str:
    """The key in `file`; made there when the file is missing.

    Two processes that start together agree: the file appears whole or not at all, and who comes
    second reads the first one's.

    Raises:
        ImproperlyConfigured: the file cannot be written, or holds a key that is too short.
    """
    try:
        if not file.exists():
            _make(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"the secret key in {file} cannot be read or made: {error}. Set OKAPI_HOME to a folder "
            "of yours, or OKAPI_SECRET_KEY"
        ) from error
    if len(key) < LEAST_LENGTH:
        raise ImproperlyConfigured(
            f"the secret key in {file} has fewer than {LEAST_LENGTH} characters. Remove the file "
            "to have a new one made (everybody signs in again)"
        )
    return key


def is_private(file: Path) -> bool:
    """Whether nobody but the owner may read or write the file."""
    return not file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A temporary file can be read by its owner alone from the start.
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(64) + "\n")
        # A link fails where the name is taken, so the first of two processes wins.
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        Path(draft).unlink()
