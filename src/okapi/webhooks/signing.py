"""Signatures as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

START = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A new secret: `whsec_` and 256 bits in base64."""
    return START + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,…`, of a message by its id."""
    key = base64.b64decode(secret.removeprefix(START))
    signed = f"{message}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


def headers(keys: Iterable[str], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message; with several secrets there is a signature of each."""
    signatures = " ".join(signature(key, message, timestamp, body) for key in keys)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures,
    }
