"""The workbook of goals, written: a sheet to edit, lists to choose from, a sheet that explains.

A hidden sheet keeps what each row said, so that what somebody edits is told from what somebody
else changed meanwhile. Texts are written as texts: no cell is ever a formula.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from okapi.base.actor import Actor
from okapi.core.errors import TooLarge
from okapi.exchange.goal_files import words
from okapi.exchange.goal_files.columns import COLUMNS, FIELDS, Thing
from okapi.exchange.goal_files.known import Known, known_to
from okapi.exchange.goal_files.now import Goal, Now, by_ids
from okapi.exchange.goal_files.reading import BASE_SHEET, MOST
from okapi.exchange.goal_files.values import DAYS, NUMBERS, show
from okapi.exchange.tables.cells import LONGEST_CELL, letters
from okapi.goals import access
from okapi.orgs.queries import settings_of
from okapi.wording import current_language, say

SPARE_ROWS = 1_000
"""So many rows below the last one offer their lists too."""
_EXACT_DIGITS = 15
_TOO_MANY = 1_000  # choices of a list that nobody would look through


def write(actor: Actor, ids: Sequence[UUID]) -> bytes:
    """The workbook of these objectives, in the language that is spoken; without any, a form.

    `TooLarge` (`goalfile.many_to_write`) for more rows than would be read back.
    """
    goals = {} if len(ids) > MOST else by_ids(actor, ids)
    if len(ids) > MOST or len(goals) > MOST:
        raise TooLarge("goalfile.many_to_write", found=max(len(ids), len(goals)), most=MOST)
    return book_of(goals, known_to(actor, current_language()))


def of_cycle(actor: Actor, cycle: str) -> bytes:
    """The workbook of all objectives of a cycle, or of the current one."""
    known = known_to(actor, current_language())
    today = settings_of(actor.organisation_id).today
    key = known.cycles.key_of(cycle) if cycle else known.current_cycle(today)
    rows = access.visible(actor).filter(cycle__key=key, archived_at__isnull=True)
    rows = rows.order_by("team__position", "position", "key")
    return write(actor, list(rows.values_list("pk", flat=True)))


def book_of(goals: Now, known: Known) -> bytes:
    """The workbook of goals that were read."""
    target = io.BytesIO()
    book = Workbook(
        target,
        {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "in_memory": True,
        },
    )
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same bytes each time
    live = [goal for goal in goals.values() if not goal.is_archived]
    _Writer(book, known).all(live)
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: Workbook, known: Known) -> None:
        self._book = book
        self._known = known
        self._head = book.add_format(
            {"bold": True, "bg_color": "#EEF0F4", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._told_head = book.add_format(
            {"bold": True, "font_color": "#667085", "bg_color": "#F7F8FA", "bottom": 1}
        )
        self._plain = book.add_format({"valign": "top", "text_wrap": True})
        self._objective = book.add_format({"valign": "top", "text_wrap": True, "bold": True})
        self._told = book.add_format({"valign": "top", "font_color": "#667085"})
        self._share = book.add_format(
            {"valign": "top", "font_color": "#667085", "num_format": "0%"}
        )
        self._day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})

    def all(self, goals: Sequence[Goal]) -> None:
        """All sheets."""
        sheet = self._book.add_worksheet(say("goalfile.sheet.goals"))
        guide = self._book.add_worksheet(say("goalfile.sheet.help"))
        lists = self._book.add_worksheet(say("goalfile.sheet.lists"))
        base = self._book.add_worksheet(BASE_SHEET)
        lists.hide()
        base.very_hidden()
        self._headers(sheet)
        for at, goal in enumerate(goals, start=1):
            self._row(sheet, at, goal)
        sheet.autofilter(0, 0, max(len(goals), 1), len(COLUMNS) - 1)
        self._offer(sheet, lists, len(goals) + SPARE_ROWS)
        self._explain(guide)
        self._keep(base, goals)
        sheet.activate()

    def _headers(self, sheet: Worksheet) -> None:
        sheet.freeze_panes(1, 7)
        for at, column in enumerate(COLUMNS):
            told = self._told_head if column.told else self._head
            sheet.write_string(0, at, say(f"goalfile.column.{column.name}"), told)
            hidden = {"hidden": True} if column.name == "version" else {}
            sheet.set_column(at, at, column.width, None, hidden)

    def _row(self, sheet: Worksheet, at: int, goal: Goal) -> None:
        is_objective = goal.thing is Thing.OBJECTIVE
        cells: dict[str, Any] = {
            "row": at,
            "parents": goal.values["parents"] if is_objective else goal.above,
            "key": goal.key,
            "thing": words.shown("thing", goal.thing.value),
            **{name: show(self._known, name, text) for name, text in goal.values.items()
               if name in FIELDS[goal.thing]},
        }  # fmt: skip
        if goal.version:
            cells["version"] = goal.version
        style = self._objective if is_objective else self._plain
        for place, column in enumerate(COLUMNS):
            if column.told and column.name != "version":
                self._tell(sheet, at, place, column.name, goal)
                continue
            value = cells.get(column.name, "")
            if value != "":
                self._cell(sheet, at, place, column.name, value, style)

    def _cell(
        self, sheet: Worksheet, row: int, place: int, name: str, value: Any, style: Any
    ) -> None:
        if isinstance(value, int):
            sheet.write_number(row, place, value, self._told)
        elif name in DAYS:
            sheet.write_datetime(row, place, datetime.fromisoformat(value), self._day)
        elif name in NUMBERS and _is_exact(value):
            sheet.write_number(row, place, float(value), style)
        else:
            sheet.write_string(row, place, value[:LONGEST_CELL], style)

    def _tell(self, sheet: Worksheet, row: int, place: int, name: str, goal: Goal) -> None:
        value = goal.told.get(name)
        if value in (None, ""):
            return
        if name == "progress":
            sheet.write_number(row, place, round(float(value), 4), self._share)
            return
        code = f"goal_state.{value}" if name == "state" else f"health.{value}"
        if goal.thing is Thing.MILESTONE:
            code = "goalfile.step_done"
        sheet.write_string(row, place, say(code), self._told)

    def _offer(self, sheet: Worksheet, lists: Worksheet, last: int) -> None:
        """Lists to choose from; anything else may be typed, after a question."""
        offered = self._choices()
        for at, name in enumerate(offered):
            choices = offered[name]
            lists.write_string(0, at, name)
            for row, choice in enumerate(choices, start=1):
                lists.write_string(row, at, choice)
            if not choices or len(choices) > _TOO_MANY:
                continue
            column = letters(at)
            title = say("goalfile.sheet.lists").replace("'", "''")
            source = f"='{title}'!${column}$2:${column}${len(choices) + 1}"
            rule = {"validate": "list", "source": source, "error_type": "warning",
                    "error_title": say("goalfile.other_title"),
                    "error_message": say("goalfile.other_text")}  # fmt: skip
            for place, of_sheet in enumerate(COLUMNS):
                if of_sheet.list == name:
                    sheet.data_validation(1, place, last, place, rule)

    def _choices(self) -> Mapping[str, list[str]]:
        known = self._known
        return {
            "actions": words.offered("action"),
            "things": words.offered("thing"),
            "cycles": known.cycles.all_shown,
            "teams": known.teams.all_shown,
            "people": list(known.people.names),
            "kinds": words.offered("kind"),
            "pillars": known.pillars.all_shown,
            "measured": words.offered("measured"),
            "kpis": known.kpis.all_shown,
        }

    def _explain(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 100)
        row = 0
        for line in say("goalfile.help.intro").split("\n"):
            sheet.write_string(row, 0, line)
            row += 1
        row += 1
        for column in COLUMNS:
            title = say(f"goalfile.column.{column.name}")
            sheet.write_string(row, 0, title, self._told_head if column.told else self._head)
            told = say("goalfile.help.told") if column.told else say(f"goalfile.help.{column.name}")
            sheet.write_string(row, 1, told, self._plain)
            row += 1

    def _keep(self, sheet: Worksheet, goals: Iterable[Goal]) -> None:
        """What each row says, for the way back."""
        row = 0
        for goal in goals:
            text = json.dumps(goal.values, ensure_ascii=False, separators=(",", ":"))
            if len(text) <= LONGEST_CELL:
                sheet.write_string(row, 0, goal.thing.value)
                sheet.write_string(row, 1, goal.key)
                sheet.write_string(row, 2, text)
                row += 1


def _is_exact(text: str) -> bool:
    """Whether a number stands in a cell of a spreadsheet as it is."""
    number = Decimal(text)
    return len(number.as_tuple().digits) <= _EXACT_DIGITS and Decimal(repr(float(text))) == number
