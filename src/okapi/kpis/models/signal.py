"""Signals, what they are judged by, what people say of the process, what is due."""

from django.db import models

from okapi.base.models import OrgModel, Thing
from okapi.kpis.models.definition import Definition
from okapi.kpis.models.kpi import Kpi
from okapi.kpis.models.slice import Slice
from okapi.orgs.models import Person


class Signal(Thing):
    """A signal (信号): a change in a slice of a KPI that is not noise.

    `since` and `since_last` are the days of its first period, `until` the last day of its newest.
    It goes on while `is_open`; one that ended stays. `withdrawn_at` is when values were corrected
    or the baseline changed, and it was none any more. `change` is the mean distance from what was
    expected, in the KPI's unit; `strength` the same in standard deviations.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="signals", db_index=False)
    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="signals")
    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12)
    direction = models.CharField(max_length=4)
    is_bad = models.BooleanField(null=True)
    since = models.DateField()
    since_last = models.DateField()
    since_label = models.CharField(max_length=60)
    until = models.DateField()
    until_label = models.CharField(max_length=60)
    points = models.PositiveIntegerField()
    mean = models.FloatField()
    change = models.FloatField()
    strength = models.FloatField(null=True)
    is_open = models.BooleanField(default=True)
    found_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kpi", "since"], name="signal_kpi"),
            models.Index(fields=["organisation", "is_open", "found_at"], name="signal_open"),
            models.Index(fields=["organisation", "since"], name="signal_since"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id}: {self.kind} {self.direction} since {self.since}"


class ProcessMark(Thing):
    """What somebody says of a KPI's process: it changed in a period (过程变了), or its baseline.

    With `last` the periods from `first` to `last` are the baseline (基线); without, the baseline is
    the first values from `first` on. One that was removed stays, with who removed it and why.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="marks", db_index=False)
    first = models.DateField()
    last = models.DateField(null=True)
    label = models.CharField(max_length=60)
    last_label = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    removed_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "kpi", "first"], name="process_mark_kpi")]

    def __str__(self) -> str:
        return f"{self.kpi_id} from {self.first}"


class ProcessLimits(OrgModel):
    """The limits of a slice by one baseline: `first` to `last`, with so many values.

    Chosen once (`mark` is empty), or by what somebody said. A firm one keeps its periods; `basis`
    says of which measure it is, so that another definition has its own. One of a slice
    `is_current`. Without `mean` there are too few values, or `refusal` says by its code what is
    wrong with them.
    """

    id = models.BigAutoField(primary_key=True)
    slice = models.ForeignKey(
        Slice, on_delete=models.CASCADE, related_name="limits", db_index=False
    )
    mark = models.ForeignKey(
        ProcessMark, on_delete=models.CASCADE, null=True, related_name="limits"
    )
    basis = models.CharField(max_length=200)
    is_current = models.BooleanField()
    is_firm = models.BooleanField()
    is_screened = models.BooleanField()
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    points = models.PositiveIntegerField()
    season = models.PositiveSmallIntegerField(null=True)
    mean = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    moving_range = models.FloatField(null=True)
    range_limit = models.FloatField(null=True)
    refusal = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    renewed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "slice", "is_current"], name="limits_current")
        ]

    def __str__(self) -> str:
        return f"{self.slice_id}: {self.lower} to {self.upper}"


class SignalDue(OrgModel):
    """A KPI whose values changed. Rows are only added; the job deletes those that it has read."""

    id = models.BigAutoField(primary_key=True)
    kpi_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="signal_due_next")]

    def __str__(self) -> str:
        return f"{self.kpi_id}"
