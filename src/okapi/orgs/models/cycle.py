"""Spans of time for which objectives are set."""

from django.db import models
from django.db.models import F, Q

from okapi.base.models import Thing


class Cycle(Thing):
    """A cycle (周期); cycles nest: a quarter lies within its year."""

    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    title_other = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, default="quarter")
    starts = models.DateField()
    ends = models.DateField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    state = models.CharField(max_length=20, default="draft")
    cadence_days = models.PositiveSmallIntegerField(default=7)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="cycle_key"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="cycle_dates"),
        ]

    def __str__(self) -> str:
        return self.title
