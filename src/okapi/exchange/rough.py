"""What can be told of measurements while their KPIs cannot be written: the rows by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from okapi.core.errors import OkapiError, Refused
from okapi.core.periods import parse_period
from okapi.core.quantities import parse_decimal
from okapi.exchange.draft import Draft
from okapi.exchange.measuring import MeasurementFiles
from okapi.kpis.ingest.rows import Batch

MOST_TOLD = 1_000


def errors(draft: Draft, files: MeasurementFiles, *, kpis_known: bool) -> list[OkapiError]:
    """Unknown KPIs, and periods and values that cannot be read, at their lines."""
    found: list[OkapiError] = []
    for batch in files.batches():
        found.extend(batch.problems)
        for error in _of_batch(draft, batch, kpis_known):
            if len(found) >= MOST_TOLD:
                break
            found.append(error)
    return [files.placed(_in_files(error, files)) for error in found]


def _in_files(error: OkapiError, files: MeasurementFiles) -> OkapiError:
    return type(error)(error.code, **{"file": files.file_name, **error.data})


def _of_batch(draft: Draft, batch: Batch, kpis_known: bool) -> Iterator[OkapiError]:
    how = {name: draft.settings[name] for name in ("fiscal_month", "first_weekday")}
    ratios = {
        kpi for (kpi, _), one in draft.view["definition"].items() if one["aggregation"] == "ratio"
    }
    for line, kpi, period, value in zip(
        batch.lines, batch.kpis, batch.periods, batch.values, strict=True
    ):
        if kpis_known and (kpi,) not in draft.view["kpi"]:
            yield Refused("kpi.not_here", line=line, field="kpi", found=kpi[:60])
        try:
            parse_period(period, **how)
        except OkapiError as error:
            yield Refused(error.code, **{**error.data, "line": line, "field": "period"})
        try:
            if value or kpi not in ratios:  # the value of a ratio may follow from its parts
                parse_decimal(value)
        except OkapiError as error:
            yield Refused(error.code, **{**error.data, "line": line, "field": "value"})
