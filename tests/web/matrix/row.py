"""One address and who may do what there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Administrator, strategist, data steward, lead of the team, owner in the team, member of another
# team, viewer; then the owner's namesake of the other organisation, and nobody.
INSIDE = ("ada", "stella", "sten", "lea", "mia", "tom", "vic")
PEOPLE = (*INSIDE, "stranger", "nobody")


def people(
    default: int, *, stranger: int = 404, nobody: int = 302, **others: int
) -> dict[str, int]:
    """The status for everybody: the same inside the organisation but for `others`."""
    return dict.fromkeys(INSIDE, default) | {"stranger": stranger, "nobody": nobody} | others


@dataclass(frozen=True, slots=True)
class Row:
    """What an address answers: by method a status for everybody, or the same for private things."""

    allowed: dict[str, dict[str, int]]
    args: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)  # the same address of a private thing
    private_readers: tuple[str, ...] = ("mia",)  # its owner; nobody else is named
    data: Any = None
    query: dict[str, str] = field(default_factory=dict)  # by method: another's would be refused


READ = people(200)
PUBLIC = people(200, stranger=200, nobody=200)
OWN = people(200, stranger=200, nobody=401)  # a token leads into its own organisation
