"""Links of an objective: what it contributes to, guards, and shows for context."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from okapi.api.answering import asked_version, asking, one, ref
from okapi.api.middleware import TokenRequest
from okapi.api.schemas.base import CHANGES, READS, WRITES
from okapi.api.schemas.goals import AboveIn, GuardIn, InformIn, LinksOut
from okapi.core.slices import slice_key
from okapi.goals import actions
from okapi.goals.queries import lists

router = Router(tags=["Links"])


@router.get("/objectives/{key}/links", response={200: LinksOut, **READS})
def links(request: TokenRequest, key: str) -> HttpResponse:
    """Read the links of an objective."""
    return _answer(request, key)


@router.post("/objectives/{key}/contributes-to", response={200: LinksOut, **WRITES})
def contribute(request: TokenRequest, key: str, body: AboveIn) -> HttpResponse:
    """Align an objective with an objective or key result above it; circles are refused."""
    actions.contribute(
        request.actor,
        ref(key),
        to_objective=None if body.objective is None else ref(body.objective),
        to_key_result=None if body.key_result is None else ref(body.key_result),
    )
    return _answer(request, key)


@router.delete("/objectives/{key}/contributes-to", response={200: LinksOut, **WRITES})
def withdraw(
    request: TokenRequest, key: str, objective: str = "", key_result: str = ""
) -> HttpResponse:
    """Contribute no longer."""
    actions.withdraw(
        request.actor,
        ref(key),
        to_objective=ref(objective) if objective else None,
        to_key_result=ref(key_result) if key_result else None,
    )
    return _answer(request, key)


@router.post("/objectives/{key}/guards", response={200: LinksOut, **CHANGES})
def guard(request: TokenRequest, key: str, body: GuardIn) -> HttpResponse:
    """Guard a KPI, or change the limits of a guard."""
    actions.guard(
        request.actor, ref(key), ref(body.kpi), slice=slice_key(body.slice),
        limits=body.given("kpi", "slice", "reason"), reason=body.reason,
        version=asked_version(request),
    )  # fmt: skip
    return _answer(request, key)


@router.delete("/objectives/{key}/guards/{kpi}", response={200: LinksOut, **CHANGES})
def unguard(
    request: TokenRequest,
    key: str,
    kpi: str,
    slice: str = "",
    reason: str = "",
) -> HttpResponse:
    """Guard a KPI no longer; `slice` as `dimension=value|…`."""
    version = asked_version(request)
    actions.unguard(request.actor, ref(key), ref(kpi), slice=slice, reason=reason, version=version)
    return _answer(request, key)


@router.post("/objectives/{key}/informs", response={200: LinksOut, **WRITES})
def inform(request: TokenRequest, key: str, body: InformIn) -> HttpResponse:
    """Show a KPI for context."""
    below = None if body.key_result is None else ref(body.key_result)
    actions.inform(request.actor, ref(key), ref(body.kpi), key_result=below)
    return _answer(request, key)


@router.delete("/objectives/{key}/informs/{kpi}", response={200: LinksOut, **WRITES})
def uninform(request: TokenRequest, key: str, kpi: str, key_result: str = "") -> HttpResponse:
    """Show a KPI no longer."""
    below = ref(key_result) if key_result else None
    actions.uninform(request.actor, ref(key), ref(kpi), key_result=below)
    return _answer(request, key)


def _answer(request: TokenRequest, key: str) -> HttpResponse:
    return one(LinksOut.model_validate(lists.links_of(asking(request), ref(key))))
