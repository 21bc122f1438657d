"""What a message says: keys of things that everyone in the organisation may read, and no more.

Nobody is known to read it at the other end, so what is private to a team or to named people is not
told at all, not even that it changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from okapi.goals.models import KeyResult, Objective
from okapi.kpis.models import Intake, Kpi
from okapi.orgs.choices import Visibility
from okapi.webhooks.choices import EventType

Facts = Mapping[UUID, dict[str, str]]
_EVERYONE = Visibility.EVERYONE.value


def facts(type_: EventType, ids: Collection[UUID]) -> Facts:
    """What may be said of each of these things, by id; things that are private are left out."""
    match type_:
        case EventType.OBJECTIVE_CHANGED:
            return _objectives(ids)
        case EventType.KEY_RESULT_CHANGED | EventType.CHECK_IN_ADDED:
            return _key_results(ids)
        case EventType.KPI_CHANGED:
            return _kpis(ids)
        case EventType.COMMENT_CHANGED:
            return {**_kpis(ids), **_key_results(ids), **_objectives(ids)}
        case EventType.INTAKE_CHANGED:
            found = Intake.objects.filter(uid__in=ids).values_list("uid", flat=True)
            return {uid: {"intake": str(uid)} for uid in found}


def _objectives(ids: Collection[UUID]) -> Facts:
    rows = Objective.objects.filter(pk__in=ids, visibility=_EVERYONE)
    return {pk: {"objective": key} for pk, key in rows.values_list("pk", "key")}


def _key_results(ids: Collection[UUID]) -> Facts:
    rows = KeyResult.objects.filter(pk__in=ids, objective__visibility=_EVERYONE)
    return {
        pk: {"objective": objective, "key_result": key}
        for pk, key, objective in rows.values_list("pk", "key", "objective__key")
    }


def _kpis(ids: Collection[UUID]) -> Facts:
    rows = Kpi.objects.filter(pk__in=ids, visibility=_EVERYONE)
    return {pk: {"kpi": key} for pk, key in rows.values_list("pk", "key")}
