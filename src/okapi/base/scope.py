"""The tenant scope: which organisation the code that runs now may read and write.

A table of an organisation cannot be queried outside a scope (`base.models.OrgManager`). Requests,
jobs and commands open one; what really is across organisations says so with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection


class ScopeError(RuntimeError):
    """A table of an organisation was used outside a scope, or across two. Always a bug."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One organisation, or, with a reason, all of them.

    `memo` keeps what is asked again and again while the scope is open, such as settings.
    """

    organisation_id: UUID | None
    reason: str = ""
    memo: dict[str, Any] = field(default_factory=dict, compare=False)


_current: ContextVar[Scope | None] = ContextVar("okapi_scope", default=None)


def opened() -> Scope | None:
    """The open scope, if there is one."""
    return _current.get()


def current() -> Scope:
    """The open scope; `ScopeError` where there is none."""
    scope = _current.get()
    if scope is None:
        raise ScopeError("no organisation's scope is open")
    return scope


def organisation_id() -> UUID:
    """The organisation of the open scope; `ScopeError` where there is none or it is all of them."""
    scope = current()
    if scope.organisation_id is None:
        raise ScopeError(f"a single organisation is needed here, not everywhere ({scope.reason})")
    return scope.organisation_id


@contextmanager
def organisation(organisation_id: UUID) -> Iterator[None]:
    """Open the scope of one organisation; scopes nest, the inner one counts."""
    token = _current.set(Scope(organisation_id))
    _tell_database(organisation_id)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def everywhere(reason: str) -> Iterator[None]:
    """Open all organisations, for the few things that are across them; `reason` says which."""
    if not reason:
        raise ScopeError("everywhere() wants a reason")
    token = _current.set(Scope(None, reason))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def given(organisation_id: UUID) -> Iterator[None]:
    """Open a scope in which no rows are read: a statement is made for whichever organisation asks.

    `organisation_id` stands for it; see `base.given`.
    """
    token = _current.set(Scope(organisation_id))
    try:
        yield
    finally:
        _current.reset(token)


def _tell_database(organisation_id: UUID) -> None:
    """Let PostgreSQL know the organisation, so that row-level security can rest on it.

    Past Django's cursor: this is said of the connection, and is no statement of the page's.
    """
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        connection.connection.execute(
            "SELECT set_config('okapi.organisation', %s, false)", [str(organisation_id)]
        )
