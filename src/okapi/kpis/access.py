"""Who may read, measure and define which KPI."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from okapi.base.actor import Actor, Role
from okapi.base.outbox import Audience
from okapi.core.errors import Forbidden
from okapi.kpis.models import CatalogueEntry, DataRemark, Intake, Kpi, TeamTally
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import Visibility

VERBS = ("read", "comment", "measure", "edit", "define", "adjust")


def visible(actor: Actor) -> QuerySet[Kpi]:
    """The KPIs that the actor may read: the only start of a query for people."""
    rows = Kpi.objects.filter(organisation_id=actor.organisation_id)
    return rows.filter(orgs_access.readable(actor, Kpi.readers.through, "kpi_id"))


def visible_entries(actor: Actor) -> QuerySet[CatalogueEntry]:
    """The entries of the visible KPIs: the only start of a list of the catalogue for people.

    Most KPIs are open to everyone, which the entry says itself; of the others it is looked up.
    """
    rows = CatalogueEntry.objects.filter(organisation_id=actor.organisation_id)
    return rows if actor.is_system else rows.filter(_OPEN | _closed(actor))


def visible_remarks(actor: Actor) -> QuerySet[DataRemark]:
    """The remarks on the visible KPIs that are in use: the only start of a list of remarks.

    As for entries, it is looked up only of KPIs that are not open to everyone.
    """
    rows = DataRemark.objects.filter(
        organisation_id=actor.organisation_id, kpi__archived_at__isnull=True
    )
    public = Q(kpi__visibility=Visibility.EVERYONE.value)
    return rows if actor.is_system else rows.filter(public | _closed(actor))


def entries_apart(actor: Actor) -> tuple[QuerySet[CatalogueEntry], QuerySet[CatalogueEntry]]:
    """The visible entries in two parts: those open to everyone, which an index counts, and others.

    A condition that holds for either would have to look at each of them.
    """
    rows = CatalogueEntry.objects.filter(organisation_id=actor.organisation_id)
    return rows.filter(_OPEN), rows.filter(_SHUT if actor.is_system else _SHUT & _closed(actor))


def tallies(actor: Actor) -> QuerySet[TeamTally]:
    """The counts of what is open to everyone, whoever asks; what is not is counted apart."""
    rows: QuerySet[TeamTally] = TeamTally.objects.filter(organisation_id=actor.organisation_id)
    return rows


# As values, not as conditions: SQLite takes no bare column into a search of an index.
_OPEN, _SHUT = Q(is_public=Value(True)), Q(is_public=Value(False))


def _closed(actor: Actor) -> Q:
    return Q(Exists(visible(actor).filter(pk=OuterRef("kpi_id"))))


def get(
    actor: Actor, ref: UUID | str, verb: str = "read", *, among: QuerySet[Kpi] | None = None
) -> Kpi:
    """The KPI with this id or key. `NotFound` when missing or hidden, `Forbidden` by verb.

    `among` are the visible ones that are meant, unless all of them are.
    """
    kpi: Kpi | None = orgs_access.by_ref(visible(actor) if among is None else among, ref)
    if kpi is None:
        raise orgs_access.missing("kpi", ref)
    require(actor, verb, kpi)
    return kpi


class Owned(Protocol):
    """What rights rest on: a KPI, or as much of it as a bulk of measurements reads."""

    @property
    def team_id(self) -> UUID | None:
        """Its team."""

    @property
    def owner_id(self) -> UUID | None:
        """Its owner."""


def may(actor: Actor, verb: str, kpi: Owned) -> bool:
    """Whether the actor may do this to a KPI that they can read."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")
    if verb == "read" or actor.is_system:
        return True
    if not actor.has(Role.MEMBER):
        return False
    if verb == "comment":
        return True
    leads = kpi.team_id is not None and kpi.team_id in actor.leads
    if leads or actor.has(Role.STEWARD):
        return True
    owns = kpi.owner_id is not None and kpi.owner_id == actor.person_id
    return owns and verb in ("measure", "edit")


def require(actor: Actor, verb: str, kpi: Kpi) -> None:
    """`Forbidden` unless `may`."""
    if not may(actor, verb, kpi):
        raise Forbidden("access.forbidden", kind="kpi", ref=kpi.key, verb=verb)


def unsaved(actor: Actor) -> Kpi:
    """A KPI that the actor is about to make, as far as rights and formulas must know it."""
    return Kpi(organisation_id=actor.organisation_id, owner_id=actor.person_id)


def require_creator(actor: Actor, team_id: UUID | None) -> None:
    """Who may add an active KPI: a data steward, or the lead of its team."""
    if actor.has(Role.STEWARD) or (team_id is not None and team_id in actor.leads):
        return
    raise Forbidden("access.not_to_make", kind="kpi")


def visible_intakes(actor: Actor) -> QuerySet[Intake]:
    """All intakes for a data steward; otherwise one's own."""
    rows = Intake.objects.filter(organisation_id=actor.organisation_id)
    if actor.has(Role.STEWARD):
        return rows
    return rows.filter(person_id=actor.person_id)


def audience(kpi: Kpi) -> Audience:
    """Who may hear of the KPI."""
    return orgs_access.audience(kpi)
