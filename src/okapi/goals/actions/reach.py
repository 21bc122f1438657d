"""What a goal may be linked to: only what all who may read the goal may read too."""

from __future__ import annotations

from typing import Any

from okapi.core.errors import Refused
from okapi.goals.models import Objective
from okapi.kpis.models import Kpi
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import Visibility


def check_reach(objective: Objective, of: Any, field: str) -> None:
    """`Refused` (`link.private`) for a KPI or objective that some readers may not read."""
    if not _all_read(objective, of):
        raise Refused("link.private", field=field, found=of.key)


def check_links(objective: Objective) -> None:
    """`check_reach` for everything that an objective is linked to: its readers changed.

    `Refused` (`link.private_below`) for what contributes to it and has more readers.
    """
    _check_supporters(objective)
    if objective.visibility == Visibility.NAMED and not objective.readers.exists():
        return
    kpis = Kpi.objects.exclude(visibility=Visibility.EVERYONE.value)
    for one in (
        *kpis.filter(moved_by__key_result__objective=objective),
        *kpis.filter(guarded_by__objective=objective),
        *kpis.filter(informing__objective=objective),
    ):
        check_reach(objective, one, "visibility")
    parents = Objective.objects.filter(supported_by__child=objective)
    for parent in parents.exclude(visibility=Visibility.EVERYONE.value):
        check_reach(objective, parent, "visibility")


def _check_supporters(objective: Objective) -> None:
    """`Refused` (`link.private_below`) where a reader of what contributes to it may not read it."""
    if objective.visibility == Visibility.EVERYONE:
        return
    below = Objective.objects.filter(
        contributes_to__parent=objective, archived_at__isnull=True
    ).distinct()
    apart = sum(not _all_read(child, objective) for child in below)
    if apart:  # not which: some of them may be hidden from whoever asks
        raise Refused("link.private_below", field="visibility", n=apart)


def _all_read(objective: Objective, of: Any) -> bool:
    if of.visibility == Visibility.EVERYONE:
        return True
    if objective.visibility == Visibility.EVERYONE:
        return False
    mine, theirs = orgs_access.audience(objective), orgs_access.audience(of)
    return mine.teams <= theirs.teams and mine.people <= theirs.people
