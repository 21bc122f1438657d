"""Forecasts of slices, what was forecast earlier, and what has to be forecast anew."""

from django.db import models

from okapi.base.models import OrgModel
from okapi.kpis.models.definition import Definition
from okapi.kpis.models.kpi import Kpi
from okapi.kpis.models.slice import Slice


class KpiForecast(OrgModel):
    """The forecast (预测) of a slice as it was last fitted.

    `data` is `core.forecast.Forecast.to_dict()`, None where the values allow none (`refusal` says
    by its code why). Step n is the period that ends on the n-th of `ends` (days as ordinals);
    `last` is the end of the newest period that was read. `is_looked_back` tells that forecasts
    after earlier periods were made, too, as far as there were none.
    """

    slice = models.OneToOneField(
        Slice, on_delete=models.CASCADE, primary_key=True, related_name="forecast"
    )
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="forecasts")
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    last = models.DateField(null=True)
    until = models.DateField()
    refusal = models.CharField(max_length=60, blank=True)
    ends = models.JSONField(default=list)
    data = models.JSONField(null=True)
    is_looked_back = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["organisation", "until"], name="forecast_until")]

    def __str__(self) -> str:
        return f"{self.slice_id} after {self.last}"


class KpiForecastHistory(OrgModel):
    """What was forecast after a period: median and the middle 80 % of the periods that followed.

    Each of `steps` is [end of the period as an ordinal, median, lower, upper]. Of days, one in
    seven is kept. `is_rebuilt` tells that it was made afterwards, from the values up to `last`.
    """

    id = models.BigAutoField(primary_key=True)
    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="+", db_index=False)
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    last = models.DateField()
    steps = models.JSONField(default=list)
    is_rebuilt = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "slice", "last"], name="forecast_history_last"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slice_id} after {self.last}"


class ForecastDue(OrgModel):
    """A slice whose values changed. Rows are only added; the job deletes those that it has read."""

    id = models.BigAutoField(primary_key=True)
    slice_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="forecast_due_next")]

    def __str__(self) -> str:
        return f"{self.slice_id}"
