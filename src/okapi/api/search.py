"""Search."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from okapi.api.answering import asking, listed
from okapi.api.middleware import TokenRequest
from okapi.api.schemas.base import READS, Page
from okapi.api.schemas.search import FoundOut
from okapi.search import queries
from okapi.search.choices import Kind

router = Router(tags=["Search"])
LONGEST = 200
MOST = 50


@router.get("/search", response={200: Page[FoundOut], **READS})
def search(
    request: TokenRequest,
    q: Annotated[str, Field(min_length=1, max_length=LONGEST)],
    kind: Query[list[Kind]] = [],  # noqa: B006 - ninja copies it
    limit: Annotated[int, Field(ge=1, le=MOST)] = 10,
    fields: str = "",
) -> HttpResponse:
    """Find what holds all words of `q`: at most `limit` of each kind, the best first."""
    found = queries.search(asking(request), q, kinds=kind or tuple(Kind), most=limit).found
    rows = [_out(one) for some in found.values() for one in some]
    return listed(rows, None, fields, FoundOut)


def _out(one: queries.Found) -> FoundOut:
    return FoundOut(
        kind=one.kind.value,
        id=one.id,
        key=one.key,
        title=one.title,
        note=one.note,
        objective=one.objective,
        health=one.status if one.health is None else one.health.value,
    )
