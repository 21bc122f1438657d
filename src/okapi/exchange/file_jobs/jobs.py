"""What is to be done with a file, how far it is, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from okapi.core.errors import Conflict, OkapiError, Refused
from okapi.exchange.uploads import Upload

LARGE = 4 * 1024 * 1024
"""A file of measurements from here on is worked on beside the page; a second or two are less."""
MANY = 300
"""A file of goals with more rows than these too: each takes some hundredths of a second."""
_JOB, _PROGRESS, _STOP, _REFUSED = "job.json", "progress.json", "stop", "refused"


class Does(StrEnum):
    """What is done: a file is looked at as if it were taken in, or taken in."""

    LOOK = "look"
    TAKE = "take"


class Kind(StrEnum):
    """What a file holds."""

    MEASUREMENTS = "measurements"
    GOALS = "goals"


class State(StrEnum):
    """How a job stands; the first two are open."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    FAILED = "failed"


class Step(StrEnum):
    """What is under way."""

    READING = "reading"
    CHECKING = "checking"
    STORING = "storing"


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with a file of somebody's.

    Attributes:
        options: what was said of the file when the job began; what is said later begins another.
        language: of the person, for what is written down in words.
        found: the intake or import that came of it.
        attempt: how often it was begun; a process may be killed.
    """

    kind: Kind
    does: Does
    state: State
    language: str
    options: str = ""
    found: UUID | None = None
    attempt: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in (State.WAITING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: so many of so many of a step; `total` is 0 where nobody knows."""

    step: Step = Step.READING
    done: int = 0
    total: int = 0
    is_stopping: bool = False

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def may_stop(self) -> bool:
        """Once it is being stored, it is taken back afterwards, as one."""
        return self.step is not Step.STORING and not self.is_stopping


class StoppedError(Conflict):
    """Its person has stopped the job."""


def begin(upload: Upload, kind: Kind, does: Does, *, language: str) -> Job:
    """Have it done; the job that is open already stays as it is."""
    job = of(upload)
    if job is not None and job.is_open:
        return job
    drop(upload)
    job = Job(kind, does, State.WAITING, language, options_of(upload))
    store(upload.folder, job)
    return job


def options_of(upload: Upload) -> str:
    """What was said of a file of goals, as a text that can be compared."""
    return json.dumps(upload.options, sort_keys=True)


def of(upload: Upload) -> Job | None:
    """The file's job, if it has one."""
    return read(upload.folder)


def read(folder: Path) -> Job | None:
    """The job in a folder; None where there is none that can be read."""
    told = _told(folder / _JOB)
    if told is None:
        return None
    found = told["found"]
    return Job(
        Kind(told["kind"]), Does(told["does"]), State(told["state"]), told["language"],
        told["options"], None if found is None else UUID(found), told["attempt"],
    )  # fmt: skip


def store(folder: Path, job: Job) -> None:
    """Write it down."""
    told = {
        "kind": job.kind, "does": job.does, "state": job.state, "language": job.language,
        "options": job.options, "found": None if job.found is None else str(job.found),
        "attempt": job.attempt,
    }  # fmt: skip
    _write(folder / _JOB, json.dumps(told).encode())


def progress_of(upload: Upload) -> Progress:
    """How far it is."""
    told = _told(upload.folder / _PROGRESS) or {}
    stopping = is_stopped(upload.folder)
    step = Step(told.get("step", Step.READING))
    return Progress(step, told.get("done", 0), told.get("total", 0), stopping)


def tell(folder: Path, step: Step, done: int, total: int) -> None:
    """Write down how far it is."""
    told = {"step": step, "done": done, "total": total}
    _write(folder / _PROGRESS, json.dumps(told).encode())


def stop(upload: Upload) -> None:
    """Let it end without a trace, unless it is being stored already."""
    job = of(upload)
    if job is None or not job.is_open:
        return
    (upload.folder / _STOP).touch()
    if job.state is State.WAITING:
        store(upload.folder, replace(job, state=State.STOPPED))


def is_stopped(folder: Path) -> bool:
    """Whether its person wants it to end."""
    return (folder / _STOP).exists()


def drop(upload: Upload) -> None:
    """Forget the job and what came of it; the file stays."""
    for name in (_JOB, _PROGRESS, _STOP, _REFUSED):
        (upload.folder / name).unlink(missing_ok=True)


def refuse(folder: Path, errors: Sequence[OkapiError]) -> None:
    """Keep what was refused, with all that a sentence says of it."""
    kept = [{"code": error.code, "data": error.data} for error in errors]
    _write(folder / _REFUSED, json.dumps(kept, default=_as_json).encode())


def refused_in(upload: Upload) -> tuple[OkapiError, ...]:
    """What was refused."""
    try:
        kept = json.loads((upload.folder / _REFUSED).read_bytes(), object_hook=_from_json)
    except FileNotFoundError:
        return ()
    return tuple(Refused(one["code"], **one["data"]) for one in kept)


def _as_json(value: object) -> object:
    """Days and numbers keep what they are, since each language writes them in its own way."""
    match value:
        case date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case _:
            return str(value)


def _from_json(found: dict[str, Any]) -> object:
    match found:
        case {"date": str(text), **others} if not others:
            return date.fromisoformat(text)
        case {"decimal": str(text), **others} if not others:
            return Decimal(text)
        case _:
            return found


def _told(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, for those who read it meanwhile."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)
