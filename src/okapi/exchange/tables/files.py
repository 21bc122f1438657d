"""Opening a file of a table, whatever kind it is: told by its content, not by its name."""

from __future__ import annotations

import re
from pathlib import Path

from okapi.core.errors import Refused
from okapi.exchange.tables.delimited import open_delimited
from okapi.exchange.tables.json_lines import open_json
from okapi.exchange.tables.old_xml import NAMESPACE, open_xml
from okapi.exchange.tables.pages import open_page
from okapi.exchange.tables.sources import Source
from okapi.exchange.tables.workbooks import open_workbook

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST_SECTOR = 12  # as a power of two
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"PAR1",
)
_OBJECTS = re.compile(rb"\[\s*\{")  # an array as APIs answer it, at addresses without an ending
_PAGES = (
    b"<!--",
    b"<!doctype",
    b"<?xml",
    b"<body",
    b"<center",
    b"<div",
    b"<head",
    b"<html",
    b"<meta",
    b"<style",
    b"<table",
)


def open_table(
    path: Path | str, *, name: str = "", encoding: str = "", delimiter: str = ""
) -> Source:
    """A file as sheets of rows.

    Refused: `tables.file.empty`, `tables.file.old_excel`, `tables.file.password`,
    `tables.file.web_page` (one without a table), `tables.file.other` (a PDF, a picture), and what
    the kinds refuse.
    """
    file = Path(path)
    name = name or file.name
    with file.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip():
        raise Refused("tables.file.empty", file=name)
    if head.startswith(_ZIP):
        return open_workbook(file, name)
    if head.startswith(_OLD_OFFICE):
        code = "password" if _is_encrypted(file) else "old_excel"
        raise Refused(f"tables.file.{code}", file=name)
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<?xml") and NAMESPACE.encode() in head:
        return open_xml(file, name)
    if begin[:16].lower().startswith(_PAGES):
        return open_page(file, name, encoding=encoding)
    if head.startswith(_OTHERS):
        raise Refused("tables.file.other", file=name)
    if begin.startswith(b"{"):
        return open_json(file, name, is_array=False, encoding=encoding)
    is_named = file.suffix.casefold() in (".json", ".jsonl", ".ndjson")
    if _OBJECTS.match(begin) or (is_named and begin.startswith(b"[")):
        return open_json(file, name, is_array=True, encoding=encoding)
    return open_delimited(file, name, encoding=encoding, delimiter=delimiter)


def _is_encrypted(file: Path) -> bool:
    """Whether an old container holds a new workbook with a password: so its directory says."""
    with file.open("rb") as stream:
        head = stream.read(512)
        shift, sector = int.from_bytes(head[30:32], "little"), int.from_bytes(head[48:52], "little")
        if shift > _LARGEST_SECTOR or len(head) < 512:
            return False
        stream.seek((sector + 1) << shift)
        return _ENCRYPTED in stream.read(1 << 14)
