"""Why a KPI moved, as the API tells it."""

from __future__ import annotations

from ninja import Field, Schema

from okapi.core.slices import Part, Split
from okapi.kpis.queries.why import Moment, Why


class MomentOut(Schema):
    """One end of the change; for a target, the period that it holds in."""

    period: str
    value: float


class PartOut(Schema):
    """A part of the change: what it adds, in the KPI's unit; its figures before and after."""

    where: dict[str, str]
    amount: float
    share: float | None = Field(description="of the whole change; null where nothing changed")
    before: float | None
    after: float | None


class WhyOut(Schema):
    """A change and its parts: `causes`, `rest`, `mix` and `outside` add up to `change`."""

    kpi: str
    against: str
    start: MomentOut | None
    end: MomentOut | None
    change: float
    causes: list[PartOut]
    rest: float = Field(description="what the slices that do not stand out add")
    mix: float = Field(description="for rates: that slices with another rate became more or fewer")
    outside: float = Field(description="what no slice has")
    drift: float = Field(description="by what share of their size all slices moved together")
    aim: float | None = Field(
        description="for formulas against a target or forecast: what those of the parts come to"
    )
    without: str | None = Field(description="why there is no split; null where there is one")
    lacking: list[str] = Field(
        description="the formula's parts without a target or forecast; empty text for a hidden one"
    )


def why_out(found: Why) -> WhyOut:
    """The answer."""
    split = found.causes or Split(())
    return WhyOut(
        kpi=found.row.key,
        against=found.against.value,
        start=_moment(found.start),
        end=_moment(found.end),
        change=found.change,
        causes=[_part(part, found.change) for part in split.parts],
        rest=split.rest,
        mix=split.mix,
        outside=found.outside,
        drift=split.drift,
        aim=found.aim,
        lacking=list(found.lacking),
        without=None if found.without is None else found.without.value,
    )


def _moment(moment: Moment | None) -> MomentOut | None:
    return None if moment is None else MomentOut(period=moment.period.label, value=moment.value)


def _part(part: Part, change: float) -> PartOut:
    return PartOut(
        where=dict(part.where),
        amount=part.amount,
        share=part.amount / change if change else None,
        before=part.before,
        after=part.after,
    )
