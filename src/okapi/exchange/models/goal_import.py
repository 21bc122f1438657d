"""Files of goals that were taken in."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models import Person


class GoalImport(Thing):
    """A file of goals that was taken in (目标导入), so that all of it can be taken back as one.

    `changes` are the numbers of the change records that it left. Of several people who take it back
    at once one does.
    """

    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    door = models.CharField(max_length=20)
    at = models.DateTimeField()
    form = models.CharField(max_length=20)
    file_name = models.CharField(max_length=300, blank=True)
    file_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="goal_import_at")]

    def __str__(self) -> str:
        return self.file_name
