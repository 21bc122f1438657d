"""An objective and its key results as forms begin with them: the texts of both languages, raw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef

from okapi.core.progress import KeyResultKind
from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult
from okapi.goals.queries.asking import Asking
from okapi.kpis import access as kpi_access


@dataclass(frozen=True, slots=True)
class ObjectiveToEdit:
    """What can be edited of an objective. References are keys and e-mail addresses, "" for none.

    `people` has the names of the owner and of the named readers. `may_adjust`: whether the one who
    asks may change what was agreed on.
    """

    id: UUID
    key: str
    version: int
    state: GoalState
    title: str
    title_other: str
    why: str
    why_other: str
    kind: str
    team: str
    owner: str
    cycle: str
    pillar: str
    weight: str
    visibility: str
    readers: tuple[str, ...]
    people: dict[str, str]
    agreed_on: date | None
    may_adjust: bool

    @property
    def is_agreed(self) -> bool:
        """Whether what was agreed on changes only with a reason."""
        return self.state is GoalState.AGREED

    def name(self, asking: Asking) -> str:
        """Its title in the reader's language."""
        return asking.text(self.title, self.title_other)


def objective_to_edit(asking: Asking, ref: UUID | str, verb: str = "edit") -> ObjectiveToEdit:
    """The objective with this id or key, by two statements.

    `NotFound` when missing, hidden or archived, `Forbidden` for who may not do this to it.
    """
    rows = access.visible(asking.actor).filter(archived_at__isnull=True)
    held = access.get(asking.actor, ref, verb, among=rows.select_related("owner", "pillar"))
    readers = held.readers.order_by("name").values_list("email", "name", "name_other")
    people = {email: asking.text(name, other) for email, name, other in readers}
    named = tuple(people)
    if held.owner is not None:
        people[held.owner.email] = asking.text(held.owner.name, held.owner.name_other)
    return ObjectiveToEdit(
        id=held.pk,
        key=held.key,
        version=held.version,
        state=GoalState(held.state),
        title=held.title,
        title_other=held.title_other,
        why=held.why,
        why_other=held.why_other,
        kind=held.kind,
        team="" if held.team is None else held.team.key,
        owner="" if held.owner is None else held.owner.email,
        cycle=held.cycle.key,
        pillar="" if held.pillar is None else held.pillar.key,
        weight=f"{held.weight.normalize():f}",
        visibility=held.visibility,
        readers=named,
        people=people,
        agreed_on=held.agreed_on,
        may_adjust=access.may(asking.actor, "adjust", held),
    )


@dataclass(frozen=True, slots=True)
class MoveToEdit:
    """What a key result moves, raw; a typed start only. `name` is empty of a hidden KPI."""

    kpi: str
    name: str
    slice: str
    start: Decimal | None
    start_reason: str
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    weight: Decimal
    automatic: Decimal | None


@dataclass(frozen=True, slots=True)
class StepToEdit:
    """A milestone, raw."""

    key: str
    title: str
    title_other: str
    due: date | None
    weight: Decimal
    done_on: date | None


@dataclass(frozen=True, slots=True)
class LevelToEdit:
    """A described level, raw."""

    key: str
    value: Decimal
    text: str
    text_other: str


@dataclass(frozen=True, slots=True)
class KeyResultToEdit:
    """What can be edited of a key result; references are keys and e-mail addresses.

    `is_open`: the one who asks may read all KPIs that it moves, and so may change what it moves.
    """

    id: UUID
    key: str
    version: int
    kind: KeyResultKind
    title: str
    title_other: str
    description: str
    owner: str
    weight: Decimal
    due: date | None
    agreed_on: date | None
    mode: str
    keep_share: Decimal
    reading: str
    curve: str
    against: bool
    cadence_days: int | None
    moves: tuple[MoveToEdit, ...]
    steps: tuple[StepToEdit, ...]
    levels: tuple[LevelToEdit, ...]
    objective: ObjectiveToEdit

    @property
    def is_open(self) -> bool:
        """Whether every KPI that it moves may be named."""
        return all(move.name for move in self.moves)

    def name(self, asking: Asking) -> str:
        """Its title in the reader's language."""
        return asking.text(self.title, self.title_other)


def key_result_to_edit(asking: Asking, ref: UUID | str, verb: str = "edit") -> KeyResultToEdit:
    """The key result with this id or key, by six statements; errors as `objective_to_edit`."""
    rows = access.visible_key_results(asking.actor).filter(
        archived_at__isnull=True, objective__archived_at__isnull=True
    )
    held = access.get_key_result(asking.actor, ref, verb, among=rows.select_related("owner"))
    owner = held.owner
    return KeyResultToEdit(
        id=held.pk,
        key=held.key,
        version=held.version,
        kind=KeyResultKind(held.kind),
        title=held.title,
        title_other=held.title_other,
        description=held.description,
        owner="" if owner is None else owner.email,
        weight=held.weight,
        due=held.due,
        agreed_on=held.agreed_on,
        mode=held.mode,
        keep_share=held.keep_share,
        reading=held.reading,
        curve=held.curve,
        against=held.against,
        cadence_days=held.cadence_days,
        moves=_moves(asking, held),
        steps=_steps(held),
        levels=_levels(held),
        objective=objective_to_edit(asking, held.objective_id, "read"),
    )


def _moves(asking: Asking, held: KeyResult) -> tuple[MoveToEdit, ...]:
    readable = kpi_access.visible(asking.actor).filter(pk=OuterRef("kpi_id"))
    rows = held.moves.annotate(is_open=Exists(readable)).select_related("kpi", "slice")
    return tuple(
        MoveToEdit(
            kpi=row.kpi.key if row.is_open else "",
            name=asking.text(row.kpi.name, row.kpi.name_other) if row.is_open else "",
            slice=row.slice.key,
            start=row.start if row.is_start_typed else None,
            start_reason=row.start_reason,
            target=row.target,
            low=row.low,
            high=row.high,
            weight=row.weight,
            automatic=None if row.is_start_typed else row.start,
        )
        for row in rows.order_by("position", "id")
    )


def _steps(held: KeyResult) -> tuple[StepToEdit, ...]:
    columns = ("key", "title", "title_other", "due", "weight", "done_on")
    rows = held.milestones.order_by("position", "key").values_list(*columns)
    return tuple(StepToEdit(*row) for row in rows)


def _levels(held: KeyResult) -> tuple[LevelToEdit, ...]:
    rows = held.levels.order_by("value", "key").values_list("key", "value", "text", "text_other")
    return tuple(LevelToEdit(*row) for row in rows)
