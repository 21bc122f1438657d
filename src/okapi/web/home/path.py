"""The path from one of my key results up to the company, as a ladder: the company on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import Due
from okapi.goals.queries.path import Ladder, Rung
from okapi.goals.queries.points import GoalPoint
from okapi.goals.queries.rows import ObjectiveRow
from okapi.web import http
from okapi.web.components import Choice, Progress, StatusCount, StatusMark
from okapi.web.goals import shown
from okapi.web.goals.table import counts_of
from okapi.web.home.around import Around, Start
from okapi.web.http import Addresses, OrgRequest
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: whose it is, its title, how it stands; `through` names key results on the way."""

    label: str
    title: str
    href: str
    progress: Progress
    status: StatusMark | None = None
    through: str = ""
    counts: tuple[StatusCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """Stops that are side by side: the one below contributes to all of them, at last."""

    steps: tuple[Step, ...]
    is_mine: bool = False


def start_of(
    request: OrgRequest, who: Asking, mine: Sequence[ObjectiveRow], waiting: Sequence[Due]
) -> Start | None:
    """The key result that `?start=` names, else what is due first from me, else my first one."""
    own = list(_own(who, mine))
    wanted = request.GET.get("start", "")
    chosen = [one for one in own if one[1] is not None and one[1].key == wanted]
    if chosen:
        return chosen[0]
    if waiting:
        return waiting[0].objective, waiting[0].row
    return next(iter(own), (mine[0], None) if mine else None)


def _own(who: Asking, mine: Sequence[ObjectiveRow]) -> Iterator[Start]:
    """My key results: those I own, and those of my objectives that nobody owns."""
    me = who.actor.person_id
    for objective in mine:
        for row in objective.key_results:
            owner = row.owner or objective.owner
            if owner is not None and owner.id == me:
                yield objective, row


def path_context(
    request: OrgRequest, who: Asking, start: Start | None, found: Around
) -> dict[str, Any]:
    """The ladder, from the top down, and the other key results that it could begin with."""
    if start is None or found.ladder is None:
        return {"path": None}
    at, (objective, row) = http.at(request), start
    rungs = [rung for level in found.ladder.levels for rung in level]
    topics = [f"objective:{objective.id}", *(f"objective:{rung.point.id}" for rung in rungs)]
    key = "" if row is None else row.key
    return {
        "path": tuple(_levels(who, at, start, found)),
        "path_note": _note(start, found),
        "path_topics": " ".join(topics if row is None else (*topics, f"key_result:{row.id}")),
        "path_fragment": http.query(at.home, fragment="path", start=key),
        "path_choices": tuple(_choices(request, who, found.mine, key)),
    }


def _choices(
    request: OrgRequest, who: Asking, mine: Sequence[ObjectiveRow], chosen: str
) -> Iterator[Choice]:
    own = [row for _, row in _own(who, mine) if row is not None]
    if len(own) > 1:
        for row in own:
            href = http.with_query(http.at(request).home, request.GET, start=row.key)
            yield Choice(row.key, row.title, row.key == chosen, href=href)


def _note(start: Start, found: Around) -> str:
    """Where the way ends, if not at the company."""
    ladder = found.ladder
    if ladder is None or ladder.reaches_company or _is_company(start, found):
        return ""
    if ladder.is_hidden:
        return say("home.path_hidden")
    return say("home.path_open") if ladder.levels else say("home.path_alone")


def _is_company(start: Start, found: Around) -> bool:
    point = found.points.get(start[0].id)
    return point is not None and point.is_company


def _levels(who: Asking, at: Addresses, start: Start, found: Around) -> Iterator[Level]:
    objective, row = start
    ladder = found.ladder or Ladder((), is_hidden=False)
    top = next((rung.point for level in ladder.levels for rung in level if rung.point.is_company),
               found.points.get(objective.id))  # fmt: skip
    if top is not None and top.is_company and top.whole is not None:
        yield Level((_company(who, at, top),))
    for level in reversed(ladder.levels):
        yield Level(tuple(_above(rung, at) for rung in level))
    own = Step(
        say("home.path_objective"),
        objective.title,
        at.objective(objective.key),
        shown.progress_of(objective),
        shown.status_of(objective),
    )
    yield Level((own,), is_mine=row is None)
    if row is not None:
        mine = Step(
            say("home.path_key_result"),
            row.title,
            at.key_result(objective.key, row.key),
            shown.progress_of(row),
            shown.status_of(row),
        )
        yield Level((mine,), is_mine=True)


def _company(who: Asking, at: Addresses, top: GoalPoint) -> Step:
    """The whole organisation in the cycle of the highest objective."""
    organisation, whole = who.organisation, top.whole
    name = who.text(organisation.name, organisation.name_other)
    return Step(
        label=say("home.path_company", cycle=top.cycle),
        title=name,
        href=at.goals,
        progress=Progress(None if whole is None else whole.progress),
        counts=() if whole is None else counts_of(whole, bare=True),
    )


def _above(rung: Rung, at: Addresses) -> Step:
    point = rung.point
    mark = StatusMark(shown.mark_of(point.health, point.reason))
    return Step(
        label=say("home.path_above", owner=point.owner),
        title=point.title,
        href=at.objective(point.key),
        progress=Progress(point.progress, kind=mark.kind),
        status=mark,
        through=say("home.path_through", titles=list(rung.through)) if rung.through else "",
    )
