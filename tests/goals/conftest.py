"""The one who acts in most tests of goals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast


@pytest.fixture
def lea(cast: Cast) -> Any:
    return cast.actor(cast.lea)
