"""How an organisation judges: the thresholds of health and confidence, guards, personal goals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from okapi.base import events
from okapi.base.actor import Actor, Role
from okapi.core.errors import Forbidden, Refusals, Refused
from okapi.core.thresholds import Thresholds
from okapi.orgs import queries
from okapi.orgs.actions import fields, holding
from okapi.orgs.choices import PersonalGoals
from okapi.orgs.events import JudgedOtherwise
from okapi.orgs.models import Organisation

# Each pair must stand in this order: what is below the first is never above the second.
_ORDER = (
    ("pace_risk", "pace_on"),
    ("chance_risk", "chance_on"),
    ("objective_off", "objective_on"),
    ("confidence_low", "confidence_on"),
)
# Shares of one, and the least and most of all others.
_SHARES = ("pace_on", "pace_risk", "chance_on", "chance_risk", "objective_on", "objective_off",
           "objective_no_data", "early", "success", "keep")  # fmt: skip
WHOLE = {"confidence_on": (1, 10), "confidence_low": (0, 9), "missed_cadences": (1, 12)}


def require(actor: Actor) -> None:
    """`Forbidden` unless the actor may say how goals are judged: a strategist, no administrator."""
    if not actor.has(Role.STRATEGIST):
        raise Forbidden("access.role", role=Role.STRATEGIST)


@transaction.atomic
def edit(
    actor: Actor,
    *,
    version: int | None = None,
    personal_goals: str | None = None,
    **limits: Any,
) -> Organisation:
    """Change thresholds (as `core.thresholds.Thresholds` names them), the level of personal goals.

    Kept is what differs from the product's defaults. `Refusals` at the fields that are out of range
    or in the wrong order. All goals are judged anew after the commit.
    """
    require(actor)
    held = holding.organisation(actor)
    holding.check_version(held, version)
    kept = _kept(held.settings, limits)
    values: dict[str, Any] = {"settings": kept}
    if personal_goals is not None:
        chosen = fields.choice(PersonalGoals, personal_goals, "personal_goals")
        values["personal_goals"] = chosen
    was = holding.change(actor, "edit", "organisation", held, values)
    queries.forget(actor.organisation_id)
    if "settings" in was:
        events.publish(JudgedOtherwise(actor.organisation_id))
    return held


def chosen(settings: Mapping[str, Any]) -> dict[str, Any]:
    """All thresholds by name: the organisation's, else the product's."""
    defaults = Thresholds()
    return {
        name: settings.get(name, getattr(defaults, name))
        for name in Thresholds.__dataclass_fields__
    }


def _kept(before: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(limits) - set(Thresholds.__dataclass_fields__)
    if unknown:
        raise TypeError(f"unknown thresholds: {', '.join(sorted(unknown))}")
    wanted = chosen(before) | dict(limits)
    if found := problems(before, limits):
        raise Refusals(found)
    defaults = chosen({})
    return {name: _plain(value) for name, value in wanted.items() if value != defaults[name]}


def problems(before: Mapping[str, Any], limits: Mapping[str, Any]) -> list[Refused]:
    """What is out of range or in the wrong order among numbers by the names of thresholds."""
    wanted = chosen(before) | dict(limits)
    out_of_order = [
        Refused(
            "threshold.order",
            field=upper,
            found=_words(wanted[upper]),
            expected=_words(wanted[lower]),
        )
        for lower, upper in _ORDER
        if float(wanted[lower]) >= float(wanted[upper])
    ]
    return [*_out_of_range(limits), *out_of_order]


def _out_of_range(limits: Mapping[str, Any]) -> list[Refused]:
    found = [
        Refused("threshold.share", field=name, found=_words(value))
        for name in _SHARES
        if (value := limits.get(name)) is not None and not 0 < float(value) <= 1
    ]
    for name, (least, most) in WHOLE.items():
        value = limits.get(name)
        if value is not None and not least <= value <= most:
            found.append(Refused("number.outside", field=name, found=value, least=least, most=most))
    return found


def _words(value: float | Decimal) -> str:
    """A share as it was typed, also one of three hundred digits."""
    return f"{float(value):g}"


def _plain(value: Any) -> Any:
    """As JSON keeps it; a share of periods is exact, so it is kept as text."""
    return str(value) if isinstance(value, Decimal) else value
