"""Measurements: the current values, and those that were superseded.

Only the merge writes these tables, with ids that it has read in the same transaction; slices and
intakes are never deleted alone. The database does not check their references once more: on
PostgreSQL that took longer than the merge (measured: 16 of 30 microseconds a row).
"""

from django.db import models

from okapi.base.fields import ExactDecimalField
from okapi.base.models import OrgModel
from okapi.kpis.models.intake import Intake
from okapi.kpis.models.slice import Slice
from okapi.orgs.models import Organisation


class Reading(OrgModel):
    """What a measurement says: one value for one slice and period.

    A period is its first and last day and a mark (as in `1974a`); `label` is how the source wrote
    it. `number` is the float beside the exact `value`, for sorting and statistics. A ratio KPI
    carries its two parts.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    last = models.DateField()
    first = models.DateField()
    mark = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=60)
    value = ExactDecimalField()
    number = models.FloatField()
    numerator = ExactDecimalField(null=True)
    denominator = ExactDecimalField(null=True)
    note = models.CharField(max_length=500, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True


class Measurement(Reading):
    """The current value (测量值) of a slice in a period. A correction supersedes it."""

    pk = models.CompositePrimaryKey("organisation_id", "slice_id", "last", "first", "mark")
    slice = models.ForeignKey(
        Slice,
        on_delete=models.CASCADE,
        related_name="measurements",
        db_index=False,
        db_constraint=False,
    )
    intake = models.ForeignKey(
        Intake,
        on_delete=models.PROTECT,
        related_name="measurements",
        db_index=False,
        db_constraint=False,
    )

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class MeasurementHistory(Reading):
    """A superseded value, append-only: it stood from `intake` until `superseded_by`.

    An undone first value is kept too, with `superseded_by` the same intake.
    """

    id = models.BigAutoField(primary_key=True)
    slice = models.ForeignKey(
        Slice,
        on_delete=models.CASCADE,
        related_name="history",
        db_index=False,
        db_constraint=False,
    )
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    superseded_by = models.ForeignKey(
        Intake,
        on_delete=models.PROTECT,
        related_name="superseded",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        indexes = [models.Index(fields=["slice", "last"], name="history_slice_last")]

    def __str__(self) -> str:
        return f"{self.label} r{self.revision}: {self.value}"
