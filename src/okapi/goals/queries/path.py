"""The path from an objective up to the company: every way, by the contributions there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import DateTimeField, TextField, UUIDField

from okapi.base.arrays import id_param, table_of
from okapi.base.prepared import Part, plain
from okapi.core import alignment
from okapi.goals.models import Contribution, KeyResult
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.points import GoalPoint

HIGHEST = 12
"""No ladder is higher."""


@dataclass(frozen=True, slots=True)
class Edge:
    """That an objective contributes to another one, or (`through`) to a key result of it."""

    child: UUID
    parent: UUID
    through: str


@dataclass(frozen=True, slots=True)
class Rung:
    """An objective above; `through` are its key results to which the one below contributes."""

    point: GoalPoint
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """What lies above, the nearest level first; `is_hidden`: a way goes on where one may not read.

    A level has several objectives where one below has several parents.
    """

    levels: tuple[tuple[Rung, ...], ...]
    is_hidden: bool

    @property
    def reaches_company(self) -> bool:
        """Whether a way ends at an objective of the company."""
        return any(rung.point.is_company for level in self.levels for rung in level)


def ladder(edges: Sequence[Edge], begin: UUID, points: Mapping[UUID, GoalPoint]) -> Ladder:
    """The ladder from an objective, as far as `points` holds what is visible of it."""
    seen = [one for one in edges if one.parent in points]
    levels = alignment.levels_up(((one.child, one.parent) for one in seen), begin, most=HIGHEST)
    reached = {one for level in levels for one in level}
    hidden = any(one.child in reached and one.parent not in points for one in edges)
    return Ladder(
        tuple(
            tuple(Rung(points[one], _through(seen, one, reached)) for one in level)
            for level in levels[1:]
        ),
        hidden,
    )


def _through(edges: Iterable[Edge], parent: UUID, reached: Collection[UUID]) -> tuple[str, ...]:
    named = (one.through for one in edges if one.parent == parent and one.child in reached)
    return tuple(dict.fromkeys(title for title in named if title))


def edges_above(asking: Asking, objective_id: UUID) -> Part[list[Edge]]:
    """All contributions on the ways up, oldest first."""
    home, begin = id_param(asking.actor.organisation_id), id_param(objective_id)
    text = _UP.format(links=table_of(Contribution), key_results=table_of(KeyResult))
    return plain(text, [home, begin, home, HIGHEST], *_COLUMNS).to(
        lambda rows: [
            Edge(child, parent, asking.text(title or "", other or ""))
            for child, parent, _, _, title, other in rows
        ]
    )


_COLUMNS = (UUIDField(), UUIDField(), DateTimeField(), UUIDField(), TextField(), TextField())
_UP = """
WITH RECURSIVE up(child_id, parent_id, through, at, link, height) AS (
  SELECT child_id, parent_id, parent_key_result_id, created_at, id, 1
  FROM {links} WHERE organisation_id = %s AND child_id = %s
  UNION SELECT c.child_id, c.parent_id, c.parent_key_result_id, c.created_at, c.id, up.height + 1
  FROM {links} c JOIN up ON c.child_id = up.parent_id
  WHERE c.organisation_id = %s AND up.height < %s
)
SELECT DISTINCT up.child_id, up.parent_id, up.at, up.link, k.title, k.title_other
FROM up LEFT JOIN {key_results} k ON k.id = up.through ORDER BY up.at, up.link
"""
