"""What one may do to an objective from its page: the buttons that open forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.goals.choices import GoalState
from okapi.goals.queries.objective import ObjectivePage
from okapi.web.http import Addresses
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Action:
    """A button that opens a form in the page's dialog; `key` presses it."""

    text: str
    href: str
    icon: str
    kind: str = "plain"
    key: str = ""


def actions_of(found: ObjectivePage, at: Addresses) -> tuple[Action, ...]:
    """The buttons of the page's head."""
    return tuple(_actions(found, at))


def _actions(found: ObjectivePage, at: Addresses) -> Iterator[Action]:
    here = at.objective(found.row.key)
    if found.row.state in (GoalState.CLOSED, GoalState.CANCELLED):
        return
    if found.may.edit:
        yield Action(say("objective.do.edit"), f"{here}edit", "pencil", key="e")
