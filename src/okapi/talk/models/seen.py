"""How far a person has seen what is new."""

from django.db import models

from okapi.base.models import OrgModel
from okapi.orgs.models import Person


class Seen(OrgModel):
    """Until when a person has seen what is new to them, and when they last looked.

    A visit is one look, or several close together; what came after the visit before it began is
    new for the whole of it.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    until = models.DateTimeField()
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} until {self.until}"
