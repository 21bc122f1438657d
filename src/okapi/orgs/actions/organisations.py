"""Founding an organisation."""

from __future__ import annotations

from django.db import transaction

from okapi.base import actor as actors
from okapi.base import changes, scope
from okapi.base.actor import Door
from okapi.core.errors import Conflict
from okapi.orgs.actions import calendars
from okapi.orgs.models import Organisation, Perspective

# The four of the balanced scorecard; an organisation edits them as it likes.
PERSPECTIVES = (
    ("finance", "财务", "Finance"),
    ("customer", "客户", "Customer"),
    ("process", "内部流程", "Process"),
    ("learning", "学习与成长", "Learning"),
)


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

    `Conflict` (`organisation.exists`) when the slug is taken.
    """
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
