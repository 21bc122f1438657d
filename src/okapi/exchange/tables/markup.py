"""XML out of an archive, piece by piece and within limits.

A document type is refused before anything in it is expanded, so entities cannot multiply; what an
archive says to be too large, or too large for its packed size, is refused before it is unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat  # guarded below: no document type, no entities
from zipfile import BadZipFile, ZipFile

from okapi.core.errors import Refused, TooLarge

_MOST_DIGITS = 9
_CHUNK = 1 << 16
_MOST_ENTRIES = 20_000
_LARGEST = 2 << 30  # bytes unpacked, of all entries together
_SMALL = 10 << 20  # an entry below this does no harm, however well it is packed
_MOST_RATIO = 200  # unpacked ÷ packed; a sheet of one repeated value reaches some 100

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def check_archive(archive: ZipFile, name: str) -> None:
    """Refuse what unpacks to more than a workbook can be. `tables.xlsx.bomb`."""
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _LARGEST:
        raise TooLarge("tables.xlsx.bomb", file=name)
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * entry.compress_size:
            raise TooLarge("tables.xlsx.bomb", file=name)
        if entry.flag_bits & 0x1:
            raise Refused("tables.xlsx.encrypted", file=name)


class Markup:
    """One XML document of an archive."""

    def __init__(self, archive: ZipFile, part: str, name: str) -> None:
        self._archive = archive
        self._part = part
        self._name = name

    def parse(
        self, start: Start, end: End | None = None, text: Text | None = None
    ) -> Iterator[None]:
        """Feed the handlers; yields after every piece, so that what they gathered can be taken.

        Names come without their namespaces. Refused: `tables.xlsx.unreadable`,
        `tables.xlsx.doctype`.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = _local(start)
        if end is not None:
            parser.EndElementHandler = _local_end(end)
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            with self._archive.open(self._part) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)
                    yield
                parser.Parse(b"", True)
                yield
        except (expat.ExpatError, BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise Refused(
                "tables.xlsx.unreadable", file=self._name, found=f"{self._part}: {error}"[:120]
            ) from None

    def read(self, start: Start, end: End | None = None, text: Text | None = None) -> None:
        """Feed the handlers with the whole document."""
        for _ in self.parse(start, end, text):
            pass

    def _refuse_doctype(self, *_: object) -> None:
        raise Refused("tables.xlsx.doctype", file=self._name)


def whole(text: str) -> int | None:
    """A count or place in an attribute; None for anything else, also for `²`, a digit to Python."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


class _Locals(dict[str, str]):
    """Names without their namespaces, each cut once."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(" ")[2]
        if len(self) < 1000:
            self[name] = local
        return local


_locals = _Locals()


def _local(start: Start) -> Start:
    return lambda name, attributes: start(_locals[name], attributes)


def _local_end(end: End) -> End:
    return lambda name: end(_locals[name])
