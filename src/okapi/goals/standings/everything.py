"""Renewing a whole organisation, after an import; and by the day, what turns by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from okapi.base import clock, outbox
from okapi.base.outbox import News
from okapi.goals.choices import Dirt
from okapi.goals.models import (
    BranchMember,
    Dirty,
    KeyResult,
    KeyResultStanding,
    Objective,
    ObjectiveStanding,
)
from okapi.goals.standings import dirt
from okapi.goals.standings.loading import Setting, setting_of
from okapi.goals.standings.members import home_teams
from okapi.goals.standings.rebuilding import rebuild
from okapi.goals.standings.renewing import renew_within
from okapi.goals.standings.supporting import renew_support
from okapi.orgs import queries as orgs

# Objectives in one pass: a few thousand key results, some tens of megabytes.
CHUNK = 2000
# Beyond so many things a single event for all of them goes out.
MOST_NEWS = 1000


def lock_renewer(organisation_id: UUID) -> None:
    """Be the only one who writes this organisation's branches until the transaction ends.

    Taken before any row is locked. On SQLite a transaction is alone anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            key = int.from_bytes(organisation_id.bytes[8:], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def renew_everything(organisation_id: UUID) -> int:
    """Renew all standings and branches of an organisation; how many objectives there were.

    One vectorised pass in chunks, in one transaction: the same figures as the incremental way.
    Nothing is left to the renewer; one event goes to the outbox.
    """
    at = clock.now()
    with transaction.atomic():
        lock_renewer(organisation_id)
        Dirty.objects.filter(organisation_id=organisation_id).delete()
        setting = setting_of(organisation_id, orgs.settings_of(organisation_id).today)
        ids = list(Objective.objects.order_by("id").values_list("id", flat=True))
        for chunk in _chunks(ids):
            renew_within(setting, chunk, at=at)
        Dirty.objects.filter(organisation_id=organisation_id, kind=Dirt.ABOVE.value).delete()
        renew_support(organisation_id, None, setting.today)
        rebuild(organisation_id, setting.today)
        tell_of_branches(organisation_id)
    return len(ids)


def tell_of_branches(organisation_id: UUID) -> None:
    """The one event for all branches that moved; its number is the time in milliseconds."""
    number = int(clock.now().timestamp() * 1000)
    outbox.tell(organisation_id, [News("branch", organisation_id, number)])


def turn(organisation_id: UUID, today: date) -> int:
    """Renew what turns by itself on `today` or did before; how many objectives were renewed.

    They are taken by the index on `turns_on`, each chunk in a transaction of its own.
    """
    setting = setting_of(organisation_id, today)
    due = Q(turns_on__lte=today)
    by_key_results = KeyResult.objects.filter(
        pk__in=KeyResultStanding.objects.filter(due).values("key_result_id"),
        archived_at__isnull=True,
    )
    ids = set(by_key_results.values_list("objective_id", flat=True))
    ids |= set(ObjectiveStanding.objects.filter(due).values_list("objective_id", flat=True))
    for chunk in _chunks(sorted(ids)):
        _turn(setting, chunk)
    _move_homes(organisation_id, today)
    return len(ids)


def _turn(setting: Setting, chunk: Sequence[UUID]) -> None:
    with transaction.atomic():
        told = renew_within(setting, chunk, at=clock.now())
        if len(told) <= MOST_NEWS:
            outbox.tell(setting.organisation_id, told)


def _move_homes(organisation_id: UUID, today: date) -> None:
    """Leave to the renewer the personal objectives whose owner has another home by now."""
    rows = BranchMember.objects.filter(objective__team__isnull=True).values_list(
        "objective_id", "objective__owner_id", "team_id"
    )
    personal = list(rows)
    homes = home_teams({owner for _, owner, _ in personal}, today)
    moved = [one for one, owner, team in personal if homes.get(owner) != team]
    with transaction.atomic():
        dirt.leave(organisation_id, Dirt.ABOVE, moved)


def _chunks(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]
