"""Reading a source into a file of its own, and looking at what came before anything is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from okapi.base import addresses, sealing
from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.exchange import measurement_files
from okapi.exchange.models import Source
from okapi.exchange.sources import access, drafts
from okapi.exchange.sources.drafts import SourceDraft
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.readers import Brought, Limits, Wanted, files, reader_of
from okapi.exchange.sources.statements import checked
from okapi.exchange.tables import ColumnMapping, Preview
from okapi.orgs import queries as orgs_queries

TRIAL_SECONDS = 20.0
TRIAL_ROWS = 2_000
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source would bring: `preview` is None where there was no row.

    `powers`: what the database's user may do beside reading, in the database's words.
    """

    preview: Preview | None
    rows: int | None
    is_cut: bool
    powers: Sequence[str] = ()


def limits() -> Limits:
    """What the installation lets one run take."""
    told = settings.SOURCE_LIMITS
    return Limits(float(told["seconds"]), told["size"], told["rows"])


def wanted_of(source: Source, known: Mapping[str, str]) -> Wanted:
    """What a kept source reads: `Refused` (`secret.unreadable`) without the key that sealed it."""
    kind = SourceKind(source.kind)
    query = checked(source.query, kind) if kind.has_query else ""
    secrets = {
        name: text
        for sealed in (source.secret, source.in_address)
        for name, text in sealing.unseal(source.pk, sealed).items()
    }
    return _wanted(source, kind, source.place, query, secrets, known)


def _wanted(
    source: Source,
    kind: SourceKind,
    place: Mapping[str, str],
    query: str,
    secrets: Mapping[str, str],
    known: Mapping[str, str],
) -> Wanted:
    organisation = orgs_queries.settings_of(source.organisation_id)
    if kind is SourceKind.WEB:
        place = {**place, "url": addresses.put_back(place["url"], secrets)}
    return Wanted(
        kind,
        source.name,
        place,
        query,
        secrets,
        files.folder_of(organisation.slug),
        ZoneInfo(organisation.time_zone),
        known,
    )


@contextmanager
def brought(wanted: Wanted, most: Limits) -> Iterator[tuple[Path, Brought]]:
    """Read it into a file that lives as long as the block."""
    home = Path(settings.HOME) / "sources"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        path = Path(folder) / f"source{_ending(wanted)}"
        found = reader_of(wanted.kind).read(wanted, path, most)
        yield path, found


def _ending(wanted: Wanted) -> str:
    """What a file is called matters to JSON only: an array is told by it."""
    if wanted.kind.has_query:
        return ".jsonl"
    name = urlsplit(wanted.place["url"]).path.casefold()
    return ".json" if name.endswith((".json", ".jsonl", ".ndjson")) else ""


def try_out(actor: Actor, draft: SourceDraft, ref: UUID | None = None) -> Trial:
    """How a source would be read, with the actor's own rights; nothing is kept.

    A secret that is not typed again is that of the source `ref`, for the same place only.
    `Refusals`, `Refused`, `UnreachableError`.
    """
    access.require(actor)
    held = None if ref is None else access.get(actor, ref)
    read = drafts.read(draft, held)
    secret = read.secret
    if secret is None and held is not None:
        secret = sealing.unseal(held.pk, held.secret).get("secret", "")
    shown = Source(organisation_id=actor.organisation_id, name=draft.name.strip() or "–")
    secrets = {**read.in_address, **({"secret": secret} if secret else {})}
    wanted = _wanted(shown, read.kind, read.place, read.sent, secrets, {})
    own = limits()
    most = Limits(min(own.seconds, TRIAL_SECONDS), own.size, min(own.rows, TRIAL_ROWS), True)
    with brought(wanted, most) as (path, found):
        if found.rows == 0:
            return Trial(None, 0, is_cut=False, powers=found.powers)
        preview = look(actor, path, wanted.name, draft.mapping)
        return Trial(preview, found.rows, found.is_cut, found.powers)


def look(actor: Actor, path: Path, name: str, mapping: ColumnMapping | None) -> Preview:
    """How the file would be read."""
    if not path.stat().st_size:
        raise Refused("tables.file.empty", file=name)
    return measurement_files.look(actor, path, name=name, mapping=mapping, first=_SHOWN)
