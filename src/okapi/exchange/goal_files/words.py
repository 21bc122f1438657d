"""The words that stand in cells for members of closed lists, in both languages and as codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from okapi.core.errors import Refused
from okapi.core.progress import KeyResultKind
from okapi.exchange.goal_files.columns import Act, Thing
from okapi.exchange.tables.cells import folded
from okapi.goals.choices import ObjectiveKind
from okapi.wording import say

LANGUAGES = ("en", "zh")

# What people write besides the words that we offer.
_MORE: dict[str, Mapping[str, str]] = {
    "thing": {
        "objective": "o|goal|okr|目标（o）|目标(o)",
        "key_result": "kr|keyresult|key-result|关键成果|关键结果(kr)|kr（关键结果）",
        "measure": "kpi|metric|指标",
        "milestone": "里程碑|step|步骤",
        "level": "级别|档",
    },
    "action": {
        "add": "new|create|新建|添加",
        "change": "edit|update|modify|编辑|更新",
        "archive": "delete|remove|删除|移除",
        "leave": "skip|keep|none|跳过|不变",
    },
    "kind": {"committed": "承诺|must", "aspirational": "挑战|愿望型|stretch|moonshot"},
    "measured": {
        "metric": "kpi|number|指标|数值",
        "milestone": "milestones",
        "levels": "level|described levels",
        "yes_no": "binary|yes no|done|是非",
    },
}
_MEMBERS: dict[str, type[StrEnum]] = {
    "thing": Thing, "action": Act, "kind": ObjectiveKind, "measured": KeyResultKind,
}  # fmt: skip


def code_of(column: str, text: str) -> str:
    """The member that a text means. `Refused` (`choice.unknown`) with the words that there are."""
    found = _codes(column).get(folded(text))
    if found is None:
        raise Refused("choice.unknown", found=text[:60], expected=", ".join(offered(column)))
    return found


def shown(column: str, code: str) -> str:
    """The word for a member, in the language that is spoken."""
    return say(f"goalfile.{column}.{code}") if code else ""


def offered(column: str) -> list[str]:
    """The words that are offered in a column."""
    return [shown(column, member.value) for member in _MEMBERS[column]]


_KNOWN: dict[str, dict[str, str]] = {}


def _codes(column: str) -> dict[str, str]:
    if column not in _KNOWN:
        _KNOWN[column] = dict(_spelled(column))
    return _KNOWN[column]


def _spelled(column: str) -> Iterable[tuple[str, str]]:
    for code in (member.value for member in _MEMBERS[column]):
        yield folded(code), code
        for more in _MORE[column].get(code, "").split("|"):
            yield folded(more), code
        for language in LANGUAGES:
            yield folded(say(f"goalfile.{column}.{code}", language=language)), code
