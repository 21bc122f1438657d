"""A user's place in an organisation, and in its teams."""

from django.db import models
from django.db.models import F, Q

from okapi.base.models import Thing
from okapi.orgs.models.team import Team
from okapi.orgs.models.user import User


class Person(Thing):
    """A member of the organisation (成员). Every right but leading a team is told here.

    A person without a user is known by name and e-mail and cannot sign in yet.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="people")
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    name_other = models.CharField(max_length=200, blank=True)
    job = models.CharField(max_length=200, blank=True)
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="reports"
    )
    is_viewer_only = models.BooleanField(default=False)
    is_steward = models.BooleanField(default=False)
    is_strategist = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email"], name="person_email"),
            models.UniqueConstraint(
                fields=["organisation", "user"], name="person_user", condition=Q(user__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("id")),
                name="person_not_own_manager",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Thing):
    """A person's dated place in a team; at most one running one is home."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=200, blank=True)
    responsibilities = models.TextField(blank=True)
    is_home = models.BooleanField(default=False)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "team", "starts"], name="membership_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(is_home=True, ends__isnull=True),
                name="membership_one_home",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="membership_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
