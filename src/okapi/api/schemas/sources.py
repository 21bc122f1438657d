"""Sources and their runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from ninja import Field, Schema

from okapi.core.errors import OkapiError
from okapi.exchange.sources.queries import RunLine, SourceLine
from okapi.wording import refusal_lines


class RunOut(Schema):
    """A run of a source: when, what it read, and what was refused."""

    id: UUID
    state: str = Field(description="waiting, running, done, nothing (new) or failed")
    planned_at: datetime | None = Field(description="null: somebody asked for it")
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempt: int
    received: int
    new: int
    revised: int
    unchanged: int
    intake: UUID | None
    covered: str = Field(description="the newest period that it read")
    code: str
    detail: str
    refused: int = Field(description="how many cells were refused")
    refusals: list[RefusedCell] = Field(description="the first of them")

    @classmethod
    def of(cls, run: RunLine) -> Self:
        """From what the query found."""
        return cls(
            id=run.id,
            state=run.state.value,
            planned_at=run.slot,
            due_at=run.due_at,
            started_at=run.started_at,
            ended_at=run.ended_at,
            attempt=run.attempt,
            received=run.received,
            new=run.new,
            revised=run.revised,
            unchanged=run.unchanged,
            intake=run.intake,
            covered=run.covered,
            code="" if run.trouble is None else run.trouble.code,
            detail="" if run.trouble is None else _words(run.trouble),
            refused=run.refused,
            refusals=[RefusedCell.of(one) for one in run.refusals],
        )


class RefusedCell(Schema):
    """A cell that could not be read, with its place."""

    code: str
    detail: str
    line: int | None
    field: str | None
    found: Any

    @classmethod
    def of(cls, error: OkapiError) -> Self:
        """From the refusal."""
        return cls(
            code=error.code,
            detail=_words(error),
            line=error.data.get("line") if isinstance(error.data.get("line"), int) else None,
            field=error.field,
            found=error.data.get("found"),
        )


class SourceOut(Schema):
    """A source; its secret is only told to be there."""

    id: UUID
    key: str
    name: str
    kind: str
    place: dict[str, str]
    query: str
    has_secret: bool
    cron: str
    paused: str = Field(description="empty, or why: person, failures, owner")
    failures: int = Field(description="runs in a row that failed")
    next_at: datetime | None
    version: int
    newest_run: RunOut | None

    @classmethod
    def of(cls, line: SourceLine) -> Self:
        """From what the query found."""
        return cls(
            id=line.id,
            key=line.key,
            name=line.name,
            kind=line.kind.value,
            place=dict(line.place),
            query=line.query,
            has_secret=line.has_secret,
            cron=line.cron,
            paused=line.paused,
            failures=line.failures,
            next_at=line.next_at,
            version=line.version,
            newest_run=None if line.newest is None else RunOut.of(line.newest),
        )


def _words(error: OkapiError) -> str:
    return " ".join(refusal_lines(error))


RunOut.model_rebuild()
SourceOut.model_rebuild()
