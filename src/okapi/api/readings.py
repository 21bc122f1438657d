"""Readings of hours and minutes, put together into the values of a KPI."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from okapi.api.answering import ref
from okapi.api.middleware import TokenRequest
from okapi.api.schemas.base import WRITES, Body, Exact, Number
from okapi.api.schemas.measurements import Counts
from okapi.core.moments import MOST, Bundle, Reading
from okapi.kpis import actions
from okapi.kpis.actions.readings import Seen

router = Router(tags=["Measurements"])


class ReadingIn(Body):
    """A value at a moment: ISO 8601; without a zone in the organisation's."""

    at: str = Field(max_length=60, examples=["2026-11-27T13:00:00+08:00"])
    value: Number


class ReadingsIn(Body):
    """Readings of one KPI, in any order."""

    readings: list[ReadingIn] = Field(max_length=MOST)
    slice: dict[str, str] = {}


class ReadingOut(Schema):
    """A reading that is unlike the days before it."""

    at: datetime
    value: Exact
    score: float = Field(description="from 0 to 1; worth telling from 0.8 on")


class BundleOut(Schema):
    """A period that has ended: its value, of how many readings, and the unusual ones."""

    period: str
    value: Exact
    readings: int
    unusual: list[ReadingOut]


class ReadingsOut(Schema):
    """What became of readings."""

    periods: list[BundleOut]
    running: int = Field(description="readings of periods that have not ended: left out")
    unusual: list[ReadingOut] = Field(description="those of them that are unusual")
    taken: Counts | None = Field(description="null where they were only looked at")


@router.post("/kpis/{key}/readings", response={200: ReadingsOut, **WRITES})
def readings(
    request: TokenRequest,
    key: str,
    body: ReadingsIn,
    dry_run: Annotated[bool, Query()] = False,
) -> ReadingsOut:
    """Take readings of hours and minutes in, as one value for each period that has ended.

    Each reading is compared with the days before it in the same request: send the last eight days
    along; values that did not change stay as they are.
    """
    rows: list[tuple[str, Any]] = [(one.at, one.value) for one in body.readings]
    if dry_run:
        return _out(actions.look_at_readings(request.actor, ref(key), rows), None)
    seen, result = actions.record_readings(
        request.actor, ref(key), rows, slice=body.slice, source=request.actor.name
    )
    counts = Counts(
        received=result.received,
        new=result.new,
        revised=result.revised,
        unchanged=result.unchanged,
        intake=str(result.uid),
    )
    return _out(seen, counts)


def _out(seen: Seen, counts: Counts | None) -> ReadingsOut:
    unusual = [_reading(one) for one in seen.running if one.is_unusual]
    return ReadingsOut(
        periods=[_bundle(one) for one in seen.bundles],
        running=len(seen.running),
        unusual=unusual,
        taken=counts,
    )


def _bundle(bundle: Bundle) -> BundleOut:
    return BundleOut(
        period=bundle.period.label,
        value=bundle.value,
        readings=len(bundle.readings),
        unusual=[_reading(one) for one in bundle.unusual],
    )


def _reading(one: Reading) -> ReadingOut:
    return ReadingOut(at=one.at, value=one.value, score=round(one.score, 4))
