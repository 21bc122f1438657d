"""Where a KPI stands in the catalogue, which pages and counts read from an index."""

from django.db import models

from okapi.base.models import OrgModel
from okapi.kpis.models.kpi import Kpi
from okapi.orgs.models import Pillar, Team


class CatalogueEntry(OrgModel):
    """A KPI's entry in the catalogue (指标目录); one that is archived has none.

    `place` is the number of what is said of it first (`queries.rows.ATTENTION`), `is_due` is told
    beside it; both as of the last renewal, which the daily turn makes when a day changes them.
    `remarks` has how many remarks on its data are open, by kind; `has_remarks` is told of the
    values that its standing rests on. The rest are the KPI's own, to sort and filter by.
    """

    kpi = models.OneToOneField(
        Kpi, on_delete=models.CASCADE, primary_key=True, related_name="entry"
    )
    place = models.PositiveSmallIntegerField()
    is_due = models.BooleanField()
    is_public = models.BooleanField()
    has_remarks = models.BooleanField(default=False)
    remarks = models.JSONField(default=dict)
    name = models.CharField(max_length=300)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    pillar = models.ForeignKey(
        Pillar, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            # The counts above the list read nothing but one of these two.
            models.Index(
                fields=["organisation", "is_public", "place", "is_due"], name="entry_counts"
            ),
            models.Index(
                fields=["organisation", "is_public", "team", "place", "is_due"],
                name="entry_team_counts",
            ),
            models.Index(
                fields=["organisation", "place", "name", "kpi", "is_public"],
                name="entry_attention",
            ),
            models.Index(fields=["organisation", "name", "kpi"], name="entry_name"),
            models.Index(fields=["organisation", "team", "place", "name"], name="entry_team"),
            models.Index(fields=["organisation", "pillar", "place", "name"], name="entry_pillar"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.place}"
