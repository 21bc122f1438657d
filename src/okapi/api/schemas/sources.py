"""Sources and their runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Body, one_of
from okapi.core.errors import OkapiError
from okapi.exchange.sources.fetching import Trial
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.queries import RunLine, SourceLine
from okapi.wording import refusal_lines

Kind = Annotated[str, one_of(SourceKind)]
_WRITTEN = "written, never read: a password, or what is sent with the request"
_MAPPING = "how columns are read; null: as they are found"
_PLACE = "web: url, header; a database: host, port, database, user, tls; a file: file"
_CRON = "five fields, in the organisation's time zone; empty: only by hand"


class SourceEdit(Body):
    """Fields of a source to be changed. A secret never goes to another place: it is sent anew."""

    name: str = ""
    place: dict[str, str] = Field(
        default={}, description=f"what of it is sent is changed; {_PLACE}"
    )
    query: str = ""
    secret: str | None = Field(default=None, description=f"{_WRITTEN}; empty: none any more")
    cron: str = Field(default="", description=_CRON)
    mapping: dict[str, Any] | None = Field(default=None, description=_MAPPING)


class SourceIn(Body):
    """A source to be; it runs with the rights of the token's person."""

    name: str
    kind: Kind = SourceKind.WEB.value
    place: dict[str, str] = Field(
        description=_PLACE, examples=[{"url": "https://data.example/facts.csv"}]
    )
    query: str = Field(default="", description="SQL, for a database")
    secret: str = Field(default="", description=_WRITTEN)
    cron: str = Field(default="", description=_CRON)
    mapping: dict[str, Any] | None = Field(default=None, description=_MAPPING)
    key: str = ""


class TrialOut(Schema):
    """What a source would bring; nothing was kept."""

    rows: int | None = Field(description="null where it cannot be told")
    is_cut: bool = Field(description="there was more than a trial reads")
    powers: list[str] = Field(
        description="what the database's user may do beside reading, in the database's words"
    )
    read: int = Field(description="cells that were read")
    refused: int
    refusals: list[RefusedCell] = Field(description="the first of them")

    @classmethod
    def of(cls, trial: Trial) -> Self:
        """From what was tried."""
        found = trial.preview
        return cls(
            rows=trial.rows,
            is_cut=trial.is_cut,
            powers=list(trial.powers),
            read=0 if found is None else found.counts.read,
            refused=0 if found is None else found.counts.refused,
            refusals=[] if found is None else [RefusedCell.of(one) for one in found.refusals],
        )


class FeedOut(Schema):
    """A KPI that a source brings, and the newest period that it covered."""

    kpi: str
    period: str
    read_at: datetime


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
    mapping: dict[str, Any] | None
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
            mapping=None if line.mapping is None else dict(line.mapping),
            cron=line.cron,
            paused=line.paused,
            failures=line.failures,
            next_at=line.next_at,
            version=line.version,
            newest_run=None if line.newest is None else RunOut.of(line.newest),
        )


def _words(error: OkapiError) -> str:
    return " ".join(refusal_lines(error))


TrialOut.model_rebuild()
RunOut.model_rebuild()
SourceOut.model_rebuild()
