"""An organisation: founded, named, and how it counts time."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from okapi.base import actor as actors
from okapi.base import changes, events, scope
from okapi.base.actor import Actor, Door
from okapi.core.errors import Conflict, Refusals, Refused
from okapi.orgs import access, queries
from okapi.orgs.actions import calendars, fields, holding
from okapi.orgs.events import MovingPeriods, PeriodsMoved
from okapi.orgs.models import Cycle, Organisation, Perspective, Pillar, Team
from okapi.wording import LANGUAGES

# The four of the balanced scorecard; an organisation edits them as it likes.
PERSPECTIVES = (
    ("finance", "财务", "Finance"),
    ("customer", "客户", "Customer"),
    ("process", "内部流程", "Process"),
    ("learning", "学习与成长", "Learning"),
)

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
CURRENCY = re.compile(r"[A-Z]{3}|")


@transaction.atomic
def found(
    *,
    slug: str,
    name: str,
    door: Door,
    name_other: str = "",
    language: str = "zh",
    time_zone: str = "Asia/Shanghai",
    country: str = "CN",
) -> Organisation:
    """Make an organisation with the four perspectives and its country's working calendar.

    `Refused` (`organisation.slug`) for a slug that is none; `Conflict` (`organisation.exists`) when
    it is taken.
    """
    if not _SLUG.fullmatch(slug):
        raise Refused("organisation.slug", field="slug", found=slug[:60])
    if Organisation.objects.filter(slug=slug).exists():
        raise Conflict("organisation.exists", field="slug", found=slug)
    organisation = Organisation.objects.create(
        slug=slug, name=name, name_other=name_other, language=language, time_zone=time_zone
    )
    founder = actors.system(organisation.pk, door)
    with scope.organisation(organisation.pk):
        _add_perspectives(organisation)
        calendars.add(founder, key="default", country=country, is_default=True)
        changes.record(founder, "found", "organisation", organisation.pk, after={"slug": slug})
    return organisation


def _add_perspectives(organisation: Organisation) -> None:
    Perspective.objects.bulk_create(
        Perspective(
            organisation=organisation,
            key=key,
            title=zh if organisation.language == "zh" else en,
            title_other=en if organisation.language == "zh" else zh,
            position=position,
        )
        for position, (key, zh, en) in enumerate(PERSPECTIVES)
    )


@transaction.atomic
def edit(actor: Actor, *, version: int | None = None, **given: Any) -> Organisation:
    """Change name, name_other, language, time_zone, currency, first_weekday or fiscal_month.

    `Refused` (`organisation.language_kept`) once there are titles in the first language. Week and
    fiscal year change only while those above have nothing that rests on them (`Refusals`).
    """
    access.require_manager(actor, Organisation)
    held = holding.organisation(actor)
    holding.check_version(held, version)
    values = read(given)
    if values.get("language", held.language) != held.language:
        _check_language(actor)
        _swap_perspectives(actor)
    is_fiscal = values.get("fiscal_month", held.fiscal_month) != held.fiscal_month
    is_weekly = values.get("first_weekday", held.first_weekday) != held.first_weekday
    if is_fiscal or is_weekly:
        about = MovingPeriods(actor.organisation_id, is_fiscal=is_fiscal, is_weekly=is_weekly)
        if reasons := events.vetoes(about):
            raise Refusals(reasons)
    holding.change(actor, "edit", "organisation", held, values)
    queries.forget(actor.organisation_id)
    if is_fiscal or is_weekly:
        events.publish(PeriodsMoved(actor.organisation_id))
    return held


def read(given: dict[str, Any]) -> dict[str, Any]:
    """Fields of an organisation as they come in, read as `edit` reads them."""
    return fields.read(_READERS, given)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise Refused("choice.unknown", field="language", found=text, expected=", ".join(LANGUAGES))
    return text


def _time_zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):
        raise Refused("time_zone.unknown", field="time_zone", found=text[:60]) from None


def _currency(text: str) -> str:
    tidy = text.strip().upper()
    if not CURRENCY.fullmatch(tidy):
        raise Refused("currency.unreadable", field="currency", found=text[:20])
    return tidy


_READERS: dict[str, Any] = {
    "name": fields.title,
    "name_other": lambda text: fields.short(text, "name_other"),
    "language": _language,
    "time_zone": _time_zone,
    "currency": _currency,
    "first_weekday": lambda value: fields.whole(value, "first_weekday", 0, 6),
    "fiscal_month": lambda value: fields.whole(value, "fiscal_month", 1, 12),
}


def _check_language(actor: Actor) -> None:
    """All first titles are in this language; nobody can say which of them would have to change."""
    mine = {"organisation_id": actor.organisation_id}
    if any(model.objects.filter(**mine).exists() for model in (Team, Cycle, Pillar)):
        raise Refused("organisation.language_kept", field="language")


def _swap_perspectives(actor: Actor) -> None:
    for row in Perspective.objects.filter(organisation_id=actor.organisation_id):
        if row.title_other:
            values = {"title": row.title_other, "title_other": row.title}
            holding.change(actor, "edit", "perspective", row, values)
