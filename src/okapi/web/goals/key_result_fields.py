"""The fields of a key result in a form: of every kind, and of each kind its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.core.progress import KeyResultKind, Mode, Reading
from okapi.core.quantities import Direction
from okapi.goals.actions.parts import LEVEL_KEYS
from okapi.goals.actions.previewing import MovePreview
from okapi.goals.choices import ExpectedCurve
from okapi.goals.queries.asking import Asking
from okapi.web.components import Choice, Field, Hidden, Line, Picker, Rows
from okapi.web.components.base import Component
from okapi.web.editing import rows
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Section
from okapi.web.editing.picks import Pick
from okapi.web.editing.sharing import in_other_language
from okapi.web.goals.key_result_preview import Previewed, slice_words
from okapi.web.goals.key_result_texts import MEASURED
from okapi.web.http import Addresses
from okapi.wording import has, say

LOOKED_AT = "kr-measure"
"""The part of the form that is renewed when another KPI, slice or target is looked at."""
_BLANK_ROWS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a key result's form is made of."""

    who: Asking
    at: Addresses
    filling: Filling
    kind: KeyResultKind
    preview: MovePreview | None
    action: str
    is_new: bool = True
    is_locked: bool = False
    is_open: bool = True
    guard_at: str = ""


def sections(asked: Asked) -> Iterator[Section]:
    """What is asked first, how it is measured, and what only some want."""
    filling, locked = asked.filling, asked.is_locked
    if not locked:
        yield Section(tuple(_first(asked)))
        yield from _parts(asked)
    note = say("key_result.form.locked") if locked else ""
    yield Section(tuple(_who(asked)), note=note)
    yield Section(
        tuple(_more(asked)),
        title=say("key_result.form.more"),
        folded=True,
        opened=filling.has("title_other", "description", "cadence_days", "due"),
    )


def _first(asked: Asked) -> Iterator[Component]:
    yield asked.filling.text(
        "title",
        say("field.title"),
        required=True,
        autofocus=True,
        help=say("key_result.form.title_help"),
    )
    if asked.is_new:
        kinds = [
            Choice(
                one.value,
                say(f"key_result_kind.{one.value}"),
                note=say(f"key_result.form.{one.value}"),
            )
            for one in KeyResultKind
        ]
        yield asked.filling.radio("kind", say("key_result.form.kind"), kinds)


def _parts(asked: Asked) -> Iterator[Section]:
    """Of a new one the parts of all kinds: the style shows those of the kind that is chosen."""
    for kind in KeyResultKind if asked.is_new else (asked.kind,):
        match kind:
            case KeyResultKind.METRIC:
                if asked.is_open:
                    yield measured(asked)
                    yield _how(asked)
                else:
                    yield Section((), note=say("key_result.form.hidden_kpi"))
            case KeyResultKind.MILESTONE:
                yield Section((_steps(asked),), css="kr-of-milestone")
            case KeyResultKind.LEVELS:
                yield Section((_levels(asked),), css="kr-of-levels")
            case KeyResultKind.YES_NO:
                pass


def measured(asked: Asked) -> Section:
    """The KPI, from where to where; renewed as it is looked at."""
    return Section(tuple(_measured(asked)), css="kr-of-metric", id=LOOKED_AT, looks=True)


def _measured(asked: Asked) -> Iterator[object]:
    filling, preview = asked.filling, asked.preview
    yield filling.pick(
        "kpi",
        say("key_result.form.kpi"),
        asked.at.find("kpis"),
        help=say("key_result.form.kpi_help"),
    )
    several = preview is not None and (len(preview.slices) > 1 or not preview.has_total)
    if preview is not None and (several or filling.has("slice")):
        yield filling.select("slice", say("kpis.slice"), _slices(preview))
    if preview is not None and preview.adds_up:
        counted = [
            Choice(one, say(f"key_result.form.counted_{one}")) for one in ("total", "period")
        ]
        made = Filling({"counted": filling.of("counted") or "total"})
        yield made.radio("counted", say("key_result.form.counted"), counted, inline=True)
    unit = "" if preview is None else preview.unit
    start = filling.text(
        "start",
        say("key_result.form.start"),
        kind="number",
        unit=unit,
        placeholder=say("key_result.form.automatic"),
    )
    yield Line((start, *_targets(filling, preview, unit)))
    why = filling.text(
        "start_reason",
        say("key_result.form.start_reason"),
        help=say("key_result.form.start_help"),
    )
    yield Line((why,), css="kr-why")
    yield Previewed(asked.who, preview, filling, asked.action, guard_at=asked.guard_at)


def _targets(filling: Filling, preview: MovePreview | None, unit: str) -> Iterator[Component]:
    """A number, or the two limits of a band."""
    edges = filling.of("low"), filling.of("high")
    is_band = preview is not None and preview.direction is Direction.BAND
    with_edges = is_band or any(edges) or filling.has("low", "high")
    if not with_edges or filling.of("target") or filling.has("target"):
        yield filling.text("target", say("field.target"), kind="number", unit=unit)
    if with_edges:
        yield filling.text("low", say("field.low"), kind="number", unit=unit)
        yield filling.text("high", say("field.high"), kind="number", unit=unit)


def _slices(preview: MovePreview) -> list[Choice]:
    return [
        Choice(key, slice_words(values))
        for key, values in preview.slices
        if key or preview.has_total
    ]


def _how(asked: Asked) -> Section:
    """What the defaults decide well: reach or keep, reading, expected path, further KPIs."""
    filling = asked.filling
    automatic = Choice("", say("key_result.form.by_default"))
    modes = [automatic, *(Choice(one.value, say(f"mode.{one.value}")) for one in Mode)]
    readings = [automatic, *(Choice(one.value, say(f"reading.{one.value}")) for one in Reading)]
    curves = [Choice(one.value, say(f"expected_curve.{one.value}")) for one in ExpectedCurve]
    fields = (
        Line(
            (
                filling.select("mode", say("key_result.form.mode"), modes),
                filling.text(
                    "keep_share",
                    say("key_result.form.keep_share"),
                    kind="number",
                    unit="%",
                    help=say("key_result.form.keep_help"),
                ),
            )
        ),
        Line(
            (
                filling.select("reading", say("key_result.form.reading"), readings),
                filling.select("curve", say("key_result.form.curve"), curves),
            )
        ),
        filling.check("against", say("key_result.form.against")),
        _further(asked),
    )
    return Section(
        fields,
        title=say("key_result.form.how"),
        folded=True,
        opened=filling.has(*MEASURED, "more") or bool(filling.of("more")),
        css="kr-of-metric",
        looks=True,
    )


def _further(asked: Asked) -> Rows:
    filling = asked.filling
    known = rows.parsed(filling.of("more"))
    blank = dict.fromkeys(("kpi", "slice", "start", "start_reason", "target", "low", "high"), "")

    def row(number: str, said: dict[str, str]) -> tuple[Component, ...]:
        name = f"more-{number}"
        pick = filling.picks.get(f"{name}-kpi") or Pick(
            said["kpi"], filling.names.get(said["kpi"], said["kpi"])
        )
        numbers = ("start", "target", "low", "high", "weight")
        return (
            Picker(
                f"{name}-kpi",
                say("key_result.form.kpi"),
                value=pick.value,
                text=pick.text,
                error=pick.error,
                find=asked.at.find("kpis"),
            ),
            Field(f"{name}-slice", say("kpis.slice"), value=said["slice"]),
            *(
                Field(f"{name}-{one}", say(f"field.{one}"), kind="number", value=said[one])
                for one in numbers
            ),
            Field(
                f"{name}-start_reason",
                say("key_result.form.start_reason"),
                value=said["start_reason"],
            ),
        )

    empty = {**blank, "weight": ""}
    shown = [row(str(at), said) for at, said in enumerate(known)]
    return Rows(
        say("key_result.form.further"),
        (*shown, row(str(len(known)), empty)),
        row("__", empty),
        add=say("key_result.form.add_kpi"),
        name="more",
        help=say("key_result.form.further_help"),
        error=filling.errors.get("more", ""),
    )


def _steps(asked: Asked) -> Component:
    filling = asked.filling
    other = in_other_language(asked.who, "title")

    def row(number: str, said: dict[str, str]) -> tuple[Component, ...]:
        name = f"steps-{number}"
        return (
            Field(f"{name}-title", say("key_result.form.step"), value=said.get("title", "")),
            Field(f"{name}-due", say("field.due"), kind="date", value=said.get("due", "")),
            Field(
                f"{name}-weight", say("field.weight"), kind="number", value=said.get("weight", "")
            ),
            Field(f"{name}-title_other", other, value=said.get("title_other", "")),
            Hidden(f"{name}-key", said.get("key", "")),
        )

    known = rows.parsed(filling.of("steps"))
    blank = max(1, _BLANK_ROWS - len(known))
    shown = [row(str(at), said) for at, said in enumerate([*known, *[{}] * blank])]
    made = Rows(
        say("key_result.form.steps"),
        tuple(shown),
        row("__", {}),
        add=say("key_result.form.add_step"),
        name="steps",
        help=say("key_result.form.steps_help"),
        error=filling.errors.get("steps", ""),
    )
    return filling.contested("steps", made, step_lines)


def _levels(asked: Asked) -> Component:
    filling = asked.filling
    other = say("key_result.form.level_other")
    said = {row["key"]: row for row in rows.parsed(filling.of("levels"))}
    keys = [*LEVEL_KEYS, *(key for key in said if key not in LEVEL_KEYS)]

    def row(number: int, key: str) -> tuple[Component, ...]:
        name, known = f"levels-{number}", said.get(key, {})
        label = say(f"level.{key}") if has(f"level.{key}") else key
        return (
            Field(f"{name}-text", label, value=known.get("text", "")),
            Field(f"{name}-text_other", other, value=known.get("text_other", "")),
            Field(
                f"{name}-value",
                say("key_result.form.level_value"),
                kind="number",
                value=known.get("value", ""),
                placeholder=_USUAL.get(key, ""),
            ),
            Hidden(f"{name}-key", key),
        )

    made = Rows(
        say("key_result.form.levels"),
        tuple(row(at, key) for at, key in enumerate(keys)),
        (),
        add="",
        name="levels",
        help=say("key_result.form.levels_help"),
        error=filling.errors.get("levels", ""),
    )
    return filling.contested("levels", made, level_lines)


_USUAL = dict(zip(LEVEL_KEYS, ("0", "0.3", "0.7", "1"), strict=True))


def step_lines(text: str) -> str:
    """Steps as lines to be compared."""
    return "\n".join(
        " · ".join(part for part in (row["title"], row["due"], row["weight"]) if part)
        for row in rows.parsed(text)
    )


def level_lines(text: str) -> str:
    """Levels as lines to be compared."""
    return "\n".join(f"{row['value']} {row['text']}" for row in rows.parsed(text))


def _who(asked: Asked) -> Iterator[Component]:
    filling = asked.filling
    owner = filling.pick("owner", say("field.owner"), asked.at.find("people"))
    if asked.is_locked:
        yield owner
        return
    weight = filling.text(
        "weight", say("field.weight"), kind="number", help=say("key_result.form.weight_help")
    )
    yield Line((owner, weight))


def _more(asked: Asked) -> Iterator[Component]:
    filling = asked.filling
    yield filling.text("title_other", in_other_language(asked.who, "title"))
    yield filling.text("description", say("field.description"), kind="textarea")
    cadence = filling.text(
        "cadence_days",
        say("key_result.form.cadence"),
        kind="number",
        placeholder=say("key_result.form.cadence_usual"),
    )
    if asked.is_locked:
        yield cadence
        return
    due = filling.text("due", say("field.due"), kind="date", help=say("key_result.form.due_help"))
    yield Line((due, cadence))
