"""The tables of KPIs: one file per noun."""

from okapi.kpis.models.definition import Definition
from okapi.kpis.models.entry import CatalogueEntry
from okapi.kpis.models.forecast import ForecastDue, KpiForecast, KpiForecastHistory
from okapi.kpis.models.formula import (
    ComputedSeries,
    ComputedValue,
    FormulaDirt,
    FormulaPart,
)
from okapi.kpis.models.intake import Intake
from okapi.kpis.models.kpi import Kpi
from okapi.kpis.models.measurement import Measurement, MeasurementHistory
from okapi.kpis.models.remark import DataRemark
from okapi.kpis.models.signal import ProcessLimits, ProcessMark, Signal, SignalDue
from okapi.kpis.models.slice import Slice
from okapi.kpis.models.standing import KpiStanding, KpiStandingHistory
from okapi.kpis.models.tally import TeamTally
from okapi.kpis.models.target import Breakdown, Target

__all__ = [
    "Breakdown",
    "CatalogueEntry",
    "ComputedSeries",
    "ComputedValue",
    "DataRemark",
    "Definition",
    "ForecastDue",
    "FormulaDirt",
    "FormulaPart",
    "Intake",
    "Kpi",
    "KpiForecast",
    "KpiForecastHistory",
    "KpiStanding",
    "KpiStandingHistory",
    "Measurement",
    "MeasurementHistory",
    "ProcessLimits",
    "ProcessMark",
    "Signal",
    "SignalDue",
    "Slice",
    "Target",
    "TeamTally",
]
