"""Starting Django, in the commands that need it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okapi.base.actor import Actor


def start() -> None:
    """Read the settings and load the apps; does nothing the second time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okapi.config.settings")
    import django

    django.setup()


def actor(slug: str, email: str = "") -> Actor:
    """Who acts by a command: a person of the organisation, or, without an address, the system."""
    from okapi.base import actor as actors
    from okapi.base import schema, scope
    from okapi.base.actor import Door
    from okapi.orgs import access, queries

    schema.refuse_newer()
    organisation = queries.settings_by_slug(slug)
    system = actors.system(organisation.organisation_id, Door.COMMAND)
    if not email:
        return system
    with scope.organisation(organisation.organisation_id):
        person = access.person_by_email(system, email)
        return queries.actor_for_person(person, Door.COMMAND, today=organisation.today)
