"""Formula KPIs: what their versions name, the values that are computed, and what is left to do."""

from django.db import models

from okapi.base.fields import ExactDecimalField
from okapi.base.models import OrgModel
from okapi.kpis.models.definition import Definition
from okapi.kpis.models.kpi import Kpi
from okapi.kpis.models.slice import Slice
from okapi.orgs.models import Organisation


class FormulaPart(OrgModel):
    """A KPI that the formula of a definition version names: lineage, both ways."""

    id = models.BigAutoField(primary_key=True)
    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, related_name="formula_parts", db_index=False
    )
    part = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="named_by")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "definition", "part"], name="formula_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} names {self.part_id}"


class ComputedSeries(OrgModel):
    """One slice of one definition version: what computed values belong to.

    The number is small, since every value carries it.
    """

    id = models.BigAutoField(primary_key=True)
    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, related_name="computed", db_index=False
    )
    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="computed")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "definition", "slice"], name="computed_series_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.slice_id}"


class ComputedValue(OrgModel):
    """A value that a formula came to in a period, or why it came to none.

    The columns of a measurement, so that both are read alike. A value has 12 significant digits;
    `number` is the same as a float. Without a value `reason` says why, as `why` and the keys of
    the `kpis` that it is about. Written by `kpis.formulas` only, which reads what it writes beside:
    the database does not check the references once more.
    """

    pk = models.CompositePrimaryKey("organisation_id", "series_id", "last")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    series = models.ForeignKey(
        ComputedSeries,
        on_delete=models.CASCADE,
        related_name="values",
        db_index=False,
        db_constraint=False,
    )
    last = models.DateField()
    first = models.DateField()
    mark = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=60)
    value = ExactDecimalField(null=True)
    number = models.FloatField(null=True)
    numerator = ExactDecimalField(null=True)
    denominator = ExactDecimalField(null=True)
    reason = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class FormulaDirt(OrgModel):
    """What a large change left to the renewer: formulas that read this slice, in these days.

    `since` and `until` are the last days of the first and last period that differ. Without a
    slice all of the KPI is meant, in all periods.
    """

    id = models.BigAutoField(primary_key=True)
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="+", db_index=False)
    slice = models.ForeignKey(
        Slice, on_delete=models.CASCADE, related_name="+", null=True, db_index=False
    )
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="formula_dirt_next")]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.since}–{self.until}"
