"""Keys by which other programs act for a person."""

from django.db import models

from okapi.base.models import Thing
from okapi.orgs.models.person import Person


class Token(Thing):
    """A bearer token of one person in one organisation. Only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200, blank=True)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.start}…"
