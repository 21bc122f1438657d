"""A folder for the files of the cast's organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """The folder of the organisation `acme`, below the one that the installation names."""
    settings.SOURCE_FOLDER = tmp_path
    own = tmp_path / "acme"
    own.mkdir()
    (tmp_path / "rival").mkdir()
    return own
