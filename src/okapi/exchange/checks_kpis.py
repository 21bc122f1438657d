"""Rules of definitions, slices and targets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from okapi.core.errors import OkapiError
from okapi.core.frequencies import Frequency
from okapi.core.limits import TargetLimits
from okapi.core.quantities import Direction
from okapi.exchange.draft import Draft
from okapi.exchange.records import Record
from okapi.exchange.stored import Values
from okapi.kpis.actions.definitions import RESERVED
from okapi.orgs.choices import Visibility

LIMITS = ("value", "amber", "low", "high", "amber_low", "amber_high")


def errors(draft: Draft) -> Iterator[OkapiError]:
    """Everything that is wrong."""
    for record, values in draft.named("kpi"):
        if (values["key"], values["in_force"]) not in draft.view["definition"]:
            yield record.refused("kpi.no_definition", "in_force", found=values["in_force"])
        yield from readers(record, values)
    for record, values in draft.named("definition"):
        yield from _definition(draft, record, values)
    for record, values in draft.named("mark"):
        yield from _mark(record, values, draft.today)
    wholes = {
        (one["kpi"], one["slice"], one["period"])
        for one in draft.view["target"].values()
        if one["breakdown"] is not None
    }
    for record, values in draft.named("target"):
        yield from _target(draft, record, values)
        # A part belongs to a target of the same KPI and slice that is broken down.
        whole = (values["kpi"], values["slice"], values["part_of"])
        if values["part_of"] is not None and whole not in wholes:
            yield record.refused("target.no_whole", "part_of", found=values["part_of"].label)


def all_read(reading: Values, read: Values) -> bool:
    """Whether all who read the one thing may read the other, as far as that is sure."""
    if read["visibility"] == Visibility.EVERYONE.value:
        return True
    if reading["visibility"] != read["visibility"]:
        return False
    if read["visibility"] == Visibility.TEAM.value:
        return bool(reading["team"] == read["team"])
    allowed = {*read["readers"], read["owner"]}
    return {*reading["readers"], reading["owner"]} - {None} <= allowed


def in_force(draft: Draft, kpi: str) -> Values | None:
    """The definition in force of a KPI, if there would be one."""
    values = draft.one("kpi", kpi)
    return None if values is None else draft.at("definition", (kpi, values["in_force"]))


def readers(record: Record, values: Values) -> Iterator[OkapiError]:
    """Named readers need the visibility that asks for them."""
    if values["readers"] and values["visibility"] != Visibility.NAMED.value:
        name = "readers" if "readers" in record.lines else "visibility"
        yield record.refused("visibility.readers", name, found=values["visibility"])


def slice_error(
    record: Record, slice_: tuple[tuple[str, str], ...], definition: Values
) -> OkapiError | None:
    """Whether a KPI of this definition has such a slice: all its dimensions, or its total."""
    wanted = sorted(definition["dimensions"])
    if not slice_:
        if definition["total"]:
            return None
        return record.refused(
            "slice.total_missing", "slice", kpi=record.values["kpi"], expected=wanted
        )
    found = [dimension for dimension, _ in slice_]
    if found == wanted:
        return None
    return record.refused("slice.dimensions", "slice", found=found, expected=wanted)


def limits_error(record: Record, values: Values, direction: str) -> OkapiError | None:
    """What is wrong with a target's numbers for a KPI of this direction."""
    try:
        TargetLimits.of(Direction(direction), **{name: values[name] for name in LIMITS})
    except OkapiError as error:
        name = error.field or "value"
        return record.at(error, name if name in LIMITS else "value")
    return None


def _definition(draft: Draft, record: Record, values: Values) -> Iterator[OkapiError]:
    """A stored definition is never edited; without a total there must be dimensions."""
    kept = draft.stored.things["definition"].get(record.identity)
    for name, value in record.values.items() if kept else ():
        if kept is not None and kept.values[name] != value:
            number = values["number"]
            yield record.refused(
                "definition.changed",
                name,
                found=told(value),
                expected=told(kept.values[name]),
                number=number,
            )
    named = [name for name in values["dimensions"] if name.lower() in RESERVED]
    if named:
        yield record.refused("definition.dimension", "dimensions", found=named[0])
    if not values["total"] and not values["dimensions"] and not values["formula"]:
        yield record.refused("definition.no_slices", "total", found="false")


def _mark(record: Record, values: Values, today: date) -> Iterator[OkapiError]:
    """A baseline has a last period, told as the first one is; a change of the process has none."""
    last = values["last"]
    if values["first"] > today:
        yield record.refused("mark.in_future", "first", found=values["label"])
    if (last is None) != (not values["last_label"]):
        yield record.refused("field.missing", "last" if last is None else "last_label")
    elif last is not None and last <= values["first"]:
        yield record.refused("mark.order", "last", found=last, expected=values["first"])


def _target(draft: Draft, record: Record, values: Values) -> Iterator[OkapiError]:
    definition = in_force(draft, values["kpi"])
    if definition is None:
        return
    # One that was set for an earlier definition stays as it is.
    found = list(_unfit(record, values, definition))
    if found and all(any(_unfit(record, values, one)) for one in draft.versions(values["kpi"])):
        yield from found
    if all(values[name] is None for name in LIMITS):
        yield record.refused("target.empty", "value")
    if values["breakdown"] is not None and values["breakdown_frequency"] is None:
        yield record.refused("field.missing", "breakdown_frequency")


def _unfit(record: Record, values: Values, definition: Values) -> Iterator[OkapiError]:
    """What of a target does not fit a definition."""
    if (found := slice_error(record, values["slice"], definition)) is not None:
        yield found
    if (found := limits_error(record, values, definition["direction"])) is not None:
        yield found
    own, frequency = Frequency(definition["frequency"]), Frequency(values["frequency"])
    shorter = frequency.typical_days < own.typical_days or frequency is Frequency.IRREGULAR
    if own is not Frequency.IRREGULAR and shorter:
        label = values["period"].label
        yield record.refused("target.shorter", "period", found=label, expected=own)


def told(value: Any) -> str:
    """A value of a field as an error tells it."""
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)[:80]
