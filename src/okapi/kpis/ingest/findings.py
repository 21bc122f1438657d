"""What is wrong with the rows of an intake: all of it, up to a limit, each at its place."""

from __future__ import annotations

from okapi.core.errors import OkapiError, Place, Refusals, Refused

MOST_TOLD = 1_000


class Findings:
    """Collects refusals; beyond `MOST_TOLD` they are only counted."""

    def __init__(self, file_name: str) -> None:
        self.file = file_name
        self._told: list[OkapiError] = []
        self.count = 0

    def add(self, refusal: OkapiError, line: int, field: str = "") -> None:
        """One more, at its line (or its number in the array, from 1)."""
        self.count += 1
        if len(self._told) < MOST_TOLD:
            self._told.append(refusal.at(Place(self.file, line, field)))

    @property
    def told(self) -> list[OkapiError]:
        """What was found, up to the limit, in the order of lines."""
        return sorted(self._told, key=lambda refusal: refusal.data.get("line") or 0)

    def raise_any(self) -> None:
        """`Refusals` of all that was found, in the order of lines, and how many more there are."""
        if not self.count:
            return
        told = self.told
        if self.count > len(told):
            told.append(Refused("intake.more_refusals", count=self.count - len(told)))
        raise Refusals(told)
