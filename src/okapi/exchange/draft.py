"""What the organisation would be: the stored things with those of the files laid over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.core.periods import Period, frequency_of, parse_period
from okapi.exchange.compound import Many
from okapi.exchange.format import TABLES
from okapi.exchange.kinds import Ref
from okapi.exchange.records import Identity, Record, named
from okapi.exchange.stored import Stored, Values, name_of_owner
from okapi.goals.choices import GoalState
from okapi.orgs.actions.calendars import country_days

# Things of one key, that others refer to.


@dataclass(slots=True)
class Draft:
    """The records of the files by table and identity, and `view`: all values as they would be."""

    stored: Stored
    today: date
    organisation: Record | None = None
    records: dict[str, dict[Identity, Record]] = field(default_factory=dict)
    view: dict[str, dict[Identity, Values]] = field(default_factory=dict)
    errors: list[OkapiError] = field(default_factory=list)
    _settings: Values = field(default_factory=dict)
    _versions: dict[Any, list[Values]] | None = None

    @property
    def settings(self) -> Values:
        """The organisation's settings as they would be."""
        if not self._settings:
            self._settings = self._combined_settings()
        return self._settings

    def _combined_settings(self) -> Values:
        spec = TABLES["organisation"]
        usual = {one.name: one.default for one in spec.fields}
        kept = self.stored.organisation_values() if self.stored.organisation else {}
        return {**usual, **kept, **(self.organisation.values if self.organisation else {})}

    def named(self, table: str) -> Iterator[tuple[Record, Values]]:
        """The things that the files name, with all their values; without broken ones."""
        for identity, record in self.records[table].items():
            if not record.is_broken:
                yield record, self.view[table][identity]

    def one(self, table: str, key: Any) -> Values | None:
        """The values of the thing with this key, if there would be one that is not broken."""
        return self.at(table, (key,))

    def at(self, table: str, identity: Identity) -> Values | None:
        """The values of the thing with this identity, if there would be one that is not broken."""
        record = self.records[table].get(identity)
        if record is not None and record.is_broken:
            return None
        return self.view[table].get(identity)

    def versions(self, kpi: str) -> list[Values]:
        """The definitions that a KPI would have and that are not broken, in no order."""
        if self._versions is None:
            self._versions = defaultdict(list)
            for key, number in self.view["definition"]:
                values = self.at("definition", (key, number))
                if values is not None:
                    self._versions[key].append(values)
        return self._versions[kpi]


def draft_of(
    records: dict[str, list[Record]],
    stored: Stored,
    today: date,
    unread: frozenset[str] = frozenset(),
) -> Draft:
    """Lay the records over what is stored. What stands twice or leads nowhere is in `errors`.

    Of tables that are `unread` it is not known what they would have held.
    """
    draft = Draft(stored, today)
    draft.organisation = next(iter(records["organisation"]), None)
    if not records["organisation"] and stored.organisation is None and "organisation" not in unread:
        draft.errors.append(Refused("organisation.no_file", file="organisation.yaml"))
    for table in TABLES:
        if table == "organisation":
            continue
        kept = stored.things[table]
        draft.records[table] = {}
        draft.view[table] = {identity: thing.values for identity, thing in kept.items()}
        if table == "definition":
            _number_definitions(draft, records[table])
        if table == "target":
            _read_periods(draft, records[table])
        for record in records[table]:
            _take(draft, record)
    _complete_calendars(draft)
    _complete_goals(draft)
    _complete_in_force(draft)
    return draft


def _take(draft: Draft, record: Record) -> None:
    known = draft.records[record.table]
    earlier = known.get(record.identity)
    if earlier is not None:
        draft.errors.append(
            record.refused(
                "record.twice",
                found=record.name,
                other_file=earlier.file,
                other_line=earlier.line,
            )
        )
        return
    known[record.identity] = record
    before = draft.view[record.table].get(record.identity)
    if before is None:
        before = new_values(record)
    draft.view[record.table][record.identity] = {**before, **record.values}


def new_values(record: Record) -> Values:
    """What a new thing has where the files say nothing: defaults, and its identity."""
    table = TABLES[record.table]
    usual = {one.name: one.default for one in table.by_name.values()}
    return {**usual, **dict(zip(table.identity, record.identity, strict=True))}


def _number_definitions(draft: Draft, records: list[Record]) -> None:
    """Give the one definition of `definition:` its number: the one in force, or the next."""
    numbers: dict[Any, list[int]] = {}
    for kpi, number in draft.stored.things["definition"]:
        numbers.setdefault(kpi, []).append(number)
    for record in records:
        kpi, number = record.identity
        if number is not None:
            continue
        kept = draft.stored.things["kpi"].get((kpi,))
        number = kept.values["in_force"] if kept is not None else None
        if number is None:
            number = 1
        else:
            in_force = draft.stored.things["definition"][kpi, number].values
            told = {name: value for name, value in record.values.items() if name != "number"}
            if any(in_force[name] != value for name, value in told.items()):
                number = max(numbers[kpi]) + 1
                record.values = {**in_force, **told}
        record.identity = (kpi, number)
        record.values["number"] = number


def _read_periods(draft: Draft, records: list[Record]) -> None:
    """Read the periods of targets; one that cannot be read leaves its record out."""
    how = {name: draft.settings[name] for name in ("fiscal_month", "first_weekday")}
    kept = []
    for record in records:
        if "period" not in record.values:
            continue  # told where it was read
        try:
            period = parse_period(record.values["period"], **how).period
            part_of = record.values.get("part_of")
            if part_of is not None:
                record.values["part_of"] = parse_period(part_of, **how).period
        except OkapiError as error:
            draft.errors.append(record.at(error, "period"))
            continue
        frequency = record.values.get("frequency") or frequency_of(period).value
        record.values |= {"period": period, "frequency": frequency}
        kpi, slice_, _, _ = record.identity
        record.identity = (kpi, slice_, frequency, period)
        kept.append(record)
    records[:] = kept


def periods_are_one(one: Period, other: Period) -> bool:
    """Whether two periods are of the same days and called the same."""
    return one == other and one.label == other.label


def _complete_calendars(draft: Draft) -> None:
    """A new calendar of a country whose days the files do not tell has those of the country."""
    told = {calendar for calendar, _ in draft.records["calendar_day"]}
    for record, values in draft.named("calendar"):
        key = values["key"]
        if record.identity in draft.stored.things["calendar"] or key in told:
            continue
        if not values["country"]:
            continue
        years = (values["first_year"], min(values["last_year"], values["first_year"] + 50))
        try:
            days = list(country_days(values["country"], values["subdivision"], *years))
        except OkapiError as error:
            draft.errors.append(record.at(error, "country"))
            continue
        for day, is_working, title in days:
            found = {"day": day, "working": is_working, "title": title[:200]}
            one = Record("calendar_day", (key, day), found, record.file, record.line)
            _take(draft, one)


def _complete_goals(draft: Draft) -> None:
    """A new key result is agreed with its objective, and on the same day; that day is today."""
    objectives, view = draft.stored.things["objective"], draft.view
    for record, values in draft.named("objective"):
        is_agreed = values["state"] != GoalState.DRAFT.value
        is_told = "agreed_on" in record.values
        if record.identity not in objectives and is_agreed and not is_told:
            values["agreed_on"] = draft.today
    for record, values in draft.named("key_result"):
        objective = view["objective"].get((values["objective"],))
        if record.identity in draft.stored.things["key_result"] or objective is None:
            continue
        if values["state"] is None:
            values["state"] = objective["state"]
        if "agreed_on" not in record.values and values["state"] != GoalState.DRAFT.value:
            values["agreed_on"] = objective["agreed_on"]


def _complete_in_force(draft: Draft) -> None:
    """The definition in force is the one named, or the one with the highest number."""
    highest: dict[Any, int] = {}
    for kpi, number in draft.view["definition"]:
        if isinstance(number, int):
            highest[kpi] = max(number, highest.get(kpi, 0))
    added = {
        kpi
        for kpi, number in draft.records["definition"]
        if (kpi, number) not in draft.stored.things["definition"]
    }
    for (key,), values in draft.view["kpi"].items():
        record = draft.records["kpi"].get((key,))
        told = record is not None and record.values.get("in_force") is not None
        if not told and (values["in_force"] is None or key in added):
            draft.view["kpi"][key,] = {**values, "in_force": highest.get(key)}


def check_references(draft: Draft, unread: frozenset[str] = frozenset()) -> None:
    """Tell every reference that leads to nothing, in the files or in what is stored.

    Nothing is said about tables that are `unread`: what they would have held is not known.
    """
    for table, records in draft.records.items():
        spec = TABLES[table]
        fields = [
            (one.name, one.kind.of if isinstance(one.kind, Many) else one.kind)
            for one in spec.by_name.values()
        ]
        refs = [(name, kind.to) for name, kind in fields if isinstance(kind, Ref)]
        if spec.owner and spec.owner not in spec.by_name:
            refs.append((spec.owner, name_of_owner(table)))
        refs = [(name, to) for name, to in refs if to not in unread]
        for record in records.values():
            for name, to in refs:
                _check_reference(draft, record, name, to)
    for table in ("moves", "guard") if "kpi" not in unread else ():
        for record in draft.records[table].values():
            number = record.values.get("definition")
            kpi = record.values.get("kpi")
            is_known = (kpi,) in draft.view["kpi"]
            if number is not None and is_known and (kpi, number) not in draft.view["definition"]:
                told = record.refused("definition.unknown", "definition", found=number, kpi=kpi)
                draft.errors.append(told)


def _check_reference(draft: Draft, record: Record, name: str, to: str) -> None:
    value = record.values.get(name)
    if value is None:
        return
    for key in value if isinstance(value, list) else [value]:
        if (key,) not in draft.view[to]:
            draft.errors.append(record.refused(f"{to}.not_here", name, found=key))


def as_text(identity: Identity) -> str:
    """An identity as people read it; periods by their label."""
    return named(identity)
