"""Remarks on the data of KPIs, as they stand and as people have accepted them."""

from django.db import models

from okapi.base.models import Thing
from okapi.kpis.models.kpi import Kpi
from okapi.kpis.models.slice import Slice
from okapi.orgs.models import Person


class DataRemark(Thing):
    """A remark (数据提示) on measured values of a KPI: what may be wrong with them.

    `first` and `first_label` are of its first period, `last` of its last one; `numbers` show it
    (`core.quality.Remark`). Its `state` is open, accepted (somebody said why the values are right)
    or gone (the values changed and it is none any more). `evidence` is a digest of the values that
    it is about: one that was accepted opens again when they change.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="remarks", db_index=False)
    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=12)
    severity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    first = models.DateField()
    last = models.DateField()
    first_label = models.CharField(max_length=60)
    last_label = models.CharField(max_length=60)
    points = models.PositiveIntegerField()
    numbers = models.JSONField(default=dict)
    evidence = models.CharField(max_length=64)
    found_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kpi", "first"], name="remark_kpi"),
            models.Index(fields=["organisation", "state", "severity", "id"], name="remark_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id}: {self.kind} {self.first_label}"
