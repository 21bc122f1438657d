"""Intakes: what brought measurements in."""

from django.db import models

from okapi.base.fields import new_id
from okapi.base.models import OrgModel
from okapi.orgs.models import Person


class Intake(OrgModel):
    """An intake (录入批次): source, person, door, when, file; can be undone as one.

    `id` is small, since every measurement carries it; people and programs use `uid`. `chunks` and
    `chunks_done` are the journal of a commit: a killed one goes on where it stopped. `slices` are
    the ids of those that it touched, kept for small intakes only.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=new_id, unique=True, editable=False)
    door = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="intakes")
    source = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=300, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    staging = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, default="loading")
    received = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=1)
    chunks_done = models.PositiveIntegerField(default=0)
    slices = models.JSONField(null=True)
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "created_at"], name="intake_created")]

    def __str__(self) -> str:
        return str(self.uid)
