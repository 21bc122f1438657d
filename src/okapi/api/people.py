"""People: listed, added, changed, given roles and links; how they leave and come back."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router

from okapi.api.answering import (
    asked_version,
    asking,
    kept_nowhere,
    made,
    one,
    page_of,
    ref,
    refs,
    require,
)
from okapi.api.middleware import TokenRequest
from okapi.api.paging import key_of
from okapi.api.schemas.base import CHANGES, FORBIDS, MOST, READS, WRITES, Page
from okapi.api.schemas.people import (
    HoldingOut,
    HoldingsOut,
    InvitationOut,
    LeavingIn,
    PeopleAsked,
    PersonEdit,
    PersonIn,
    PersonOut,
    RolesIn,
)
from okapi.base.actor import Role
from okapi.goals.queries.held import held_goals
from okapi.kpis.queries.held import held_kpis
from okapi.orgs.actions import invitations, leaving
from okapi.orgs.actions import people as actions
from okapi.orgs.choices import Holding
from okapi.orgs.queries import lists
from okapi.orgs.queries import people as queries

router = Router(tags=["People"])


@router.get("/people", response={200: Page[PersonOut], **READS})
def people(request: TokenRequest, asked: Query[PeopleAsked]) -> HttpResponse:
    """List people by e-mail address."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, asked.archived)
    today = request.organisation.today
    rows = lists.people(request.actor, today, wanted, **asked.filters("archived"))
    return page_of(rows, asked, PersonOut, by="email")


@router.post("/people", response={201: PersonOut, **WRITES})
def add_person(request: TokenRequest, body: PersonIn) -> HttpResponse:
    """Add a person; they can sign in once they have used a link (`POST …/invitation`)."""
    given = refs(body.given("roles"), "manager", "team")
    given |= {name: role in body.roles for role, name in actions.ROLE_FIELDS.items()}
    is_viewer = Role.MEMBER not in body.roles
    person = actions.add(request.actor, is_viewer_only=is_viewer, **given)
    return made(_told(request, person.pk), "people", person.email)


@router.get("/people/{key}", response={200: PersonOut, **READS})
def person(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a person by e-mail address or id."""
    return one(_told(request, ref(key)), fields=fields)


@router.patch("/people/{key}", response={200: PersonOut, **CHANGES})
def edit_person(request: TokenRequest, key: str, body: PersonEdit) -> HttpResponse:
    """Change what is sent."""
    found, version = _told(request, ref(key)), asked_version(request)
    given = refs(body.given(), "manager")
    actions.edit(request.actor, found.id, version=version, **given)
    return one(_told(request, found.id))


@router.put("/people/{key}/roles", response={200: PersonOut, **CHANGES})
def set_roles(request: TokenRequest, key: str, body: RolesIn) -> HttpResponse:
    """Say what a person is for the whole organisation; somebody stays an administrator."""
    found, version = _told(request, ref(key)), asked_version(request)
    roles = frozenset(body.roles)
    actions.set_roles(request.actor, found.id, roles=roles, version=version)
    return one(_told(request, found.id))


@router.post("/people/{key}/invitation", response={201: InvitationOut, **WRITES})
def invite(request: TokenRequest, key: str) -> HttpResponse:
    """Make a link by which a person sets their password; earlier links open nothing any more."""
    found = _told(request, ref(key))
    link = invitations.invite(request.actor, [found.id])[0]
    place = f"{reverse('people:invitation')}?{urlencode({'key': link.secret})}"
    told = InvitationOut(url=request.build_absolute_uri(place), until=link.until)
    return kept_nowhere(one(told, status=201))


@router.delete("/people/{key}/invitation", response={204: None, **WRITES})
def revoke_invitation(request: TokenRequest, key: str) -> HttpResponse:
    """Let the links of a person open nothing any more."""
    found = _told(request, ref(key))
    invitations.revoke(request.actor, found.id)
    return HttpResponse(status=204)


@router.get("/people/{key}/holdings", response={200: HoldingsOut, **FORBIDS})
def holdings(request: TokenRequest, key: str) -> HttpResponse:
    """Read what a person holds and would hand over on leaving; for administrators."""
    found = _told(request, ref(key))
    require(request, Role.ADMINISTRATOR)
    who = asking(request)
    goals, kpis = held_goals(who, found.id), held_kpis(who, found.id)
    own = queries.held_by(request.actor, found.id, most=MOST)
    return one(
        HoldingsOut(
            goals=HoldingOut(
                total=goals.total, hidden=goals.hidden, items=[row.key for row in goals.goals]
            ),
            kpis=HoldingOut(
                total=kpis.total, hidden=kpis.hidden, items=[key for key, _ in kpis.kpis]
            ),
            teams=_own(own.teams),
            reports=_own(own.reports),
            pillars=_own(own.pillars),
        )
    )


def _own(held: queries.HeldKind) -> HoldingOut:
    """Of the organisation itself; nobody's is hidden."""
    return HoldingOut(total=held.total, hidden=0, items=[key for key, *_ in held.first])


@router.post("/people/{key}/leave", response={200: PersonOut, **CHANGES})
def leave(request: TokenRequest, key: str, body: LeavingIn) -> HttpResponse:
    """Let a person leave and hand over what they hold, at once or not at all."""
    found, version = _told(request, ref(key)), asked_version(request)
    named = {kind: getattr(body, kind.value).strip() or body.heir.strip() for kind in Holding}
    heirs = {kind: ref(heir) for kind, heir in named.items() if heir}
    leaving.deactivate(request.actor, found.id, heirs=heirs, version=version)
    return one(_told(request, found.id))


@router.post("/people/{key}/return", response={200: PersonOut, **CHANGES})
def come_back(request: TokenRequest, key: str) -> HttpResponse:
    """Let a person come back, as a member; teams and tokens do not come back with them."""
    found = _told(request, ref(key))
    leaving.reactivate(request.actor, found.id, version=asked_version(request))
    return one(_told(request, found.id))


def _told(request: TokenRequest, wanted: UUID | str) -> PersonOut:
    found = lists.one_person(request.actor, request.organisation.today, wanted)
    return PersonOut.model_validate(found)
