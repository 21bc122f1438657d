"""Examples of KPIs and objectives by team, in both languages, kept as files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# In which order the teams stand; every file has its place here.
AREAS = (
    "sales", "marketing", "product", "engineering", "support", "operations", "manufacturing",
    "hr", "finance", "public", "education", "healthcare",
)  # fmt: skip
MONEY = "money"
"""The unit that stands for an organisation's own currency."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The one of the two."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class KpiTemplate:
    """An example of a KPI; `guard` is the key of the one that may suffer from it."""

    key: str
    area: str
    name: Words
    defined: Words
    why: Words
    unit: str
    direction: str
    frequency: str
    aggregation: str
    guard: str


@dataclass(frozen=True, slots=True)
class KeyResultTemplate:
    """An example of a key result: moves a KPI to a target, or, without one, is done or not."""

    title: Words
    kpi: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class ObjectiveTemplate:
    """An example of an objective with its key results."""

    key: str
    area: str
    title: Words
    why: Words
    kind: str
    key_results: tuple[KeyResultTemplate, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """The examples for one kind of team."""

    key: str
    name: Words
    kpis: tuple[KpiTemplate, ...]
    objectives: tuple[ObjectiveTemplate, ...]


@cache
def areas() -> tuple[Area, ...]:
    """All examples, read once."""
    return tuple(_area(key) for key in AREAS)


def kpi_templates() -> Mapping[str, KpiTemplate]:
    """Every example of a KPI by its key."""
    return {kpi.key: kpi for area in areas() for kpi in area.kpis}


def objective_templates() -> Mapping[str, ObjectiveTemplate]:
    """Every example of an objective by its key."""
    return {one.key: one for area in areas() for one in area.objectives}


def _area(key: str) -> Area:
    told = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return Area(
        key,
        _words(told),
        tuple(_kpi(key, one) for one in told["kpi"]),
        tuple(_objective(key, one) for one in told["objective"]),
    )


def _words(told: Mapping[str, Any], start: str = "") -> Words:
    return Words(told[f"{start}en"], told[f"{start}zh"])


def _kpi(area: str, told: Mapping[str, Any]) -> KpiTemplate:
    return KpiTemplate(
        key=told["key"],
        area=area,
        name=_words(told),
        defined=_words(told, "defined_"),
        why=_words(told, "why_"),
        unit=told["unit"],
        direction=told["direction"],
        frequency=told["frequency"],
        aggregation=told["aggregation"],
        guard=told["guard"],
    )


def _objective(area: str, told: Mapping[str, Any]) -> ObjectiveTemplate:
    return ObjectiveTemplate(
        key=told["key"],
        area=area,
        title=_words(told),
        why=_words(told, "why_"),
        kind=told["kind"],
        key_results=tuple(_key_results(told["key_result"])),
    )


def _key_results(told: list[Mapping[str, Any]]) -> Iterator[KeyResultTemplate]:
    for one in told:
        yield KeyResultTemplate(_words(one), one.get("kpi", ""), one.get("target", ""))
