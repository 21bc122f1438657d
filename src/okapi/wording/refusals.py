"""What was refused, in lines that a person can act on."""

from __future__ import annotations

from typing import Any

from okapi.core.errors import OkapiError, Refusals
from okapi.wording import catalogue
from okapi.wording.sentences import say


def refusal_lines(error: OkapiError, *, language: str | None = None) -> list[str]:
    """One line for each thing refused; where it came from a file, its place stands before it."""
    if isinstance(error, Refusals):
        return [line for inner in error.errors for line in refusal_lines(inner, language=language)]
    place = _place(error.data, language)
    return [f"{place}{refusal_sentence(error, language=language)}"]


def refusal_sentence(error: OkapiError, *, language: str | None = None) -> str:
    """What one refusal says, without its place."""
    return say(error.code, language=language, **_in_words(error.data, language))


def _in_words(data: dict[str, Any], language: str | None) -> dict[str, Any]:
    """The data with the kind of a thing as people call it: `key_result` → 关键结果."""
    named = f"object_kind.{data.get('kind')}"
    return {**data, "kind": say(named, language=language)} if catalogue.has(named) else data


def _place(data: dict[str, Any], language: str | None) -> str:
    """`goals.yaml, line 14, target: ` or `report.xlsx, Sheet1, C14: `; empty without a file."""
    if not data.get("file"):
        return ""
    if data.get("cell"):
        return say("place.sheet" if data.get("sheet") else "place.cell", language=language, **data)
    if data.get("line") is None:
        return say("place.file", language=language, file=data["file"])
    if not data.get("field"):
        return say("place.line", language=language, file=data["file"], line=data["line"])
    return say("place.field", language=language, **data)
