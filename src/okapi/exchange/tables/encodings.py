"""Which encoding a text file is in. Found by proof where there is one, told in any case.

UTF-8 proves itself: no other text is valid UTF-8 by chance. Of what is left, a Chinese file is
GB18030 (of which GBK and GB2312 are parts) and a western one is Windows-1252; the second byte of
a character tells them apart. General detectors guess among a hundred encodings, and guess
Korean for a GBK file of one line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okapi.core.errors import Refused

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAIRS = re.compile(rb"[\x81-\xfe][\x30-\xfe]")
_LEAST_COMMON = 0.85  # share of pairs that are in GB2312, whose characters are those in use


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding as Python calls it, and how it was found: `mark`, `proof`, `guess` or `given`."""

    name: str
    found_by: str


def encoding_of(path: Path, name: str, given: str = "") -> Encoding:
    """The encoding of a text file; the file is read once, in parts.

    Refused: `tables.file.binary`, `tables.file.encoding`.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    if given:
        return Encoding(_python_name(given, name), "given")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Encoding(encoding, "mark")
    if b"\0" in head:
        return Encoding(_utf_16_without_mark(head, name), "guess")
    if _is_all(path, "utf-8"):
        return Encoding("utf-8", "proof")
    sample = _first_foreign(path)
    if _looks_chinese(sample) and _is_all(path, "gb18030"):
        return Encoding("gb18030", "guess")
    if _is_all(path, "cp1252"):
        return Encoding("cp1252", "guess")
    raise Refused("tables.file.encoding", file=name)


def _python_name(given: str, name: str) -> str:
    try:
        found = codecs.lookup(given).name
    except LookupError:
        raise Refused("tables.file.encoding_unknown", file=name, found=given[:40]) from None
    return "gb18030" if found in ("gbk", "gb2312") else found


def _utf_16_without_mark(head: bytes, name: str) -> str:
    """Text of Latin letters in UTF-16 has a NUL in every second place; other files are no text."""
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = len(head[:2000]) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    raise Refused("tables.file.binary", file=name)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _is_all(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_foreign(path: Path) -> bytes:
    """Some bytes from the first that is not ASCII on."""
    rest = b""
    for chunk in _chunks(path):
        if not rest and chunk.isascii():
            continue
        if not rest:
            at = next(at for at, byte in enumerate(chunk) if byte > 0x7F)
            rest = chunk[at:]
        else:
            rest += chunk
        if len(rest) >= _SAMPLE:
            break
    return rest[:_SAMPLE]


def _looks_chinese(sample: bytes) -> bool:
    pairs = _PAIRS.findall(sample)
    common = sum(pair[0] <= 0xF7 and pair[1] >= 0xA1 for pair in pairs)
    return bool(pairs) and common >= _LEAST_COMMON * len(pairs)
