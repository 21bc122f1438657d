"""Sources that bring measurements by themselves, their runs, and what they feed."""

from django.db import models
from django.db.models import Q

from okapi.base.fields import new_id
from okapi.base.models import OrgModel, Thing
from okapi.kpis.models import Kpi
from okapi.orgs.models import Person

OPEN = Q(state__in=["waiting", "running"])


class Source(Thing):
    """Where measurements come from by themselves; enums are in `exchange.sources.kinds`.

    `place` says where, without secrets; `secret` is sealed (`base.sealing`), and so is what an
    address has of its own (`in_address`, see `base.addresses`). Runs act with the rights of
    `owner`. `validators` tell what the last good run read: ETag, date, digest. `next_at` is when it
    runs next; None: only when somebody asks. `paused` says why it does not run.
    """

    key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    place = models.JSONField(default=dict)
    query = models.TextField(blank=True)
    secret = models.TextField(blank=True)
    in_address = models.TextField(blank=True, default="")
    mapping = models.JSONField(null=True)
    cron = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    paused = models.CharField(max_length=20, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    validators = models.JSONField(default=dict)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="source_key")]
        indexes = [
            models.Index(fields=["next_at"], name="source_next", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.key


class SourceRun(OrgModel):
    """One reading of a source: why it began, what it read, what became of it.

    `slot` is the time at which it was due by its plan; None: a person or a command asked for it.
    `due_at` is when it is tried (next), `lease_until` until when somebody works on it. `code` and
    `data` tell a refusal of the whole, `refusals` the first ones at cells, `refused` how many.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=20, default="waiting")
    slot = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    received = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    intake = models.UUIDField(null=True)
    covered = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)
    refusals = models.JSONField(default=list)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=OPEN, name="source_run_open"),
            models.UniqueConstraint(fields=["source", "slot"], name="source_run_slot"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=OPEN, name="source_run_due"),
            models.Index(fields=["source", "-id"], name="source_run_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.state}"


class SourceFeed(OrgModel):
    """A KPI that a source brought values of, and the newest period that it has covered."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="feeds")
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    label = models.CharField(max_length=80)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kpi", "source"], name="source_feed_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.label}"
