"""Finding a KPI by a few letters of its name, for forms that link to one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.asking import Asking

MOST = 8


@dataclass(frozen=True, slots=True)
class KpiFound:
    """A KPI that can be chosen: its key, name and unit, and whose it is."""

    key: str
    name: str
    unit: str
    team: str


def text_has(text: str) -> Q:
    """Every word of it somewhere in name or key."""
    found = Q()
    for word in text.split():
        found &= Q(name__icontains=word) | Q(name_other__icontains=word) | Q(key__icontains=word)
    return found


def kpis(asking: Asking, text: str, *, most: int = MOST) -> tuple[KpiFound, ...]:
    """The active KPIs with every word in name or key, by name; one statement."""
    rows = access.visible(asking.actor).filter(
        text_has(text), archived_at__isnull=True, state=KpiState.ACTIVE.value
    )
    columns = ("key", "name", "name_other", "definition__unit", "team__name", "team__name_other")
    return tuple(
        KpiFound(
            key, asking.text(name, other), unit or "", asking.text(team or "", team_other or "")
        )
        for key, name, other, unit, team, team_other in rows.order_by("name", "key").values_list(
            *columns
        )[:most]
    )


def name_of(asking: Asking, key: str) -> str:
    """The name of the KPI with this key; empty where the reader finds none."""
    row = access.visible(asking.actor).filter(key=key).values_list("name", "name_other").first()
    return "" if row is None else asking.text(*row)


def names_of(asking: Asking, keys: Collection[str]) -> dict[str, str]:
    """The names of the KPIs with these keys that the reader finds."""
    if not keys:
        return {}
    rows = access.visible(asking.actor).filter(key__in=[*keys])
    columns = ("key", "name", "name_other")
    return {key: asking.text(name, other) for key, name, other in rows.values_list(*columns)}


def names_by_id(asking: Asking, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of the KPIs with these ids that the reader finds."""
    rows = access.visible(asking.actor).filter(pk__in=ids)
    columns = ("pk", "name", "name_other")
    return {pk: asking.text(name, other) for pk, name, other in rows.values_list(*columns)}


def unit_of(asking: Asking, key: str) -> str:
    """The unit of the KPI with this key, as its definition in force has it."""
    rows = access.visible(asking.actor).filter(key=key)
    return rows.values_list("definition__unit", flat=True).first() or ""
