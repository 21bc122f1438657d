"""What one may do to an objective and its key results from the page: buttons that open forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.core.progress import KeyResultKind
from okapi.goals.choices import GoalState
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import ObjectivePage
from okapi.goals.queries.rows import KeyResultRow
from okapi.web.http import Addresses
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Action:
    """A button or entry of a menu that opens a form in the page's dialog; `key` presses it."""

    text: str
    href: str
    icon: str
    kind: str = "plain"
    key: str = ""


def is_over(found: ObjectivePage) -> bool:
    """Whether it does not change any more."""
    return found.row.state in (GoalState.CLOSED, GoalState.CANCELLED)


def actions_of(found: ObjectivePage, at: Addresses) -> tuple[Action, ...]:
    """The buttons of the page's head."""
    return () if is_over(found) else tuple(_actions(found, at))


def _actions(found: ObjectivePage, at: Addresses) -> Iterator[Action]:
    here = at.objective(found.row.key)
    if found.may.edit:
        yield Action(say("objective.do.edit"), f"{here}edit", "pencil", key="e")
    if found.row.state is GoalState.DRAFT and found.may.agree:
        yield Action(say("objective.do.agree"), f"{here}agree", "check", kind="primary")


def more_of(found: ObjectivePage, at: Addresses) -> tuple[Action, ...]:
    """The menu beside the buttons."""
    return () if is_over(found) else tuple(_more(found, at))


def _more(found: ObjectivePage, at: Addresses) -> Iterator[Action]:
    here, may = at.objective(found.row.key), found.may
    agreed = found.row.state is GoalState.AGREED
    if may.edit:
        yield Action(say("objective.do.links"), f"{here}links", "link")
    if agreed and may.close:
        yield Action(say("objective.do.close"), f"{here}close", "flag")
    if may.adjust:
        yield Action(say("objective.do.cancel"), f"{here}cancel", "x")
    if may.edit and (may.adjust or not agreed):
        yield Action(say("objective.do.archive"), f"{here}archive", "trash-2")


def title_in_place(who: Asking, found: ObjectivePage) -> str:
    """The field of the title as it is read; empty for those who may not change it."""
    agreed = found.row.state is GoalState.AGREED
    if is_over(found) or not found.may.edit or (agreed and not found.may.adjust):
        return ""
    return "title" if who.language == who.organisation.language else "title_other"


def align_at(found: ObjectivePage, at: Addresses) -> str:
    """Where a draft that contributes to nothing is aligned; later the menu leads there."""
    is_draft = found.row.state is GoalState.DRAFT
    is_aligned = bool(found.contributes_to or found.hidden_above)
    return (
        f"{at.objective(found.row.key)}links"
        if is_draft and found.may.edit and not is_aligned
        else ""
    )


def add_at(found: ObjectivePage, at: Addresses) -> str:
    """Where a key result is added; empty for those who may not."""
    agreed = found.row.state is GoalState.AGREED
    if is_over(found) or not (found.may.adjust if agreed else found.may.edit):
        return ""
    return f"{at.objective(found.row.key)}key-results/new"


def actions_of_key_result(
    row: KeyResultRow, found: ObjectivePage, at: Addresses
) -> tuple[Action, ...]:
    """The menu of a key result."""
    return () if is_over(found) else tuple(_of_key_result(row, found, at))


def _of_key_result(row: KeyResultRow, found: ObjectivePage, at: Addresses) -> Iterator[Action]:
    agreed = found.row.state is GoalState.AGREED
    moves = row.kind is KeyResultKind.METRIC and row.moves and all(one.is_open for one in row.moves)
    if agreed and found.may.adjust and moves:
        href = at.of_key_result(row.key, "adjust")
        yield Action(say("key_result.do.adjust"), href, "git-commit-horizontal")
    if found.may.edit:
        yield Action(say("objective.do.edit"), at.of_key_result(row.key, "edit"), "pencil")
    if found.may.adjust if agreed else found.may.edit:
        yield Action(say("key_result.do.remove"), at.of_key_result(row.key, "remove"), "trash-2")
