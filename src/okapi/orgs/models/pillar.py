"""Lasting strategic themes and the perspectives from which they look."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models.person import Person


class Perspective(Thing):
    """Finance, customer, process, learning, or whatever an organisation makes of them."""

    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    title_other = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="perspective_key")
        ]

    def __str__(self) -> str:
        return self.title


class Pillar(Thing):
    """A strategic theme (战略主题): company objectives and KPIs belong to one."""

    key = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    title_other = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="pillars")
    perspective = models.ForeignKey(
        Perspective, on_delete=models.SET_NULL, null=True, related_name="pillars"
    )
    horizon_starts = models.DateField(null=True)
    horizon_ends = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="pillar_key")]

    def __str__(self) -> str:
        return self.title
