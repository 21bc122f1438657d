"""What people have said of files, kept for the next one of the kind."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models import Person


class SavedMapping(Thing):
    """How files with these headers are read (see `tables.ColumnMapping`), by whom it was said.

    `signature` is a digest of the headers; the newest word holds for the whole organisation.
    """

    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "signature"], name="mapping_once")
        ]

    def __str__(self) -> str:
        return self.signature[:8]
