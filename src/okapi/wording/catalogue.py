"""All phrases, read once from `phrases/*.toml`.

A file holds one table per code::

    ["goals.count"]
    en = "{n} objectives"
    en_one = "{n} objective"
    zh = "{n} 个目标"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "phrases"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing to say, in both languages; `en_one` is said when `n` is 1."""

    code: str
    en: str
    zh: str
    en_one: str | None
    file: str

    def in_language(self, language: str, *, one: bool = False) -> str:
        """The sentence with its placeholders."""
        if language == "zh":
            return self.zh
        return self.en_one if one and self.en_one is not None else self.en


@cache
def phrases() -> dict[str, Phrase]:
    """Every phrase by its code.

    Raises:
        ValueError: a code stands twice, lacks a language, or has a key that means nothing.
    """
    found: dict[str, Phrase] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{file.name}: {code} stands in {found[code].file} already")
            found[code] = _read(code, entry, file.name)
    return found


def phrase(code: str) -> Phrase:
    """The phrase of a code; `KeyError` where there is none."""
    return phrases()[code]


def has(code: str) -> bool:
    """Whether there is a phrase of this code."""
    return code in phrases()


def codes() -> list[str]:
    """All codes, sorted."""
    return sorted(phrases())


def _read(code: str, entry: object, file: str) -> Phrase:
    if not isinstance(entry, dict) or not {"en", "zh"} <= entry.keys() <= {"en", "zh", "en_one"}:
        raise ValueError(f"{file}: {code} needs en and zh, may have en_one, and nothing else")
    if not all(isinstance(text, str) and text.strip() for text in entry.values()):
        raise ValueError(f"{file}: {code} has a sentence that is empty or no text")
    return Phrase(code, entry["en"], entry["zh"], entry.get("en_one"), file)
