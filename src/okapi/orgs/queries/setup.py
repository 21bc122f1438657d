"""How far the first set-up of an organisation has come."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from okapi.base.actor import Actor
from okapi.orgs.choices import TeamKind
from okapi.orgs.models import Cycle, Organisation, Person, Team


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """What is there of what a working organisation has."""

    teams: bool
    people: bool
    cycle: bool


def facts(actor: Actor) -> SetupFacts:
    """Whether there are departments, others than who asks, and a cycle; one statement."""
    own = Q(organisation_id=OuterRef("pk"), archived_at__isnull=True)
    row = (
        Organisation.objects.filter(pk=actor.organisation_id)
        .annotate(
            teams=Exists(Team.objects.filter(own).exclude(kind=TeamKind.COMPANY.value)),
            people=Exists(Person.objects.filter(own).exclude(pk=actor.person_id)),
            cycle=Exists(Cycle.objects.filter(own)),
        )
        .values_list("teams", "people", "cycle")
        .get()
    )
    return SetupFacts(*row)
