"""What a key result would be as things are, while somebody still writes it; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okapi.base.actor import Actor
from okapi.core.errors import NotFound, Refused
from okapi.core.frequencies import Frequency
from okapi.core.progress import Mode, Reading
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.core.spans import Span, default_reading, period_count_in
from okapi.core.starts import modes_offered
from okapi.goals import access, standings
from okapi.goals.actions import acting, moving
from okapi.goals.actions.drafts import MoveDraft, Ref
from okapi.goals.models import KeyResult, Moves
from okapi.kpis import access as kpi_access
from okapi.kpis.models import Definition, Kpi, Slice


@dataclass(frozen=True, slots=True)
class Wanted:
    """What else decides about a move: how the key result reads, until when it runs, since when."""

    due: date | None = None
    mode: str = ""
    reading: str = ""
    against: bool = False
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class MovePreview:
    """A KPI as a key result would move it.

    `start` is the automatic one (None: it would wait for its baseline); `mode` what start and
    target make of it, None where `refused` says why not. `periods` of the KPI end in the span;
    where it `adds_up`, start and target are totals of all of them.
    """

    key: str
    name: str
    name_other: str
    unit: str
    decimals: int | None
    direction: Direction
    aggregation: Aggregation
    frequency: Frequency
    slices: tuple[tuple[str, Mapping[str, str]], ...]
    has_total: bool
    offered: tuple[Mode, ...]
    adds_up: bool
    periods: int
    span: Span
    start: Decimal | None
    mode: Mode | None
    refused: Refused | None


def preview_move(
    actor: Actor, objective: Ref, draft: MoveDraft, wanted: Wanted
) -> MovePreview | None:
    """The move as it would be; None where no such KPI is there. `NotFound` for the objective."""
    held = access.get(actor, objective)
    try:
        kpi = kpi_access.get(actor, draft.kpi)
    except NotFound:
        return None
    definition = kpi.definition
    if definition is None:
        return None
    key_result = KeyResult(
        organisation_id=actor.organisation_id,
        objective=held,
        due=wanted.due,
        mode=wanted.mode,
        reading=wanted.reading,
        against=wanted.against,
        agreed_on=wanted.agreed_on,
    )
    try:
        span = moving.span_for(key_result)
    except Refused:
        key_result.due = None
        span = moving.span_for(key_result)
    rhythm = moving.rhythm_of(key_result, definition)
    how, direction = Aggregation(definition.aggregation), Direction(definition.direction)
    reading = Reading(wanted.reading) if wanted.reading else default_reading(how)
    adds_up = how is Aggregation.SUM and reading is Reading.SPAN
    start, mode, refused = _judged(actor, key_result, kpi, definition, draft, span)
    return MovePreview(
        key=kpi.key,
        name=kpi.name,
        name_other=kpi.name_other,
        unit=definition.unit,
        decimals=definition.decimals,
        direction=direction,
        aggregation=how,
        frequency=Frequency(definition.frequency),
        slices=tuple(Slice.objects.filter(kpi=kpi).order_by("key").values_list("key", "values")),
        has_total=definition.has_total,
        offered=modes_offered(direction, how) if reading is Reading.SPAN else tuple(Mode),
        adds_up=adds_up,
        periods=period_count_in(span, rhythm),
        span=span,
        start=start,
        mode=mode,
        refused=refused,
    )


def _judged(
    actor: Actor,
    key_result: KeyResult,
    kpi: Kpi,
    definition: Definition,
    draft: MoveDraft,
    span: Span,
) -> tuple[Decimal | None, Mode | None, Refused | None]:
    """The automatic start, what becomes of it, and what is refused."""
    one = Slice.objects.filter(kpi=kpi, key=draft.slice).first()
    if one is None:
        return None, None, Refused("slice.unknown", field="slice", found=draft.slice)
    move = Moves(
        organisation_id=actor.organisation_id,
        key_result=key_result,
        kpi=kpi,
        slice=one,
        definition=definition,
        target=draft.target,
        low=draft.low,
        high=draft.high,
    )
    today = acting.today_of(actor)
    start = standings.preview_start(key_result, move, span, today)
    move.start, move.is_start_typed = draft.start, draft.start is not None
    try:
        return start, moving.check(key_result, move, today), None
    except Refused as refused:
        return start, None, refused
