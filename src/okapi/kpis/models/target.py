"""Targets of KPIs and their breakdown over periods."""

from django.db import models
from django.db.models import F, Q

from okapi.base.fields import ExactDecimalField
from okapi.base.models import Thing
from okapi.kpis.models.kpi import Kpi
from okapi.kpis.models.slice import Slice


class Target(Thing):
    """What a KPI should be in a period (目标值), with its amber limit.

    Up and down use `value` and `amber`; in a band `low` and `high` with `amber_low` and
    `amber_high` outside of them. It holds until the next one of its `frequency`.
    `breakdown` is set where the target is a part of a longer one.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="targets", db_index=False)
    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="targets")
    frequency = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField()
    label = models.CharField(max_length=60)
    value = ExactDecimalField(null=True)
    amber = ExactDecimalField(null=True)
    low = ExactDecimalField(null=True)
    high = ExactDecimalField(null=True)
    amber_low = ExactDecimalField(null=True)
    amber_high = ExactDecimalField(null=True)
    breakdown = models.ForeignKey(
        "kpis.Breakdown", on_delete=models.CASCADE, null=True, related_name="parts"
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kpi", "slice", "frequency", "first"], name="target_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="target_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class Breakdown(Thing):
    """How a longer target was spread over periods (目标分解); its parts are targets too."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, related_name="spread")
    method = models.CharField(max_length=12)
    frequency = models.CharField(max_length=12)
    shares = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.method
