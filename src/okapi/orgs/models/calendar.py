"""Working calendars: weekends, holidays, and working days that make up for them."""

from django.db import models

from okapi.base.models import OrgModel, Thing


class Calendar(Thing):
    """A working calendar. The days are stored, so that yesterday's figures stay what they were."""

    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    weekend = models.JSONField(default=list)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="calendar_key"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(is_default=True),
                name="calendar_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CalendarDay(OrgModel):
    """A day that differs from the week's rule: a holiday, or a working day that makes up."""

    id = models.BigAutoField(primary_key=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    is_working = models.BooleanField()
    title = models.CharField(max_length=200, blank=True)
    is_typed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "calendar", "day"], name="calendar_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.title}"
