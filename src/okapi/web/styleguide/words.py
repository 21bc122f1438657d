"""The invented words of the style guide's data, in both languages; Okapi's own are phrases."""

from __future__ import annotations


def choose(language: str, chinese: str, english: str) -> str:
    """The word in the language shown."""
    return chinese if language == "zh" else english
