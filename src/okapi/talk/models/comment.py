"""Comments on anything that has a kind and an id."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models import Person


class Comment(Thing):
    """What a person said about a thing. Who may read the thing may read it."""

    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    text = models.TextField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "kind", "object_id"], name="comment_subject")
        ]

    def __str__(self) -> str:
        return self.text[:60]
