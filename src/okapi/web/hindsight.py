"""How good earlier forecasts were, in words: on the pages of KPIs and of objectives."""

from __future__ import annotations

from okapi.kpis.queries.outlook import Hindsight
from okapi.wording import percent, say


def hindsight_words(found: Hindsight) -> str:
    """How often what came lay inside the band that was to hold 80 %, and who could not know it."""
    share = percent(found.held / found.judged)
    told = say("kpis.hindsight", n=found.judged, held=found.held, share=share)
    if not found.rebuilt:
        return told
    return say("kpis.hindsight_rebuilt", told=told, rebuilt=len(found.rebuilt))
