"""Following anything that has a kind and an id."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models import Person


class Follow(Thing):
    """That a person wants to know what happens to a thing (关注).

    It gives no right: who may no longer read the thing no longer sees that they follow it.
    """

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="follows", db_index=False
    )
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "kind", "object_id"], name="follow_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "kind", "object_id"], name="follow_thing")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.kind} {self.object_id}"
