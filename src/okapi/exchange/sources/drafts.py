"""What a person says of a source, read field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from okapi.base import addresses, fetching, outward, sealing
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.exchange.models import Source
from okapi.exchange.sources import statements
from okapi.exchange.sources.kinds import PLACES, SourceKind, Tls
from okapi.exchange.sources.readers.registry import require_driver
from okapi.exchange.tables import ColumnMapping
from okapi.orgs.actions import fields

_LONGEST_SECRET = 4_000


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A source as it is typed. `secret` None: as it was; empty: none."""

    name: str
    kind: str
    place: Mapping[str, str]
    query: str = ""
    secret: str | None = None
    cron: str = ""
    mapping: ColumnMapping | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """The same, checked: ready to be kept or read from. `in_address` belongs into `place`."""

    kind: SourceKind
    place: Mapping[str, str]
    query: str
    sent: str
    secret: str | None = field(repr=False)
    in_address: Mapping[str, str] = field(repr=False)


def read(draft: SourceDraft, held: Source | None = None) -> Read:
    """Where and what it reads. `Refusals` with what is wrong at which field.

    A secret that was given for one place is never sent to another: it has to be given again.
    """
    wrong: list[OkapiError] = []
    kind = SourceKind(fields.choice(SourceKind, draft.kind, "kind"))
    require_driver(kind)
    place = {name: _kept(wrong, name, draft.place.get(name, ""), kind) for name in PLACES[kind]}
    in_address: Mapping[str, str] = {}
    if kind is SourceKind.WEB and not wrong:
        try:
            place["url"], in_address = addresses.hide(_retyped(place["url"], held))
        except Refused as refused:
            wrong.append(refused)
    query = sent = ""
    if kind.has_query:
        query = draft.query.strip()
        try:
            sent = statements.checked(query, kind)
        except Refused as refused:
            wrong.append(refused)
    if draft.secret is not None and not _is_fit(draft.secret, kind):
        wrong.append(Refused("source.secret_unfit", field="secret"))
    if draft.secret is None and held is not None and held.secret and _moved(held, kind, place):
        wrong.append(Refused("source.secret_again", field="secret"))
    if wrong:
        raise Refusals(wrong)
    return Read(kind, place, query, sent, draft.secret, in_address)


def _retyped(url: str, held: Source | None) -> str:
    """An address in which masked values are those that the source has."""
    if held is None or held.kind != SourceKind.WEB.value:
        return addresses.retyped(url, "", {})
    return addresses.retyped(url, held.place["url"], sealing.unseal(held.pk, held.in_address))


def _is_fit(secret: str, kind: SourceKind) -> bool:
    is_line = len(secret) <= _LONGEST_SECRET and secret.isprintable()
    return is_line and (kind is not SourceKind.WEB or secret.isascii())  # stands in a header


def _moved(held: Source, kind: SourceKind, place: Mapping[str, str]) -> bool:
    """Whether the secret would go elsewhere, or less protected."""
    before: Mapping[str, Any] = held.place
    if held.kind != kind.value:
        return True
    if kind is SourceKind.WEB:
        return fetching.origin(before["url"]) != fetching.origin(place["url"]) or (
            before.get("header") != place["header"]
        )
    return any(before.get(name) != place[name] for name in place)


def _kept(wrong: list[OkapiError], name: str, text: str, kind: SourceKind) -> str:
    try:
        kept: str = _READERS[name](text.strip(), kind)
    except Refused as refused:
        wrong.append(refused)
        return text
    return kept


def _url(text: str, _kind: SourceKind) -> str:
    return fetching.checked_url(text)


def _header(text: str, _kind: SourceKind) -> str:
    if text and not (len(text) <= 60 and text.replace("-", "").isalnum() and text.isascii()):
        raise Refused("source.header", field="header", found=text[:60])
    if text.lower() in ("host", "content-length", "transfer-encoding", "connection", "cookie"):
        raise Refused("source.header", field="header", found=text[:60])
    return text


def _host(text: str, _kind: SourceKind) -> str:
    return outward.checked_name(text)


def _port(text: str, _kind: SourceKind) -> str:
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 65_536):
        raise Refused("source.port", field="port", found=text[:20])
    return text


def _named(name: str) -> Any:
    def kept(text: str, _kind: SourceKind) -> str:
        if not text.isprintable():
            raise Refused("text.unprintable", field=name)
        return fields.title(text, name)

    return kept


def _file(text: str, kind: SourceKind) -> str:
    """A name below the folder; DuckDB needs none, where the query names its files."""
    if not text and kind is SourceKind.DUCKDB:
        return ""
    name = fields.title(text, "file", 300)
    if name.startswith(("/", "\\")) or ".." in name.split("/") or not name.isprintable():
        raise Refused("source.file_unknown", field="file", found=name[:80])
    return name


def _tls(text: str, _kind: SourceKind) -> str:
    return fields.choice(Tls, text or Tls.PLAIN.value, "tls")


_READERS: dict[str, Any] = {
    "url": _url,
    "header": _header,
    "host": _host,
    "port": _port,
    "database": _named("database"),
    "user": _named("user"),
    "tls": _tls,
    "file": _file,
}
