"""A KPI's formula, unit, direction, aggregation and source as agreed at one time."""

from django.db import models

from okapi.base.models import Thing
from okapi.kpis.models.kpi import Kpi
from okapi.orgs.models import Person


class Definition(Thing):
    """A definition version (定义版本). It is never edited: a change makes the next number.

    `dimensions` names the dimensions of its slices; without a total (`has_total` False) no
    slice stands for the whole KPI. `aggregation` is over time, `slice_aggregation` over slices.
    A version with a formula is computed (`is_computed`) while it is in force or an open goal names
    it; `waiting_since` tells that a large change of its parts is still to be computed.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="definitions")
    number = models.PositiveIntegerField(default=1)
    unit = models.CharField(max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(null=True)
    direction = models.CharField(max_length=10, default="up")
    frequency = models.CharField(max_length=12, default="month")
    aggregation = models.CharField(max_length=10, default="last")
    slice_aggregation = models.CharField(max_length=10, blank=True)
    delay_days = models.PositiveSmallIntegerField(default=0)
    dimensions = models.JSONField(default=list)
    has_total = models.BooleanField(default=True)
    formula = models.TextField(blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField(null=True)
    is_computed = models.BooleanField(default=False)
    waiting_since = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kpi", "number"], name="definition_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} v{self.number}"
