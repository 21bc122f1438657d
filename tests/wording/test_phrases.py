"""Every code that can be said has its sentence in both languages, with the same data in them."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from string import Formatter

import okapi
from okapi.core.errors import OkapiError
from okapi.wording import code_of, codes, has, phrase
from okapi.wording.catalogue import phrases
from okapi.wording.sentences import FORMS

SOURCE = Path(okapi.__file__).parent
# Known to every error that was told at a place in a file.
OF_A_PLACE = frozenset({"file", "line", "field"})
HAN = re.compile(r"[\u4e00-\u9fff]")


def placeholders(sentence: str) -> set[str]:
    """What a sentence wants to be told."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@dataclass(frozen=True)
class Use:
    """A code in the source, and the data given with it (None where the reader cannot know)."""

    where: str
    code: str
    data: frozenset[str] | None


@cache
def uses() -> tuple[Use, ...]:
    """All of them, read once."""
    return tuple(_uses())


def _uses() -> Iterator[Use]:
    """Every `say("code", …)` and every error made with a code, in Python and in templates."""
    speakers = {"say", *(error.__name__ for error in kinds(OkapiError))}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and called(node) in speakers and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    where = f"{path.relative_to(SOURCE)}:{node.lineno}"
                    yield Use(where, first.value, given(node))
    tag = re.compile(r"""{%\s*say\s+["']([^"']+)["']""")
    for path in sorted(SOURCE.rglob("*.html")):
        for code in tag.findall(path.read_text("utf-8")):
            yield Use(str(path.relative_to(SOURCE)), code, None)


def kinds(error: type[OkapiError]) -> Iterator[type[OkapiError]]:
    yield error
    for child in error.__subclasses__():
        yield from kinds(child)


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def given(node: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in node.keywords]
    if any(name is None for name in names):
        return None
    return frozenset(name for name in names if name)


# Thousands of phrases, a test for each rule: what breaks it is told by its code.
def test_every_phrase_says_the_same_in_both_languages() -> None:
    said = {code: phrase(code) for code in codes()}
    assert said
    unlike = [code for code, one in said.items() if placeholders(one.en) != placeholders(one.zh)]
    assert unlike == []


def test_what_is_said_of_one_counts_and_wants_nothing_else() -> None:
    wrong = []
    for code in codes():
        said = phrase(code)
        if said.en_one is not None:
            wanted = placeholders(said.en)
            if "n" not in wanted or placeholders(said.en_one) not in (wanted, wanted - {"n"}):
                wrong.append(code)
    assert wrong == []


def test_every_placeholder_is_written_in_a_form_that_there_is() -> None:
    unknown = [
        f"{code}: {name}:{form}"
        for code in codes()
        for sentence in (phrase(code).en, phrase(code).zh, phrase(code).en_one or "")
        for _, name, form, _ in Formatter().parse(sentence)
        if name and form and form not in FORMS
    ]
    assert unknown == []


def test_english_has_no_chinese_in_it() -> None:
    assert [
        code for code in codes() if HAN.search(phrase(code).en + (phrase(code).en_one or ""))
    ] == []


def test_chinese_quotes_with_its_own_marks() -> None:
    assert [code for code in codes() if set(phrase(code).zh) & set("“”‘’")] == []


def test_every_code_in_the_source_can_be_said() -> None:
    mute = [f"{use.where}: {use.code}" for use in uses() if not has(use.code)]
    assert mute == []


def test_every_code_in_the_source_is_given_what_its_phrase_wants() -> None:
    lacking = [
        f"{use.where}: {use.code} lacks {', '.join(sorted(missing))}"
        for use in uses()
        if use.data is not None and has(use.code)
        if (missing := wanted_by(use.code) - use.data - OF_A_PLACE)
    ]
    assert lacking == []


def wanted_by(code: str) -> set[str]:
    said = phrase(code)
    return placeholders(said.en) | placeholders(said.en_one or "")


def enums() -> Iterator[type[Enum]]:
    """Every enum of ours."""
    for module in pkgutil.walk_packages(okapi.__path__, "okapi."):
        if ".migrations." in module.name or module.name == "okapi.__main__":
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            is_enum = isinstance(thing, type) and issubclass(thing, Enum)
            if is_enum and thing.__module__ == module.name and len(thing):
                yield thing


def test_an_enum_is_told_whole_or_not_at_all() -> None:
    mute = []
    for kind in enums():
        members = [code_of(member) for member in kind]
        if any(has(code) for code in members):
            mute += [code for code in members if not has(code)]
    assert mute == []


def test_no_two_areas_say_one_code() -> None:
    assert len(phrases()) == len(codes())
