"""What stands around me: what I follow, what happened since last time, what lies above my goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from okapi.base.rounds import Round
from okapi.goals.choices import Followable
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.news import Cared, Group, news
from okapi.goals.queries.path import Ladder, edges_above, ladder
from okapi.goals.queries.points import GoalPoint, points_of
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.kpis.queries.mine import mine_and_followed
from okapi.kpis.queries.rows import KpiRow
from okapi.talk.queries import Watch
from okapi.web.home.news import signals_of
from okapi.web.http import Addresses
from okapi.web.signal_words import SignalLine

Start = tuple[ObjectiveRow, KeyResultRow | None]
"""Where the path up begins: one of my key results, or an objective of mine without one."""


@dataclass(frozen=True, slots=True)
class Around:
    """All of it; `points` are the objectives above and those that are followed, by id.

    `followed` are those objectives that are followed or belong to a team or person that is, mine
    left out; `watched` those of them that are followed by name.
    """

    watch: Watch
    mine: Sequence[ObjectiveRow]
    points: Mapping[UUID, GoalPoint]
    watched: tuple[GoalPoint, ...]
    followed: tuple[GoalPoint, ...]
    signals: tuple[SignalLine, ...]
    my_kpis: tuple[KpiRow, ...]
    followed_kpis: tuple[KpiRow, ...]
    ladder: Ladder | None


def around(
    who: Asking, mine: Sequence[ObjectiveRow], watch: Watch, start: Start | None, at: Addresses
) -> Around:
    """What I follow, and the ladder from `start`; two statements."""
    with Round() as asked:
        up = None if start is None else asked(edges_above(who, start[0].id))
        kpis = asked(mine_and_followed(who, watch.ids(Followable.KPI)))
        signals = asked(signals_of(who, mine, at))
    edges = [] if up is None else up()
    named = watch.ids(Followable.OBJECTIVE)
    teams, people = watch.ids(Followable.TEAM), watch.ids(Followable.PERSON)
    above = {one.parent for one in edges} | ({start[0].id} if start else set())
    points = points_of(who, {*named, *above}, teams=teams, people=people)
    own = {row.id for row in mine}
    watched = tuple(points[one] for one in named if one in points and one not in own)
    theirs = tuple(
        point
        for point in points.values()
        if point.id not in own
        and point not in watched
        and point.is_running
        and (point.team_id in teams or point.owner_id in people)
    )
    my_kpis, followed_kpis = kpis()
    return Around(
        watch=watch,
        mine=mine,
        points=points,
        watched=watched,
        followed=(*watched, *theirs),
        signals=signals(),
        my_kpis=my_kpis,
        followed_kpis=followed_kpis,
        ladder=None if start is None else ladder(edges, start[0].id, points),
    )


def news_of(who: Asking, found: Around) -> tuple[Group, ...]:
    """What happened to what I care for since last time; one statement."""
    watch = found.watch
    cared = Cared(
        objectives=[*(row.id for row in found.mine), *(one.id for one in found.followed)],
        key_results=[row.id for objective in found.mine for row in objective.key_results],
        kpis=[row.id for row in (*found.my_kpis, *found.followed_kpis)],
        homes={*who.actor.circle, *watch.ids(Followable.TEAM), *watch.ids(Followable.PERSON)},
    )
    return news(who, watch.since, cared)
