"""Secrets at rest: sealed with keys that are derived from the installation's secret key.

A sealed text names the thing that it belongs to, so that nobody can lay it beside another one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from okapi.core.errors import Refused

_PURPOSE = b"okapi: secrets at rest, 1"


def seal(owner: UUID, secrets: Mapping[str, str]) -> str:
    """The secrets of a thing as one text that only this installation reads; empty for none."""
    told = {name: value for name, value in secrets.items() if value}
    if not told:
        return ""
    text = json.dumps({"of": str(owner), "secrets": told}, ensure_ascii=False)
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(owner: UUID, sealed: str) -> dict[str, str]:
    """The secrets again. `Refused` (`secret.unreadable`): another key, or another thing's."""
    if not sealed:
        return {}
    try:
        told = json.loads(_keys().decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        raise Refused("secret.unreadable", field="secret") from None
    if told["of"] != str(owner):
        raise Refused("secret.unreadable", field="secret")
    return dict(told["secrets"])


def _keys() -> MultiFernet:
    """The newest key seals; the older ones still open."""
    texts = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(text)) for text in texts])


def _derived(text: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(derive.derive(text.encode()))
