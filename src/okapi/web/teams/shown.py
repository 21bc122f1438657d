"""What the pages of teams and people share: branches as counts, people as entries."""

from __future__ import annotations

from dataclasses import dataclass

from okapi.core.branches import Branch
from okapi.core.health import Health
from okapi.web.components import Avatar, StatusCount
from okapi.wording import percent

_SHOWN = (Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK, Health.NO_DATA)


@dataclass(frozen=True, slots=True)
class Stands:
    """A branch in a line: how many of each health, and their mean progress in words."""

    total: int
    counts: tuple[StatusCount, ...]
    progress: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A person in a list: face, name with the way to their page, a note, and more below."""

    avatar: Avatar
    name: str
    href: str
    note: str = ""
    text: str = ""


def stands_of(branch: Branch | None) -> Stands | None:
    """Nothing where there is no objective."""
    if branch is None or not branch.total:
        return None
    return Stands(
        branch.total,
        tuple(
            StatusCount(health.value, getattr(branch, health.value), bare=True)
            for health in _SHOWN
            if getattr(branch, health.value)
        ),
        "" if branch.progress is None else percent(branch.progress),
    )
