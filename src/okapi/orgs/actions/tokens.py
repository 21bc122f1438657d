"""Bearer tokens: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from okapi.base import changes, clock, scope
from okapi.base.actor import Actor, Door
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.core.errors import Forbidden
from okapi.orgs import access, queries
from okapi.orgs.models import Person, Token

START = "okapi_"
# A token's last use is told by the hour: writing it at each request would make reading a write.
USED_EVERY = timedelta(hours=1)


@transaction.atomic
def create(actor: Actor, person: Person, *, name: str = "") -> str:
    """Make a token for a person (oneself, or anybody for an administrator) and return its text."""
    if not actor.is_system and person.pk != actor.person_id:
        access.require_manager(actor, Person)
    text = START + secrets.token_urlsafe(32)
    token = Token.objects.create(
        organisation_id=actor.organisation_id,
        person=person,
        name=name,
        start=text[:12],
        digest=_digest(text),
    )
    changes.record(actor, "create", "token", token.pk, after={"person": str(person.pk)})
    return text


@transaction.atomic
def revoke(actor: Actor, token: Token) -> None:
    """Let a token no longer open anything; one's own, or any for an administrator."""
    if not access.visible_tokens(actor).filter(pk=token.pk).exists():
        raise access.missing("token", token.pk)
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    changes.record(actor, "revoke", "token", token.pk)


def authenticate(text: str) -> tuple[Actor, queries.Settings]:
    """The actor of a token and the settings of its organisation.

    `Forbidden` (`token.unknown`) for one that is unknown, revoked, expired, or whose person left;
    they are not told apart.
    """
    now = clock.now()
    with scope.everywhere("a token says by itself whose it is"):
        found = _TOKENS.rows([_digest(text)])
    if not found or (found[0][1] is not None and found[0][1] <= now):
        raise Forbidden("token.unknown")
    token_id, _, used_at, *of_person = found[0]
    person = Person(**dict(zip(_PERSON, of_person, strict=True)))
    settings = queries.settings_of(person.organisation_id)
    with scope.organisation(person.organisation_id):
        if used_at is None or now - used_at > USED_EVERY:
            Token.objects.filter(pk=token_id).update(used_at=now)
        actor = queries.actor_for_person(person, Door.API, today=settings.today, token_id=token_id)
    return actor, settings


# What of a person makes them an actor.
_PERSON = (
    "id", "organisation_id", "name", "is_viewer_only", "is_steward", "is_strategist",
    "is_administrator",
)  # fmt: skip
_TOKENS = Prepared(
    lambda digests: Token.objects.filter(
        Among("digest", digests), revoked_at__isnull=True, person__archived_at__isnull=True
    ).values_list("pk", "expires_at", "used_at", *(f"person__{name}" for name in _PERSON)),
    example="?",
    anywhere=True,
)


def _digest(text: str) -> str:
    """A token is long and random: a plain digest is enough, and can be looked up."""
    return hashlib.sha256(text.encode()).hexdigest()
