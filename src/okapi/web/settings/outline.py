"""A list of teams as people paste it: one a line, what lies below is moved in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.orgs.actions.teams import TeamDraft
from okapi.orgs.choices import TeamKind
from okapi.web import errors
from okapi.wording import say

_TAB = 4
_MARK = re.compile(r"(?:[-*+•·–—]|\d{1,3}[.)、])[ \t\u3000]+")
# "客服部 / Customer service" and "客服部 | Customer service": the name in the other language.
_OTHER = re.compile(r"[ \t\u3000]+[/|｜]+[ \t\u3000]+|\t+")


def read(text: str) -> list[TeamDraft]:
    """The teams of an indented list. `Refused` (`teams.nothing`) where there is none.

    What is indented further than the line above lies below it; a line that goes back belongs to
    the level that it reaches. Teams of the first level are departments.
    """
    drafts: list[TeamDraft] = []
    open_levels: list[tuple[int, int]] = []  # (indent, place of the draft)
    for line, indent, name, other in _lines(text):
        while open_levels and open_levels[-1][0] >= indent:
            open_levels.pop()
        under = open_levels[-1][1] if open_levels else None
        kind = TeamKind.DEPARTMENT if under is None else TeamKind.TEAM
        open_levels.append((indent, len(drafts)))
        drafts.append(TeamDraft(name, other, kind.value, under, line=line))
    if not drafts:
        raise Refused("teams.nothing", field="outline")
    return drafts


def _lines(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Number, indent, name, and name in the other language of every line that says something."""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.replace("\u3000", "  ").expandtabs(_TAB) if raw.strip() else ""
        if not line:
            continue
        indent = len(line) - len(line.lstrip())
        said = raw.strip()
        if mark := _MARK.match(said):
            said = said[mark.end() :]
        name, *rest = _OTHER.split(said, maxsplit=1)
        yield number, indent, name, rest[0] if rest else ""


def told(refused: OkapiError) -> dict[str, str]:
    """What is wrong with a pasted list, line by line, at the box that holds it."""
    if not isinstance(refused, Refusals):
        return errors.by_field(refused)
    lines = [
        say("teams.line", line=one.data.get("line", 0), why=" ".join(errors.lines_of(one)))
        for one in refused.errors
    ]
    return {"outline": " ".join(lines)}
