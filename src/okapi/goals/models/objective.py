"""Objectives."""

from django.db import models
from django.db.models import Q

from okapi.base.models import Thing
from okapi.orgs.models import Cycle, Person, Pillar, Team


class Objective(Thing):
    """What we want to change in one cycle (目标); of a team, or, without one, of its owner."""

    key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    title_other = models.CharField(max_length=300, blank=True)
    why = models.TextField(blank=True)
    why_other = models.TextField(blank=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="objectives")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="objectives")
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="objectives"
    )
    pillar = models.ForeignKey(
        Pillar, on_delete=models.SET_NULL, null=True, related_name="objectives"
    )
    kind = models.CharField(max_length=20, default="committed")
    weight = models.DecimalField(max_digits=9, decimal_places=4, default=1)
    state = models.CharField(max_length=12, default="draft")
    agreed_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    grade = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    grade_reason = models.TextField(blank=True)
    is_provisional = models.BooleanField(default=False)
    visibility = models.CharField(max_length=20, default="everyone")
    readers = models.ManyToManyField(Person, related_name="readable_objectives", blank=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="objective_key"),
            models.CheckConstraint(
                condition=Q(team__isnull=False) | Q(owner__isnull=False), name="objective_owned"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="objective_weight"),
        ]
        indexes = [
            models.Index(fields=["organisation", "cycle", "team"], name="objective_cycle_team"),
            # Ids are in the order of time: what is new in a team is a range of these.
            models.Index(fields=["team", "id"], name="objective_team_new"),
        ]

    def __str__(self) -> str:
        return self.title
