"""Bearer tokens: made once, shown once, kept as a digest."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from okapi.base import changes, clock, scope
from okapi.base.actor import Actor, Door
from okapi.core.errors import Forbidden
from okapi.orgs import access, queries
from okapi.orgs.actions import fields
from okapi.orgs.actions.digests import digest, new_secret
from okapi.orgs.models import Person, Token

START = "okapi_"
# A token's last use is told by the hour: writing it at each request would make reading a write.
USED_EVERY = timedelta(hours=1)
LONGEST_DAYS = 3_650


@transaction.atomic
def create(actor: Actor, person: Person, *, name: str = "", days: int | None = None) -> str:
    """Make a token for oneself and return its text; `days` until it expires (None: never).

    A token acts with its person's rights, so nobody makes one for somebody else: only a command
    does. `Forbidden` (`token.own`).
    """
    if not actor.is_system and person.pk != actor.person_id:
        raise Forbidden("token.own")
    now = clock.now()
    lasts = None if days is None else fields.whole(days, "days", 1, LONGEST_DAYS)
    text = START + new_secret()
    token = Token.objects.create(
        organisation_id=actor.organisation_id,
        person=person,
        name=fields.short(name, "name"),
        start=text[:12],
        digest=digest(text),
        expires_at=None if lasts is None else now + timedelta(days=lasts),
    )
    after = {"person": str(person.pk), "name": token.name, "days": days}
    changes.record(actor, "create", "token", token.pk, after=after)
    return text


@transaction.atomic
def revoke(actor: Actor, token: Token) -> None:
    """Let a token no longer open anything; one's own, or any for an administrator."""
    if not access.visible_tokens(actor).filter(pk=token.pk).exists():
        raise access.missing("token", token.pk)
    if token.revoked_at is not None:
        return
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    changes.record(actor, "revoke", "token", token.pk)


def authenticate(text: str) -> tuple[Actor, queries.Settings]:
    """The actor of a token and the settings of its organisation.

    `Forbidden` (`token.unknown`) for one that is unknown, revoked, expired, or whose person left;
    they are not told apart.
    """
    now = clock.now()
    found = queries.bearer_of(digest(text))
    if found is None or (found.expires_at is not None and found.expires_at <= now):
        raise Forbidden("token.unknown")
    settings = found.settings
    if found.used_at is None or now - found.used_at > USED_EVERY:
        with scope.organisation(settings.organisation_id):
            Token.objects.filter(pk=found.token_id).update(used_at=now)
    return found.actor(Door.API, settings.today), settings


def revoke_all(actor: Actor, person: Person) -> int:
    """Let none of a person's tokens open anything any more; how many. Within an action."""
    rows = list(Token.objects.filter(person=person, revoked_at__isnull=True).order_by("id"))
    Token.objects.filter(pk__in=[row.pk for row in rows]).update(revoked_at=clock.now())
    changes.record_many(actor, "revoke", "token", [(row.pk, {}, {}) for row in rows])
    return len(rows)
