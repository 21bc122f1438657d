"""What the front-end build laid into the static folder, and where."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

_BUILT = Path(__file__).parent / "static" / "okapi" / "build.json"


@cache
def _vendors() -> dict[str, str]:
    """The folder of each third-party package, with its version: `vendor/echarts@6.1.0`."""
    try:
        return dict(json.loads(_BUILT.read_text(encoding="utf-8"))["vendors"])
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "the front end is not built: run `npm ci && npm run build` in frontend/"
        ) from None


def vendor(package: str, file: str) -> str:
    """The address of a file of a third-party package."""
    return static(f"{_vendors()[package]}/{file}")


@cache
def sprite() -> str:
    """The address of the icons."""
    return static("okapi/icons.svg")
