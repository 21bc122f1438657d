"""What documents say can be followed: links, languages, variables and commands."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from okapi.cli import main

ROOT = Path(__file__).parents[1]
FOUND = (ROOT.glob("*.md"), *((ROOT / part).rglob("*.md") for part in ("docs", "examples")))
DOCUMENTS = sorted(file for files in FOUND for file in files)
IN_BOTH = sorted(
    file
    for folder in ("guide", "reference")
    for file in (ROOT / "docs" / folder).glob("*.md")
    if not file.name.endswith(".zh-CN.md")
)
VARIABLE = re.compile(r"OKAPI_[A-Z_]*[A-Z]")
# What stands in an example is no link.
CODE = re.compile(r"^(```.*?^```|    [^\n]*)$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def anchors(file: Path) -> frozenset[str]:
    """The anchors of a document's headings, as the usual renderers make them."""
    found = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in found)
    return frozenset(heading.strip().replace(" ", "-") for heading in plain)


def variables_of_source() -> set[str]:
    """Every OKAPI_… that stands in the source as a text of its own."""
    texts = (file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    return {name for text in texts for name in re.findall(f'"({VARIABLE.pattern})"', text)}


def commands(group: click.Group, before: str = "") -> dict[str, set[str]]:
    """Every command by its whole name, with its options."""
    context = click.Context(group)
    found: dict[str, set[str]] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= commands(command, f"{name} ")
        else:
            options = {text for one in command.params for text in one.opts}
            found[before + name] = {text for text in options if text.startswith("--")}
    return found


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(file: Path) -> None:
    text = CODE.sub("", file.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_lines_fit(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("file", IN_BOTH, ids=name_of)
def test_guide_and_reference_are_there_in_both_languages(file: Path) -> None:
    other = file.with_suffix(".zh-CN.md")
    shape = [re.findall(r"^#+|^\|", one.read_text("utf-8"), re.MULTILINE) for one in (file, other)]
    assert shape[0] == shape[1], "headings and rows of tables differ"


@pytest.mark.parametrize("document", ["environment.md", "environment.zh-CN.md"])
def test_the_environment_is_told_as_it_is_read(document: str) -> None:
    told = VARIABLE.findall((ROOT / "docs" / "reference" / document).read_text(encoding="utf-8"))
    assert set(told) == variables_of_source()


@pytest.mark.parametrize("document", ["command-line.md", "command-line.zh-CN.md"])
def test_every_command_is_told_with_its_options(document: str) -> None:
    text = (ROOT / "docs" / "reference" / document).read_text(encoding="utf-8")
    named = r"^    okapi ((?:(?:token|source|webhook|file) )?[a-z]+)(.*(?:\n {8}.*)*)$"
    lines = re.findall(named, text, re.MULTILINE)
    told = {name: set(re.findall(r"--[a-z-]+", rest)) for name, rest in lines}
    assert told == commands(main.okapi)
