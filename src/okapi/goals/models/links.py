"""What joins goals to KPIs and to each other: moves, guards, informs, contributes to."""

from django.db import models
from django.db.models import F, Q

from okapi.base.fields import ExactDecimalField
from okapi.base.models import Thing
from okapi.goals.models.keyresult import KeyResult
from okapi.goals.models.objective import Objective
from okapi.kpis.models import Definition, Kpi, Slice


class Moves(Thing):
    """The link from a key result to what measures it (驱动): a KPI or one slice of it.

    `start` is automatic until somebody types one with a reason; a start that waits for its
    baseline is empty. The target is `target`, or `low`/`high` for a band.
    """

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="moves")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="moved_by")
    slice = models.ForeignKey(Slice, on_delete=models.PROTECT, related_name="moved_by")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="moved_by")
    start = ExactDecimalField(null=True)
    start_reason = models.CharField(max_length=500, blank=True)
    start_label = models.CharField(max_length=60, blank=True)
    is_start_typed = models.BooleanField(default=False)
    target = ExactDecimalField(null=True)
    low = ExactDecimalField(null=True)
    high = ExactDecimalField(null=True)
    weight = models.DecimalField(max_digits=9, decimal_places=4, default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key_result", "kpi", "slice"], name="moves_once"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="moves_weight"),
            models.CheckConstraint(
                condition=Q(target__isnull=False) | Q(low__isnull=False) | Q(high__isnull=False),
                name="moves_has_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id} moves {self.kpi_id}"


class Guard(Thing):
    """The link from an objective to a KPI that must not leave its band meanwhile (守护).

    With limits of its own (`low`, `high`, and amber ones inside of them) or, without any, the
    KPI's target and limits. `broken_at_start`: it was so at agreement already.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="guards")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="guarded_by")
    slice = models.ForeignKey(Slice, on_delete=models.PROTECT, related_name="+")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    low = ExactDecimalField(null=True)
    high = ExactDecimalField(null=True)
    amber_low = ExactDecimalField(null=True)
    amber_high = ExactDecimalField(null=True)
    broken_at_start = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "objective", "kpi", "slice"], name="guard_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} guards {self.kpi_id}"


class Informs(Thing):
    """The link from an objective or key result to a KPI shown for context only (参考)."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="informs")
    key_result = models.ForeignKey(
        KeyResult, on_delete=models.CASCADE, null=True, related_name="informs"
    )
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="informing")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "objective", "kpi"],
                condition=Q(key_result__isnull=True),
                name="informs_objective_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "key_result", "kpi"],
                condition=Q(key_result__isnull=False),
                name="informs_key_result_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} informs {self.objective_id}"


class Contribution(Thing):
    """Alignment (支撑): an objective contributes to an objective, or to a key result, above it.

    `parent` is always set: for a key result it is that one's objective.
    """

    child = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="contributes_to")
    parent = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="supported_by")
    parent_key_result = models.ForeignKey(
        KeyResult, on_delete=models.CASCADE, null=True, related_name="supported_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "child", "parent"],
                condition=Q(parent_key_result__isnull=True),
                name="contribution_objective_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "child", "parent_key_result"],
                condition=Q(parent_key_result__isnull=False),
                name="contribution_key_result_once",
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="contribution_not_to_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} contributes to {self.parent_id}"
