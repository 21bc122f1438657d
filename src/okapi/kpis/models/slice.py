"""Slices: sets of dimension values of one KPI."""

from django.db import models

from okapi.base.models import OrgModel
from okapi.kpis.models.kpi import Kpi


class Slice(OrgModel):
    """A set of dimension values (维度切片) of one KPI; the total is a slice too, with key "".

    `key` is the canonical form "dimension=value|…", sorted. The number is small, since every
    measurement carries it.
    """

    id = models.BigAutoField(primary_key=True)
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="slices", db_index=False)
    key = models.CharField(max_length=500, blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kpi", "key"], name="slice_key")
        ]

    def __str__(self) -> str:
        return self.key or "total"
