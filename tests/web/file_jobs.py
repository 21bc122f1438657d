"""Bringing files to a page that are large enough to be worked on beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okapi.exchange import uploads
from okapi.exchange.file_jobs import jobs
from okapi.exchange.uploads import Upload
from tests.cast import Cast
from tests.web.conftest import Browser


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every file is large."""
    settings.HOME = tmp_path
    monkeypatch.setattr(jobs, "LARGE", 1)
    monkeypatch.setattr(jobs, "MANY", 0)
    return tmp_path


def bring(person: Browser, content: str, *, path: str = "measurements/file/") -> str:
    answer = person.post(path, {"file": SimpleUploadedFile("values.csv", content.encode())})
    return str(answer["Location"])


def upload_at(cast: Cast, at: str) -> Upload:
    return uploads.find(cast.actor(cast.mia), UUID(at.rstrip("/").rpartition("/")[2]))


# Measurements.
