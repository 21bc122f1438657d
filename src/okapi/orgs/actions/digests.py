"""Secrets that are shown once and kept as a digest: long and random, so a plain one is enough."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """A new secret of 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """What is kept of a secret; it can be looked up."""
    return hashlib.sha256(text.encode()).hexdigest()
