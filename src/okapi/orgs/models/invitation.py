"""Ways in that open once: an invitation to a person, and the key to the first set-up."""

from __future__ import annotations

from django.db import models

from okapi.base.fields import new_id
from okapi.base.models import Thing
from okapi.orgs.models.person import Person


class Invitation(Thing):
    """A link by which a person sets their password. Only its digest is kept; it opens once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"for {self.person_id} until {self.expires_at}"


class SetupKey(models.Model):
    """The key that `okapi serve` prints while nobody can sign in. It belongs to no organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.expires_at}"
