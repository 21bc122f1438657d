"""KPIs that wait to be decided on, and how those that went out of use were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from okapi.base.models import Change
from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Kpi
from okapi.kpis.queries.asking import Asking
from okapi.orgs.models import Person, Team


@dataclass(frozen=True, slots=True)
class ProposedKpi:
    """A proposal in the list of these; `owner` and `team` are names, "" for none."""

    key: str
    name: str
    team: str
    owner: str
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """Who took a KPI out of use and why; one that was a proposal until then was declined."""

    by: str = ""
    reason: str = ""
    was_proposal: bool = False


def proposed_kpis(asking: Asking) -> tuple[ProposedKpi, ...]:
    """The proposals that the reader may see, by name; one statement."""
    rows = access.visible(asking.actor).filter(
        archived_at__isnull=True, state=KpiState.PROPOSED.value
    )
    return tuple(
        _proposed(asking, row)
        for row in rows.select_related("team", "owner").order_by("name", "key")
    )


def _proposed(asking: Asking, row: Kpi) -> ProposedKpi:
    return ProposedKpi(
        key=row.key,
        name=asking.text(row.name, row.name_other),
        team=named(asking, row.team),
        owner=named(asking, row.owner),
        may_decide=access.may(asking.actor, "define", row),
    )


def named(asking: Asking, one: Team | Person | None) -> str:
    """The name of a team or person in the reader's language; "" for none."""
    return "" if one is None else asking.text(one.name, one.name_other)


def endings(asking: Asking, ids: Collection[UUID]) -> dict[UUID, Ending]:
    """How each of these KPIs went out of use the last time; two statements."""
    found = Change.objects.filter(kind="kpi", verb="retire", object_id__in=ids).order_by("number")
    rows = list(found)
    people = Person.objects.in_bulk({row.person_id for row in rows})
    return {
        row.object_id: Ending(
            by=named(asking, people.get(row.person_id)) or row.person_name,
            reason=str(row.after.get("reason", "")),
            was_proposal=row.before.get("state") == KpiState.PROPOSED.value,
        )
        for row in rows
    }
