"""Who asks: questions to goals start as those to KPIs do."""

from okapi.kpis.queries.asking import Asking

__all__ = ["Asking"]
