"""Everything that a formula can be refused for, and every function, has its sentence."""

from __future__ import annotations

import re
from pathlib import Path

import okapi
from okapi.core.errors import Refused
from okapi.core.formulas.cells import Why
from okapi.core.formulas.checking import check
from okapi.core.formulas.functions import FUNCTIONS
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured
from okapi.wording import has, say

CORE = Path(okapi.__file__).parent / "core" / "formulas"


def test_every_refusal_can_be_said() -> None:
    code = re.compile(r'"(formula\.[a-z_]+)"')
    found = {one for path in CORE.glob("*.py") for one in code.findall(path.read_text("utf-8"))}
    assert len(found) > 30
    assert [one for one in sorted(found) if not has(one)] == []


def test_every_reason_and_every_function_can_be_said() -> None:
    assert [one for one in Why if not has(f"formula.why.{one.name.lower()}")] == []
    assert [one.name for one in FUNCTIONS if not has(f"formula.does.{one.name}")] == []


def test_a_refusal_says_what_where_and_what_to_do() -> None:
    parts = {"rate": Measured("rate", "%"), "index": Measured("index")}
    try:
        check(parse("rate + index"), Measured("it", "%"), parts)
    except Refused as refused:
        english = say(refused.code, language="en", **refused.data)
        chinese = say(refused.code, language="zh", **refused.data)
    assert english.startswith("Character 8: a plain number meets %.")
    assert chinese.startswith("第 8 个字符处：「无单位的数」与「%」放在一起了。")
