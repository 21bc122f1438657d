"""KPIs by what somebody begins to type in a formula."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When

from okapi.kpis import access
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.finding import text_has

MOST = 8


@dataclass(frozen=True, slots=True)
class Named:
    """A KPI as a formula may name it."""

    key: str
    name: str
    unit: str
    team: str


def likely(asking: Asking, text: str, *, most: int = MOST) -> tuple[Named, ...]:
    """The visible KPIs whose key or name has these words, those that begin so first, by key."""
    words = text.strip()[:120]
    rows = access.visible(asking.actor).filter(archived_at__isnull=True, definition__isnull=False)
    if words:
        rows = rows.filter(text_has(words))
    begins = Q(name__istartswith=words) | Q(name_other__istartswith=words)
    rank = Case(
        When(key__istartswith=words, then=Value(0)),
        When(begins, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    ranked = rows.annotate(rank=rank).order_by("rank", "key")
    columns = ("key", "name", "name_other", "definition__unit", "team__name", "team__name_other")
    return tuple(
        Named(key, asking.text(name, other), unit, asking.text(team or "", team_other or ""))
        for key, name, other, unit, team, team_other in ranked.values_list(*columns)[:most]
    )
