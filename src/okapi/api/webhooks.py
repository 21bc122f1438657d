"""Webhooks: made, changed, given a new secret, tried, removed; their messages, sent again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, kept_nowhere, made, one, page_of
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import CHANGES, FORBIDS, READS, WRITES, Asked, Page
from okapi.api.schemas.webhooks import DeliveryOut, TestedOut, WebhookIn, WebhookOut
from okapi.webhooks import actions, queries
from okapi.webhooks.sending import send_test

router = Router(tags=["Webhooks"])


@router.get("/webhooks", response={200: Page[WebhookOut], **FORBIDS})
def webhooks(request: TokenRequest, asked: Query[Asked]) -> HttpResponse:
    """List the webhooks, those made last first, for administrators."""
    before, most = id_of(asked.cursor), asked.limit + 1
    rows = queries.newest_webhooks(request.actor, before=before, most=most)
    return page_of(rows, asked, WebhookOut, told=WebhookOut.of, by="id")


@router.post("/webhooks", response={201: WebhookOut, **WRITES})
def create_webhook(request: TokenRequest, body: WebhookIn) -> HttpResponse:
    """Make a webhook; the answer has its secret, this once."""
    hook, secret = actions.create(
        request.actor, name=body.name, url=body.url, events=[one.value for one in body.events]
    )
    told = WebhookOut.of(queries.webhook(request.actor, hook.pk), secret)
    return kept_nowhere(made(told, "webhooks", hook.pk))


@router.get("/webhooks/{uuid:uid}", response={200: WebhookOut, **READS})
def webhook(request: TokenRequest, uid: UUID, fields: str = "") -> HttpResponse:
    """Read a webhook."""
    return one(WebhookOut.of(queries.webhook(request.actor, uid)), fields=fields)


@router.put("/webhooks/{uuid:uid}", response={200: WebhookOut, **CHANGES})
def edit_webhook(request: TokenRequest, uid: UUID, body: WebhookIn) -> HttpResponse:
    """Change name, address and events."""
    events = [one.value for one in body.events]
    actions.edit(
        request.actor,
        uid,
        name=body.name,
        url=body.url,
        events=events,
        version=asked_version(request),
    )
    return one(WebhookOut.of(queries.webhook(request.actor, uid)))


@router.delete("/webhooks/{uuid:uid}", response={204: None, **CHANGES})
def remove_webhook(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Remove a webhook with its secret and messages."""
    actions.remove(request.actor, uid, version=asked_version(request))
    return HttpResponse(status=204)


@router.post("/webhooks/{uuid:uid}/secret", response={200: WebhookOut, **CHANGES})
def rotate_webhook(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Give it a new secret, shown in this answer; the one before signs beside it for a day."""
    _, secret = actions.rotate(request.actor, uid, version=asked_version(request))
    return kept_nowhere(one(WebhookOut.of(queries.webhook(request.actor, uid), secret)))


@router.post("/webhooks/{uuid:uid}/pause", response={200: WebhookOut, **CHANGES})
def pause_webhook(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Tell it nothing more; what waits, waits."""
    actions.pause(request.actor, uid, version=asked_version(request))
    return one(WebhookOut.of(queries.webhook(request.actor, uid)))


@router.post("/webhooks/{uuid:uid}/resume", response={200: WebhookOut, **CHANGES})
def resume_webhook(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Tell it again what happens from now on; what waited is sent."""
    actions.resume(request.actor, uid, version=asked_version(request))
    return one(WebhookOut.of(queries.webhook(request.actor, uid)))


@router.post("/webhooks/{uuid:uid}/test", response={200: TestedOut, **WRITES})
def try_webhook(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Send a test message, and answer with what became of it."""
    tried = send_test(request.actor, uid)
    line = queries.one_delivery(request.actor, uid, tried.message)
    return one(TestedOut.tried(line, tried.seconds))


@router.get("/webhooks/{uuid:uid}/messages", response={200: Page[DeliveryOut], **READS})
def messages(request: TokenRequest, uid: UUID, asked: Query[Asked]) -> HttpResponse:
    """List its messages, newest first."""
    rows = queries.deliveries(request.actor, uid, before=id_of(asked.cursor), most=asked.limit + 1)
    return page_of(rows, asked, DeliveryOut, told=DeliveryOut.of, by="id")


@router.post(
    "/webhooks/{uuid:uid}/messages/{uuid:message}/again", response={202: DeliveryOut, **WRITES}
)
def send_again(request: TokenRequest, uid: UUID, message: UUID) -> HttpResponse:
    """Send a message again, with the same id."""
    actions.send_again(request.actor, uid, message)
    return one(DeliveryOut.of(queries.one_delivery(request.actor, uid, message)), status=202)
