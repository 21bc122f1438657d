"""A monthly report as an office keeps it.

Merged headings, units in brackets, months written in four ways, texts among the numbers, a row of
totals, a remark below, and a second sheet.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path

import xlsxwriter

MONTHS = 10
KPIS = {
    "en": ("Revenue", "Gross margin", "Complaints", "Time to first answer", "Satisfaction"),
    "zh": ("营业收入", "毛利率", "投诉件数", "首次响应时间", "客户满意度"),
}
_UNITS = {
    "en": (" (k EUR)", "", "", " (h)", " (%)"),
    "zh": ("（万元）", "", "", "（小时）", "（%）"),
}
_WORDS = {
    "en": ("Monthly report", "Made by Finance, internal", "Month", "Notes", "Total", "Read me"),
    "zh": ("经营月报", "制表：财务部", "月份", "备注", "合计", "说明"),
}
_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def write(path: Path, language: str, today: date) -> Path:
    """The last ten months that have ended: 48 values of five KPIs; two cells hold none."""
    title, made_by, month, notes, total, read_me = _WORDS[language]
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(title)
    percent = book.add_format({"num_format": "0.0%"})
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range("A1:G1", f"{title} {today.year}")
    sheet.merge_range("A2:G2", made_by)
    sheet.merge_range("A4:A5", month)
    sheet.merge_range("B4:C4", "财务 / Finance")
    sheet.merge_range("D4:F4", "客户 / Customers")
    sheet.merge_range("G4:G5", notes)
    for column, (name, unit) in enumerate(zip(KPIS[language], _UNITS[language], strict=True), 1):
        sheet.write(4, column, name + unit)
    for at, (year, number) in enumerate(_months(today)):
        row = 5 + at
        moment = _moment(at, year, number, language)
        if isinstance(moment, date):
            sheet.write_datetime(row, 0, moment, day)
        else:
            sheet.write_string(row, 0, moment)
        revenue = 320 + 9 * at
        texts = {0: f"{revenue}万" if language == "zh" else f"{revenue}k", 2: f"{revenue}.50"}
        sheet.write(row, 1, texts.get(at, revenue))
        sheet.write_number(row, 2, 0.31 + at * 0.004, percent)
        sheet.write(row, 3, {2: "—", 6: ""}.get(at, 42 - at))
        sheet.write_number(row, 4, 30.5 - at / 2)
        sheet.write_string(row, 5, f"{86 + at / 2:g}%")
    last = 5 + MONTHS
    sheet.write(last, 0, total)
    sheet.write_formula(last, 1, f"=SUM(B6:B{last})", None, 3605)
    sheet.write(last + 2, 0, "注：不含税" if language == "zh" else "Note: without tax")
    book.add_worksheet(read_me).write(0, 0, made_by)
    book.close()
    return path


def _months(today: date) -> list[tuple[int, int]]:
    newest = today.year * 12 + today.month - 2
    return [divmod(newest - back, 12) for back in reversed(range(MONTHS))]


def _moment(at: int, year: int, month: int, language: str) -> str | date:
    """A month as different hands write it; `month` counts from 0."""
    number = month + 1
    written: tuple[str | date, ...] = (
        date(year, number, monthrange(year, number)[1]),
        f"{year}-{number:02}",
        f"{year}年{number}月" if language == "zh" else f"{_NAMES[month]} {year}",
        date(year, number, 1),
        f"{year}/{number}",
    )
    return written[at % len(written)]
