"""Makes the organisations of the house, lets their people sign in, and tells an intake of each.

`python -m tests.e2e.fill FOLDER …`, a folder of files for each; its name is the address. A program
of its own, since it works on the home of the server and not on that of the tests.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from okapi.cli import framework, migrate


def main(folders: list[Path]) -> None:
    """Print the id of an intake by organisation, as JSON."""
    framework.start()
    migrate.make_if_missing()
    from okapi.exchange.applying import apply_files

    found = {}
    for folder in folders:
        apply_files(folder, folder.name)
        found[folder.name] = _let_in(folder.name)
    sys.stdout.write(json.dumps(found))


def _let_in(slug: str) -> str:
    """Everybody gets the password of the house; the id of an intake."""
    from okapi.base import scope
    from okapi.kpis.models import Intake
    from okapi.orgs.actions import people
    from okapi.orgs.models import Person
    from tests.e2e import house

    system = framework.actor(slug)
    with scope.organisation(system.organisation_id):
        for person in Person.objects.all():
            people.let_in(system, person, house.PASSWORD)
        return str(Intake.objects.earliest("pk").uid)


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
