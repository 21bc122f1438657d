"""The frame of every action on a thing of the organisation: hold, check, record, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from okapi.base import changes, outbox
from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.base.outbox import News
from okapi.core.errors import Conflict
from okapi.orgs import access
from okapi.orgs.models import Organisation

T = TypeVar("T", bound=models.Model)


def organisation(actor: Actor) -> Organisation:
    """The organisation, held until the transaction ends: two who change its tree wait in turn."""
    held: Organisation = Organisation.objects.select_for_update(no_key=True).get(
        pk=actor.organisation_id
    )
    return held


def hold(actor: Actor, model: type[T], kind: str, pk: UUID, version: int | None = None) -> T:
    """A thing of this kind, held; whoever may not manage it is refused first.

    `Forbidden`, `NotFound`; `Conflict` (`thing.changed_by`) for another version by now.
    """
    access.require_manager(actor, model)
    rows: Any = model.objects  # type: ignore[attr-defined]  # every thing of an organisation has its manager
    found = rows.filter(organisation_id=actor.organisation_id)
    held: T | None = found.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if held is None:
        raise access.missing(kind, pk)
    check_version(held, version)
    return held


def check_version(held: Any, version: int | None) -> None:
    """`Conflict` unless the version is the one that the person saw (None: whatever it is).

    It says who changed the thing (`by`) and when (`at`), where a record of that was kept.
    """
    if version is None or version == held.version:
        return
    wrote = changes.last(held._meta.model_name, held.pk)
    if wrote is None or not wrote.name:
        raise Conflict("thing.changed_meanwhile", found=version)
    raise Conflict("thing.changed_by", found=version, by=wrote.name, at=wrote.at)


def change(
    actor: Actor, verb: str, kind: str, held: Any, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Set fields, raise the version, record and tell; what they were, of those that differ."""
    was, now = put(held, values)
    if now:
        changes.record(actor, verb, kind, held.pk, before=told_all(was), after=told_all(now))
        tell(actor, kind, [held])
    return was


def put(held: Any, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the fields that differ and raise the version; these before and after, both empty if none.

    For things that are recorded and told in a way of their own; all others take `change`.
    """
    now = {name: value for name, value in values.items() if getattr(held, name) != value}
    was = {name: getattr(held, name) for name in now}
    if now:
        for name, value in now.items():
            setattr(held, name, value)
        held.version += 1
        held.save(update_fields=[*now, "version"])
    return was, now


def made(actor: Actor, kind: str, rows: Iterable[Any], *names: str, verb: str = "add") -> None:
    """Record and tell that these are new; `names` are the fields that the record keeps."""
    listed = list(rows)
    changes.record_many(
        actor,
        verb,
        kind,
        [(one.pk, {}, told_all({name: getattr(one, name) for name in names})) for one in listed],
    )
    tell(actor, kind, listed)


def tell(actor: Actor, kind: str, rows: Iterable[Any]) -> None:
    """Tell open pages, each thing with the number of its version."""
    outbox.tell(actor.organisation_id, [News(kind, one.pk, one.version) for one in rows])
