"""An objective and its key results as forms begin with them: the texts of both languages, raw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import CycleRow
from okapi.orgs.choices import CycleState


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
    cycle_row: CycleRow
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
        cycle_row=_cycle(asking, held),
        agreed_on=held.agreed_on,
        may_adjust=access.may(asking.actor, "adjust", held),
    )


def _cycle(asking: Asking, held: Objective) -> CycleRow:
    cycle = held.cycle
    return CycleRow(
        cycle.pk,
        cycle.key,
        asking.text(cycle.title, cycle.title_other),
        cycle.starts,
        cycle.ends,
        CycleState(cycle.state),
    )
