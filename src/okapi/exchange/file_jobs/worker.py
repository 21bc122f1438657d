"""The worker of large files: finds what waits, carries it out with its person's rights, tells.

Whoever works on a file holds a lock on it, which goes with the process: a job that runs and whose
lock is free was killed, and is begun anew. Nothing is taken in twice by that.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from okapi.base import scope
from okapi.base.actor import Actor, Door
from okapi.core.errors import Forbidden, OkapiError, Refusals
from okapi.exchange import uploads
from okapi.exchange.file_jobs import jobs
from okapi.exchange.file_jobs.jobs import Does, Job, Kind, State, Step, StoppedError
from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.imports import Said
from okapi.exchange.uploads import Upload
from okapi.orgs.models import Person
from okapi.orgs.queries import actor_for_person, settings_of
from okapi.wording import speaking

log = logging.getLogger(__name__)

TRIES = 3
_LOCK = "lock"
_TOLD_EVERY = 0.25
"""Seconds between two words about how far it is."""


def is_due() -> bool:
    """Whether a worker would find anything."""
    return next(_waiting(), None) is not None


def work() -> int:
    """Carry out all that waits, oldest first; how many jobs that were."""
    done = 0
    while (folder := next(_waiting(), None)) is not None:
        with _held(folder) as is_ours:
            if is_ours:
                done += _carry_out(folder)
    return done


def _waiting() -> Iterator[Path]:
    """The folders of jobs on which nobody works."""
    for folder in sorted(uploads.folders(), key=lambda one: one.name):
        job = jobs.read(folder)
        if job is not None and job.is_open:
            with _held(folder) as is_ours:
                is_free = is_ours
            if is_free:
                yield folder


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether the file is ours within the block."""
    with (folder / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _carry_out(folder: Path) -> int:
    """Carry out a job that is ours; 0 where another one did meanwhile."""
    job = jobs.read(folder)
    if job is None or not job.is_open:
        return 0
    job = replace(job, state=State.RUNNING, attempt=job.attempt + 1)
    jobs.store(folder, job)
    organisation, person, uid = (UUID(part) for part in folder.parts[-3:])
    with scope.organisation(organisation), speaking(job.language):
        ended = _ended(folder, job, person, uid)
    jobs.store(folder, ended)
    return 1


def _ended(folder: Path, job: Job, person: UUID, uid: UUID) -> Job:
    """What became of the job; never raises, so that no other one has to wait for it."""
    teller = _Teller(folder)
    try:
        if job.attempt > TRIES:  # its process was ended each time
            return replace(job, state=State.FAILED)
        actor = _actor(person)
        found = _do(actor, uploads.find(actor, uid), job, teller)
    except StoppedError:
        return replace(job, state=State.STOPPED)
    except OkapiError as refused:
        errors = refused.errors if isinstance(refused, Refusals) else (refused,)
        jobs.refuse(folder, errors)
        return replace(job, state=State.REFUSED)
    except Exception:  # whatever one file does, the others must be worked on
        log.exception("file %s", uid)
        return replace(job, state=State.FAILED)
    return replace(job, state=State.DONE, found=found)


def _actor(person_id: UUID) -> Actor:
    """The person with the rights of now, who came by a page."""
    person = Person.objects.filter(pk=person_id, archived_at__isnull=True).first()
    if person is None:
        raise Forbidden("access.forbidden", kind="upload", ref="", verb="add")
    return actor_for_person(person, Door.PAGE, today=settings_of(person.organisation_id).today)


def _do(actor: Actor, upload: Upload, job: Job, teller: _Teller) -> UUID | None:
    if job.kind is Kind.MEASUREMENTS:
        return uploads.take(actor, upload, tell=teller, once=True).uid
    said = Said.of_options(upload.options)
    if job.does is Does.LOOK:
        looked = imports.look(actor, upload.path, name=upload.name, said=said, tell=teller)
        jobs.refuse(upload.folder, looked.errors)
        return None
    uid = upload.uid
    if not imports.is_one(actor, uid):  # else: taken in by a process that was killed after it
        imports.take(actor, upload.path, name=upload.name, said=said, uid=uid, tell=teller)
    return uid


class _Teller:
    """Tells how far it is, now and then; and ends what its person has stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._at = 0.0
        self._step = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self._step and now - self._at < _TOLD_EVERY:
            return
        self._step, self._at = step, now
        if step != Step.STORING and jobs.is_stopped(self._folder):
            raise StoppedError("upload.stopped")
        jobs.tell(self._folder, Step(step), done, total)
