"""How many KPIs stand how, by team, so that pages count no KPIs."""

from django.db import models

from okapi.base.fields import new_id
from okapi.base.models import OrgModel
from okapi.orgs.models import Team


class TeamTally(OrgModel):
    """Some of the KPIs of a team (None: of no team) that everyone may read, counted.

    A team's numbers are the sums of its rows: who finds a row held by another transaction waits for
    nobody and adds one (`standings.tallies`). First how many KPIs stand at which place of the
    catalogue, as their entries say; `due` are told beside it; the rest are open remarks on their
    data, by kind.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    signal = models.IntegerField(default=0)
    red = models.IntegerField(default=0)
    stale = models.IntegerField(default=0)
    amber = models.IntegerField(default=0)
    no_target = models.IntegerField(default=0)
    no_data = models.IntegerField(default=0)
    green = models.IntegerField(default=0)
    due = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    sparse = models.IntegerField(default=0)
    twice = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    scale = models.IntegerField(default=0)
    sign = models.IntegerField(default=0)
    frozen = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["organisation", "team"], name="tally_team")]

    def __str__(self) -> str:
        return str(self.team_id)
