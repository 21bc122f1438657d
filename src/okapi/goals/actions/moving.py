"""What moves a key result: read, checked by the rules of the core, and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from okapi.base.actor import Actor
from okapi.core.errors import Place, Refused
from okapi.core.periods import Frequency
from okapi.core.progress import Mode, Reading
from okapi.core.quantities import Band, Direction
from okapi.core.series import Aggregation
from okapi.core.spans import Rhythm, Span, check_summed_period, default_reading, span_of
from okapi.core.starts import check_mode, decide_mode
from okapi.goals import standings
from okapi.goals.actions import fields
from okapi.goals.actions.blocks import once
from okapi.goals.actions.drafts import MoveDraft
from okapi.goals.actions.reach import check_reach
from okapi.goals.models import KeyResult, Moves
from okapi.kpis import access as kpi_access
from okapi.kpis.models import Definition, Slice
from okapi.orgs.queries import settings_of


def span_for(key_result: KeyResult) -> Span:
    """The span of a key result; `Refused` (`span.backwards`) at its due day."""
    cycle = key_result.objective.cycle
    return span_of(cycle.starts, cycle.ends, agreed_on=key_result.agreed_on, due=key_result.due)


def build(
    actor: Actor, key_result: KeyResult, drafts: Sequence[MoveDraft], today: date
) -> list[Moves]:
    """The rows of these drafts, not yet saved. All rules are checked, each error at its field."""
    found = []
    for position, draft in enumerate(drafts):
        try:
            found.append(_build(actor, key_result, draft, position, today))
        except Refused as refused:
            where = f"moves.{position}.{refused.field or 'kpi'}" if len(drafts) > 1 else ""
            raise (type(refused)(refused.code, **{**refused.data, "field": where}) if where
                   else refused.at(Place(field="kpi"))) from None  # fmt: skip
    pairs = [(move.kpi_id, move.slice_id) for move in found]
    if len(set(pairs)) < len(pairs):
        raise Refused("key_result.moved_twice", field="moves")
    return found


def _build(
    actor: Actor, key_result: KeyResult, draft: MoveDraft, position: int, today: date
) -> Moves:
    kpi = once("kpi", draft.kpi, lambda: kpi_access.get(actor, draft.kpi))
    check_reach(key_result.objective, kpi, "kpi")
    definition = kpi.definition
    if definition is None:
        raise Refused("kpi.undefined", field="kpi", found=kpi.key)
    slices = Slice.objects.filter(kpi=kpi, key=draft.slice)
    one = once("slice", (kpi.pk, draft.slice), slices.first)
    if one is None or (not draft.slice and not definition.has_total):
        raise Refused("slice.unknown", field="slice", found=draft.slice)
    move = Moves(
        organisation_id=actor.organisation_id,
        key_result=key_result,
        kpi=kpi,
        slice=one,
        definition=definition,
        start=draft.start,
        start_reason=fields.short(draft.start_reason, "start_reason", 500),
        is_start_typed=draft.start is not None,
        target=draft.target,
        low=draft.low,
        high=draft.high,
        weight=fields.weight(draft.weight),
        position=position,
    )
    if move.is_start_typed and not move.start_reason:
        raise Refused("key_result.start_reason", field="start_reason")
    check(key_result, move, today)
    return move


def check(key_result: KeyResult, move: Moves, today: date) -> Mode:
    """Whether start and target make a key result: to reach or to keep.

    Refused are `key_result.target_missing` and what `core.starts` and `core.spans` refuse: a target
    on the wrong side or met already where reach is asked for, a summed KPI whose period is longer
    than the span, a smallest value that should rise.
    """
    if (move.target is None) == (move.low is None and move.high is None):
        raise Refused("key_result.target_missing", field="target")
    definition, span = move.definition, span_for(key_result)
    how, direction = Aggregation(definition.aggregation), Direction(definition.direction)
    reading = Reading(key_result.reading) if key_result.reading else default_reading(how)
    if reading is Reading.SPAN:
        check_summed_period(span, rhythm_of(key_result, definition), how)
    start = move.start
    if start is None and not move.is_start_typed:
        start = standings.preview_start(key_result, move, span, today)
    mode = decide_mode(
        direction,
        start,
        target_of(move),
        asked=Mode(key_result.mode) if key_result.mode else None,
        against=key_result.against,
    )
    if reading is Reading.SPAN:
        check_mode(mode, direction, how)
    return mode


def target_of(move: Moves) -> Decimal | Band:
    """A number, or a band."""
    return Band(move.low, move.high) if move.target is None else move.target


def rhythm_of(key_result: KeyResult, definition: Definition) -> Rhythm:
    """How the KPI's periods lie in the years and weeks of the organisation."""
    settings = settings_of(key_result.organisation_id)
    return Rhythm(Frequency(definition.frequency), settings.fiscal_month, settings.first_weekday)
