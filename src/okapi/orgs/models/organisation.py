"""The tenant."""

from django.db import models

from okapi.base.fields import MadeAtField, new_id


class Organisation(models.Model):
    """One organisation: nothing is ever visible across two of them.

    `language` is the language of `name` and of every other first title in it; `name_other` is in
    the second one. `settings` holds the thresholds that differ from `core.health.Thresholds`.
    `setup` is empty, or, while the first set-up is under way, says which steps were skipped.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_other = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="zh")
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    first_weekday = models.PositiveSmallIntegerField(default=0)
    fiscal_month = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3, blank=True)
    personal_goals = models.CharField(max_length=20, default="open")
    settings = models.JSONField(default=dict)
    setup = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = MadeAtField()

    def __str__(self) -> str:
        return self.name
