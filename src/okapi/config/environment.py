"""Reading settings from the environment; what cannot be read stops the start and says why."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def env_text(name: str, default: str = "") -> str:
    """Text; an empty variable counts as absent."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    """1, true, yes, on or 0, false, no, off."""
    text = env_text(name).lower()
    if not text:
        return default
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise ImproperlyConfigured(f"{name}={text}: expected 1 or 0")


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, not below `least`."""
    text = env_text(name)
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise ImproperlyConfigured(f"{name}={text}: expected a whole number, {least} or more")
    return int(text)


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Values with commas between them."""
    text = env_text(name)
    return [part.strip() for part in text.split(",") if part.strip()] if text else list(default)


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    text = env_text(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name}={text}: expected one of {', '.join(choices)}")
    return text


def env_path(name: str, default: str) -> Path:
    """A path, made absolute; `~` is the home folder."""
    return Path(env_text(name, default)).expanduser().resolve()
