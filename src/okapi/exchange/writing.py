"""Carrying out a plan: rows added, changed and removed in bulk, by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Model

from okapi.base import clock
from okapi.base.fields import new_id
from okapi.core.periods import Period
from okapi.core.quantities import canonical
from okapi.core.slices import slice_key
from okapi.exchange.columns import COLUMNS, ROLES
from okapi.exchange.format import TABLES
from okapi.exchange.kinds import Ref
from okapi.exchange.plan import Plan, Step, Way
from okapi.exchange.stored import Stored, Values, name_of_owner
from okapi.goals import models as goals
from okapi.kpis import models as kpis
from okapi.orgs.models import Organisation

_AT_ONCE = 500
_HAVE_SLICES = ("target", "guard", "moves")


def found(plan: Plan, slug: str) -> Organisation:
    """Make the organisation of a plan that has none yet, with nothing but what the files say."""
    settings = {name: value for name, value in plan.draft.settings.items() if name != "format"}
    organisation: Organisation = Organisation.objects.create(slug=slug, **settings)
    plan.draft.stored.organisation = organisation
    return organisation


def write(plan: Plan) -> None:
    """Write everything in the open transaction; the organisation's scope is open."""
    writer = _Writer(plan)
    writer.change_organisation()
    writer.name_added()
    writer.make_slices()
    for table in COLUMNS:
        writer.add(table)
        writer.change(table)
    writer.follow_key_results()
    writer.write_breakdowns()
    writer.write_readers()
    writer.remove()


class _Writer:
    def __init__(self, plan: Plan) -> None:
        if plan.draft.stored.organisation is None:
            raise RuntimeError("the organisation must be there before its things")
        self.plan = plan
        self.stored: Stored = plan.draft.stored
        self.organisation = plan.draft.stored.organisation
        self.definitions: dict[tuple[Any, Any], UUID] = {
            identity: kept.pk for identity, kept in self.stored.things["definition"].items()
        }
        self.added: dict[str, list[Step]] = _by_table(plan.added)
        self.changed: dict[str, list[Step]] = _by_table(plan.changed)
        self.made: dict[tuple[str, Any], UUID] = {}

    def change_organisation(self) -> None:
        fields = {
            name: after for name, (_, after) in self.plan.organisation.items() if name != "format"
        }
        is_new = any(before is None for before, _ in self.plan.organisation.values())
        if not fields or is_new:
            return
        for name, value in fields.items():
            setattr(self.organisation, name, value)
        self.organisation.version += 1
        self.organisation.save(update_fields=[*fields, "version"])

    def name_added(self) -> None:
        """Give ids to all that is new, so that rows can refer to each other in any order."""
        for step in self.plan.added:
            if step.table == "calendar_day":
                continue
            pk = new_id()
            self.made[step.table, step.identity] = pk
            if step.table == "definition":
                self.definitions[step.identity] = pk
            elif len(step.identity) == 1:
                self.stored.ids[step.table][step.identity[0]] = pk

    def make_slices(self) -> None:
        """Make the slices that targets, guards and moves are of, where they are not there yet."""
        wanted: dict[tuple[UUID, str], Values] = {}
        for step in [*self.plan.added, *self.plan.changed]:
            if step.table in _HAVE_SLICES:
                kpi = self.stored.ids["kpi"][step.values["kpi"]]
                values = dict(step.values["slice"])
                wanted[kpi, slice_key(values)] = values
        missing = {name: wanted[name] for name in wanted if name not in self.stored.slices}
        if not missing:
            return
        rows = [
            kpis.Slice(organisation_id=self.organisation.pk, kpi_id=kpi, key=key, values=values)
            for (kpi, key), values in missing.items()
        ]
        kpis.Slice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_AT_ONCE)
        of = list({kpi for kpi, _ in missing})
        for start in range(0, len(of), _AT_ONCE):
            part = kpis.Slice.objects.filter(kpi_id__in=of[start : start + _AT_ONCE])
            for pk, kpi, key in part.values_list("pk", "kpi_id", "key"):
                self.stored.slices[kpi, key] = pk

    def add(self, table: str) -> None:
        """Insert the new rows of a table."""
        rows = []
        for step in self.added.get(table, ()):
            row = COLUMNS[table].model(**self._attributes(table, step, step.values))
            row.organisation_id = self.organisation.pk
            if (table, step.identity) in self.made:
                row.pk = self.made[table, step.identity]
            if step.position is not None:
                row.position = step.position
            rows.append(row)
        if rows:
            COLUMNS[table].model.objects.bulk_create(rows, batch_size=_AT_ONCE)

    def change(self, table: str) -> None:
        """Update changed rows; those of which the same fields differ together."""
        model = COLUMNS[table].model
        groups: dict[tuple[str, ...], list[Model]] = defaultdict(list)
        for step in self.changed.get(table, ()):
            told = {name: after for name, (_, after) in step.fields.items()}
            attributes = self._attributes(table, step, told)
            if step.position is not None and step.kept and step.position != step.kept.position:
                attributes["position"] = step.position
            if attributes:
                row = model(pk=step.kept and step.kept.pk, **attributes)
                row.organisation_id = self.organisation.pk
                groups[tuple(sorted(attributes))].append(row)
        for names, rows in groups.items():
            fields = [name.removesuffix("_id") for name in names]
            model.objects.bulk_update(rows, fields, batch_size=_AT_ONCE)
        self._raise_versions(
            table, [step.kept.pk for step in self.changed.get(table, ()) if step.kept]
        )

    def _raise_versions(self, table: str, pks: list[Any]) -> None:
        model = COLUMNS[table].model
        if table == "calendar_day":
            return
        for start in range(0, len(pks), _AT_ONCE):
            rows = model.objects.filter(pk__in=pks[start : start + _AT_ONCE])
            rows.update(version=F("version") + 1)

    def _attributes(self, table: str, step: Step, values: Values) -> dict[str, Any]:
        """The attributes of a row for some of its fields; for a new row those are all."""
        columns, spec = COLUMNS[table], TABLES[table]
        found: dict[str, Any] = {}
        for name in columns.plain(table):
            if name not in values:
                continue
            kind = spec.by_name[name].kind if name in spec.by_name else Ref(name_of_owner(table))
            value = values[name]
            if isinstance(kind, Ref) and value is not None:
                value = self.stored.ids[kind.to][value]
            found[columns.attribute(table, name)] = value
        return found | self._special(table, step, values)

    def _special(self, table: str, step: Step, values: Values) -> dict[str, Any]:
        special = {
            "person": self._roles,
            "kpi": self._in_force,
            "target": self._target,
            "moves": self._move,
            "guard": self._link,
            "contribution": self._contribution,
            "key_result_informs": self._informed,
        }.get(table)
        return special(step, values) if special else {}

    def _roles(self, _: Step, values: Values) -> dict[str, Any]:
        if "roles" not in values:
            return {}
        return {attribute: role in values["roles"] for role, attribute in ROLES.items()}

    def _move(self, step: Step, values: Values) -> dict[str, Any]:
        """A start with a reason is typed; one without was found by itself."""
        typed = {"is_start_typed": bool(step.values["start_reason"])}
        return self._link(step, values) | (typed if "start_reason" in values else {})

    def _informed(self, step: Step, _: Values) -> dict[str, Any]:
        key_result = self.plan.draft.view["key_result"][step.identity[0],]
        return {"objective_id": self.stored.ids["objective"][key_result["objective"]]}

    def _in_force(self, step: Step, values: Values) -> dict[str, Any]:
        if "in_force" not in values:
            return {}
        return {"definition_id": self.definitions[step.identity[0], values["in_force"]]}

    def _slice(self, step: Step) -> int:
        kpi = self.stored.ids["kpi"][step.values["kpi"]]
        return self.stored.slices[kpi, slice_key(dict(step.values["slice"]))]

    def _link(self, step: Step, values: Values) -> dict[str, Any]:
        """The slice and the definition of a guard or move; a new one is of the one in force."""
        found: dict[str, Any] = {} if step.kept else {"slice_id": self._slice(step)}
        if step.kept is None or "definition" in values:
            kpi = step.values["kpi"]
            number = step.values["definition"] or self.plan.draft.view["kpi"][kpi,]["in_force"]
            found["definition_id"] = self.definitions[kpi, number]
        return found

    def _target(self, step: Step, values: Values) -> dict[str, Any]:
        found: dict[str, Any] = {} if step.kept else {"slice_id": self._slice(step)}
        period = values.get("period")
        if isinstance(period, Period):
            found |= {"first": period.first, "last": period.last, "label": period.label}
        return found

    def _contribution(self, step: Step, _: Values) -> dict[str, Any]:
        key_result = step.values["key_result"]
        if key_result is None:
            return {"parent_id": self.stored.ids["objective"][step.values["objective"]]}
        above = self.plan.draft.view["key_result"][key_result,]["objective"]
        return {
            "parent_id": self.stored.ids["objective"][above],
            "parent_key_result_id": self.stored.ids["key_result"][key_result],
        }

    def write_breakdowns(self) -> None:
        """Write how targets are spread, and join their parts to them."""
        steps = [*self.added.get("target", ()), *self.changed.get("target", ())]
        spreads: dict[Any, UUID] = {
            identity: kept.extra["spread"].pk
            for identity, kept in self.stored.things["target"].items()
            if kept.extra["spread"] is not None
        }
        for step in steps:
            if step.identity in spreads:
                self._change_breakdown(step, spreads)
            elif step.values["breakdown"] is not None:
                row = kpis.Breakdown(organisation_id=self.organisation.pk, **_breakdown(step))
                row.target_id = self._target_id(step)
                row.save(force_insert=True)
                spreads[step.identity] = row.pk
        self._join_parts(steps, spreads)

    def _change_breakdown(self, step: Step, spreads: dict[Any, UUID]) -> None:
        """A breakdown that goes leaves its parts behind: they are targets of their own then."""
        stored = kpis.Breakdown.objects.filter(pk=spreads[step.identity])
        if step.values["breakdown"] is not None:
            stored.update(version=F("version") + 1, **_breakdown(step))
            return
        kpis.Target.objects.filter(breakdown_id=spreads.pop(step.identity)).update(breakdown=None)
        stored.delete()

    def _target_id(self, step: Step) -> UUID:
        kept = step.kept
        pk: UUID = self.made["target", step.identity] if kept is None else kept.pk
        return pk

    def _join_parts(self, steps: Iterable[Step], spreads: dict[Any, UUID]) -> None:
        wholes = {(kpi, slice_, period): pk for (kpi, slice_, _, period), pk in spreads.items()}
        rows = []
        for step in steps:
            if step.values["part_of"] is None and "part_of" not in step.fields:
                continue
            kpi, slice_, _, _ = step.identity
            row = kpis.Target(pk=self._target_id(step), organisation_id=self.organisation.pk)
            row.breakdown_id = wholes.get((kpi, slice_, step.values["part_of"]))
            rows.append(row)
        kpis.Target.objects.bulk_update(rows, ["breakdown"], batch_size=_AT_ONCE)

    def follow_key_results(self) -> None:
        """What is linked to a key result that went to another objective goes with it."""
        for step in self.changed.get("key_result", ()):
            if "objective" in step.fields and step.kept is not None:
                objective = self.stored.ids["objective"][step.values["objective"]]
                links = goals.Informs.objects.filter(key_result_id=step.kept.pk)
                links.update(objective_id=objective)
                below = goals.Contribution.objects.filter(parent_key_result_id=step.kept.pk)
                below.update(parent_id=objective)

    def write_readers(self) -> None:
        """Let the named readers be those that the files name."""
        for table, model, own in (
            ("kpi", kpis.Kpi, "kpi_id"),
            ("objective", goals.Objective, "objective_id"),
        ):
            through: Any = model.readers.through
            steps = [
                step
                for step in [*self.added.get(table, ()), *self.changed.get(table, ())]
                if (step.values["readers"] if not step.kept else "readers" in step.fields)
            ]
            ids = [self.stored.ids[table][step.identity[0]] for step in steps]
            if steps:
                through.objects.filter(**{f"{own}__in": ids}).delete()
            rows = [
                through(**{own: pk, "person_id": self.stored.ids["person"][reader]})
                for pk, step in zip(ids, steps, strict=True)
                for reader in step.values["readers"]
            ]
            through.objects.bulk_create(rows, batch_size=_AT_ONCE)

    def remove(self) -> None:
        """Archive, end or delete what the plan removes."""
        now = clock.now()
        groups: dict[tuple[str, Way], list[Any]] = defaultdict(list)
        for step in self.plan.removed:
            if step.way is not None and step.kept is not None:
                groups[step.table, step.way].append(step.kept.pk)
        for (table, way), pks in groups.items():
            model = COLUMNS[table].model
            for start in range(0, len(pks), _AT_ONCE):
                rows = model.objects.filter(pk__in=pks[start : start + _AT_ONCE])
                match way:
                    case Way.ARCHIVE:
                        rows.update(archived_at=now, version=F("version") + 1)
                    case Way.END:
                        rows.update(ends=self.plan.draft.today, version=F("version") + 1)
                    case Way.DELETE:
                        rows.delete()


def _by_table(steps: Iterable[Step]) -> dict[str, list[Step]]:
    tables: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        tables[step.table].append(step)
    return tables


def _breakdown(step: Step) -> dict[str, Any]:
    return {
        "method": step.values["breakdown"],
        "frequency": step.values["breakdown_frequency"],
        "shares": [canonical(share) for share in step.values["breakdown_shares"]],
    }
