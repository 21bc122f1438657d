"""A file of goals from beginning to end: looked at without a trace, taken in, taken back as one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor, Role
from okapi.base.changes import Record, TakenBack
from okapi.base.fields import new_id
from okapi.base.telling import Tell, nobody
from okapi.core.errors import Conflict, NotFound, OkapiError, Place, Refusals
from okapi.exchange.goal_files import now as goals_now
from okapi.exchange.goal_files.carrying import carry
from okapi.exchange.goal_files.forms import BY_NAME
from okapi.exchange.goal_files.known import Known, known_to
from okapi.exchange.goal_files.plan import Clashing, Does, Plan, plan_of
from okapi.exchange.goal_files.reading import FileRead, key_of, read
from okapi.exchange.goal_files.recognising import recognise_below, recognise_objectives
from okapi.exchange.goal_files.rehearsing import rehearse
from okapi.exchange.goal_files.settling import Missing, Settled, settle
from okapi.exchange.goal_files.values import several
from okapi.exchange.models import GoalImport
from okapi.goals import access, actions
from okapi.goals.models import KeyResult
from okapi.goals.standings import lock_renewer
from okapi.orgs import access as orgs_access
from okapi.orgs.queries import settings_of
from okapi.wording import current_language, say

AGAIN = "add"
"""The word of a form for `Said.again`."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a file: its form, what holds where it is silent, whose word holds.

    `again`: rows without an id add something, though the same is there already.
    """

    form: str = ""
    missing: Missing = field(default_factory=Missing)
    clashing: Clashing = Clashing.STOP
    reason: str = ""
    again: bool = False

    @classmethod
    def of_options(cls, options: Mapping[str, str]) -> Said:
        """From what a form sent; nonsense in it is left out."""
        form, clashing = options.get("form", ""), options.get("clashing", "")
        return cls(
            form=form if form in BY_NAME else "",
            missing=Missing(*(options.get(name, "") for name in ("cycle", "team", "owner"))),
            clashing=Clashing(clashing) if clashing in [*Clashing] else Clashing.STOP,
            reason=options.get("reason", ""),
            again=options.get("again", "") == AGAIN,
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file would do. `errors` are all bad cells; with any, nothing of it is done."""

    found: FileRead
    plan: Plan
    known: Known
    settled: Settled
    errors: tuple[OkapiError, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How much would be added, changed, archived, and stays."""
        counted = Counter(item.does for item in self.plan.items)
        changed = counted[Does.CHANGE] + counted[Does.RESTORE]
        return {
            "added": counted[Does.ADD],
            "changed": changed,
            "archived": counted[Does.ARCHIVE],
            "unchanged": self.plan.unchanged,
        }


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as it is told."""

    id: UUID
    file_name: str
    form: str
    person: str
    at: datetime
    counts: dict[str, int]
    undone_at: datetime | None
    is_mine: bool


def rows_in(path: Path, *, name: str, said: Said) -> int:
    """How many rows a file has; `Refused` for one that cannot be read as goals at all."""
    return len(read(path, name, form=said.form).entries)


def look(
    actor: Actor,
    path: Path,
    *,
    name: str,
    said: Said | None = None,
    errors: Sequence[OkapiError] | None = None,
    tell: Tell = nobody,
) -> Looked:
    """What a file would do, with everything that is wrong with it; nothing stays written.

    `errors` are those that such a look found before: then nothing is tried, which is what takes
    long. `Refused` for a file that cannot be read as goals at all, `Forbidden` for who may only
    read.
    """
    orgs_access.require_member(actor)
    planned = _planned(actor, path, name, said or Said(), tell)
    return planned.rehearsed() if errors is None else planned.looked(errors)


def take(
    actor: Actor,
    path: Path,
    *,
    name: str,
    said: Said | None = None,
    uid: UUID | None = None,
    tell: Tell = nobody,
) -> tuple[Looked, UUID]:
    """Take a file in, all of it or nothing; what it did, and the id of the import.

    `uid` is the id that it is to have. `Refusals` with every bad cell.
    """
    orgs_access.require_member(actor)
    with transaction.atomic():
        lock_renewer(actor.organisation_id)
        with changes.gather() as records:
            looked = _planned(actor, path, name, said or Said(), tell).carried()
            if looked.errors:
                raise Refusals(looked.errors)
        kept = _record(actor, path, name, looked, records, uid or new_id())
    return looked, kept.pk


def _planned(actor: Actor, path: Path, name: str, said: Said, tell: Tell) -> _Planned:
    tell("reading", 0, 0)
    found = read(path, name, form=said.form)
    known = known_to(actor, current_language())
    settled = Settled()
    if not found.form.is_own:
        settled = settle(actor, found, known, said.missing)
    if not said.again:
        recognise_objectives(actor, found, known)
    now = goals_now.by_keys(actor, _named(found))
    if not said.again:
        recognise_below(found, known, now)
    plan = plan_of(found, known, now, said.clashing)
    reason = said.reason.strip() or _reason(actor, name)
    return _Planned(actor, name, found, known, settled, plan, reason, tell)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A file that was read and compared with the goals as they stand."""

    actor: Actor
    name: str
    found: FileRead
    known: Known
    settled: Settled
    plan: Plan
    reason: str
    tell: Tell

    def rehearsed(self) -> Looked:
        """With what the actions would refuse; nothing stays."""
        return self._with(rehearse(self.actor, self.plan, reason=self.reason, tell=self.tell))

    def carried(self) -> Looked:
        """With what the actions refuse: all is done, unless something is wrong with a row."""
        plan = self.plan
        is_wrong = bool(plan.errors)
        return self._with(
            carry(self.actor, plan, reason=self.reason, dry_run=is_wrong, tell=self.tell)
        )

    def _with(self, refused: Sequence[OkapiError]) -> Looked:
        # A cell that is of two things is told once.
        told = {str(error): error for error in (*self.plan.errors, *refused)}
        errors = sorted(told.values(), key=_place)
        return self.looked([error.at(Place(file=self.name)) for error in errors])

    def looked(self, errors: Sequence[OkapiError]) -> Looked:
        """With these errors."""
        return Looked(self.found, self.plan, self.known, self.settled, tuple(errors))


def _reason(actor: Actor, name: str) -> str:
    """Why an agreed goal changes, in the language of the organisation."""
    language = settings_of(actor.organisation_id).language
    return say("goalfile.reason", name=name[:200], language=language)


def _place(error: OkapiError) -> tuple[str, int]:
    return str(error.data.get("sheet", "")), int(error.data.get("line") or 0)


def _named(found: FileRead) -> set[str]:
    """The keys of all goals that the rows are about or belong to."""
    keys: set[str] = set()
    for entry in found.entries:
        named = [
            entry.key,
            *several(entry.values.get("parents", "")),
            entry.values.get("above", ""),
        ]
        if found.form.is_own:
            named += several(entry.text("parents"))
        elif entry.text("parent"):
            named.append(key_of(found.form, entry.text("parent")))
        keys.update(one.partition("/")[0].removeprefix("KR:").removeprefix("O:") for one in named)
    return keys - {""}


def _record(
    actor: Actor, path: Path, name: str, looked: Looked, records: Sequence[Record], uid: UUID
) -> GoalImport:
    counts = {code: number for code, number in looked.counts.items() if code != "unchanged"}
    kept: GoalImport = GoalImport.objects.create(
        pk=uid,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        door=actor.door.value,
        at=clock.now(),
        form=looked.found.form.name,
        file_name=name[:300],
        file_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        counts=counts,
        changes=[record.number for record in records],
    )
    after = {"file": kept.file_name, "hash": kept.file_hash, **counts}
    changes.record(actor, "add", "goal_import", kept.pk, after=after)
    return kept


@transaction.atomic
def undo(actor: Actor, uid: UUID) -> TakenBack:
    """Take back what an import did, by the actions and rights of who takes it back.

    What was made is archived, what was changed becomes what it was, of agreed goals by adjustments.
    What somebody changed since stays as it is, and is told. `NotFound` for an import that the actor
    may not see, `Conflict` (`goalfile.undone`) the second time.
    """
    kept = _find(actor, uid)
    held = GoalImport.objects.select_for_update().get(pk=kept.pk)
    if held.undone_at is not None:
        raise Conflict("goalfile.undone")
    lock_renewer(actor.organisation_id)
    records = changes.of_numbers(actor, held.changes)
    since = _changed_since(actor, records)
    language = settings_of(actor.organisation_id).language
    reason = say("goalfile.undo_reason", name=held.file_name, language=language)
    taken = actions.take_back_all(actor, records, reason=reason, changed_since=since)
    held.undone_at, held.undone_by_id = clock.now(), actor.person_id
    held.save(update_fields=["undone_at", "undone_by"])
    after = {"done": taken.done, "kept": len(taken.kept)}
    changes.record(actor, "undo", "goal_import", held.pk, after=after)
    return taken


def _changed_since(actor: Actor, records: Sequence[Record]) -> frozenset[UUID]:
    """What the import made and somebody changed since: objectives by what is below them too."""
    made = {one.object_id for one in records if one.verb in ("create", "add")}
    if not made:
        return frozenset()
    newest = max(one.number for one in records)
    changed = changes.changed_after(actor, made, newest)
    owners = KeyResult.objects.filter(pk__in=changed).values_list("objective_id", flat=True)
    return frozenset(changed | set(owners))


def is_one(actor: Actor, uid: UUID) -> bool:
    """Whether there is an import with this id that the actor may see."""
    try:
        _find(actor, uid)
    except NotFound:
        return False
    return True


def _find(actor: Actor, uid: UUID) -> GoalImport:
    rows = GoalImport.objects.filter(organisation_id=actor.organisation_id, pk=uid)
    kept: GoalImport | None = rows.select_related("person").first()
    if kept is None or not _may_see(actor, kept):
        raise NotFound("access.not_found", kind="goal_import", ref=str(uid))
    return kept


def _may_see(actor: Actor, kept: GoalImport) -> bool:
    """Its person; a strategist, who answers for the goals of all; the system.

    Whoever sees it may take it back: each goal in it asks for its own rights.
    """
    own = kept.person_id is not None and kept.person_id == actor.person_id
    return own or actor.is_system or actor.has(Role.STRATEGIST)


def shown(actor: Actor, uid: UUID) -> tuple[ImportRow, list[tuple[str, str]]]:
    """An import, and the objectives that it touched and the actor may read: key and title."""
    kept = _find(actor, uid)
    ids = {one.object_id for one in changes.of_numbers(actor, kept.changes)}
    below = KeyResult.objects.filter(pk__in=ids).values_list("objective_id", flat=True)
    rows = access.visible(actor).filter(pk__in=ids | set(below), archived_at__isnull=True)
    return _row(actor, kept), list(rows.order_by("key").values_list("key", "title"))


def names_of(actor: Actor, taken: TakenBack) -> dict[UUID, str]:
    """The titles of the goals that stayed, as far as the actor may read them."""
    ids = {record.object_id for record, _ in taken.kept}
    names = dict(access.visible(actor).filter(pk__in=ids).values_list("pk", "title"))
    below = access.visible_key_results(actor).filter(pk__in=ids)
    return {**names, **dict(below.values_list("pk", "title"))}


def latest(actor: Actor, most: int = 10) -> list[ImportRow]:
    """The newest imports that the actor may see."""
    rows = GoalImport.objects.filter(organisation_id=actor.organisation_id)
    if not (actor.is_system or actor.has(Role.STRATEGIST)):
        rows = rows.filter(person_id=actor.person_id)
    return [_row(actor, one) for one in rows.select_related("person").order_by("-at", "-pk")[:most]]


def _row(actor: Actor, kept: GoalImport) -> ImportRow:
    person: Any = kept.person
    return ImportRow(
        kept.pk, kept.file_name, kept.form, "" if person is None else person.name, kept.at,
        kept.counts, kept.undone_at, kept.person_id == actor.person_id,
    )  # fmt: skip
