"""Key results and what they are made of."""

from django.db import models
from django.db.models import Q

from okapi.base.models import Thing
from okapi.goals.models.objective import Objective
from okapi.orgs.models import Person


class KeyResult(Thing):
    """How we will know (关键结果). What it moves, and from where to where, is in `Moves`.

    `kind` is one of metric, milestone, levels, yes_no; `reading` (latest or span) and `curve`
    are blank where the default of the KPI's aggregation holds. `against` says that it goes
    against the KPI's good direction on purpose.
    """

    key = models.CharField(max_length=120)
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="key_results")
    title = models.CharField(max_length=300)
    title_other = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=12, default="metric")
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="key_results"
    )
    weight = models.DecimalField(max_digits=9, decimal_places=4, default=1)
    state = models.CharField(max_length=12, default="draft")
    agreed_on = models.DateField(null=True)
    due = models.DateField(null=True)
    mode = models.CharField(max_length=8, blank=True)
    keep_share = models.DecimalField(max_digits=5, decimal_places=4, default="0.9")
    reading = models.CharField(max_length=8, blank=True)
    curve = models.CharField(max_length=8, default="linear")
    against = models.BooleanField(default=False)
    cadence_days = models.PositiveSmallIntegerField(null=True)
    grade = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    grade_reason = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="key_result_key"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="key_result_weight"),
        ]

    def __str__(self) -> str:
        return self.title


class Milestone(Thing):
    """A weighted step of a milestone key result."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    title_other = models.CharField(max_length=300, blank=True)
    due = models.DateField(null=True)
    weight = models.DecimalField(max_digits=9, decimal_places=4, default=1)
    done_on = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key_result", "key"], name="milestone_key"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="milestone_weight"),
        ]

    def __str__(self) -> str:
        return self.title


class Level(Thing):
    """One described level of a key result that has no number: fail, commit, target, stretch."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="levels")
    key = models.CharField(max_length=20)
    value = models.DecimalField(max_digits=5, decimal_places=4)
    text = models.TextField()
    text_other = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key_result", "key"], name="level_key")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.text}"
