"""Rules of teams, people, cycles and calendars that a database would not tell with a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from okapi.base import events
from okapi.core.errors import OkapiError, Refused
from okapi.core.thresholds import Thresholds
from okapi.exchange.draft import Draft
from okapi.orgs.actions import method
from okapi.orgs.actions.organisations import CURRENCY
from okapi.orgs.events import MovingPeriods

_TREES = (("team", "parent"), ("cycle", "parent"), ("person", "manager"))
_YES_NO = "true, false"
_THRESHOLDS = frozenset(Thresholds.__dataclass_fields__)


def errors(draft: Draft) -> Iterator[OkapiError]:
    """Everything that is wrong."""
    yield from _settings(draft)
    yield from _currency(draft)
    yield from _moving_periods(draft)
    for table, above in _TREES:
        yield from _circles(draft, table, above)
    for table, first, last in (
        ("cycle", "starts", "ends"),
        ("membership", "starts", "ends"),
        ("pillar", "horizon_starts", "horizon_ends"),
        ("calendar", "first_year", "last_year"),
    ):
        yield from _backwards(draft, table, first, last)
    yield from _nesting(draft)
    yield from _homes(draft)
    yield from _default_calendars(draft)


def _settings(draft: Draft) -> Iterator[OkapiError]:
    """Thresholds by their names, each of its kind, within its range and in order."""
    record = draft.organisation
    settings = record.values.get("settings", {}) if record else {}
    if record is None or not settings:
        return
    place = {"file": record.file, "line": record.lines.get("settings", record.line)}
    found = [error for name, value in settings.items() if (error := _threshold(name, value))]
    for error in found or method.problems({}, settings):
        yield Refused(error.code, **{**error.data, **place, "field": f"settings.{error.field}"})


def _currency(draft: Draft) -> Iterator[OkapiError]:
    record = draft.organisation
    found = record.values.get("currency", "") if record else ""
    if record is not None and found and not CURRENCY.fullmatch(found):
        yield record.refused("currency.unreadable", "currency", found=found)


def _moving_periods(draft: Draft) -> Iterator[OkapiError]:
    """Week and fiscal year stay where they are while numbers lie on their periods."""
    record, stored = draft.organisation, draft.stored.organisation
    if record is None or stored is None:
        return
    about = MovingPeriods(
        stored.pk,
        is_fiscal=draft.settings["fiscal_month"] != stored.fiscal_month,
        is_weekly=draft.settings["first_weekday"] != stored.first_weekday,
    )
    if about.is_fiscal or about.is_weekly:
        for objection in events.vetoes(about):
            field = str(objection.field)
            yield record.refused(objection.code, field, found=draft.settings[field])


def _threshold(name: str, value: Any) -> Refused | None:
    """What is wrong with the kind of one threshold."""
    told = {"field": name, "found": str(value)[:60]}
    if name not in _THRESHOLDS:
        return Refused("field.unknown", field=name, expected=sorted(_THRESHOLDS))
    is_flag = isinstance(getattr(Thresholds(), name), bool)
    if is_flag:
        return None if isinstance(value, bool) else Refused("value.flag", **told, expected=_YES_NO)
    if isinstance(value, bool | str):
        return Refused("number.unreadable", **told)
    if name in method.WHOLE and not isinstance(value, int):
        least, most = method.WHOLE[name]
        return Refused("value.whole", **told, expected=f"{least}…{most}")
    return None


def _circles(draft: Draft, table: str, above: str) -> Iterator[OkapiError]:
    """Each circle once, at the first of its things in the files that closes it."""
    told: set[frozenset[Any]] = set()
    for record, _ in draft.named(table):
        path = [record.identity[0]]
        while True:
            values = draft.one(table, path[-1])
            parent = None if values is None else values[above]
            if parent is None:
                break
            if parent in path:
                circle = path[path.index(parent) :]
                if frozenset(circle) not in told and record.identity[0] in circle:
                    told.add(frozenset(circle))
                    yield record.refused(f"{table}.circle", above, found=[*circle, parent])
                break
            path.append(parent)


def _backwards(draft: Draft, table: str, first: str, last: str) -> Iterator[OkapiError]:
    for record, values in draft.named(table):
        start, end = values.get(first), values.get(last)
        if start is not None and end is not None and end < start:
            yield record.refused("span.ends_first", last, found=end, expected=start)


def _nesting(draft: Draft) -> Iterator[OkapiError]:
    """A cycle lies within the one above it."""
    for record, values in draft.named("cycle"):
        above = draft.one("cycle", values["parent"]) if values["parent"] else None
        if above is None or "starts" not in values or "ends" not in values:
            continue
        if values["starts"] < above["starts"] or values["ends"] > above["ends"]:
            yield record.refused(
                "cycle.outside",
                "parent",
                found=values["parent"],
                starts=above["starts"],
                ends=above["ends"],
            )


def _homes(draft: Draft) -> Iterator[OkapiError]:
    """At most one running membership of a person is home."""
    homes: dict[str, list[Any]] = defaultdict(list)
    for identity, values in draft.view["membership"].items():
        if values["home"] and values["ends"] is None:
            homes[identity[0]].append(identity)
    for record, _ in draft.named("membership"):
        running = homes[record.identity[0]]
        if len(running) > 1 and record.identity == running[-1]:
            teams = [identity[1] for identity in running]
            yield record.refused("membership.two_homes", "home", found=teams)


def _default_calendars(draft: Draft) -> Iterator[OkapiError]:
    defaults = [identity for identity, one in draft.view["calendar"].items() if one["default"]]
    for record, values in draft.named("calendar"):
        if values["default"] and len(defaults) > 1:
            found = [key for (key,) in defaults]
            yield record.refused("calendar.two_defaults", "default", found=found)
