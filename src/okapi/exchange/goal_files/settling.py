"""Rows of other products brought to ours: cycles by days, parents by title or id, numbers kept.

What stands in a row and has no place here is told, or kept in words; nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refused
from okapi.core.progress import KeyResultKind
from okapi.exchange.goal_files.columns import Act, Thing
from okapi.exchange.goal_files.cycle_words import span_of
from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.known import Known
from okapi.exchange.goal_files.nesting import Named, flatten, leave_out
from okapi.exchange.goal_files.reading import FileRead, key_of
from okapi.exchange.goal_files.values import day_of, one_line, person, several, tidy
from okapi.exchange.tables.cells import folded
from okapi.goals import access
from okapi.orgs.queries import settings_of
from okapi.wording import say

_AT_ONCE = 500


NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Missing:
    """What holds for rows that do not say it, or say it in words that nobody here knows.

    `owner` is for rows whose owner is not here: an address, or `NOBODY`.
    """

    cycle: str = ""
    team: str = ""
    owner: str = ""


@dataclass(slots=True)
class Settled:
    """What was done to rows besides reading them: phrases, with how many, or their titles."""

    notes: Counter[str] = field(default_factory=Counter)
    named: Named = field(default_factory=dict)


def settle(actor: Actor, found: FileRead, known: Known, missing: Missing) -> Settled:
    """Give the rows their `values`, keys and parents; what cannot be read is in `found.errors`."""
    settler = _Settler(actor, found, known, missing)
    settler.all()
    return settler.settled


class _Settler:
    def __init__(self, actor: Actor, found: FileRead, known: Known, missing: Missing) -> None:
        self.settled = Settled()
        self._actor = actor
        self._found = found
        self._known = known
        self._missing = missing
        self._settings = settings_of(actor.organisation_id)
        self._there: frozenset[str] = frozenset()
        self._by_name: dict[str, list[Entry]] = {}
        for entry in found.entries:
            for name in {folded(entry.text("title")), folded(entry.text("key"))} - {""}:
                self._by_name.setdefault(name, []).append(entry)

    def all(self) -> None:
        """Each row by itself, then what joins them."""
        for entry in self._found.entries:
            is_objective = entry.thing is Thing.OBJECTIVE
            self._try(entry, self._objective if is_objective else self._key_result)
        self._there = self._known_above()
        for entry in self._found.entries:
            self._try(entry, self._parent)
        flatten(self._found.form, self._found.entries, self.settled.named)
        for entry in self._found.entries:
            self._try(entry, self._owner)

    def _try(self, entry: Entry, settle: Callable[[Entry], None]) -> None:
        if entry.is_broken:
            return
        try:
            settle(entry)
        except OkapiError as error:
            entry.is_broken = True
            self._found.errors.append(entry.at(error, error.field or ""))

    # Each by itself.

    def _objective(self, entry: Entry) -> None:
        values = entry.values
        values["title"] = one_line(entry.text("title"))
        values["cycle"] = self._cycle(entry)
        values["team"] = self._team(entry)
        if text := tidy(entry.text("text")):
            values["text"] = text

    def _cycle(self, entry: Entry) -> str:
        """By its name, by a period that it is called after, by its days; else what was said."""
        word = entry.text("cycle")
        for find in (self._cycle_named, self._cycle_of_period):
            if word and (key := find(word)):
                return key
        days = self._days(entry)
        if days and (key := self._known.cycle_of_days(*days)):
            return key
        if self._missing.cycle:
            self.settled.notes["goalfile.note.cycle"] += bool(word or days)
            return self._missing.cycle
        if word or days:
            told = word or " – ".join(day.isoformat() for day in days)
            column = "cycle" if word else "last"
            raise Refused("goalfile.no_cycle", field=column, found=told[:60])
        current = self._known.current_cycle(self._settings.today)
        if not current:
            raise Refused("goalfile.no_cycle", field="cycle", found="")
        return current

    def _cycle_named(self, word: str) -> str:
        try:
            return self._known.cycles.key_of(word)
        except Refused:
            return ""

    def _cycle_of_period(self, word: str) -> str:
        year, month = self._settings.today.year, self._settings.fiscal_month
        span = span_of(word, year=year, fiscal_month=month)
        return "" if span is None else self._known.cycle_of_days(*span)

    def _days(self, entry: Entry) -> tuple[date, date] | tuple[()]:
        found = {name: day_of(entry.cells[name]) for name in ("first", "last") if entry.text(name)}
        if not found:
            return ()
        last = found.get("last") or found["first"]
        return found.get("first", last), last

    def _team(self, entry: Entry) -> str:
        word = entry.text("team")
        if not word:
            return self._missing.team
        try:
            return self._known.teams.key_of(next(iter(several(word)), ""))
        except Refused as unknown:
            if not self._missing.team:
                raise Refused("goalfile.no_team", field="team", found=word[:60]) from unknown
            self.settled.notes["goalfile.note.team"] += 1
            return self._missing.team

    def _owner(self, entry: Entry) -> None:
        """The first one that is named; for one who is not here, whom was said, if anybody was."""
        text = entry.text("owner")
        if not text or entry.act is Act.LEAVE:
            return
        first, *others = [part.removeprefix("@") for part in several(text)] or [""]
        try:
            entry.values["owner"] = person(self._known.people, first if others else text)
            self.settled.notes["goalfile.note.owners"] += bool(others)
        except Refused as unknown:
            if unknown.code != "goalfile.no_person" or not self._missing.owner:
                raise _at_owner(unknown) from None
            given = self._missing.owner
            entry.values["owner"] = "" if given == NOBODY else given.lower()
            self.settled.notes["goalfile.note.owner"] += 1

    def _key_result(self, entry: Entry) -> None:
        values, form = entry.values, self._found.form
        values["title"] = one_line(entry.text("title"))
        texts = [tidy(entry.text("text"))]
        is_task = form.is_done_or_not(entry.text("thing"))
        kind = KeyResultKind.YES_NO if is_task else KeyResultKind.METRIC
        values["measured"] = kind.value
        kpi = "" if is_task else self._kpi(entry)
        if kpi:
            values["kpi"] = kpi
            values["start_reason"] = say("goalfile.start_from_file") if entry.text("start") else ""
        else:
            values |= {"kpi": "", "start": "", "target": "", "start_reason": ""}
            texts.append(self._numbers(entry))
        if text := "\n\n".join(text for text in texts if text):
            values["text"] = text

    def _kpi(self, entry: Entry) -> str:
        words = [word for column in ("kpi", "title") if (word := entry.text(column))]
        for word in words if entry.text("target") else ():
            try:
                return self._known.kpis.key_of(word)
            except Refused:
                continue
        return ""

    def _numbers(self, entry: Entry) -> str:
        """Numbers without a KPI of their name, kept in words."""
        start, target = entry.text("start"), entry.text("target")
        if not start and not target:
            return ""
        self.settled.notes["goalfile.note.numbers"] += 1
        unit = entry.text("unit")
        return say("goalfile.numbers", start=start or "—", target=target or "—", unit=unit).strip()

    # What joins them.

    def _known_above(self) -> frozenset[str]:
        """The keys of objectives that are there, among all words for what is above."""
        form = self._found.form
        keys = {key_of(form, word) for one in self._found.entries for word in _words(one)}
        there: set[str] = set()
        for some in _in_parts(sorted(keys)):
            rows = access.visible(self._actor).filter(key__in=some)
            there.update(rows.values_list("key", flat=True))
        return frozenset(there)

    def _parent(self, entry: Entry) -> None:
        words = _words(entry)
        if any(self._join(entry, word) for word in words):
            return
        is_task = self._found.form.is_done_or_not(entry.text("thing"))
        if is_task and not entry.parent_rows:
            leave_out(entry, self.settled.named)
        elif words and entry.thing is Thing.KEY_RESULT:
            raise Refused("goalfile.unknown_above", field="parent", found=words[1][:80])
        elif words:
            self.settled.notes["goalfile.note.parent"] += 1

    def _join(self, entry: Entry, word: str) -> bool:
        for above in self._by_name.get(folded(word), ()):
            if above is not entry:
                entry.parent_rows = (*entry.parent_rows, above.row)
                return True
        key = key_of(self._found.form, word)
        if key in self._there:
            entry.values["above" if entry.thing is Thing.KEY_RESULT else "parents"] = key
            return True
        return False


def _at_owner(error: Refused) -> Refused:
    """An owner who is not here has a way on: to say whose such rows are."""
    code = "goalfile.no_owner" if error.code == "goalfile.no_person" else error.code
    return Refused(code, **{**error.data, "field": "owner"})


def _words(entry: Entry) -> tuple[str, ...]:
    """What a row says of what is above it: the cell whole, then its parts; nothing for nothing."""
    words = several(entry.text("parent")) if "parent" in entry.cells else ()
    return (entry.text("parent"), *words) if words else ()


def _in_parts(texts: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(texts), _AT_ONCE):
        yield texts[start : start + _AT_ONCE]
