"""The cycle that a page shows, to be chosen."""

from __future__ import annotations

from collections.abc import Iterable

from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import CycleRow
from okapi.web import http
from okapi.web.components import Choice, CyclePicker
from okapi.web.http import OrgRequest
from okapi.wording import say


def picker(
    request: OrgRequest, who: Asking, cycle: CycleRow, cycles: Iterable[CycleRow]
) -> CyclePicker:
    """The cycle that a page shows, and the same page in the others."""
    elapsed = who.calendar.elapsed(cycle.starts, cycle.ends, who.today)
    return CyclePicker(
        name=cycle.title,
        elapsed=None if who.today < cycle.starts else elapsed,
        choices=tuple(
            Choice(
                one.key,
                one.title,
                one.id == cycle.id,
                href=http.with_query(request.path, request.GET, cycle=one.key, after=None, n=None),
                note=say(f"cycle_state.{one.state.value}"),
            )
            for one in cycles
        ),
    )
