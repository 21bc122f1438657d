"""Files that people have brought to a page, until they are taken in or left for a day.

Each lies in a folder of its own in the home, under its organisation and person: nobody else finds
it. Reading it again is cheap, so nothing of it is kept but what its person said of its columns.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from okapi.base import changes, clock, idempotency
from okapi.base.actor import Actor
from okapi.base.fields import new_id
from okapi.base.telling import Tell, nobody
from okapi.core.errors import NotFound, OkapiError, Refused, TooLarge
from okapi.exchange import measurement_files
from okapi.exchange.models import SavedMapping
from okapi.exchange.tables import ColumnMapping, Preview, Proposed, spot_of
from okapi.exchange.tables.cells import folded
from okapi.kpis.ingest import IntakeResult
from okapi.orgs import access

KEPT = timedelta(days=1)
LONGEST_NAME = 200
LONGEST_CORRECTION = 500
MOST_CORRECTIONS = 200
MOST_NAMES = 60
"""Who has more to put right does it in the file."""
_FILE, _TOLD = "file", "told.json"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits: its name as it came, and what was said of its columns.

    `options` is what was said of a file of goals; `corrections` what is to stand in cells of one of
    measurements, by their places.
    """

    uid: UUID
    folder: Path
    name: str
    source: str = ""
    mapping: ColumnMapping | None = None
    options: dict[str, str] = field(default_factory=dict)
    corrections: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it lies; the ending tells a kind of JSON from another."""
        return next(self.folder.glob(f"{_FILE}*"))

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size


def keep(actor: Actor, chunks: Iterable[bytes], *, name: str, source: str = "") -> Upload:
    """Keep a file for its person.

    `Forbidden` for who may only read; `TooLarge` (`upload.too_large`), `Refused` (`upload.empty`).
    """
    access.require_member(actor)
    uid = new_id()
    folder = _home_of(actor) / str(uid)
    folder.mkdir(parents=True, mode=0o700)
    plain = Path(name.replace("\\", "/")).name[-LONGEST_NAME:] or _FILE
    ending = Path(plain).suffix.lower()
    path = folder / (_FILE + (ending if ending[1:].isalnum() and len(ending) < 8 else ""))
    try:
        _write(path, chunks)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    upload = Upload(uid, folder, plain, source.strip()[:300])
    _tell(upload)
    return upload


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    size, most = 0, settings.FILE_LIMIT
    with path.open("xb") as target:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise TooLarge("upload.too_large", field="file", most=most // 1024**2)
            target.write(chunk)
    if not size:
        raise Refused("upload.empty", field="file")


def find(actor: Actor, uid: UUID) -> Upload:
    """A file of this person's; `NotFound` where it is another's, taken in, or a day old."""
    folder = _home_of(actor) / str(uid)
    try:
        told = json.loads((folder / _TOLD).read_text("utf-8"))
    except (OSError, ValueError) as gone:
        raise NotFound("access.not_found", kind="upload", ref=str(uid)) from gone
    kept = told.get("mapping")
    mapping = None if kept is None else ColumnMapping.of_json(kept)
    options, corrections = (
        {str(name): str(text) for name, text in told.get(part, {}).items()}
        for part in ("options", "corrections")
    )
    return Upload(uid, folder, told["name"], told["source"], mapping, options, corrections)


def look(
    actor: Actor, upload: Upload, *, first: int = 50, most: int | None = None
) -> tuple[Upload, Preview]:
    """How the file, or `most` rows of it, would be read.

    By what was said of it, or of another with these headers.
    """
    if upload.mapping is None:
        signatures = _signatures(actor, upload)
        rows = {row.signature: row for row in SavedMapping.objects.filter(signature__in=signatures)}
        row = next((rows[one] for one in signatures if one in rows), None)
        if row is not None:
            upload = say(upload, ColumnMapping.of_json(row.mapping))
    found = measurement_files.look(
        actor, upload.path, name=upload.name, mapping=upload.mapping,
        corrections=upload.corrections, first=first, most=most,
    )  # fmt: skip
    return upload, found


def proposals(actor: Actor, upload: Upload) -> tuple[Proposed, ...]:
    """The KPIs that the file could make."""
    return measurement_files.proposals(
        actor, upload.path, name=upload.name, mapping=upload.mapping,
        corrections=upload.corrections,
    )  # fmt: skip


def strange_names(actor: Actor, upload: Upload) -> tuple[tuple[str, OkapiError], ...]:
    """The names in the file that no KPI here has, or one without values of its own, and why.

    As refusals tell them; at most `MOST_NAMES`.
    """
    found = measurement_files.strange_names(
        actor, upload.path, name=upload.name, mapping=upload.mapping,
        corrections=upload.corrections,
    )  # fmt: skip
    return tuple(islice(found, MOST_NAMES))


def call(upload: Upload, names: Mapping[str, str]) -> Upload:
    """Read these names of the file as these KPIs (by key), or leave their rows out."""
    mapping = upload.mapping or ColumnMapping()
    return say(upload, replace(mapping, names=tuple({**dict(mapping.names), **names}.items())))


def say(upload: Upload, mapping: ColumnMapping | None) -> Upload:
    """Read the file by this mapping from now on; None: as it is found."""
    told = replace(upload, mapping=mapping)
    _tell(told)
    return told


def correct(upload: Upload, corrections: Mapping[str, str]) -> Upload:
    """Let these texts stand in these cells, besides those corrected before; the file stays.

    Refused: `tables.place.unreadable`, `upload.many_corrections`.
    """
    kept = dict(upload.corrections)
    for place, text in corrections.items():
        kept[str(spot_of(place))] = text[:LONGEST_CORRECTION]
    if len(kept) > MOST_CORRECTIONS:
        raise Refused("upload.many_corrections", field="place", most=MOST_CORRECTIONS)
    told = replace(upload, corrections=kept)
    _tell(told)
    return told


def as_it_came(upload: Upload) -> Upload:
    """Take all corrections back."""
    told = replace(upload, corrections={})
    _tell(told)
    return told


def choose(upload: Upload, options: dict[str, str]) -> Upload:
    """Read a file of goals by these options from now on."""
    told = replace(upload, options=options)
    _tell(told)
    return told


def take(actor: Actor, upload: Upload, *, tell: Tell = nobody, once: bool = False) -> IntakeResult:
    """Take the file in, all of it or nothing; what was said of its columns is kept for the next.

    `once`: by one who may be killed and begin anew; only the measurements are removed then, and
    what was taken in already is answered again. `Refusals` with every bad cell.
    """
    known = idempotency.Request(upload.uid, "take", "") if once else None
    signatures = () if upload.mapping is None else _signatures(actor, upload)
    result = measurement_files.take(
        actor, upload.path, name=upload.name, mapping=upload.mapping,
        corrections=upload.corrections, source=upload.source, request=known, tell=tell,
    )  # fmt: skip
    if signatures and upload.mapping is not None:
        exact, loose = signatures
        _remember(actor, upload, exact, upload.mapping)
        if upload.mapping.names:
            _remember(actor, upload, loose, ColumnMapping(names=upload.mapping.names))
    if once:
        upload.path.unlink()
    else:
        forget(upload)
    return result


@transaction.atomic
def _remember(actor: Actor, upload: Upload, signature: str, said: ColumnMapping) -> None:
    mapping = said.as_json()
    saved, is_new = SavedMapping.objects.update_or_create(
        organisation_id=actor.organisation_id,
        signature=signature,
        defaults={
            "mapping": mapping,
            "person_id": actor.person_id,
            "file_name": upload.name[:300],
        },
    )
    verb = "add" if is_new else "edit"
    changes.record(actor, verb, "saved_mapping", saved.pk, after={"mapping": mapping})


def _signatures(actor: Actor, upload: Upload) -> tuple[str, ...]:
    """Digests of the headers as they are found: of all, and without periods; none without headers.

    The next file of a wide kind has a month more: of what was said, names still hold for it, and
    columns by their letters do not.
    """
    try:
        layouts = measurement_files.layouts(actor, upload.path, name=upload.name)
    except Refused:
        return ()
    every = [[folded(column.header) for column in one.columns] for one in layouts]
    lasting = [
        ["names", *(folded(c.header) for c in one.columns if c.period == "" and c.header)]
        for one in layouts
    ]
    return _digest(every), _digest(lasting)


def _digest(headers: list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(headers, ensure_ascii=False).encode()).hexdigest()


def forget(upload: Upload) -> None:
    """Remove the file."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def forget_old() -> int:
    """Remove what was left for a day; how many files that were. A daily job."""
    oldest = (clock.now() - KEPT).timestamp()
    old = [told.parent for told in _home().glob(f"*/*/*/{_TOLD}") if told.stat().st_mtime < oldest]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def folders() -> Iterator[Path]:
    """Those of all files that wait, in any organisation."""
    for told in _home().glob(f"*/*/*/{_TOLD}"):
        yield told.parent


def _tell(upload: Upload) -> None:
    mapping = None if upload.mapping is None else upload.mapping.as_json()
    told: dict[str, Any] = {"name": upload.name, "source": upload.source, "mapping": mapping}
    told |= {"options": upload.options, "corrections": upload.corrections}
    (upload.folder / _TOLD).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def _home() -> Path:
    return Path(settings.HOME) / "uploads"


def _home_of(actor: Actor) -> Path:
    return _home() / str(actor.organisation_id) / str(actor.person_id)
