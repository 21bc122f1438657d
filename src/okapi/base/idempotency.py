"""Requests that a client may send again: the answer is kept, nothing is done twice.

(organisation, token, key) leads to the hash of the request's body and to the answer once given.
A request is *reserved* in the transaction in which its work begins and *answered* in the one in
which it ends; for small work that is the same one. Whoever finds it reserved, not answered, goes
on with the work that `pending` names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from okapi.base import clock
from okapi.base.models import StoredAnswer
from okapi.core.errors import Refused

KEPT = timedelta(days=30)
LONGEST_KEY = 200
_RESERVED = 0


class TakenError(Exception):
    """Another request with the same key began while this one did."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request with an idempotency key; `token_id` is the token's, or the person's on a page."""

    token_id: UUID
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a request: its answer, or, with status 0, the work that it began."""

    status: int
    answer: Mapping[str, Any]

    @property
    def is_answered(self) -> bool:
        """Whether the work is done."""
        return self.status != _RESERVED


def request(token_id: UUID, key: str, body: bytes) -> Request:
    """A request with this key and body. `Refused` (`idempotency.key`) for a key that is none."""
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Refused(
            "idempotency.key", field="Idempotency-Key", found=key[:60], expected=LONGEST_KEY
        )
    return Request(token_id, key, hashlib.sha256(body).hexdigest())


def find(wanted: Request) -> Known | None:
    """What is known of the request; None when it is new or older than 30 days.

    `Refused` (`idempotency.other_body`) when the key came with another body before.
    """
    row = StoredAnswer.objects.filter(token_id=wanted.token_id, key=wanted.key).first()
    if row is None or row.at < clock.now() - KEPT:
        return None
    if row.body_hash != wanted.body_hash:
        raise Refused("idempotency.other_body", field="Idempotency-Key", found=wanted.key)
    return Known(row.status, row.answer)


def reserve(organisation_id: UUID, wanted: Request, pending: Mapping[str, Any]) -> None:
    """Keep the request in the caller's transaction, before anything else is written.

    `TakenError` when the same key was reserved meanwhile: roll back and ask `find` again.
    """
    now = clock.now()
    known = StoredAnswer.objects.filter(token_id=wanted.token_id, key=wanted.key)
    known.filter(at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            StoredAnswer.objects.create(
                organisation_id=organisation_id,
                token_id=wanted.token_id,
                key=wanted.key,
                body_hash=wanted.body_hash,
                status=_RESERVED,
                answer=dict(pending),
                at=now,
            )
    except IntegrityError:
        raise TakenError(wanted.key) from None


def answer(wanted: Request, status: int, given: Mapping[str, Any]) -> None:
    """Keep the answer, in the transaction that ends the work."""
    StoredAnswer.objects.filter(token_id=wanted.token_id, key=wanted.key).update(
        status=status, answer=dict(given)
    )


def forget_old() -> int:
    """Delete what is older than 30 days, of the open scope; how many rows that was. A daily job."""
    old = StoredAnswer.objects.filter(at__lt=clock.now() - KEPT)
    count, _ = old.delete()
    return int(count)
