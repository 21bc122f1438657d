"""The fields of an objective in a form: what is asked, in which order, with which choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from okapi.base.actor import Role
from okapi.goals.choices import ObjectiveKind
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import ObjectiveToEdit
from okapi.goals.queries.overview import Choices, choices
from okapi.orgs.choices import CycleState, PersonalGoals
from okapi.orgs.queries import TeamRow
from okapi.web.components import Choice, Line
from okapi.web.components.base import Component
from okapi.web.editing import picks, sent
from okapi.web.editing.filling import Filling, choices_of
from okapi.web.editing.form import Section
from okapi.web.editing.picks import Pick
from okapi.web.editing.sent import Sent
from okapi.web.editing.sharing import (
    in_other_language,
    readers_field,
    readers_of,
    visibilities,
)
from okapi.web.editing.typed import number_at
from okapi.web.http import Addresses
from okapi.wording import say

_PLAIN = (
    "title",
    "why",
    "team",
    "cycle",
    "kind",
    "title_other",
    "why_other",
    "pillar",
    "weight",
    "visibility",
)
NAMES = (*_PLAIN, "owner", "readers")
AGREED_ON = frozenset({"title", "kind", "weight", "cycle", "team"})
_DEEPER = "\N{EM SPACE}"


@dataclass(frozen=True, slots=True)
class Around:
    """What can be chosen: cycles, pillars, teams; and where things are found."""

    who: Asking
    at: Addresses
    choices: Choices
    teams: tuple[TeamRow, ...]

    @classmethod
    def of(cls, who: Asking, at: Addresses) -> Around:
        """With one statement."""
        offered = choices(who)
        return cls(who, at, offered, offered.teams.teams)


def texts_of(found: ObjectiveToEdit) -> dict[str, str]:
    """The fields as they stand."""
    plain = {name: getattr(found, name) for name in _PLAIN}
    return {**plain, "owner": found.owner, "readers": "\n".join(sorted(found.readers))}


def read(who: Asking, post: QueryDict) -> tuple[Sent, dict[str, Pick]]:
    """What was sent, and what was chosen by search."""
    found = sent.read(post, _PLAIN)
    chosen: dict[str, Pick] = {}
    if "owner" in post or "owner_text" in post:
        chosen["owner"] = picks.person(who, post, "owner")
        found = found.with_texts(owner=sent.taken(post, "owner", found, chosen["owner"].value))
    return readers_of(who, post, found, chosen), chosen


def given(texts: Mapping[str, str]) -> dict[str, Any]:
    """The same as the actions take it; `Refused` where a number is none."""
    values: dict[str, Any] = dict(texts)
    for name in {"team", "owner", "pillar"} & set(values):
        values[name] = values[name] or None
    if "weight" in values:
        values["weight"] = number_at(values["weight"], "weight") or 0
    if "readers" in values:
        values["readers"] = values["readers"].split()
    return values


def sections(around: Around, filling: Filling, found: ObjectiveToEdit | None) -> Iterator[Section]:
    """What is asked first, and what only those who want it are asked.

    Of an agreed objective those who may not adjust it see only what was not agreed on.
    """
    is_locked = found is not None and found.is_agreed and not found.may_adjust
    note = say("objective.form.locked") if is_locked else ""
    yield Section(tuple(_first(around, filling, found, is_locked=is_locked)), note=note)
    yield Section(
        tuple(_more(around, filling, is_locked=is_locked)),
        title=say("objective.form.more"),
        folded=True,
        opened=filling.has("title_other", "why_other", "pillar", "weight", "visibility", "readers"),
    )


def _first(
    around: Around, filling: Filling, found: ObjectiveToEdit | None, *, is_locked: bool
) -> Iterator[Component]:
    if not is_locked:
        yield filling.text(
            "title",
            say("field.title"),
            required=True,
            autofocus=True,
            help=say("objective.form.title_help"),
        )
    help_why = say("objective.form.why_help")
    yield filling.text("why", say("field.why"), kind="textarea", help=help_why)
    if not is_locked:
        yield Line(
            (
                filling.select("team", say("field.team"), _teams(around, found)),
                filling.select("cycle", say("field.cycle"), _cycles(around, found)),
            )
        )
    yield filling.pick("owner", say("field.owner"), around.at.find("people"))
    if not is_locked:
        yield filling.radio("kind", say("field.kind"), map(_kind, ObjectiveKind))


def _kind(kind: ObjectiveKind) -> Choice:
    words = say(f"objective_kind.{kind.value}")
    return Choice(kind.value, words, note=say(f"objective.form.{kind.value}"))


def _more(around: Around, filling: Filling, *, is_locked: bool) -> Iterator[Component]:
    yield filling.text("title_other", in_other_language(around.who, "title"))
    yield filling.text("why_other", in_other_language(around.who, "why"), kind="textarea")
    pillars = choices_of(
        [(one.key, one.title) for one in around.choices.pillars], none=say("editing.none")
    )
    pillar = filling.select("pillar", say("field.pillar"), pillars)
    if is_locked:
        yield pillar
    else:
        help_weight = say("objective.form.weight_help")
        weight = filling.text("weight", say("field.weight"), kind="number", help=help_weight)
        yield Line((pillar, weight))
    yield filling.select("visibility", say("field.visibility"), visibilities())
    yield readers_field(filling, around.at)


def _teams(around: Around, found: ObjectiveToEdit | None) -> list[Choice]:
    """The teams for which one may make objectives; nothing chosen is one's own goal."""
    actor, own = around.who.actor, "" if found is None else found.team
    allowed, for_all = actor.teams | actor.leads, actor.has(Role.STRATEGIST)
    offered = [
        Choice(team.key, f"{_DEEPER * team.depth}{team.name}")
        for team in around.teams
        if team.id in allowed or team.key == own or (for_all and team.parent_id is None)
    ]
    is_personal = around.who.organisation.personal_goals != PersonalGoals.NONE
    if is_personal or (found is not None and not own):
        offered.insert(0, Choice("", say("objective.form.personal")))
    return offered


def _cycles(around: Around, found: ObjectiveToEdit | None) -> list[Choice]:
    own = "" if found is None else found.cycle
    return [
        Choice(one.key, one.title)
        for one in around.choices.cycles
        if one.state is not CycleState.CLOSED or one.key == own
    ]
