"""What files do not hold: comments, adjustments, and values that were corrected."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.db import transaction

from okapi.base import clock
from okapi.base.actor import Actor, Door
from okapi.core.periods import period_of
from okapi.exchange.demo.anchor import Anchor
from okapi.exchange.demo.moving import Move
from okapi.exchange.demo.series import all_series
from okapi.exchange.demo.values import Row
from okapi.goals import access as goals_access
from okapi.goals.actions import adjust_target
from okapi.kpis import access as kpis_access
from okapi.orgs import access as orgs_access
from okapi.orgs import queries
from okapi.talk.actions import add_comment
from okapi.talk.models import Comment

DOMAIN = "qiju.example"


@dataclass(frozen=True, slots=True)
class Story:
    """What `story.toml` tells, moved to the running quarter."""

    told: dict[str, list[dict[str, Any]]]

    @classmethod
    def around(cls, anchor: Anchor) -> Story:
        """The story of a quarter."""
        text = (files(__package__) / "story.toml").read_text(encoding="utf-8")
        return cls(tomllib.loads(Move(anchor).text(text)))

    def corrections(self, rows: list[Row]) -> tuple[list[Row], list[Row]]:
        """The rows as they came in first, and those by which they were corrected."""
        wrong = dict(self._wrong())
        first, later = [], []
        for row in rows:
            told = None if "slice" in row else wrong.get((row["kpi"], row["period"]))
            if told is None:
                first.append(row)
                continue
            places = Decimal(row["value"]).as_tuple().exponent
            value = Decimal(row["value"]) * Decimal(str(told["times"]))
            first.append({**row, "value": str(round(value, -int(places)))})
            later.append({**row, "note": told["note"]})
        return first, later

    def _wrong(self) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
        for told in self.told["correction"]:
            day: date = told["day"]
            yield (told["kpi"], period_of(day, all_series()[told["kpi"]].every).label), told


@transaction.atomic
def tell(actor: Actor, story: Story, now: datetime) -> None:
    """Let people adjust and comment, each at their time, as far as it has come; once only."""
    if Comment.objects.exists():
        return
    for told in story.told["adjustment"]:
        if told["at"] <= now:
            with clock.at(told["at"]):
                who = _actor(actor, told["person"], told["at"].date())
                target = Decimal(told["target"])
                adjust_target(who, told["key_result"], target=target, reason=told["reason"])
    above: Comment | None = None
    for told in story.told["comment"]:
        if told["at"] > now:
            continue
        with clock.at(told["at"]):
            who = _actor(actor, told["person"], told["at"].date())
            kind, thing = _thing(who, told)
            answers = above.pk if above is not None and told.get("answers") else None
            comment = add_comment(who, kind, thing.pk, told["text"], answers=answers)
        # The time of a comment is that of its row.
        Comment.objects.filter(pk=comment.pk).update(created_at=told["at"])
        above = comment if answers is None else above


def _actor(actor: Actor, name: str, day: date) -> Actor:
    person = orgs_access.person_by_email(actor, f"{name}@{DOMAIN}")
    return queries.actor_for_person(person, Door.DEMO, today=day)


def _thing(actor: Actor, told: dict[str, Any]) -> tuple[str, Any]:
    if "kpi" in told:
        return "kpi", kpis_access.get(actor, told["kpi"], "comment")
    return "objective", goals_access.get(actor, told["objective"], "comment")
