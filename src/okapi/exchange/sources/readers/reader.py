"""What every reader is given, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from okapi.core.errors import OkapiError
from okapi.exchange.sources.kinds import SourceKind


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may take: seconds, bytes, rows.

    A `sample` ends at the last row; otherwise too many rows are refused, since half of the values
    would look like all of them.
    """

    seconds: float
    size: int
    rows: int
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read.

    Attributes:
        place: by `kinds.PLACES`, not to be shown: an address is whole here; `secrets` open it.
        query: as it is sent to the database.
        folder: of the organisation's files; None where the installation has none.
        zone: in which moments become days.
        known: validators of what was read before; empty reads in any case.
    """

    kind: SourceKind
    name: str
    place: Mapping[str, str] = field(repr=False)
    query: str
    secrets: Mapping[str, str] = field(repr=False)
    folder: Path | None
    zone: tzinfo
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read into the file.

    `is_known`: nothing new since `known`, and nothing was written. `rows` of a query; None for a
    file. `is_cut`: a sample that had more. `powers`: what a database's user may do beside reading,
    in the database's own words; asked for samples.
    """

    validators: Mapping[str, str]
    rows: int | None = None
    is_known: bool = False
    is_cut: bool = False
    powers: Sequence[str] = ()


class Reader(Protocol):
    """Reads a source of one kind."""

    def read(self, wanted: Wanted, into: Path, limits: Limits) -> Brought:
        """Write what is there as a file of measurements: as it came, or as JSON Lines of rows.

        Refused: `source.…`, `outward.…`, `fetch.…`; `UnreachableError` for what a later try may
        find otherwise.
        """


def redacted(text: str, secrets: Mapping[str, str]) -> str:
    """The first line of another program's words, without any secret in it."""
    for secret in sorted(secrets.values(), key=len, reverse=True):
        if secret:
            text = text.replace(secret, "•••")
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    return line[:300]


def told(kind: type[OkapiError], code: str, error: Exception, wanted: Wanted) -> OkapiError:
    """What a database refused, in its own words but without secrets (and without its number)."""
    words = error.args[1] if len(error.args) == 2 else error
    field = "host" if code == "source.connect" else "query"
    return kind(code, field=field, why=redacted(str(words), wanted.secrets))
