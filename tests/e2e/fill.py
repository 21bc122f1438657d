"""Lets the people of organisations sign in and tells an intake of each: `python fill.py SLUG …`.

A program of its own, since it works on the home of the server and not on that of the tests.
"""

from __future__ import annotations

import json
import sys

from okapi.cli import framework


def main(slugs: list[str]) -> None:
    """Print the id of an intake by organisation, as JSON."""
    framework.start()
    from okapi.base import scope
    from okapi.kpis.models import Intake
    from okapi.orgs.actions import people
    from okapi.orgs.models import Person
    from tests.e2e import house

    found = {}
    for slug in slugs:
        system = framework.actor(slug)
        with scope.organisation(system.organisation_id):
            for person in Person.objects.all():
                people.let_in(system, person, house.PASSWORD)
            found[slug] = str(Intake.objects.earliest("pk").uid)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
