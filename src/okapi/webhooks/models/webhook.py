"""Where messages go, and each message on its way."""

from django.db import models
from django.db.models import Q

from okapi.base.fields import new_id
from okapi.base.models import OrgModel, Thing


class Webhook(Thing):
    """An address that is told of some events.

    `secret` is sealed: the current one, and the one before until `previous_until`; so is what is
    secret in `url`, which is shown without it (`in_address`, see `base.addresses`). It is told of
    what happened from `told_from` on; `read_to` is how far the outbox was read for it.
    `failing_since` is set while nothing comes through.
    """

    name = models.CharField(max_length=200)
    url = models.CharField(max_length=2000)
    in_address = models.TextField(blank=True, default="")
    events = models.JSONField(default=list)
    secret = models.TextField()
    previous_until = models.DateTimeField(null=True)
    paused = models.CharField(max_length=20, blank=True)
    failing_since = models.DateTimeField(null=True)
    told_from = models.DateTimeField()
    read_to = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "archived_at"], name="webhook_of")]

    def __str__(self) -> str:
        return self.name


class Delivery(OrgModel):
    """One message to one webhook. `origin` names what it tells of, so that it is told once.

    `status` is that of the last answer; `code` and `data` tell why there was none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    origin = models.CharField(max_length=60)
    type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    body = models.JSONField()
    state = models.CharField(max_length=20, default="waiting")
    attempt = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "origin"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="delivery_due",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.state}"
