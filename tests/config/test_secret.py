"""The secret key: made once, private, the same for all who start together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from okapi.config.secret import is_private, read_or_make


def test_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "home" / "secret"
    key = read_or_make(file)
    assert len(key) >= 50
    assert is_private(file)
    assert read_or_make(file) == key
    assert [path.name for path in file.parent.iterdir()] == ["secret"]


def test_all_who_start_together_agree(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: read_or_make(file), range(8)))
    assert keys == {file.read_text().strip()}


def test_readable_by_others_is_not_private(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    read_or_make(file)
    file.chmod(0o640)
    assert not is_private(file)


@pytest.mark.parametrize("content", [b"short", b"\xff" * 80])
def test_a_key_that_is_none_stops_the_start(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="secret key"):
        read_or_make(file)


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands where the folder should be")
    with pytest.raises(ImproperlyConfigured, match="Set OKAPI_HOME"):
        read_or_make(tmp_path / "taken" / "secret")
