"""Words of a text for full-text search: Latin words as they are, Chinese as pairs of characters.

Chinese has no spaces, and cutting it into words needs a dictionary that lacks every company's own
names. Overlapping pairs find any run of two characters and more, exactly; the usual way of search
engines without a dictionary ("CJK bigrams").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_WORD = 40
MOST_TERMS = 12
"""Of a question that is longer than a sentence the first words count."""

# Han with its extensions, kana, hangul: written without spaces, or with few.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word that must be there; with `is_start` every word that begins with it will do."""

    word: str
    is_start: bool = False


def words(texts: Iterable[str]) -> list[str]:
    """The words by which these texts are found, each once, in their order.

    Single Chinese characters are words too, since somebody may ask for one.
    """
    found: dict[str, None] = {}
    for text in texts:
        for run in _runs(text):
            if _IS_CJK.match(run):
                found.update(dict.fromkeys((*_pairs(run), *run)))
            else:
                found[run[:LONGEST_WORD]] = None
    return list(found)


def terms(question: str) -> list[Term]:
    """What a text must hold to answer the question; empty where it asks for nothing.

    The last Latin word may be only begun: people type. Letters and digits that touch Chinese
    ("H3 门锁") are words of their own.
    """
    found: dict[Term, None] = {}
    for run in _runs(question):
        if _IS_CJK.match(run):
            found.update(dict.fromkeys(Term(pair) for pair in (_pairs(run) or (run,))))
        else:
            found[Term(run[:LONGEST_WORD], is_start=True)] = None
    return list(found)[:MOST_TERMS]


def _runs(text: str) -> Iterator[str]:
    """Runs of one script, in one form: full-width is half-width, accents and case are gone."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    yield from _RUNS.findall(unicodedata.normalize("NFC", plain))


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[at : at + 2] for at in range(len(run) - 1))
