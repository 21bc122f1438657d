"""Check-ins."""

from django.db import models
from django.db.models import Q

from okapi.base.models import Thing
from okapi.goals.models.keyresult import KeyResult
from okapi.orgs.models import Person


class CheckIn(Thing):
    """A dated word from the owner (进展更新); append-only.

    `level` (a level's key) and `is_done` carry the progress of the kinds without a KPI; a
    milestone's own row says when it was done.
    """

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="check_ins")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="check_ins")
    at = models.DateTimeField()
    confidence = models.PositiveSmallIntegerField(null=True)
    happened = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    level = models.CharField(max_length=20, blank=True)
    is_done = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__lte=10),
                name="checkin_confidence",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "key_result", "-at"], name="checkin_newest")
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id} {self.at}: {self.confidence}"
