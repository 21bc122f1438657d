"""What can be told of measurements while their KPIs cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from okapi.core.errors import OkapiError
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation
from okapi.exchange.draft import Draft
from okapi.exchange.measuring import MeasurementFiles
from okapi.kpis import ingest
from okapi.kpis.ingest import Known, Shape

_OF_DEFINITIONS = ("slice.", "ratio.")


@dataclass(frozen=True, slots=True)
class _Counting:
    fiscal_month: int
    first_weekday: int
    today: date


def errors(draft: Draft, files: MeasurementFiles, *, kpis_known: bool) -> list[OkapiError]:
    """What the intake would refuse if the KPIs were as the files say, at its lines.

    Of a KPI whose definition cannot be read, only the numbers and texts of periods are judged.
    """
    settings = draft.settings
    counting = _Counting(settings["fiscal_month"], settings["first_weekday"], draft.today)
    known = {key: _known(draft, key) for (key,) in draft.view["kpi"] if isinstance(key, str)}
    vague = {key for key in known if _definition(draft, key) is None}
    found = ingest.rehearse(files, known, counting)
    return [
        files.placed(error)
        for error in found
        if not (error.data.get("kpi") in vague and error.code.startswith(_OF_DEFINITIONS))
        and (kpis_known or error.code != "kpi.unknown")
    ]


def _definition(draft: Draft, key: str) -> dict[str, Any] | None:
    return draft.at("definition", (key, draft.view["kpi"][key,]["in_force"]))


def _known(draft: Draft, key: str) -> Known:
    kpi, definition = draft.view["kpi"][key,], _definition(draft, key)
    told: dict[str, Any] = definition or {
        "unit": "",
        "frequency": Frequency.IRREGULAR.value,
        "aggregation": Aggregation.LAST.value,
        "dimensions": [],
        "total": True,
        "formula": "",
    }
    return Known(
        id=None,
        key=key,
        team_id=None,
        owner_id=None,
        state=kpi["state"],
        archived_at=kpi["archived_at"],
        unit=told["unit"],
        frequency=told["frequency"],
        aggregation=told["aggregation"],
        dimensions=told["dimensions"],
        has_total=told["total"],
        formula=told["formula"],
        earlier=tuple(_earlier(draft, key, kpi["in_force"])),
    )


def _earlier(draft: Draft, key: str, in_force: object) -> Iterator[Shape]:
    for values in draft.versions(key):
        if values["number"] != in_force:
            shape = ("frequency", "aggregation", "dimensions", "total", "formula")
            yield Shape(*(values[name] for name in shape))
