"""Links by which people set their password: made and shown here, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from okapi.base.actor import Role
from okapi.orgs.actions import invitations as actions
from okapi.orgs.actions.invitations import Link
from okapi.orgs.queries import people as queries
from okapi.web.http import OrgRequest
from okapi.web.people.invitation import address
from okapi.web.settings import person, place
from okapi.web.settings.forms import Sent, tried
from okapi.wording import moment, say


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as it is handed on."""

    name: str
    email: str
    url: str


@require_POST
def invite(request: OrgRequest, uid: UUID) -> HttpResponse:
    """A link for one person, shown on their page."""
    queries.person(request.actor, request.organisation.today, uid)
    place.require(request, Role.ADMINISTRATOR)
    sent = Sent(request.POST)
    made: list[Link] = []
    if wrong := tried(sent, lambda: made.extend(actions.invite(request.actor, [uid]))):
        return person.show(request, uid, {"link": wrong})
    return kept_nowhere(person.show(request, uid, {}, link=url_of(request, made[0])))


@require_POST
def unlink(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Let a person's links open nothing any more."""
    queries.person(request.actor, request.organisation.today, uid)
    actions.revoke(request.actor, uid)
    return place.on(request, "person", "unlinked", uid=uid)


@require_POST
def invite_waiting(request: OrgRequest) -> HttpResponse:
    """A link for everybody who cannot sign in and has none; all of them on one page."""
    place.require(request, Role.ADMINISTRATOR)
    waiting = queries.waiting(request.actor, request.organisation.today)
    return links_page(request, actions.invite(request.actor, waiting) if waiting else [])


def links_page(request: OrgRequest, made: Sequence[Link]) -> HttpResponse:
    """All links, to be copied or handed on one by one."""
    links = [Shown(one.person.name, one.person.email, url_of(request, one)) for one in made]
    note = say("settings.links.none")
    if made:
        note = say("settings.links.note", n=len(links), until=moment(made[0].until))
    context = {
        "links": links,
        "note": note,
        "all": "\n".join(f"{one.name}\t{one.email}\t{one.url}" for one in links),
        "back": place.at(request).page("people"),
    }
    title = say("settings.links.title")
    return kept_nowhere(place.page(request, "people", "settings/links.html", context, title=title))


def url_of(request: OrgRequest, link: Link) -> str:
    """The whole address of a link."""
    return request.build_absolute_uri(address(link.secret))


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """No browser and no proxy keeps a page with a secret on it."""
    response["Cache-Control"] = "no-store"
    return response
