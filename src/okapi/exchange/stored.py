"""What the database holds of an organisation, in the terms of the files: keys instead of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from okapi.core.periods import Period
from okapi.exchange.columns import COLUMNS, ROLES
from okapi.exchange.compound import Many
from okapi.exchange.format import FORMAT, TABLES
from okapi.exchange.kinds import Ref
from okapi.exchange.records import Identity
from okapi.goals import models as goals
from okapi.kpis import models as kpis
from okapi.orgs.models import Organisation

Values = dict[str, Any]
_ORGANISATION = tuple(name for name in TABLES["organisation"].by_name if name != "format")


@dataclass(slots=True)
class Kept:
    """One stored thing: its id, its values in the terms of the files, and its place in order."""

    pk: Any
    values: Values
    position: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Stored:
    """An organisation as it is stored; one that is not there yet has nothing.

    `ids` leads from a table and a key to an id, `keys` back. `slices` from a KPI's id and a slice's
    key to the number of the slice.
    """

    organisation: Organisation | None = None
    things: dict[str, dict[Identity, Kept]] = field(
        default_factory=lambda: {name: {} for name in COLUMNS}
    )
    ids: dict[str, dict[Any, Any]] = field(default_factory=lambda: {name: {} for name in COLUMNS})
    keys: dict[str, dict[Any, Any]] = field(default_factory=lambda: {name: {} for name in COLUMNS})
    slices: dict[tuple[UUID, str], int] = field(default_factory=dict)
    pairs: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def organisation_values(self) -> Values:
        """The values of organisation.yaml."""
        values = {name: getattr(self.organisation, name) for name in _ORGANISATION}
        return {"format": FORMAT, **values}


def load(organisation: Organisation | None) -> Stored:
    """Everything that files hold but measurements; the organisation's scope is open."""
    stored = Stored(organisation)
    if organisation is None:
        return stored
    _load_slices(stored)
    rows = {table: list(_rows(table)) for table in COLUMNS}
    for table, found in rows.items():
        _take_keys(stored, table, found)
    for table, found in rows.items():
        things = stored.things[table]
        for row in found:
            kept = _kept(stored, table, row)
            spec = TABLES[table]
            things[tuple(kept.values[name] for name in spec.identity)] = kept
    _take_readers(stored)
    _take_in_force(stored, rows["kpi"])
    _take_breakdowns(stored, rows["target"])
    return stored


def _load_slices(stored: Stored) -> None:
    for pk, kpi_id, key, values in kpis.Slice.objects.values_list("id", "kpi_id", "key", "values"):
        stored.slices[kpi_id, key] = pk
        stored.pairs[pk] = tuple(sorted(values.items()))


_EXTRA = {
    "target": ("slice_id", "first", "last", "label", "breakdown_id"),
    "guard": ("slice_id", "definition_id"),
    "moves": ("slice_id", "definition_id", "is_start_typed"),
    "contribution": ("parent_id", "parent_key_result_id"),
    "person": tuple(ROLES.values()),
    "kpi": ("definition_id",),
}


def attributes(table: str) -> list[str]:
    """The attributes that are read of a table."""
    columns = COLUMNS[table]
    plain = [columns.attribute(table, name) for name in columns.plain(table)]
    ordered = ["position"] if TABLES[table].ordered else []
    return ["id", *plain, *_EXTRA.get(table, ()), *ordered]


def _rows(table: str) -> Iterator[Values]:
    query = COLUMNS[table].model.objects
    if table == "objective_informs":
        query = query.filter(key_result__isnull=True)
    elif table == "key_result_informs":
        query = query.filter(key_result__isnull=False)
    elif table == "mark":
        # Of those that were taken back, the history tells. Of two alike the newest counts.
        query = query.filter(removed_at__isnull=True).order_by("created_at", "pk")
    names = attributes(table)
    for row in query.values_list(*names):
        yield dict(zip(names, row, strict=True))


def _take_keys(stored: Stored, table: str, rows: Iterable[Values]) -> None:
    """Tables of one key have their ids by it and back; definitions are told by number."""
    identity = TABLES[table].identity
    name = "number" if table == "definition" else identity[0] if len(identity) == 1 else ""
    if not name:
        return
    for row in rows:
        stored.keys[table][row["id"]] = row[name]
        if table != "definition":
            stored.ids[table][row[name]] = row["id"]


def _kept(stored: Stored, table: str, row: Values) -> Kept:
    columns, spec = COLUMNS[table], TABLES[table]
    values: Values = {}
    for name in columns.plain(table):
        value = row[columns.attribute(table, name)]
        kind = spec.by_name[name].kind if name in spec.by_name else Ref(name_of_owner(table))
        values[name] = _in_files(stored, kind, value)
    if table in _SPECIAL:
        _SPECIAL[table](stored, row, values)
    return Kept(row["id"], values, row.get("position", 0), row)


def name_of_owner(table: str) -> str:
    """The table of what owns this one's things."""
    owner = TABLES[table].owner
    return "objective" if owner == "child" else owner


def _in_files(stored: Stored, kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Ref):
        return stored.keys[kind.to][value]
    if isinstance(kind, Many):
        return value if kind.ordered else sorted(value)
    return value


def _with_slice(stored: Stored, row: Values, values: Values) -> None:
    values["slice"] = stored.pairs[row["slice_id"]]


def _with_definition(stored: Stored, row: Values, values: Values) -> None:
    _with_slice(stored, row, values)
    values["definition"] = stored.keys["definition"][row["definition_id"]]


def _with_roles(_: Stored, row: Values, values: Values) -> None:
    values["roles"] = sorted(role for role, attribute in ROLES.items() if row[attribute])


def _with_parent(stored: Stored, row: Values, values: Values) -> None:
    key_result = row["parent_key_result_id"]
    values["key_result"] = stored.keys["key_result"].get(key_result)
    values["objective"] = stored.keys["objective"][row["parent_id"]] if key_result is None else None


def _with_period(stored: Stored, row: Values, values: Values) -> None:
    _with_slice(stored, row, values)
    values["period"] = Period(row["first"], row["last"], row["label"])


_SPECIAL: dict[str, Callable[[Stored, Values, Values], None]] = {
    "guard": _with_definition,
    "moves": _with_definition,
    "person": _with_roles,
    "contribution": _with_parent,
    "target": _with_period,
}


def _take_readers(stored: Stored) -> None:
    for table, model in (("kpi", kpis.Kpi), ("objective", goals.Objective)):
        for kept in stored.things[table].values():
            kept.values["readers"] = []
        if not any(kept.values["visibility"] == "named" for kept in stored.things[table].values()):
            continue
        for pk, person in model.objects.values_list("id", "readers"):
            if person is not None:
                key = stored.keys[table][pk]
                readers = stored.things[table][key,].values["readers"]
                readers.append(stored.keys["person"][person])
    for table in ("kpi", "objective"):
        for kept in stored.things[table].values():
            kept.values["readers"].sort()


def _take_in_force(stored: Stored, rows: Iterable[Values]) -> None:
    for row in rows:
        number = stored.keys["definition"].get(row["definition_id"])
        stored.things["kpi"][row["key"],].values["in_force"] = number


def _take_breakdowns(stored: Stored, rows: list[Values]) -> None:
    labels = {row["id"]: Period(row["first"], row["last"], row["label"]) for row in rows}
    spreads = {spread.pk: spread for spread in kpis.Breakdown.objects.all()}
    of_target = {spread.target_id: spread for spread in spreads.values()}
    for kept in stored.things["target"].values():
        spread, part = of_target.get(kept.pk), kept.extra["breakdown_id"]
        kept.values["breakdown"] = None if spread is None else spread.method
        kept.values["breakdown_frequency"] = None if spread is None else spread.frequency
        kept.values["breakdown_shares"] = [] if spread is None else _numbers(spread.shares)
        kept.values["part_of"] = None if part is None else labels[spreads[part].target_id]
        kept.extra["spread"] = spread


def _numbers(shares: Iterable[Any]) -> list[Any]:
    kind = TABLES["target"].by_name["breakdown_shares"].kind
    return [kind.of.read(str(share)) for share in shares]  # type: ignore[attr-defined]  # a Many
