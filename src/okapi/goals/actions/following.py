"""Following objectives, KPIs, teams and people. Who may read a thing may follow it."""

from __future__ import annotations

from okapi.base.actor import Actor
from okapi.goals.actions.drafts import Ref
from okapi.goals.choices import Followable
from okapi.goals.queries import following
from okapi.talk import actions as talk


def follow(actor: Actor, kind: Followable, ref: Ref) -> bool:
    """Follow a thing; False where that was so already. `NotFound` when missing or hidden."""
    return talk.follow(actor, kind.value, following.id_of(actor, kind, ref))


def unfollow(actor: Actor, kind: Followable, ref: Ref) -> bool:
    """Follow a thing no longer; False where it was not followed. Errors as `follow`."""
    return talk.unfollow(actor, kind.value, following.id_of(actor, kind, ref))
