"""What a KPI's page tells beside the KPI itself, asked in the page's own round."""

from __future__ import annotations

from uuid import UUID

from okapi.base.rounds import Round
from okapi.exchange.sources.queries import feeding
from okapi.goals.choices import Followable
from okapi.goals.queries.kpi_links import kpi_links
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.lineage import Walk
from okapi.kpis.queries.page import LOOKED_BACK
from okapi.talk.queries import is_followed


class Beside:
    """The `beside` of `kpi_page`: what other apps know of a KPI that the reader may read.

    A further part of the page is one line here, and costs no statement: `self.name = asked(part)`.
    Once `kpi_page` has answered, `name()` is what is made of its rows.
    """

    def __init__(self, who: Asking) -> None:
        self._who = who

    def __call__(self, asked: Round, kpi_id: UUID) -> None:
        """Ask for all of it."""
        who = self._who
        self.links = asked(kpi_links(who, kpi_id, since=who.today - LOOKED_BACK))
        self.is_followed = asked(is_followed(who.actor, Followable.KPI.value, kpi_id))
        self.feeding = asked(feeding(kpi_id))
        self.walk = Walk(asked, kpi_id)
