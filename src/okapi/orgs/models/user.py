"""Who can sign in. Custom from the first migration, and fit for SCIM."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from okapi.base.fields import MadeAtField, new_id
from okapi.base.models import OrgModel


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who may sign in; without a password only by another way than a password."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By e-mail address, whatever its case."""
        return self.get(email__iexact=(username or "").strip())


class User(AbstractBaseUser):
    """A human who signs in; what they are in an organisation is a `Person`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, blank=True)
    theme = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    scim_id = models.CharField(max_length=254, null=True, unique=True)
    scim_external_id = models.CharField(max_length=254, null=True, db_index=True)
    scim_username = models.CharField(max_length=254, null=True, db_index=True)
    created_at = MadeAtField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email")]

    def __str__(self) -> str:
        return self.name or self.email


class Group(OrgModel):
    """A group as an identity provider pushes it; roles and teams can be bound to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    scim_id = models.CharField(max_length=254, null=True, unique=True)
    scim_external_id = models.CharField(max_length=254, null=True, db_index=True)
    members = models.ManyToManyField(User, related_name="scim_groups", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="group_name")]

    def __str__(self) -> str:
        return self.name
