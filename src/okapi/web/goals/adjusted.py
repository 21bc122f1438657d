"""What an adjustment changed, in words: fields, and the parts and guards of a goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from okapi.wording import has, number, say

_LIMITS = ("low", "amber_low", "amber_high", "high")


def words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """`target 95 → 96`, one after the other."""
    if "kpi" in before or "kpi" in after:
        return _guard(before, after)
    return " ".join(_fields(before, after))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for field, was in before.items():
        code = f"field.{field}"
        yield say(
            "goals.changed",
            field=say(code) if has(code) else field,
            before=_value(was),
            after=_value(after.get(field)),
        )


def _guard(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """A guard that came, went, or has other limits."""
    name = (after or before).get("name", "")
    return say("goals.changed", field=name, before=_guarded(before), after=_guarded(after))


def _guarded(said: Mapping[str, Any]) -> str:
    if not said:
        return "—"
    limits = [_value(said.get(limit)) for limit in _LIMITS if said.get(limit) is not None]
    return " / ".join(limits) if limits else say("links.guard.by_target")


def _value(value: Any) -> str:
    match value:
        case None | "":
            return "—"
        case bool():
            return say("word.yes" if value else "word.no")
        case int() | float():
            return number(value)
        case list():
            return "; ".join(_part(one) for one in value) or "—"
        case _:
            return str(value)


def _part(one: Any) -> str:
    """A link to a KPI, a step, or a level."""
    match one:
        case {"kpi": _, "name": name}:
            target = one.get("target") or "–".join(
                str(one[edge]) for edge in ("low", "high") if one.get(edge) is not None
            )
            start = one.get("start") or "…"
            return f"{name} {start} → {target}"
        case {"title": title}:
            return f"{title} ({one['due']})" if one.get("due") else str(title)
        case {"text": text}:
            return f"{one.get('value', '')} {text}".strip()
        case _:
            return str(one)
