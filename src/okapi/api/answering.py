"""What every operation shares: who asks, sparse fields, answers with ETags, versions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

import orjson
from django.http import HttpResponse
from ninja import Schema

from okapi.api.middleware import TokenRequest
from okapi.api.paging import cut
from okapi.api.schemas.base import Asked
from okapi.base.actor import Role
from okapi.core.errors import Forbidden, Refused
from okapi.goals.queries.asking import Asking
from okapi.orgs import queries as orgs_queries
from okapi.wording import current_language

T = TypeVar("T")
ROOT = "/api/v1"
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})\.[0-9a-f]+"')


def asking(request: TokenRequest) -> Asking:
    """Who asks, as queries want it."""
    organisation = request.organisation
    return Asking(
        actor=request.actor,
        organisation=organisation,
        language=current_language(),
        calendar=orgs_queries.working_calendar(organisation.organisation_id),
        today=organisation.today,
    )


def ref(text: str) -> UUID | str:
    """A thing by its id or key."""
    try:
        return UUID(text)
    except ValueError:
        return text


def refs(given: dict[str, Any], *names: str) -> dict[str, Any]:
    """What was sent, with these names as `ref`; null stays null."""
    return given | {name: ref(given[name]) for name in names if given.get(name) is not None}


def require(request: TokenRequest, role: Role) -> None:
    """`Forbidden` unless the token's person has the role: for what is read by few."""
    if not request.actor.has(role):
        raise Forbidden("access.role", role=role)


def listed(
    rows: Sequence[Schema], following: str | None, fields: str, of: type[Schema]
) -> HttpResponse:
    """A page, each thing with the `fields` that were asked for."""
    names = _names(fields, of)
    items = [row.model_dump(mode="json", include=names) for row in rows]
    return _json({"items": items, "next": following})


def page_of(
    rows: Sequence[T],
    asked: Asked,
    of: type[Schema],
    *,
    told: Callable[[T], Schema] | None = None,
    by: str = "key",
) -> HttpResponse:
    """A page out of `limit` + 1 rows in the order of their attribute `by`, each as `told`."""
    page, following = cut(rows, asked.limit, lambda row: str(getattr(row, by)))
    tell = told or of.model_validate
    return listed([tell(row) for row in page], following, asked.fields, of)


def one(thing: Schema, *, fields: str = "", status: int = 200) -> HttpResponse:
    """A thing; its ETag carries the version that `If-Match` asks for."""
    body = thing.model_dump(mode="json", include=_names(fields, type(thing)))
    response = _json(body, status)
    version = getattr(thing, "version", None)
    if version is not None:
        digest = hashlib.blake2b(response.content, digest_size=8).hexdigest()
        response["ETag"] = f'"{version}.{digest}"'
    return response


def made(thing: Schema, *place: object) -> HttpResponse:
    """A thing that is new, and where it is now: `made(told, "teams", told.key)`."""
    response = one(thing, status=201)
    response["Location"] = "/".join((ROOT, *(quote(str(part), safe="@") for part in place)))
    return response


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """No cache on the way keeps an answer with a secret in it."""
    response["Cache-Control"] = "no-store"
    return response


def asked_version(request: TokenRequest) -> int | None:
    """The version in `If-Match`; None without it or for `*`. `Refused` (`request.if_match`)."""
    text = request.headers.get("If-Match", "").strip()
    if text in ("", "*"):
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        raise Refused("request.if_match", field="If-Match", found=text[:60])
    return int(found[1])


def _names(fields: str, of: type[Schema]) -> set[str] | None:
    """Which fields were asked for; None: all. `Refused` (`request.fields`) for an unknown one."""
    names = {name.strip() for name in fields.split(",") if name.strip()}
    known = of.model_fields
    unknown = sorted(names - set(known))
    if unknown:
        raise Refused(
            "request.fields", field="fields", found=", ".join(unknown), expected=", ".join(known)
        )
    return names or None


def _json(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")
