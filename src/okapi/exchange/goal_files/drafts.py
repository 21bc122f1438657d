"""What the actions of goals take, made of the texts of rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft

NEW = "\0"
"""Before the place of a part that has no key yet."""


def given_objective(changed: Mapping[str, str], *, is_new: bool = True) -> dict[str, Any]:
    """The fields of an objective as its actions take them."""
    given: dict[str, Any] = dict(changed)
    if "text" in given:
        given["why"] = given.pop("text")
    for name in ("team", "owner", "pillar"):
        if name in given:
            given[name] = given[name] or None
    if "weight" in given:
        given["weight"] = weight_of(given["weight"])
    if is_new:
        given.setdefault("title", "")
        given.setdefault("cycle", "")
    return given


def given_key_result(changed: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a key result as its actions take them; parts are made apart."""
    given: dict[str, Any] = {}
    for name in ("title", "title_other", "owner", "due", "weight"):
        if name in changed:
            given[name] = changed[name]
    if "text" in changed:
        given["description"] = changed["text"]
    if "owner" in given:
        given["owner"] = given["owner"] or None
    if "due" in given:
        given["due"] = day_of(given["due"])
    if "weight" in given:
        given["weight"] = weight_of(given["weight"])
    return given


def move_draft(values: Mapping[str, str], weight: str) -> MoveDraft:
    """What is moved, from where to where; without a start it is automatic."""
    return MoveDraft(
        kpi=values.get("kpi", ""),
        slice=values.get("slice", ""),
        start=number_of(values.get("start", "")),
        start_reason=values.get("start_reason", ""),
        target=number_of(values.get("target", "")),
        low=number_of(values.get("low", "")),
        high=number_of(values.get("high", "")),
        weight=weight_of(weight),
    )


def number_of(text: str) -> Decimal | None:
    """A number, None for nothing."""
    return Decimal(text) if text else None


def weight_of(text: str) -> Decimal:
    """A weight; one where nothing is said."""
    return Decimal(text) if text else Decimal(1)


def day_of(text: str) -> date | None:
    """A day, None for nothing."""
    return date.fromisoformat(text) if text else None


def milestone_draft(key: str, values: Mapping[str, str]) -> MilestoneDraft:
    """A step of these values; a new one gets its key later."""
    return MilestoneDraft(
        title=values.get("title", ""),
        key="" if key.startswith(NEW) else key,
        title_other=values.get("title_other", ""),
        due=day_of(values.get("due", "")),
        weight=weight_of(values.get("weight", "")),
    )


def level_draft(key: str, values: Mapping[str, str]) -> LevelDraft:
    """A level of these values; its share stands in the column of targets."""
    return LevelDraft(
        key=key.removeprefix(NEW),
        text=values.get("title", ""),
        value=number_of(values.get("target", "")),
        text_other=values.get("title_other", ""),
    )
