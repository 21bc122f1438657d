"""The language in which we speak now, and the time zone in which moments are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, tzinfo
from functools import lru_cache

LANGUAGES = ("en", "zh")

language: ContextVar[str] = ContextVar("okapi_language", default="en")
"""Of the reader; set by the middleware, a command or a job. One of `LANGUAGES`."""

zone: ContextVar[tzinfo] = ContextVar("okapi_zone", default=UTC)
"""Of the organisation; moments are shown in it."""


def current_language(wanted: str | None = None) -> str:
    """The language to speak: the one wanted (`zh-hans` and the like are `zh`), else the context's.

    Raises:
        ValueError: a language that we do not speak.
    """
    return _spoken(wanted or language.get())


@lru_cache(maxsize=64)
def _spoken(wanted: str) -> str:
    spoken = wanted.partition("-")[0].lower()
    if spoken not in LANGUAGES:
        raise ValueError(f"no phrases in {wanted!r}")
    return spoken


@contextmanager
def speaking(wanted: str, *, time_zone: tzinfo | None = None) -> Iterator[None]:
    """Speak this language (and tell moments in this zone) within the block."""
    language_token = language.set(current_language(wanted))
    zone_token = zone.set(time_zone or zone.get())
    try:
        yield
    finally:
        zone.reset(zone_token)
        language.reset(language_token)
