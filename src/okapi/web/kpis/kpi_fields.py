"""The fields of a KPI in forms: who it belongs to, and what it means (its definition)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from okapi.base.actor import Role
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.goals.queries.overview import tree
from okapi.kpis.actions import DefinitionDraft
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import PillarRow, pillars
from okapi.kpis.queries.editing import DefinitionToEdit, KpiToEdit
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
from okapi.web.kpis.formula import formula_field
from okapi.wording import say

OWN = ("name", "name_other", "description", "description_other", "team", "pillar", "visibility")
DEFINED = (
    "unit",
    "direction",
    "frequency",
    "aggregation",
    "formula",
    "text",
    "dimensions",
    "slice_aggregation",
    "decimals",
    "delay_days",
    "source",
)
DETAILS = (*DEFINED[5:], "has_total")
MORE = ("name_other", "description", "description_other", "pillar", "visibility", "readers", "key")
_BETWEEN = re.compile(r"[,，、;；\n]+")
_DEEPER = "\N{EM SPACE}"


@dataclass(frozen=True, slots=True)
class Around:
    """What can be chosen: teams and pillars; and where people are found."""

    who: Asking
    at: Addresses
    teams: tuple[TeamRow, ...]
    pillars: tuple[PillarRow, ...]

    @classmethod
    def of(cls, who: Asking, at: Addresses) -> Around:
        """With two statements."""
        return cls(who, at, tree(who).teams, pillars(who))

    @property
    def makes_at_once(self) -> bool:
        """Whether what they make is used at once, whatever the team."""
        return self.who.actor.has(Role.STEWARD)


def own_texts(found: KpiToEdit) -> dict[str, str]:
    """The fields of the KPI itself as they stand."""
    plain = {name: getattr(found, name) for name in OWN}
    return {**plain, "owner": found.owner, "readers": "\n".join(sorted(found.readers))}


def defined_texts(found: DefinitionToEdit) -> dict[str, str]:
    """The fields of a definition as they stand."""
    return {
        "unit": found.unit,
        "direction": found.direction.value,
        "frequency": found.frequency.value,
        "aggregation": found.aggregation.value,
        "formula": found.formula,
        "text": found.text,
        "dimensions": ", ".join(found.dimensions),
        "slice_aggregation": found.slice_aggregation,
        "decimals": "" if found.decimals is None else str(found.decimals),
        "delay_days": str(found.delay_days),
        "source": found.source,
        "has_total": "1" if found.has_total else "",
    }


def read_own(who: Asking, post: QueryDict) -> tuple[Sent, dict[str, Pick]]:
    """What was sent about the KPI itself, and what was chosen by search."""
    found = sent.read(post, (*OWN, "key"))
    chosen: dict[str, Pick] = {}
    if "owner" in post or "owner_text" in post:
        chosen["owner"] = picks.person(who, post, "owner")
        found = found.with_texts(owner=sent.taken(post, "owner", found, chosen["owner"].value))
    return readers_of(who, post, found, chosen), chosen


def read_defined(post: QueryDict) -> Sent:
    """What was sent about its definition."""
    found = sent.read(post, DEFINED)
    if "direction" not in post:
        return found
    has_total = sent.taken(post, "has_total", found, "1" if "has_total" in post else "")
    tidy = ", ".join(_names(found.text("dimensions")))
    return found.with_texts(has_total=has_total, dimensions=tidy)


def _names(text: str) -> list[str]:
    return [name.strip() for name in _BETWEEN.split(text) if name.strip()]


def own_given(texts: Mapping[str, str]) -> dict[str, Any]:
    """The same as the actions take it."""
    values: dict[str, Any] = {name: text for name, text in texts.items() if name != "key"}
    for name in {"team", "owner", "pillar"} & set(values):
        values[name] = values[name] or None
    if "readers" in values:
        values["readers"] = values["readers"].split()
    return values


def definition_of(texts: Mapping[str, str]) -> DefinitionDraft:
    """The definition that is meant; `Refused` where a number is none.

    A formula has the slices that its parts share, whatever stands in the form.
    """
    formula = texts.get("formula", "")
    decimals = number_at(texts.get("decimals", ""), "decimals")
    delay = number_at(texts.get("delay_days", ""), "delay_days")
    return DefinitionDraft(
        unit=texts.get("unit", ""),
        decimals=None if decimals is None else int(decimals),
        direction=texts.get("direction", ""),
        frequency=texts.get("frequency", ""),
        aggregation=texts.get("aggregation", ""),
        slice_aggregation=texts.get("slice_aggregation", ""),
        delay_days=int(delay or 0),
        dimensions=() if formula else tuple(_names(texts.get("dimensions", ""))),
        has_total=bool(formula or texts.get("has_total", "")),
        formula=formula,
        text=texts.get("text", ""),
        source=texts.get("source", ""),
    )


# The fields.


def name_field(filling: Filling) -> Component:
    """What it is called."""
    return filling.text(
        "name", say("field.name"), required=True, autofocus=True, help=say("kpi.form.name_help")
    )


def belongs(around: Around, filling: Filling, *, with_team: bool = True) -> Iterator[Component]:
    """Whose it is."""
    owner = filling.pick("owner", say("field.owner"), around.at.find("people"))
    if not with_team:
        yield owner
        return
    yield Line((team_field(around, filling), owner))


def team_field(around: Around, filling: Filling) -> Component:
    """Its team, as the tree has them."""
    teams = [Choice(one.key, f"{_DEEPER * one.depth}{one.name}") for one in around.teams]
    return filling.select("team", say("field.team"), [Choice("", say("editing.none")), *teams])


def measured(filling: Filling) -> Iterator[Component]:
    """What is asked of every definition."""
    unit = filling.text(
        "unit", say("kpis.unit"), placeholder=say("kpi.form.unit_example"),
        help=say("kpi.form.unit_help"),
    )  # fmt: skip
    yield Line((unit, filling.select("direction", say("kpi.form.direction"), _of(Direction))))
    frequency = filling.select("frequency", say("kpi.form.frequency"), _of(Frequency))
    how = filling.select(
        "aggregation", say("kpi.form.aggregation"), _of(Aggregation),
        help=say("kpi.form.aggregation_help"),
    )  # fmt: skip
    yield Line((frequency, how))


def computed(filling: Filling, at: Addresses, *, kpi: str = "") -> Section:
    """The formula, for KPIs that are computed from others; `kpi` is the key of one that exists."""
    made = formula_field(
        at, filling.of("formula"), kpi=kpi, error=filling.errors.get("formula", "")
    )
    return folded(
        say("kpi.form.formula"),
        [filling.contested("formula", made, str)],
        opened=bool(filling.of("formula")) or filling.has("formula"),
    )


def details(filling: Filling) -> Iterator[Component]:
    """What only some definitions need."""
    yield filling.text(
        "text", say("kpi.form.text"), kind="textarea", help=say("kpi.form.text_help")
    )
    dimensions = filling.text(
        "dimensions", say("kpis.dimensions"), placeholder=say("kpi.form.dimensions_example"),
        help=say("kpi.form.dimensions_help"),
    )  # fmt: skip
    has_total = filling.check("has_total", say("kpi.form.has_total"))
    # A formula has the slices that its parts share.
    yield Line((dimensions, has_total), css="form-column unless-formula")
    over = [Choice("", say("kpi.form.as_over_time")), *_of(Aggregation)]
    decimals = filling.text(
        "decimals", say("kpi.form.decimals"), kind="number", placeholder=say("kpi.form.as_measured")
    )
    yield Line((filling.select("slice_aggregation", say("kpis.over_slices"), over), decimals))
    delay = filling.text(
        "delay_days", say("kpis.delay"), kind="number", unit=say("kpi.form.days"),
        help=say("kpi.form.delay_help"),
    )  # fmt: skip
    yield Line((delay, filling.text("source", say("kpis.source"))))


def more(around: Around, filling: Filling, *, may_share: bool = True) -> Iterator[Component]:
    """Second language, description, pillar, who may see it."""
    who = around.who
    yield filling.text("name_other", in_other_language(who, "name"))
    yield filling.text("description", say("field.description"), kind="textarea", rows=2)
    other = in_other_language(who, "description")
    yield filling.text("description_other", other, kind="textarea", rows=2)
    yield pillar_field(around, filling)
    if may_share:
        yield filling.select("visibility", say("field.visibility"), visibilities())
        yield readers_field(filling, around.at)


def pillar_field(around: Around, filling: Filling) -> Component:
    """Its pillar, or none."""
    offered = choices_of([(one.key, one.title) for one in around.pillars], none=say("editing.none"))
    return filling.select("pillar", say("field.pillar"), offered)


def folded(title: str, fields: Iterable[Component], *, opened: bool) -> Section:
    """A part that only those open who want it."""
    return Section(tuple(fields), title=title, folded=True, opened=opened)


def _of(kind: Any) -> list[Choice]:
    """The members of an enumeration that have words."""
    prefix = {Direction: "direction", Frequency: "frequency", Aggregation: "aggregation"}[kind]
    return [Choice(one.value, say(f"{prefix}.{one.value}")) for one in kind]
