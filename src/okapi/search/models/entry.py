"""The index: the words of each thing, and how far it follows the change records."""

from django.db import models

from okapi.base.models import OrgModel
from okapi.orgs.models import Organisation


class Entry(OrgModel):
    """The words of one thing, with spaces between.

    On SQLite an FTS5 table beside it holds the same by triggers, on PostgreSQL an index on the
    words as they are (`migrations/0001`). Among the words are marks of the organisation and kind,
    so that a common word is looked for only where it may be found.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "object_id"], name="search_entry_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Mark(models.Model):
    """Up to which change record an organisation is in the index; no row: not at all yet."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    change_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.change_id}"
