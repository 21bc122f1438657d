"""What every table of an organisation has in common, and the tables of the plumbing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from okapi.base import scope
from okapi.base.fields import MadeAtField, new_id


class OrgQuerySet(models.QuerySet["Any"]):
    """A queryset that refuses to write rows of another organisation."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        """As Django's, after the same check as `OrgModel.save`."""
        rows = list(objs)
        for row in rows:
            row.check_scope()
        return super().bulk_create(rows, *args, **kwargs)


class OrgManager(models.Manager["Any"]):
    """The only door to a table of an organisation: no scope, no rows."""

    def get_queryset(self) -> OrgQuerySet:
        """All rows of the open scope."""
        opened = scope.current()
        rows = OrgQuerySet(self.model, using=self._db)
        if opened.organisation_id is None:
            return rows
        return rows.filter(organisation_id=opened.organisation_id)


class OrgModel(models.Model):
    """A row that belongs to one organisation and never leaves it."""

    organisation = models.ForeignKey(
        "orgs.Organisation", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    organisation_id: UUID

    objects = OrgManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, after `check_scope`."""
        self.check_scope()
        super().save(*args, **kwargs)

    def check_scope(self) -> None:
        """Refuse a row of another organisation, or one that points at such a row."""
        opened = scope.current()
        if opened.organisation_id is not None:
            if getattr(self, "organisation_id", None) is None:
                self.organisation_id = opened.organisation_id
            if self.organisation_id != opened.organisation_id:
                raise scope.ScopeError(f"{self._meta.label} of another organisation")
        for field in self._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.is_cached(self):
                self._check_target(field.name)

    def _check_target(self, name: str) -> None:
        target = getattr(self, name)
        theirs = getattr(target, "organisation_id", self.organisation_id)
        if target is not None and theirs != self.organisation_id:
            raise scope.ScopeError(f"{self._meta.label}.{name} points across organisations")


class Thing(OrgModel):
    """An `OrgModel` that people can name: a UUIDv7, and a version for optimistic locking."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = MadeAtField()

    class Meta:
        abstract = True


class Change(OrgModel):
    """One action: who did what to which thing, when, by which door, before and after.

    Audit, undo, history, *as of* and the activity feed read it; nothing deletes it.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    person_name = models.CharField(max_length=200, blank=True)
    door = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "object_id", "number"], name="change_number"
            )
        ]
        indexes = [models.Index(fields=["organisation", "at"], name="change_at")]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.object_id} #{self.number}"


class Outbox(OrgModel):
    """What open pages, webhooks and rules are told. Carries names of things, never contents.

    `audience` is `{"everyone": true}` or `{"teams": […], "people": […]}`, written by the action.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    number = models.PositiveBigIntegerField()
    audience = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="outbox_at")]

    def __str__(self) -> str:
        return f"{self.id}: {self.kind} {self.object_id}"


class StoredAnswer(OrgModel):
    """The answer once given to a request with an idempotency key, kept for 30 days."""

    id = models.BigAutoField(primary_key=True)
    token_id = models.UUIDField()
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "token_id", "key"], name="stored_answer_key"
            )
        ]
        indexes = [models.Index(fields=["at"], name="stored_answer_at")]

    def __str__(self) -> str:
        return self.key
