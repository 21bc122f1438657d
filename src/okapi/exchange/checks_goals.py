"""Rules of objectives, key results and what joins them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from okapi.core.alignment import any_circle
from okapi.core.errors import OkapiError
from okapi.core.frequencies import Frequency
from okapi.core.progress import KeyResultKind, Mode, Reading
from okapi.core.quantities import Band, Direction
from okapi.core.series import Aggregation
from okapi.core.spans import Rhythm, check_summed_period, default_reading, span_of
from okapi.core.starts import check_mode, decide_mode
from okapi.exchange.checks_kpis import all_read, readers, slice_error
from okapi.exchange.draft import Draft
from okapi.exchange.records import Record
from okapi.exchange.stored import Values
from okapi.goals.choices import GoalState

# What a key result of a kind is made of.
PARTS = {
    KeyResultKind.METRIC.value: "moves",
    KeyResultKind.MILESTONE.value: "milestone",
    KeyResultKind.LEVELS.value: "level",
}


def errors(draft: Draft) -> Iterator[OkapiError]:
    """Everything that is wrong."""
    parts = _by_owner(draft)
    for record, values in draft.named("objective"):
        yield from _objective(record, values)
        yield from _agreed_weights(record, values, parts["key_result"][values["key"]])
    for record, values in draft.named("key_result"):
        yield from _key_result(draft, record, values, parts)
    for record, values in draft.named("moves"):
        yield from _moves(draft, record, values)
    for record, values in draft.named("guard"):
        yield from _guard(draft, record, values)
    for record, values in draft.named("check_in"):
        yield from _check_in(draft, record, values, parts)
    for table in ("moves", "guard", "objective_informs", "key_result_informs"):
        for record, _ in draft.named(table):
            yield from _hidden(draft, record, "kpi", record.values["kpi"])
    for record, values in draft.named("contribution"):
        yield from _contribution(draft, record, values)
    yield from _circles(draft)


def _by_owner(draft: Draft) -> dict[str, dict[Any, list[Values]]]:
    """The parts of each key result and objective, by the key of their owner."""
    found: dict[str, dict[Any, list[Values]]] = {}
    for table, owner in (
        ("moves", "key_result"),
        ("milestone", "key_result"),
        ("level", "key_result"),
        ("key_result", "objective"),
    ):
        found[table] = defaultdict(list)
        for values in draft.view[table].values():
            found[table][values[owner]].append(values)
    return found


def _objective(record: Record, values: Values) -> Iterator[OkapiError]:
    if values["team"] is None and values["owner"] is None:
        yield record.refused("objective.no_owner", "team")
    yield from readers(record, values)
    yield from _closing(record, values)


def _closing(record: Record, values: Values) -> Iterator[OkapiError]:
    """A grade belongs to what is closed; something closed or agreed has its day."""
    is_closed = values["state"] == GoalState.CLOSED.value
    if values["grade"] is not None and not is_closed:
        yield record.refused("goal.grade", "grade", found=values["grade"])
    if is_closed and values.get("closed_on", record) is None:
        yield record.refused("field.missing", "closed_on")


def _agreed_weights(
    record: Record, values: Values, key_results: list[Values]
) -> Iterator[OkapiError]:
    """All zero cannot be agreed."""
    live = [one for one in key_results if one["archived_at"] is None]
    is_agreed = values["state"] == GoalState.AGREED.value
    if is_agreed and live and not any(one["weight"] for one in live):
        yield record.refused("objective.all_weights_zero", "key_results")


def _key_result(
    draft: Draft, record: Record, values: Values, parts: dict[str, dict[Any, list[Values]]]
) -> Iterator[OkapiError]:
    kind, key = values["kind"], values["key"]
    for of_kind, table in PARTS.items():
        found = parts[table][key]
        if found and of_kind != kind:
            yield record.refused("key_result.parts", "kind", found=kind, expected=of_kind)
        if not found and of_kind == kind and values["state"] == GoalState.AGREED.value:
            yield record.refused("key_result.no_parts", "kind", found=kind, expected=table)
    yield from _closing(record, values)
    if not values["keep_share"]:
        yield record.refused("key_result.keep_share", "keep_share", found=values["keep_share"])
    objective = draft.one("objective", values["objective"])
    cycle = None if objective is None else draft.one("cycle", objective["cycle"])
    if cycle is None:
        return
    try:
        span_of(cycle["starts"], cycle["ends"], agreed_on=values["agreed_on"], due=values["due"])
    except OkapiError as error:
        yield record.at(error, "due")


def _target_of(values: Values) -> Decimal | Band | None:
    """The number or the band; None where it is both or neither."""
    has_band = values["low"] is not None or values["high"] is not None
    if (values["target"] is not None) == has_band:
        return None
    return Band(values["low"], values["high"]) if has_band else values["target"]


def _moves(draft: Draft, record: Record, values: Values) -> Iterator[OkapiError]:
    definition = definition_of(draft, "moves", record, values)
    key_result = draft.one("key_result", values["key_result"])
    if definition is None or key_result is None:
        return
    if (found := slice_error(record, values["slice"], definition)) is not None:
        yield found
    if values["start"] is not None and not (values["start_reason"] or values["start_period"]):
        yield record.refused("moves.start_reason", "start", found=values["start"])
    try:
        target = _target_of(values)
        if target is None:
            yield record.refused("moves.target", "target")
            return
        yield from _mode(record, values, key_result, definition, target)
    except OkapiError as error:
        yield record.at(error, "target")
    yield from _summed(draft, record, key_result, definition)


def _mode(
    record: Record, values: Values, key_result: Values, definition: Values, target: Decimal | Band
) -> Iterator[OkapiError]:
    """A target on the wrong side of its start needs `mode: keep`, or `against: true`."""
    direction, start = Direction(definition["direction"]), values["start"]
    asked = Mode(key_result["mode"]) if key_result["mode"] else None
    if asked is None and not isinstance(target, Band) and start != target:
        asked = Mode.REACH
    how = Aggregation(definition["aggregation"])
    try:
        mode = decide_mode(direction, start, target, asked=asked, against=key_result["against"])
        if (key_result["reading"] or default_reading(how)) == Reading.SPAN:
            check_mode(mode, direction, how)
    except OkapiError as error:
        yield record.at(error, "target")


def _summed(
    draft: Draft, record: Record, key_result: Values, definition: Values
) -> Iterator[OkapiError]:
    """A summed KPI has periods that are no longer than the span."""
    objective = draft.one("objective", key_result["objective"])
    cycle = None if objective is None else draft.one("cycle", objective["cycle"])
    if cycle is None:
        return
    how = Aggregation(definition["aggregation"])
    if (key_result["reading"] or default_reading(how)) != Reading.SPAN:
        return
    settings = draft.settings
    rhythm = Rhythm(
        Frequency(definition["frequency"]), settings["fiscal_month"], settings["first_weekday"]
    )
    try:
        days = {"agreed_on": key_result["agreed_on"], "due": key_result["due"]}
        span = span_of(cycle["starts"], cycle["ends"], **days)
    except OkapiError:
        return  # told at the key result
    try:
        check_summed_period(span, rhythm, how)
    except OkapiError as error:
        yield record.at(error, "kpi")


def definition_of(draft: Draft, table: str, record: Record, values: Values) -> Values | None:
    """The definition that a link is of: the one named, the one kept, or the one in force."""
    number = values["definition"]
    if number is None:
        kept = draft.stored.things[table].get(record.identity)
        kpi = draft.one("kpi", values["kpi"])
        number = kept.values["definition"] if kept else kpi and kpi["in_force"]
    return draft.at("definition", (values["kpi"], number))


def _guard(draft: Draft, record: Record, values: Values) -> Iterator[OkapiError]:
    definition = definition_of(draft, "guard", record, values)
    if definition is None:
        return
    if (found := slice_error(record, values["slice"], definition)) is not None:
        yield found
    order = [values[name] for name in ("low", "amber_low", "amber_high", "high")]
    told = [limit for limit in order if limit is not None]
    if told != sorted(told):
        yield record.refused("guard.order", "low", found=[str(limit) for limit in told])


def _check_in(
    draft: Draft, record: Record, values: Values, parts: dict[str, dict[Any, list[Values]]]
) -> Iterator[OkapiError]:
    if record.identity in draft.stored.things["check_in"]:
        kept = draft.stored.things["check_in"][record.identity].values
        for name, value in record.values.items():
            if kept[name] != value:
                yield record.refused("check_in.changed", name, found=str(value)[:60])
    key_result = draft.one("key_result", values["key_result"])
    if key_result is None:
        return
    levels = [level["key"] for level in parts["level"][values["key_result"]]]
    if values["level"] and values["level"] not in levels:
        yield record.refused("value.choice", "level", found=values["level"], expected=levels)
    if values["done"] is not None and key_result["kind"] != KeyResultKind.YES_NO.value:
        yield record.refused("check_in.not_yes_no", "done", found=key_result["kind"])


def _contribution(draft: Draft, record: Record, values: Values) -> Iterator[OkapiError]:
    if (values["objective"] is None) == (values["key_result"] is None):
        yield record.refused("contribution.one", "objective")
        return
    above = values["objective"]
    if above is None:
        key_result = draft.one("key_result", values["key_result"])
        above = key_result and key_result["objective"]
    if above is not None:
        yield from _hidden(draft, record, "objective", above)


def _circles(draft: Draft) -> Iterator[OkapiError]:
    """Circles of contributions, each told at the first link of the files that closes it."""
    view = draft.view
    links = [_edge(values) for values in view["contribution"].values()]
    owners = [
        (("key_result", values["key"]), ("objective", values["objective"]))
        for values in view["key_result"].values()
    ]
    named = {_edge(values): record for record, values in draft.named("contribution")}
    edges = [*links, *owners]
    while (circle := any_circle(edges)) is not None:
        closing = next((edge for edge in named if edge in pairwise(circle)), None)
        if closing is None:
            return
        found = [str(key) for _, key in circle]
        yield named[closing].refused("alignment.circle", closing[1][0], circle=found)
        edges.remove(closing)


def _edge(values: Values) -> tuple[tuple[str, Any], tuple[str, Any]]:
    above = "objective" if values["objective"] is not None else "key_result"
    return ("objective", values["child"]), (above, values[above])


def _hidden(draft: Draft, record: Record, table: str, key: str) -> Iterator[OkapiError]:
    """A thing links only to what all its readers may see."""
    target = draft.one(table, key)
    owner = record.identity[0]
    if record.table in ("moves", "key_result_informs"):
        key_result = draft.one("key_result", owner)
        owner = key_result and key_result["objective"]
    linking = draft.one("objective", owner)
    if target is None or linking is None:
        return
    if not all_read(linking, target):
        yield record.refused("link.hidden", table, found=key, visibility=target["visibility"])
