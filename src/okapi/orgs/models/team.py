"""The organisation's tree."""

from django.db import models
from django.db.models import F, Q

from okapi.base.models import Thing


class Team(Thing):
    """A node of the tree (company, department, team), or a project team across it; has a lead."""

    key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    name_other = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, default="team")
    purpose = models.TextField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    lead = models.ForeignKey(
        "orgs.Person", on_delete=models.SET_NULL, null=True, related_name="leads"
    )
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="team_key"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="team_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name
