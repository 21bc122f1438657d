"""Fields of a form filled with what stands in them: texts, errors, what another person wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from okapi.base import changes
from okapi.base.changes import Written
from okapi.core.merging import Clash
from okapi.web.components import Choice, Contested, Field, Picker, RadioField
from okapi.web.components.base import Component
from okapi.web.editing.picks import Pick
from okapi.web.editing.saving import Outcome
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in a form; its methods make the fields, each with its error and its clash.

    `picks` are the choices made by search; `clashes` with `written` what others did meanwhile.
    `names` gives the names of values in clashes that only a look-up knows.
    """

    texts: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    picks: Mapping[str, Pick] = field(default_factory=dict)
    clashes: Mapping[str, Clash] = field(default_factory=dict)
    written: Mapping[str, Written] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def unclear(self) -> bool:
        """Whether something that was typed to be found means nothing, or several things."""
        return any(pick.error for pick in self.picks.values())

    def with_clashes(
        self,
        outcome: Outcome,
        kind: str,
        thing: UUID,
        *,
        told_as: Mapping[str, str] | None = None,
    ) -> Filling:
        """With what both wrote side by side, and who the other one was; one statement.

        `told_as` has the fields that change records call otherwise.
        """
        clashes = {clash.field: clash for clash in outcome.merged.clashes}
        names = {field: (told_as or {}).get(field, field) for field in clashes}
        found = changes.latest(kind, thing, {*names.values()})
        written = {field: found[name] for field, name in names.items() if name in found}
        texts = {**self.texts, **outcome.merged.values}
        return replace(self, texts=texts, clashes=clashes, written=written)

    def of(self, name: str) -> str:
        """The text of a field."""
        return self.texts.get(name, "")

    def text(self, name: str, label: str, **more: Any) -> Component:
        """An input or a larger box for words, numbers or days."""
        made = Field(name, label, value=self.of(name), error=self.errors.get(name, ""), **more)
        return self._with_theirs(name, made, {})

    def select(self, name: str, label: str, choices: Iterable[Choice], **more: Any) -> Component:
        """One of many."""
        offered = self._chosen(name, choices)
        error = self.errors.get(name, "")
        made = Field(name, label, kind="select", choices=offered, error=error, **more)
        return self._with_theirs(name, made, {one.value: one.text for one in offered})

    def radio(self, name: str, label: str, choices: Iterable[Choice], **more: Any) -> Component:
        """One of a few, each explained."""
        offered = self._chosen(name, choices)
        made = RadioField(name, label, offered, error=self.errors.get(name, ""), **more)
        return self._with_theirs(name, made, {one.value: one.text for one in offered})

    def pick(self, name: str, label: str, find: str, **more: Any) -> Component:
        """One that is found by a few letters."""
        pick = self.picks.get(name, Pick(self.of(name), self.names.get(self.of(name), "")))
        error = self.errors.get(name, "") or pick.error
        made = Picker(name, label, value=pick.value, text=pick.text, find=find, error=error, **more)
        return self._with_theirs(name, made, self.names)

    def check(self, name: str, label: str, **more: Any) -> Component:
        """A box to tick."""
        made = Field(
            name,
            label,
            kind="checkbox",
            checked=bool(self.of(name)),
            error=self.errors.get(name, ""),
            **more,
        )
        return self._with_theirs(name, made, {"": say("word.no"), "1": say("word.yes")})

    def contested(self, name: str, made: Component, words: Callable[[str], str]) -> Component:
        """Any other field, with what the other one wrote in words to be compared."""
        clash = self.clashes.get(name)
        if clash is None:
            return made
        known = {text: words(text) for text in (clash.mine, clash.theirs)}
        return self._with_theirs(name, made, known)

    def has(self, *names: str) -> bool:
        """Whether one of these fields wants attention: its section is then open."""
        return any(name in self.errors or name in self.clashes for name in names)

    def rest(self, known: Iterable[str]) -> str:
        """The errors that belong to none of these fields, for the top of the form."""
        shown = set(known)
        return " ".join(text for name, text in self.errors.items() if name not in shown)

    def _chosen(self, name: str, choices: Iterable[Choice]) -> tuple[Choice, ...]:
        now = self.of(name)
        return tuple(replace(one, chosen=one.value == now) for one in choices)

    def _with_theirs(self, name: str, made: Component, words: Mapping[str, str]) -> Component:
        clash = self.clashes.get(name)
        if clash is None:
            return made
        wrote = self.written.get(name)
        return Contested(
            made,
            name,
            mine=words.get(clash.mine, clash.mine),
            theirs=words.get(clash.theirs, clash.theirs),
            by="" if wrote is None else wrote.name,
            at=None if wrote is None else wrote.at,
        )


def choices_of(pairs: Iterable[tuple[str, str]], *, none: str | None = None) -> Sequence[Choice]:
    """Choices from (value, words); `none` are the words for choosing nothing, which come first."""
    first = () if none is None else (Choice("", none),)
    return (*first, *(Choice(value, text) for value, text in pairs))
