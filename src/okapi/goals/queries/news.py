"""What happened since a moment around goals and KPIs that somebody cares for: one statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from okapi.goals.queries.asking import Asking
from okapi.goals.queries.happened import NAMES, happened

MOST = 300
"""So many things are read; of more, the newest."""


class What(StrEnum):
    """What happened, in the order in which things of one moment are told."""

    HEALTH = "health"
    KEY_RESULT = "key_result"
    CHECK_IN = "check_in"
    ADJUSTMENT = "adjustment"
    COMMENT = "comment"
    NEW = "new"
    KPI = "kpi"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened.

    `title` and `key` are the key result's, or those of a new objective, whose `person` owns it or
    is its team. `before` and `after` are a health, a status, or what an adjustment changed.
    """

    what: What
    at: datetime
    person: str
    key: str
    title: str
    text: str
    confidence: int | None
    before: str = ""
    after: str = ""
    changed: tuple[Mapping[str, Any], Mapping[str, Any]] = field(default_factory=lambda: ({}, {}))


@dataclass(frozen=True, slots=True)
class Group:
    """What happened around one objective (or KPI), newest first."""

    about: UUID
    is_kpi: bool
    items: tuple[Item, ...]

    @property
    def at(self) -> datetime:
        """When the newest of it happened."""
        return self.items[0].at


@dataclass(frozen=True, slots=True)
class Cared:
    """What somebody cares for: objectives, their own key results, KPIs.

    `homes` are the teams and people whose new objectives are news.
    """

    objectives: Collection[UUID]
    key_results: Collection[UUID]
    kpis: Collection[UUID]
    homes: Collection[UUID]


def news(asking: Asking, since: datetime, cared: Cared) -> tuple[Group, ...]:
    """What others did and what the numbers did since then, the newest group first.

    The objectives and KPIs of `cared` have been found by the asker's own rights. A health that
    came back to what it was is no news.
    """
    rows = happened(
        asking.actor,
        MOST,
        since=since,
        objectives=cared.objectives,
        key_results=cared.key_results,
        kpis=cared.kpis,
        homes=cared.homes,
    )
    return tuple(_groups(asking, rows))


def _groups(asking: Asking, rows: Iterable[tuple[Any, ...]]) -> Iterable[Group]:
    groups: dict[UUID, list[Item]] = {}
    kpis = set()
    for row in rows:
        values = dict(zip(NAMES, row, strict=True))
        what = What(values["what"])
        if what in _STANDINGS and values["before"] in ("", values["after"]):
            continue
        groups.setdefault(values["about"], []).append(_item(asking, what, values))
        if what is What.KPI:
            kpis.add(values["about"])
    found = [
        Group(about, about in kpis, tuple(_in_order(groups[about]))) for about in sorted(groups)
    ]
    return sorted(found, key=lambda group: group.at, reverse=True)


def _in_order(items: Iterable[Item]) -> list[Item]:
    """Newest first; things of one moment as they are told, whatever order the database gave."""
    by_kind = sorted(items, key=lambda item: (_TOLD.index(item.what), item.key, item.text))
    return sorted(by_kind, key=lambda item: item.at, reverse=True)


_TOLD = tuple(What)
_STANDINGS = (What.HEALTH, What.KEY_RESULT, What.KPI)


def _item(asking: Asking, what: What, values: Mapping[str, Any]) -> Item:
    before, after = values["before"], values["after"]
    is_adjusted = what is What.ADJUSTMENT
    return Item(
        what=what,
        at=values["at"],
        person=asking.text(values["person"], values["person_other"]),
        key=values["key"],
        title=asking.text(values["title"], values["title_other"]),
        text=values["text"],
        confidence=values["confidence"],
        before="" if is_adjusted else before,
        after="" if is_adjusted else after,
        changed=(json.loads(before), json.loads(after)) if is_adjusted else ({}, {}),
    )
