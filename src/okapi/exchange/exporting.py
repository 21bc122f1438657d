"""Writing an organisation as files: the same organisation, the same files, byte by byte."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from okapi.base import actor as actors
from okapi.base import scope
from okapi.base.actor import Actor, Door
from okapi.core.errors import Refused
from okapi.core.periods import Period, written
from okapi.exchange import emit, standings_file
from okapi.exchange.format import (
    CSV_FILES,
    CSV_FOLDERS,
    TABLES,
    YAML_FILES,
    YAML_FOLDERS,
)
from okapi.exchange.stored import Kept, Stored, Values, load
from okapi.goals import renewer
from okapi.goals.choices import GoalState
from okapi.kpis.models import Measurement
from okapi.orgs.models import Organisation
from okapi.orgs.queries import settings_by_slug

OURS = frozenset(YAML_FILES | CSV_FILES | YAML_FOLDERS | CSV_FOLDERS)


def export_files(path: Path, slug: str, *, replace: bool = False) -> int:
    """Write an organisation to a folder; how many files that were.

    Files of this format that an export does not write (they were split otherwise) would make
    everything stand twice: `Refused` (`export.others`) names them, or, with `replace`, they are
    removed. Other files in the folder stay. `NotFound` where there is no such organisation. How
    everything stands is brought up to date before, since no server may run.
    """
    settings = settings_by_slug(slug)
    renewer.bring_up_to_date(settings.organisation_id)
    with scope.organisation(settings.organisation_id), tempfile.TemporaryDirectory() as name:
        actor = actors.system(settings.organisation_id, Door.FILES)
        made = Path(name)
        _Export(actor, made).write()
        found = sorted(file.relative_to(made) for file in made.rglob("*") if file.is_file())
        others = _others(path, set(found))
        if others and not replace:
            raise Refused("export.others", found=[file.as_posix() for file in others[:20]])
        for file in others:
            (path / file).unlink()
        for file in found:
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / file, path / file)
    return len(found)


def _others(path: Path, found: set[Path]) -> list[Path]:
    """The files of this format in a folder that the export does not write."""
    files = (file.relative_to(path) for file in path.rglob("*") if file.is_file())
    return sorted(
        file
        for file in files
        if file.suffix in (".yaml", ".yml", ".csv")
        and (file.parts[0] if len(file.parts) > 1 else file.stem) in OURS
        and file not in found
    )


class _Export:
    def __init__(self, actor: Actor, path: Path) -> None:
        self.actor = actor
        self.path = path
        organisation = Organisation.objects.get(pk=actor.organisation_id)
        self.stored: Stored = load(organisation)
        self.how = {
            "fiscal_month": organisation.fiscal_month,
            "first_weekday": organisation.first_weekday,
        }
        self.parts: dict[str, dict[Any, list[Kept]]] = {}

    def write(self) -> None:
        values = self.stored.organisation_values()
        emit.write_yaml(self.path / "organisation.yaml", emit.thing(TABLES["organisation"], values))
        for table, spec in TABLES.items():
            if spec.owner:
                self.parts[table] = defaultdict(list)
                for kept in _sorted(self.stored, table):
                    self.parts[table][kept.values[spec.owner]].append(kept)
        self._write_lists()
        self._write_kpis()
        self._write_objectives()
        standings_file.write(self.actor, self.path / "standings.csv")

    def _write_lists(self) -> None:
        for name, table in YAML_FILES.items():
            if table != "organisation":
                things = [self._thing(table, kept) for kept in _sorted(self.stored, table)]
                if things:
                    emit.write_yaml(self.path / f"{name}.yaml", things)
        for name, table in CSV_FILES.items():
            rows = [kept.values for kept in _sorted(self.stored, table)]
            if rows:
                emit.write_csv(self.path / f"{name}.csv", emit.csv_lines(TABLES[table], rows))

    def _thing(self, table: str, kept: Kept) -> dict[str, Any]:
        """A thing with all its parts; a part of one plain field is told by that alone."""
        found = emit.thing(TABLES[table], kept.values)
        if table == "objective" and kept.values["state"] != GoalState.DRAFT.value:
            # Left out, it would be agreed on the day of the apply.
            found.setdefault("agreed_on", None)
        for items in TABLES[table].items:
            inner = TABLES[items.table]
            parts = self.parts[items.table][kept.values[TABLES[table].identity[-1]]]
            things = [self._part(items.table, part) for part in parts]
            if items.table == "key_result":
                things = [
                    _with_objective(thing, part.values, kept.values)
                    for thing, part in zip(things, parts, strict=True)
                ]
            if len(inner.fields) == 1:
                things = [thing[inner.fields[0].name] for thing in things]
            if things:
                found[items.name] = things
        return found

    def _part(self, table: str, part: Kept) -> dict[str, Any]:
        if table in ("moves", "guard"):
            return emit.thing(TABLES[table], self._link(part.values))
        return self._thing(table, part)

    def _link(self, values: Values) -> Values:
        """The version is told where it is not the one in force."""
        kpi = self.stored.things["kpi"][values["kpi"],].values
        is_usual = values["definition"] == kpi["in_force"]
        return {**values, "definition": None if is_usual else values["definition"]}

    def _write_kpis(self) -> None:
        kpis = {kept.values["key"]: kept for kept in _sorted(self.stored, "kpi")}
        slices: dict[Any, list[tuple[Any, int]]] = defaultdict(list)
        for (kpi, _), pk in self.stored.slices.items():
            slices[kpi].append((self.stored.pairs[pk], pk))
        for key, name in emit.file_names(kpis):
            kept = kpis[key]
            emit.write_yaml(self.path / "kpis" / f"{name}.yaml", [self._kpi(kept)])
            targets = [self._target(part.values) for part in self.parts["target"][key]]
            if targets:
                lines = emit.csv_lines(TABLES["target"], targets)
                emit.write_csv(self.path / "targets" / f"{name}.csv", lines)
            rows = list(self._measurements(key, sorted(slices[kept.pk])))
            if rows:
                lines = emit.measurement_lines(rows)
                emit.write_csv(self.path / "measurements" / f"{name}.csv", lines)

    def _kpi(self, kept: Kept) -> dict[str, Any]:
        definitions = self.parts["definition"][kept.values["key"]]
        highest = max((one.values["number"] for one in definitions), default=None)
        in_force = kept.values["in_force"]
        values = {**kept.values, "in_force": None if in_force == highest else in_force}
        found = emit.thing(TABLES["kpi"], values)
        if len(definitions) == 1 and highest == 1:
            only = definitions[0].values
            found["definition"] = emit.thing(TABLES["definition"], only, without=["number"])
        else:
            found["definitions"] = [
                emit.thing(TABLES["definition"], one.values) for one in definitions
            ]
        marks = self.parts["mark"][kept.values["key"]]
        if marks:
            found["marks"] = [emit.thing(TABLES["mark"], one.values) for one in marks]
        return found

    def _target(self, values: Values) -> Values:
        found = {**values, "period": written(values["period"], **self.how)}
        if values["part_of"] is not None:
            found["part_of"] = written(values["part_of"], **self.how)
        return found

    def _measurements(self, key: str, slices: list[tuple[Any, int]]) -> Iterator[Values]:
        """The values of a KPI by slice and period: of one KPI at a time, never of all."""
        names = ("first", "last", "mark", "label", "value", "numerator", "denominator", "note")
        for pairs, pk in slices:
            rows = Measurement.objects.filter(slice_id=pk).order_by("last", "first", "mark")
            for row in rows.values_list(*names).iterator(chunk_size=5_000):
                first, last, mark, label, value, numerator, denominator, note = row
                yield {
                    "kpi": key,
                    "slice": pairs,
                    "period": written(Period(first, last, label, mark), **self.how),
                    "value": value,
                    "numerator": numerator,
                    "denominator": denominator,
                    "note": note,
                }

    def _write_objectives(self) -> None:
        by_cycle: dict[str, list[Kept]] = defaultdict(list)
        for kept in _sorted(self.stored, "objective"):
            by_cycle[kept.values["cycle"]].append(kept)
        cycles = [kept.values["key"] for kept in _sorted(self.stored, "cycle")]
        for key, name in emit.file_names(cycles):
            if not by_cycle[key]:
                continue
            things = [_without(self._thing("objective", kept), "cycle") for kept in by_cycle[key]]
            content = {"cycle": key, "objectives": things}
            emit.write_yaml(self.path / "objectives" / f"{name}.yaml", content)
            self._write_check_ins(by_cycle[key], self.path / "check_ins" / f"{name}.csv")

    def _write_check_ins(self, objectives: list[Kept], path: Path) -> None:
        rows = [
            check_in.values
            for objective in objectives
            for key_result in self.parts["key_result"][objective.values["key"]]
            for check_in in self.parts["check_in"][key_result.values["key"]]
        ]
        if rows:
            emit.write_csv(path, emit.csv_lines(TABLES["check_in"], rows))


def _with_objective(thing: dict[str, Any], values: Values, objective: Values) -> dict[str, Any]:
    """A key result is agreed with its objective, on the same day, unless it says otherwise."""
    is_draft = values["state"] == GoalState.DRAFT.value
    usual = None if is_draft else objective["agreed_on"]
    told = {
        "state": None if values["state"] == objective["state"] else values["state"],
        "agreed_on": values["agreed_on"],
    }
    found: dict[str, Any] = {}
    for one in TABLES["key_result"].fields:
        if one.name not in told:
            found |= {one.name: thing[one.name]} if one.name in thing else {}
        elif one.name == "agreed_on" and told["agreed_on"] != usual:
            found["agreed_on"] = told["agreed_on"]
        elif one.name == "state" and told["state"] is not None:
            found["state"] = told["state"]
    return found | {name: value for name, value in thing.items() if name not in found | told}


def _without(thing: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in thing.items() if key != name}


def _sorted(stored: Stored, table: str) -> list[Kept]:
    """By place, then by identity, whatever the order in the database."""
    things = stored.things[table].items()
    return [kept for _, kept in sorted(things, key=lambda one: (one[1].position, _order(one[0])))]


def _order(identity: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    """Nothing before something; periods by their days."""
    return tuple((part is not None, part if part is not None else 0) for part in identity)
