"""Programs that call the API with a token."""

from __future__ import annotations

from django.test import Client

from okapi.base import actor as actors
from okapi.base import scope
from okapi.base.actor import Door
from okapi.orgs.actions import tokens
from okapi.orgs.models import Organisation, Person


def token(found: Organisation) -> str:
    """A token of the first person, who is a data steward from now on."""
    with scope.organisation(found.pk):
        person = Person.objects.get(user__email=f"{found.slug}@bench.example")
        person.is_steward = True
        person.save()
        return tokens.create(actors.system(found.pk, Door.COMMAND), person)


def program(found: Organisation) -> Client:
    """A client of this process that has sent its first request."""
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token(found)}"})
    if client.get("/api/v1/kpis?limit=1").status_code != 200:
        raise RuntimeError("the API does not know the token")
    return client
