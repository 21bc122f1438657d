"""Bytes of a file as text: UTF-8 of a stated size, or a refusal that names file, line and byte."""

from __future__ import annotations

from pathlib import Path

from okapi.core.errors import Refused, TooLarge

MEGABYTE = 1024 * 1024
LARGEST_YAML = 32 * MEGABYTE
LARGEST_TABLE = 128 * MEGABYTE
LARGEST_MEASUREMENTS = 512 * MEGABYTE
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def check_size(path: Path, name: str, largest: int) -> None:
    """Refuse a file that is larger than `largest` bytes, before any of it is read."""
    size = path.stat().st_size
    if size > largest:
        raise TooLarge(
            "files.too_large", file=name, found=-(-size // MEGABYTE), expected=largest // MEGABYTE
        )


def text_of(path: Path, name: str, largest: int) -> str:
    """The text of a file, without a byte order mark; `name` is how errors call it."""
    check_size(path, name, largest)
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(data, error.start, name) from None


def not_utf8(data: bytes, byte: int, name: str, *, line: int | None = None) -> Refused:
    """Where a file stops being UTF-8; a file that begins as UTF-16 is called so."""
    where = data.count(b"\n", 0, byte) + 1 if line is None else line
    found = _MARKS.get(data[:2], f"0x{data[byte : byte + 4].hex()}")
    place = {"file": name, "line": where, "byte": byte}
    return Refused("files.not_utf8", **place, found=found, expected="UTF-8")
