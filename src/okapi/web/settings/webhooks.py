"""Webhooks: where other programs are told what changed, how it went, and the secret shown once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base import clock
from okapi.base.actor import Role
from okapi.core.errors import Refused
from okapi.web.components import Cell, Column, DataTable, Empty, Notice
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Drawn, Form, Sent, tried
from okapi.web.settings.invitations import kept_nowhere
from okapi.web.settings.source_shown import Marked
from okapi.webhooks import actions, queries
from okapi.webhooks.choices import TEST, DeliveryState, EventType
from okapi.webhooks.queries import DeliveryLine, WebhookLine
from okapi.webhooks.sending import send_test
from okapi.wording import ago, moment, number, refusal_lines, say

SECTION, ONE = "webhooks", "settings/webhook.html"
_MARKS = {
    DeliveryState.WAITING: "none",
    DeliveryState.SENDING: "none",
    DeliveryState.DELIVERED: "green",
    DeliveryState.FAILED: "red",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A webhook in the list."""

    line: WebhookLine
    href: str
    status: str
    state: str
    events: str


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: OrgRequest) -> HttpResponse:
    """The webhooks; a post makes one and shows its secret, this once."""
    if not place.may(request, Role.ADMINISTRATOR) and request.method != "POST":
        who = say("settings.who", role=say("role.administrator"))
        return place.page(request, SECTION, "settings/webhooks.html", {"who": who})
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _list(request, Answer())
    sent = Sent(request.POST)
    made: list[tuple[Any, str]] = []
    if wrong := tried(sent, lambda: made.append(actions.create(request.actor, **_read(sent)))):
        return _list(request, wrong)
    hook, secret = made[0]
    return kept_nowhere(_page(request, hook.pk, Answer(), secret=secret))


def _read(sent: Sent) -> dict[str, Any]:
    events = [one.value for one in EventType if sent.flag(_box(one))]
    return {"name": sent.text("name"), "url": sent.text("url"), "events": events}


def _box(event: EventType) -> str:
    return f"event-{event.value}"


def _list(request: OrgRequest, answer: Answer) -> HttpResponse:
    rows = [_row(request, line) for line in queries.webhooks(request.actor)]
    empty = Empty(say("settings.webhooks.empty.title"), say("settings.webhooks.empty.text"))
    context = {
        "note": say("settings.webhooks.note"),
        "rows": rows,
        "empty": None if rows else empty,
        "form": _form(None, answer, place.at(request).page("webhooks")),
    }
    return place.page(request, SECTION, "settings/webhooks.html", context, status=answer.status)


def _row(request: OrgRequest, line: WebhookLine) -> Row:
    status = "amber" if line.paused else ("red" if line.failing_since else "green")
    state = "paused" if line.paused else ("failing" if line.failing_since else "good")
    return Row(
        line=line,
        href=place.at(request).page("webhook", uid=line.id),
        status=status,
        state=say(f"settings.webhooks.{state}"),
        events=say("settings.webhooks.events_n", n=len(line.events)),
    )


def _form(line: WebhookLine | None, answer: Answer, action: str) -> Form:
    stored: dict[str, Any] = {_box(one): line is None for one in EventType}
    if line is not None:
        stored |= {"name": line.name, "url": line.url}
        stored |= {_box(EventType(one)): True for one in line.events}
    draw = Drawer("settings.webhooks", stored, answer)
    boxes: Sequence[tuple[Drawn, ...]] = [
        (draw.flag(_box(one), label=say(f"event_type.{one.value}")),) for one in EventType
    ]
    return Form(
        action=action,
        version=None if line is None else line.version,
        answer=answer,
        drawer=draw,
        button=say("settings.webhooks.make" if line is None else "form.save"),
        rows=(
            (draw.text("name", required=True), draw.text("url", kind="url", required=True)),
            *boxes,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: OrgRequest, uid: UUID) -> HttpResponse:
    """One webhook with its last messages; a post changes it."""
    line = queries.webhook(request.actor, uid)
    if request.method != "POST":
        return _page(request, line.id, Answer())
    sent = Sent(request.POST)
    version = sent.version
    if wrong := tried(
        sent, lambda: actions.edit(request.actor, uid, version=version, **_read(sent))
    ):
        return _page(request, uid, wrong)
    return place.on(request, "webhook", "saved", uid=uid)


def _page(
    request: OrgRequest,
    uid: UUID,
    answer: Answer,
    *,
    secret: str = "",
    tested: Notice | None = None,
) -> HttpResponse:
    line = queries.webhook(request.actor, uid)
    at = place.at(request)
    found = queries.deliveries(request.actor, uid)
    context = {
        "line": line,
        "secret": secret,
        "form": _form(line, answer, at.page("webhook", uid=uid)),
        "notice": _notice(line),
        "tested": tested,
        "test": at.page("try_webhook", uid=uid),
        "deliveries": _table(found) if found else None,
        "failed": [
            (one, at.page("resend", uid=uid, delivery=one.id))
            for one in found
            if one.state is DeliveryState.FAILED and one.type != TEST
        ],
        "rotate": at.page("rotate_webhook", uid=uid),
        "switch": at.page("resume_webhook" if line.paused else "pause_webhook", uid=uid),
        "away": Form(
            action=at.page("remove_webhook", uid=uid),
            rows=(),
            button=say("settings.webhooks.remove_do"),
            answer=Answer(),
            version=line.version,
            danger=True,
        ),
    }
    return place.page(request, SECTION, ONE, context, title=line.name, status=answer.status)


def _notice(line: WebhookLine) -> Notice | None:
    if line.paused:
        return Notice("amber", say(f"hook_paused.{line.paused}"))
    if line.failing_since is not None:
        since = moment(line.failing_since)
        return Notice("red", say("settings.webhooks.failing_since", since=since))
    if line.previous_until is not None and line.previous_until > clock.now():
        until = moment(line.previous_until)
        return Notice("none", say("settings.webhooks.overlap", until=until))
    return None


def _table(found: Sequence[DeliveryLine]) -> DataTable:
    columns = (
        Column(say("settings.sources.when")),
        Column(say("settings.webhooks.event")),
        Column(say("settings.sources.how")),
        Column(say("settings.sources.tries"), figures=True, hide="narrow"),
    )
    return DataTable(
        say("settings.webhooks.deliveries"), columns, [_delivery(one) for one in found]
    )


def _delivery(one: DeliveryLine) -> list[Cell]:
    data = {name: value for name, value in one.body["data"].items() if name != "number"}
    about = data.get("key_result") or data.get("objective") or data.get("kpi") or ""
    why = "" if one.trouble is None else " ".join(refusal_lines(one.trouble))
    again = one.state is DeliveryState.WAITING and one.attempt
    state = say("settings.sources.again") if again else say(f"delivery_state.{one.state.value}")
    mark = "amber" if again else _MARKS[one.state]
    return [
        Cell(ago(one.ended_at or one.due_at, clock.now()) if not again else moment(one.due_at)),
        Cell(one.type, note=str(about)),
        Cell(Marked(mark, state), note=why),
        Cell(number(one.attempt)),
    ]


@require_POST
def rotate_webhook(request: OrgRequest, uid: UUID) -> HttpResponse:
    """A new secret, shown this once."""
    _, secret = actions.rotate(request.actor, uid, version=Sent(request.POST).version)
    return kept_nowhere(_page(request, uid, Answer(), secret=secret))


@require_POST
def try_webhook(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Send a test message, and show what was answered, and how fast."""
    try:
        tried = send_test(request.actor, uid)
    except Refused as error:
        return _page(request, uid, Answer(status=422), tested=_refused(error))
    one = queries.one_delivery(request.actor, uid, tried.message)
    return _page(request, uid, Answer(), tested=_tested(one, tried.seconds))


def _refused(error: Refused) -> Notice:
    return Notice("amber", " ".join(refusal_lines(error)))


def _tested(one: DeliveryLine, seconds: float) -> Notice:
    """What became of a test, in words."""
    took = number(round(seconds, 2))
    if one.trouble is None:
        told = say("settings.webhooks.tested", status=one.status, seconds=took)
        return Notice("green", told)
    why = " ".join(refusal_lines(one.trouble))
    return Notice("red", say("settings.webhooks.test_failed", why=why, seconds=took))


@require_POST
def pause_webhook(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Tell it nothing more."""
    actions.pause(request.actor, uid, version=Sent(request.POST).version)
    return place.on(request, "webhook", "paused", uid=uid)


@require_POST
def resume_webhook(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Tell it again."""
    actions.resume(request.actor, uid, version=Sent(request.POST).version)
    return place.on(request, "webhook", "hook_resumed", uid=uid)


@require_POST
def resend(request: OrgRequest, uid: UUID, delivery: UUID) -> HttpResponse:
    """Send a message again."""
    actions.send_again(request.actor, uid, delivery)
    return place.on(request, "webhook", "resent", uid=uid)


@require_POST
def remove_webhook(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Put it away."""
    actions.remove(request.actor, uid, version=Sent(request.POST).version)
    return place.on(request, "webhooks", "removed")
