"""What a file would do to the goals: added, changed field by field, archived; and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from okapi.core.errors import OkapiError
from okapi.core.merging import Clash, merge
from okapi.exchange.goal_files.columns import FIELDS, MOVE, PARTS, Act, Thing
from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.known import Known
from okapi.exchange.goal_files.now import Goal, Now, measure_key
from okapi.exchange.goal_files.reading import FileRead
from okapi.exchange.goal_files.values import one_line, read, several, show, tidy

ROW = "row:"
"""Before the row of a thing that the file adds, where others have a key."""
_BOUND = {"kpi": MOVE - {"kpi"}}


class Does(StrEnum):
    """What is done to a thing."""

    ADD = "add"
    CHANGE = "change"
    ARCHIVE = "archive"
    RESTORE = "restore"


class Clashing(StrEnum):
    """Whose word holds where the file and somebody else changed the same field."""

    STOP = "stop"
    MINE = "mine"
    THEIRS = "theirs"


@dataclass(slots=True)
class Item:
    """One thing that a row changes. `fields` are those that differ: before and after.

    `values` are all of its values as they will be. `above` names what it belongs to: a key, or
    `row:` and the row of a thing that the file adds.
    """

    entry: Entry
    does: Does
    key: str
    above: str
    fields: dict[str, tuple[str, str]]
    values: dict[str, str]
    goal: Goal | None = None

    @property
    def thing(self) -> Thing:
        """What it is."""
        return self.entry.thing


@dataclass(slots=True)
class Plan:
    """All that a file would do, in the order of its rows; nothing is done with `errors`.

    `there` are rows that would add what is there already; they count as unchanged.
    """

    now: Now
    items: list[Item] = field(default_factory=list)
    errors: list[OkapiError] = field(default_factory=list)
    unchanged: int = 0
    there: list[Entry] = field(default_factory=list)


def plan_of(found: FileRead, known: Known, now: Now, clashing: Clashing) -> Plan:
    """The plan for rows whose foreign words are settled; all errors of the rows are in it."""
    plan = Plan(now, errors=list(found.errors))
    planner = _Planner(plan, found, known, clashing)
    for entry in found.entries:
        try:
            planner.take(entry)
        except OkapiError as error:
            entry.is_broken = True
            plan.errors.append(entry.at(error, error.field or ""))
    return plan


class _Planner:
    def __init__(self, plan: Plan, found: FileRead, known: Known, clashing: Clashing) -> None:
        self._plan = plan
        self._found = found
        self._known = known
        self._clashing = clashing
        self._is_own = found.form.is_own
        self._seen: dict[tuple[Thing, str], Entry] = {}
        self._rows: dict[str, Entry] = {}
        for entry in found.entries:
            self._rows.setdefault(entry.row, entry)

    def take(self, entry: Entry) -> None:
        """Add what a row does to the plan."""
        if entry.is_broken or entry.act is Act.LEAVE:
            self._plan.unchanged += not entry.is_broken
            return
        if self._rows[entry.row] is not entry:
            raise entry.refused("goalfile.row_twice", "row", found=entry.row)
        goal = self._goal(entry)
        if entry.is_there:
            self._plan.unchanged += 1
            self._plan.there.append(entry)
        elif entry.act is Act.ARCHIVE:
            self._archive(entry, goal)
        elif goal is not None:
            self._change(entry, goal)
        elif any(one.is_broken for one in self._above_in_file(entry)):
            entry.is_broken = True  # why is told there
        else:
            self._add(entry)

    def _above_in_file(self, entry: Entry) -> Iterator[Entry]:
        """What a row that is not an objective stands below."""
        if entry.thing is not Thing.OBJECTIVE:
            yield from (self._rows[row] for row in entry.parent_rows if row in self._rows)

    def _goal(self, entry: Entry) -> Goal | None:
        """The stored thing that a row is about."""
        place = (entry.thing, entry.key)
        if not entry.key:
            if entry.act in (Act.CHANGE, Act.ARCHIVE):
                raise entry.refused("goalfile.no_key", "key")
            return None
        if place in self._seen:
            other = self._seen[place].line
            raise entry.refused("goalfile.twice", "key", found=entry.key, other_line=other)
        self._seen[place] = entry
        goal = self._plan.now.get(place)
        if goal is not None:
            if entry.act is Act.ADD and not goal.is_archived:
                self._refuse_taken(entry, goal)
            return goal
        if self._is_own and entry.act is not Act.ADD:
            code = "goalfile.gone" if place in self._found.base else "goalfile.unknown_key"
            raise entry.refused(code, "key", found=entry.key)
        return None

    def _refuse_taken(self, entry: Entry, goal: Goal) -> None:
        """Adding again what was added by this row is nothing; anything else is a mistake."""
        if not entry.is_there and one_line(entry.text("title")) != goal.values.get("title"):
            raise entry.refused("key.taken", "key", found=entry.key)
        entry.is_there = True

    def _archive(self, entry: Entry, goal: Goal | None) -> None:
        if goal is None:
            raise entry.refused("goalfile.unknown_key", "key", found=entry.key)
        if goal.is_archived:
            self._plan.unchanged += 1
            return
        self._keep(Item(entry, Does.ARCHIVE, goal.key, goal.above, {}, goal.values, goal))

    def _add(self, entry: Entry) -> None:
        mine = self._values(entry, {}, None)
        above = "" if entry.thing is Thing.OBJECTIVE else self._above(entry)
        fields = {name: ("", text) for name, text in mine.items() if text}
        key = entry.key
        if entry.thing is Thing.MEASURE and not key and not above.startswith(ROW):
            key = measure_key(above, mine)
            if (Thing.MEASURE, key) in self._plan.now:
                raise entry.refused("key.taken", "kpi", found=key)
        self._keep(Item(entry, Does.ADD, key, above, fields, mine))

    def _change(self, entry: Entry, goal: Goal) -> None:
        base = self._found.base.get((entry.thing, entry.key))
        mine = self._values(entry, goal.values, base)
        fields = self._differing(entry, goal, mine, base)
        values = {**goal.values, **{name: after for name, (_, after) in fields.items()}}
        if entry.thing is not Thing.OBJECTIVE:
            self._stays_below(entry, goal)
        if goal.is_archived:
            restores = not self._is_own or entry.act is Act.ADD
            if fields and not restores:
                raise entry.refused("goalfile.archived", "key", found=entry.key)
            if restores:
                does = Does.RESTORE
                self._keep(Item(entry, does, goal.key, goal.above, fields, values, goal))
                return
        if not fields:
            self._plan.unchanged += 1
            return
        if "measured" in fields:
            raise entry.refused("goalfile.measured_stays", "measured", found=fields["measured"][1])
        if goal.hides and MOVE & set(fields):
            raise entry.refused("goalfile.hidden_kpi", "kpi")
        self._keep(Item(entry, Does.CHANGE, goal.key, goal.above, fields, values, goal))

    def _keep(self, item: Item) -> None:
        has_numbers = any(item.values.get(name) for name in MOVE)
        needs_kpi = (
            item.thing in (Thing.KEY_RESULT, Thing.MEASURE) and item.does is not Does.ARCHIVE
        )
        if needs_kpi and has_numbers and not item.values.get("kpi"):
            raise item.entry.refused("goalfile.no_kpi", "kpi")
        self._plan.items.append(item)

    def _differing(
        self, entry: Entry, goal: Goal, mine: dict[str, str], base: dict[str, str] | None
    ) -> dict[str, tuple[str, str]]:
        """The fields that change: of three versions where the file tells the first one."""
        theirs = {name: goal.values.get(name, "") for name in mine}
        if base is None:
            fields = {n: (theirs[n], text) for n, text in mine.items() if text != theirs[n]}
            if fields and self._clashing is not Clashing.MINE and self._is_stale(entry, goal):
                if self._clashing is Clashing.THEIRS:
                    return {}
                raise entry.refused(
                    "goalfile.stale", next(iter(fields)),
                    found=entry.text("version"), expected=goal.version,
                )  # fmt: skip
            return fields
        bound = _BOUND if "kpi" in mine else {}
        merged = merge({name: base.get(name, "") for name in mine}, mine, theirs, bound=bound)
        values = dict(merged.values)
        if self._clashing is Clashing.THEIRS:
            values |= {clash.field: clash.theirs for clash in merged.clashes}
        elif self._clashing is Clashing.STOP and merged.clashes:
            self._plan.errors += self._told(entry, merged.clashes[1:])
            raise next(self._told(entry, merged.clashes[:1]))
        return {n: (theirs[n], values[n]) for n in mine if values[n] != theirs[n]}

    def _is_stale(self, entry: Entry, goal: Goal) -> bool:
        version = entry.text("version")
        return entry.thing not in PARTS and version.isdecimal() and version != str(goal.version)

    def _told(self, entry: Entry, clashes: tuple[Clash, ...]) -> Iterator[OkapiError]:
        for clash in clashes:
            was, wrote, stands = (
                show(self._known, clash.field, text) or "—"
                for text in (clash.base, clash.mine, clash.theirs)
            )
            yield entry.refused(
                "goalfile.clash", clash.field, found=wrote[:80], now=stands[:80], was=was[:80]
            )

    def _values(
        self, entry: Entry, theirs: dict[str, str], base: dict[str, str] | None
    ) -> dict[str, str]:
        """What the row says, field by field; errors of several cells are all kept."""
        mine: dict[str, str] = {}
        wrong: list[OkapiError] = []
        for name in FIELDS[entry.thing]:
            if name not in entry.values and name not in entry.cells:
                continue
            try:
                text = self._value(entry, name, theirs, base, mine.get("kpi", ""))
            except OkapiError as error:
                wrong.append(entry.at(error, name))
                continue
            if text or (self._is_own and entry.act is not Act.ADD):
                mine[name] = text
        if entry.thing is Thing.OBJECTIVE and entry.parent_rows:
            parts = [*several(mine.get("parents", "")), *self._rows_above(entry)]
            mine["parents"] = ", ".join(sorted(set(parts)))
        if wrong:
            self._plan.errors += wrong[1:]
            raise wrong[0]
        return mine

    def _value(
        self,
        entry: Entry,
        name: str,
        theirs: dict[str, str],
        base: dict[str, str] | None,
        kpi: str,
    ) -> str:
        if name in entry.values:
            return entry.values[name]
        written = tidy(entry.text(name))
        # What stands there as it was written has not to be understood again.
        for values in (base or {}, theirs):
            value = values.get(name)
            if value is not None and written in (show(self._known, name, value), value):
                return value
        if name == "parents":
            return ", ".join(sorted(set(several(written))))
        if name in ("title", "title_other") and entry.thing is not Thing.LEVEL:
            return one_line(written)
        return read(self._known, entry, name, kpi=kpi)

    def _rows_above(self, entry: Entry) -> Iterator[str]:
        for row in entry.parent_rows:
            above = self._rows.get(row)
            if above is None:
                raise entry.refused("goalfile.no_row", "parent_rows", found=row)
            yield above.key if (above.thing, above.key) in self._plan.now else f"{ROW}{row}"

    def _above(self, entry: Entry) -> str:
        """What a new key result or part belongs to: exactly one thing."""
        rows = list(self._rows_above(entry))
        named = [] if "parents" not in entry.cells else several(entry.text("parents"))
        above = list(dict.fromkeys([*rows, *named, *several(entry.values.get("above", ""))]))
        if len(above) != 1:
            code = "goalfile.one_above" if above else "goalfile.no_above"
            raise entry.refused(code, "parents", found=", ".join(above)[:80])
        wanted = Thing.OBJECTIVE if entry.thing is Thing.KEY_RESULT else Thing.KEY_RESULT
        row = self._rows.get(above[0].removeprefix(ROW)) if above[0].startswith(ROW) else None
        if row is not None and row.thing is not wanted:
            raise entry.refused("goalfile.wrong_above", "parent_rows", found=row.thing.value)
        if row is None and (wanted, above[0]) not in self._plan.now:
            raise entry.refused("goalfile.unknown_above", "parents", found=above[0][:80])
        return above[0]

    def _stays_below(self, entry: Entry, goal: Goal) -> None:
        """A key result does not change its objective by a file."""
        if not self._is_own:
            return
        named = several(entry.text("parents"))
        if named and named != (goal.above,):
            raise entry.refused(
                "goalfile.moves_elsewhere", "parents", found=", ".join(named)[:80],
                expected=goal.above,
            )  # fmt: skip


def row_of(above: str) -> str:
    """The row that `above` names, empty where it is a key."""
    return above.removeprefix(ROW) if above.startswith(ROW) else ""
