"""A file at an address: CSV, a workbook, JSON."""

from __future__ import annotations

import hashlib
from pathlib import Path

from okapi.base import fetching
from okapi.base.outward import UnreachableError
from okapi.core.errors import Refused
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted

_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
AUTHORIZATION = "Authorization"


class WebReader:
    """Asks for the file, unless it is the one that was read before."""

    def read(self, wanted: Wanted, into: Path, limits: Limits) -> Brought:
        """The file as it came."""
        secret = wanted.secrets.get("secret", "")
        asked = fetching.Asked(
            wanted.place["url"],
            headers={"Accept": "*/*", **_conditions(wanted)},
            secret={wanted.place.get("header") or AUTHORIZATION: secret} if secret else {},
        )
        with into.open("wb") as stream:
            answer = fetching.fetch(asked, fetching.Limits(limits.seconds, limits.size), stream)
        if answer.status == 304 and wanted.known:
            return Brought(wanted.known, is_known=True)
        if answer.status in _LATER:
            wait = fetching.wait_of(answer)
            told = {"status": answer.status, "wait": wait}
            raise UnreachableError("source.status", field="url", **told)
        if answer.status != 200:
            raise Refused("source.status", field="url", status=answer.status)
        with into.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        validators = {
            "sha256": digest,
            "etag": answer.headers.get("etag", "")[:500],
            "last_modified": answer.headers.get("last-modified", "")[:100],
        }
        return Brought(validators, is_known=wanted.known.get("sha256") == digest)


def _conditions(wanted: Wanted) -> dict[str, str]:
    offered = (("If-None-Match", "etag"), ("If-Modified-Since", "last_modified"))
    return {header: wanted.known[name] for header, name in offered if wanted.known.get(name)}


READER: Reader = WebReader()
