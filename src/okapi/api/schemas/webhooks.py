"""Webhooks and their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Body
from okapi.webhooks.choices import EventType
from okapi.webhooks.queries import DeliveryLine, WebhookLine
from okapi.wording import refusal_lines


class WebhookIn(Body):
    """A webhook as it is sent."""

    name: str = Field(examples=["Bridge"])
    url: str = Field(examples=["https://bridge.example/in"])
    events: list[EventType]


class WebhookOut(Schema):
    """A webhook; `secret` is there once, in the answer that makes it or gives it a new one."""

    id: UUID
    name: str
    url: str
    events: list[str]
    paused: str = Field(description="empty, or why: person, failures")
    failing_since: datetime | None
    previous_until: datetime | None = Field(description="so long the secret of before signs too")
    version: int
    secret: str | None = None

    @classmethod
    def of(cls, line: WebhookLine, secret: str | None = None) -> Self:
        """From what the query found."""
        return cls(
            id=line.id,
            name=line.name,
            url=line.url,
            events=list(line.events),
            paused=line.paused,
            failing_since=line.failing_since,
            previous_until=line.previous_until,
            version=line.version,
            secret=secret,
        )


class DeliveryOut(Schema):
    """A message: what it says, and what became of it."""

    id: UUID
    type: str
    body: dict[str, Any]
    state: str = Field(description="waiting, sending, delivered or failed")
    attempt: int
    due_at: datetime
    ended_at: datetime | None
    status: int | None = Field(description="of the last answer")
    detail: str

    @classmethod
    def of(cls, line: DeliveryLine) -> Self:
        """From what the query found."""
        return cls(
            id=line.id,
            type=line.type,
            body=line.body,
            state=line.state.value,
            attempt=line.attempt,
            due_at=line.due_at,
            ended_at=line.ended_at,
            status=line.status,
            detail="" if line.trouble is None else " ".join(refusal_lines(line.trouble)),
        )


class TestedOut(DeliveryOut):
    """A test message, and how long its answer took."""

    seconds: float

    @classmethod
    def tried(cls, line: DeliveryLine, seconds: float) -> Self:
        """From what the query found, and the time that was measured."""
        return cls(**DeliveryOut.of(line).model_dump(), seconds=round(seconds, 3))
