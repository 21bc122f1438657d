"""YAML as nodes that know their line. Only what data needs: no aliases, no tags, no deep nesting.

Read from the parser's events and not by composing: a composer calls itself for each level (100,000
brackets end the process), and expands what aliases repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from okapi.core.errors import OkapiError, Refused

DEEPEST = 16
# In memory 300 to 390 MB, whatever their shape; 32 MB of goals or KPIs hold fewer.
MOST = 2_000_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `is_null` for nothing, `~` or `null` written plainly."""

    line: int
    text: str
    is_null: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    line: int
    items: list[Node]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Nodes by name, in the order of the file."""

    line: int
    items: dict[str, tuple[int, Node]]


Node: TypeAlias = Scalar | Sequence | Mapping


def read(text: str, file: str) -> tuple[Node | None, list[OkapiError]]:
    """The document of a file, or None for an empty one, and everything that is wrong with it.

    Malformed YAML is one error at its line; names that stand twice are each told with both lines.
    """
    errors: list[OkapiError] = []
    try:
        events = yaml.parse(text, Loader=_Loader)
        node = _Reader(file, events, errors).document()
    except yaml.MarkedYAMLError as error:
        return None, [*errors, _malformed(error, file)]
    except yaml.YAMLError as error:  # a character that no YAML may hold: no mark, but its place
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        found = str(error).splitlines()[0][:120]
        return None, [*errors, Refused("yaml.malformed", file=file, line=line, found=found)]
    except Refused as error:
        return None, [*errors, error]
    return node, errors


def _malformed(error: yaml.MarkedYAMLError, file: str) -> Refused:
    mark = error.problem_mark or error.context_mark
    if "end of stream" in (error.problem or ""):  # what was never closed is of more help
        mark = error.context_mark or mark
    line = 1 if mark is None else mark.line + 1
    found = error.problem or error.context or ""
    return Refused("yaml.malformed", file=file, line=line, found=found)


class _Reader:
    def __init__(self, file: str, events: Iterator[Any], errors: list[OkapiError]) -> None:
        self.file = file
        self.events = events
        self.errors = errors
        self.depth = 0
        self.count = 0

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise self._refused("yaml.documents", event)
                node = self._node(next(self.events))
        return node

    def _node(self, event: Any) -> Node:
        line = event.start_mark.line + 1
        self.count += 1
        if self.count > MOST:
            raise self._refused("yaml.too_many", event, expected=MOST)
        if isinstance(event, yaml.AliasEvent):
            raise self._refused("yaml.alias", event, found=f"*{event.anchor}")
        if event.anchor is not None:
            raise self._refused("yaml.alias", event, found=f"&{event.anchor}")
        if event.tag is not None:
            raise self._refused("yaml.tag", event, found=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            # libyaml and PyYAML say "plain" in different ways: no style, or an empty one.
            plain = event.style in (None, "")
            return Scalar(line, event.value, plain and event.value in _NULLS)
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._refused("yaml.too_deep", event, expected=DEEPEST)
        node = (
            Sequence(line, self._items())
            if isinstance(event, yaml.SequenceStartEvent)
            else Mapping(line, self._pairs())
        )
        self.depth -= 1
        return node

    def _items(self) -> list[Node]:
        found = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self._node(event))
        return found

    def _pairs(self) -> dict[str, tuple[int, Node]]:
        found: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self._node(event)
            value = self._node(next(self.events))
            if not isinstance(name, Scalar):
                raise Refused("yaml.name", file=self.file, line=name.line)
            if name.text in found:
                self.errors.append(
                    Refused(
                        "yaml.twice",
                        file=self.file,
                        line=name.line,
                        field=name.text,
                        other=found[name.text][0],
                    )
                )
            else:
                found[name.text] = (name.line, value)
        return found

    def _refused(self, code: str, event: Any, **data: Any) -> Refused:
        return Refused(code, file=self.file, line=event.start_mark.line + 1, **data)
