"""An objective: why, how it stands and for which reason, its key results, guards and discussion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base import clock
from okapi.base.rounds import Round
from okapi.core.health import Health
from okapi.core.limits import Status
from okapi.goals.choices import Followable, GoalState
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import ObjectivePage, objective_line, objective_page
from okapi.goals.queries.rows import GoalLink, ObjectiveRow
from okapi.talk.queries import comments_about, is_followed
from okapi.web import http
from okapi.web.components import Crumb, CyclePicker, Notice, Progress, StatusMark
from okapi.web.editing import told
from okapi.web.following.button import FollowButton, address
from okapi.web.goals import cards, doing, guards, shown, signals, talk
from okapi.web.goals.goal_card import card_of
from okapi.web.goals.lines import line_of
from okapi.web.goals.map_items import card_on_map
from okapi.web.goals.table import counts_of
from okapi.web.goals.tree_items import item_of
from okapi.web.http import Addresses, OrgRequest
from okapi.wording import number, percent, say

TEMPLATE = "goals/objective.html"


@dataclass(frozen=True, slots=True)
class Linked:
    """An objective (or a key result of one) above or below, in a line."""

    title: str
    href: str
    owner: str
    status: StatusMark
    progress: Progress
    of: str


@require_safe
def objective(request: OrgRequest, key: str) -> HttpResponse:
    """The page; `?fragment=body` is its live region, line and card where else it is shown."""
    who = http.asking(request)
    at, fragment = http.at(request), request.GET.get("fragment")
    if fragment == "line":
        several = request.GET.get("kr") == "1"
        line = line_of(objective_line(who, key), who, at, with_key_results=several)
        return http.part(request, "goals/line.html", {"line": line})
    if fragment in ("row", "map"):
        found = objective_line(who, key)
        on_map = fragment == "map"
        piece = card_on_map(who, at, found) if on_map else item_of(found, who, at).line
        return http.part(request, "goals/line.html", {"line": piece})
    if fragment == "card":
        card = card_of(objective_line(who, key), who, at)
        return http.part(request, "goals/card.html", {"card": card})
    return http.page(request, TEMPLATE, context_of(request, who, key))


class Beside:
    """The `beside` of `objective_page`: what other apps know of an objective that is read."""

    def __init__(self, who: Asking) -> None:
        self._actor = who.actor

    def __call__(self, asked: Round, objective_id: UUID) -> None:
        """Ask for all of it."""
        kind = Followable.OBJECTIVE.value
        self.comments = asked(comments_about(self._actor, "objective", objective_id))
        self.is_followed = asked(is_followed(self._actor, kind, objective_id))


def context_of(request: OrgRequest, who: Asking, ref: UUID | str) -> dict[str, Any]:
    """All that the page and its fragments show; `found` is the objective itself."""
    beside = Beside(who)
    is_drawn = request.GET.get("forecasts") == "before"
    found = objective_page(who, ref, beside=beside, with_earlier=is_drawn)
    at, row = http.at(request), found.row
    here, standing = at.objective(row.key), found.signals
    return {
        "frame": http.framed(request, "goals", _crumbs(at, found), cycle=_picker(who, found)),
        "at": at,
        "here": here,
        "body": f"{here}?{'forecasts=before&' if is_drawn else ''}fragment=body",
        "topics": _topics(found),
        "found": found,
        "row": row,
        "title": row.title,
        "status": shown.status_of(row, pill=True),
        "kind": shown.kind_of(row.kind),
        "owner": shown.avatar_of(row.owner, hidden=True),
        "above": [_linked(link, at) for link in found.contributes_to],
        "below": [_supporter(link, at) for link in found.supported_by],
        "facts": _Facts(found),
        "notice": _notice(found),
        "cards": cards.cards_of(who, found, at, standing),
        "guards": guards.guard_rows(row.guards, at),
        "guard_signals": signals.of_guards(row.guards, standing, at),
        "informs": guards.inform_rows(found.informs, at),
        "thread": talk.thread(who, found, beside.comments()),
        "comment": talk.comment_form(found, at) if found.may.comment else None,
        "check_in": _check_in(found, at),
        "do": doing.actions_of(found, at),
        "more": doing.more_of(found, at),
        "inline": doing.title_in_place(who, found),
        "add": doing.add_at(found, at),
        "align": doing.align_at(found, at),
        "toasts": told.toasts_of(request),
        "follow": FollowButton(address(at, Followable.OBJECTIVE, row.key), beside.is_followed()),
    }


def _topics(found: ObjectivePage) -> str:
    """What the page listens to: the objective, its key results, guards and comments."""
    row = found.row
    kpis = {one.kpi_id for one in row.guards}
    kpis |= {move.kpi_id for one in row.key_results for move in one.moves}
    return " ".join(
        [
            f"objective:{row.id}",
            f"comment:{row.id}",
            *(f"key_result:{one.id}" for one in row.key_results),
            *(f"kpi:{kpi}" for kpi in sorted(kpis)),
        ]
    )


def _crumbs(at: Addresses, found: ObjectivePage) -> tuple[Crumb, ...]:
    cycle = found.cycle
    in_cycle = f"{at.goals}?cycle={cycle.key}"
    team = (Crumb(found.team, f"{in_cycle}&team={found.team_key}"),) if found.team_key else ()
    return (
        Crumb(say("nav.goals"), at.goals),
        Crumb(cycle.title, in_cycle),
        *team,
        Crumb(found.row.title),
    )


def _picker(who: Asking, found: ObjectivePage) -> CyclePicker:
    """Which cycle the objective is in; another one has other objectives, so there is no choice."""
    cycle = found.cycle
    elapsed = who.calendar.elapsed(cycle.starts, cycle.ends, who.today)
    return CyclePicker(cycle.title, None if who.today < cycle.starts else elapsed, ())


def _supporter(link: GoalLink, at: Addresses) -> Linked:
    """An objective that contributes to this one, or to one of its key results, which `of` names."""
    return Linked(
        title=link.title,
        href=at.objective(link.objective_key),
        owner=link.owner,
        status=StatusMark(link.health.value),
        progress=Progress(link.progress, kind=link.health.value),
        of=link.key_result_title,
    )


def _linked(link: GoalLink, at: Addresses) -> Linked:
    """What this objective contributes to: an objective or one of its key results."""
    is_key_result = bool(link.key_result_key)
    href = (
        at.key_result(link.objective_key, link.key_result_key)
        if is_key_result
        else at.objective(link.objective_key)
    )
    return Linked(
        title=link.key_result_title if is_key_result else link.title,
        href=href,
        owner=link.owner,
        status=StatusMark(link.health.value),
        progress=Progress(link.progress, kind=link.health.value),
        of=link.title if is_key_result else "",
    )


class _Facts:
    """The band of figures under the title."""

    def __init__(self, found: ObjectivePage) -> None:
        row = found.row
        self.progress = shown.progress_of(row, words="none", size="l")
        self.share = percent(row.progress)
        self.expected = "" if row.expected is None else percent(row.expected)
        self.known = shown.known_of(row)
        self.pace = number(row.pace, digits=2)
        self.confidence = None if row.confidence is None else int(row.confidence + 0.5)
        self.mismatches = row.mismatches
        self.support = percent(row.support)
        self.supporters = len(found.supported_by) + found.hidden_below
        self.branch = found.branch
        self.branch_counts = () if found.branch is None else counts_of(found.branch, bare=True)
        self.grade = row.grade


def _notice(found: ObjectivePage) -> Notice | None:
    """The reason of the health in one sentence, where it is not simply well."""
    row = found.row
    sentence = shown.why_of(row)
    if not sentence or row.health is Health.ON_TRACK:
        return None
    kind = shown.mark_of(row.health, row.reason)
    title = say("goals.because", status=StatusMark(kind).word, reason=sentence)
    return Notice(kind, title, " ".join(_details(row)))


def _details(row: ObjectiveRow) -> Iterator[str]:
    """Which key results and guards make it so, by name: the worst ones, two of each at most."""
    if row.state is not GoalState.AGREED:
        return
    worst = [one for one in row.key_results if one.health is Health.OFF_TRACK]
    worst += [one for one in row.key_results if one.health is Health.AT_RISK]
    for one in worst[:2]:
        yield say("goals.key_result_is", title=one.title, reason=shown.sentence_of(one.reason))
    broken = [guard for guard in row.guards if guard.status in (Status.RED, Status.AMBER)]
    for guard in broken[:2]:
        yield guards.sentence(guard)


def _check_in(found: ObjectivePage, at: Addresses) -> str:
    """Where the first key result waits for a word: unsaid ones first, then the longest unsaid."""
    mine = [row for row in found.row.key_results if row.id in found.may.check_in]
    said = [row.checked_in_at for row in mine]
    oldest = sorted(
        range(len(mine)),
        key=lambda place: (said[place] is not None, said[place] or clock.now(), place),
    )
    return f"{at.check_in(mine[oldest[0]].key)}?from=objective" if mine else ""
