"""Adjustments: the only way in which agreed goals change."""

from django.db import models

from okapi.base.models import Thing
from okapi.goals.models.keyresult import KeyResult
from okapi.goals.models.objective import Objective
from okapi.orgs.models import Person


class Adjustment(Thing):
    """A dated, reasoned change of an agreed goal (目标调整); what it was stays readable."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="adjustments")
    key_result = models.ForeignKey(
        KeyResult, on_delete=models.CASCADE, null=True, related_name="adjustments"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.TextField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["organisation", "objective", "-at"], name="adjustment_at")]

    def __str__(self) -> str:
        return self.reason[:60]
