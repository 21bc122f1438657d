"""What a plan would do, in lines that people read before they agree to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from okapi.exchange.applying import Applied
from okapi.exchange.plan import Plan, Step, Way
from okapi.exchange.recording import as_json, differences
from okapi.wording import listing, say

_LONGEST = 60


def lines(plan: Plan) -> Iterator[str]:
    """One line for each thing that is added, changed (with each field) or removed."""
    for name, (before, after) in plan.organisation.items():
        if before is not None:
            what = say("files.table.organisation")
            yield say("files.changed", what=what, name="", fields=_field(name, before, after))
    for step in plan.added:
        yield say("files.added", what=_what(step), name=step.name)
    for step in plan.changed:
        before, after = differences(step)
        fields = listing([_field(name, before[name], after[name]) for name in after])
        yield say("files.changed", what=_what(step), name=step.name, fields=fields)
    yield from removals(plan)


def removals(plan: Plan) -> Iterator[str]:
    """One line for each thing that is removed, and how."""
    codes = {
        Way.ARCHIVE: "files.archived",
        Way.END: "files.ended",
        Way.DELETE: "files.deleted",
    }
    for step in plan.removed:
        if step.way is not None:
            yield say(codes[step.way], what=_what(step), name=step.name)


def summary(applied: Applied) -> Iterator[str]:
    """How much was done, or would be, in a few lines."""
    plan = applied.plan
    if applied.is_nothing and not applied.is_new:
        yield say("files.nothing")
        return
    yield say("files.would_do" if applied.is_dry else "files.done")
    if applied.is_new:
        yield say("files.new_organisation", name=plan.draft.settings["name"])
    for code, steps in (
        ("files.count_added", plan.added),
        ("files.count_changed", plan.changed),
        ("files.count_removed", plan.removed),
    ):
        counts = Counter(step.table for step in steps)
        if counts:
            yield say(
                code, counts=listing(f"{say(f'files.table.{t}')} {counts[t]}" for t in counts)
            )
    if applied.received:
        yield say(
            "files.measurements",
            received=applied.received,
            new=applied.new,
            revised=applied.revised,
        )
    if applied.adjusted:
        yield say("files.adjusted", n=applied.adjusted)


def _what(step: Step) -> str:
    return say(f"files.table.{step.table}")


def _field(name: str, before: object, after: object) -> str:
    return say("files.field", field=name, before=_short(before), after=_short(after))


def _short(value: object) -> str:
    told = as_json(value)
    text = "" if told in (None, "") else str(told)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
