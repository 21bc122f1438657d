"""The stored result for one KPI, which pages and lists read."""

from django.db import models

from okapi.base.fields import ExactDecimalField
from okapi.base.models import OrgModel
from okapi.kpis.models.definition import Definition
from okapi.kpis.models.kpi import Kpi


class KpiFigures(OrgModel):
    """What changes when something was measured: the figures of a KPI at one time."""

    value = ExactDecimalField(null=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    label = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=12, default="no_data")

    class Meta:
        abstract = True


class KpiStanding(KpiFigures):
    """A KPI's standing (现状) in its total, or, without a total, in its newest slice.

    `status` is the period's; `to_date_*` the longer target's, where there is one. `target` and
    `spark` (the last 12 periods) are ready for the number component. `due_on` and `stale_on` say
    when freshness turns; `signal` is filled by the detector, `remarks` (a list) by what
    looks at the data; null for none.
    """

    kpi = models.OneToOneField(
        Kpi, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    slice_key = models.CharField(max_length=500, blank=True)
    number = models.FloatField(null=True)
    previous = ExactDecimalField(null=True)
    year_before = ExactDecimalField(null=True)
    to_date = ExactDecimalField(null=True)
    to_date_year_before = ExactDecimalField(null=True)
    to_date_plan = ExactDecimalField(null=True)
    to_date_status = models.CharField(max_length=12, blank=True)
    target = models.JSONField(null=True)
    spark = models.JSONField(default=list)
    signal = models.JSONField(null=True)
    remarks = models.JSONField(null=True)
    due_on = models.DateField(null=True)
    stale_on = models.DateField(null=True)
    learned_at = models.DateTimeField(null=True)
    turns_on = models.DateField(null=True)
    number_of_state = models.PositiveBigIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["turns_on"], name="kpi_standing_turns")]

    def __str__(self) -> str:
        return f"{self.kpi_id}: {self.value} {self.status}"


class KpiStandingHistory(KpiFigures):
    """What a KPI's standing was from `valid_from` until the next row."""

    id = models.BigAutoField(primary_key=True)
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="+", db_index=False)
    valid_from = models.DateTimeField()
    is_reconstructed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kpi", "valid_from"], name="kpi_history_from")
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} from {self.valid_from}: {self.value}"
