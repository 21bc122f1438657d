"""The KPI itself: what lasts while its definition changes."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models import Person, Pillar, Team


class Kpi(Thing):
    """A continuous measure (指标). `definition` is the version in force; files call it by `key`.

    `screens_ranges`: wild moving ranges are left out of its limits.
    """

    key = models.CharField(max_length=120)
    name = models.CharField(max_length=300)
    name_other = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    description_other = models.TextField(blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="kpis")
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="kpis")
    pillar = models.ForeignKey(Pillar, on_delete=models.SET_NULL, null=True, related_name="kpis")
    definition = models.ForeignKey(
        "kpis.Definition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=20, default="active")
    visibility = models.CharField(max_length=20, default="everyone")
    readers = models.ManyToManyField(Person, related_name="readable_kpis", blank=True)
    archived_at = models.DateTimeField(null=True)
    screens_ranges = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="kpi_key")]

    def __str__(self) -> str:
        return self.name
