"""What stands around every chart: its data, its plot, and the table of the same numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import orjson
from django.utils.safestring import SafeString

from okapi.web import build
from okapi.web.components.marks import StatusMark
from okapi.web.components.tables import DataTable
from okapi.web.components.writing import icon, text
from okapi.wording import say

# As Django's `json_script`: nothing in the data can end the element that holds it.
_IN_SCRIPT = ((b">", b"\\u003E"), (b"<", b"\\u003C"), (b"&", b"\\u0026"))


class Chart(Protocol):
    """What a chart says of itself."""

    @property
    def id(self) -> str:
        """Of its element."""

    @property
    def label(self) -> str:
        """What it shows, for those who do not see it."""

    @property
    def height(self) -> int:
        """In CSS pixels."""

    @property
    def table(self) -> DataTable:
        """The same numbers."""


def framed(chart: Chart, data: Mapping[str, Any], marks: Iterable[StatusMark] = ()) -> SafeString:
    """The element of a chart with what it draws; one key (`t`) shows the table.

    `marks` are the statuses that its tooltips show.
    """
    show_table = text(say("chart.show_table"))
    shown = "".join([f'<span data-kind="{text(one.kind)}">{one.render()}</span>' for one in marks])
    return SafeString(
        f'<okapi-chart class="chart" id="{text(chart.id)}" data-height="{chart.height}"'
        f' data-library="{text(build.vendor("echarts", "echarts.js"))}"'
        f' data-show-table="{show_table}" data-show-chart="{text(say("chart.show_chart"))}">\n'
        f'<script type="application/json">{_json(data)}</script>\n'
        f'<template class="chart-marks">{shown}</template>\n'
        f'<div class="chart-plot" role="img" aria-label="{text(chart.label)}"></div>\n'
        f'<div class="chart-table" hidden>{chart.table.render()}</div>\n'
        '<button class="chart-switch" type="button" aria-pressed="false"'
        f' title="{show_table}">{icon("table")}<span class="visually-hidden">{show_table}</span>'
        "</button>\n</okapi-chart>"
    )


def _json(data: Mapping[str, Any]) -> str:
    written = orjson.dumps(data)
    for mark, escaped in _IN_SCRIPT:
        written = written.replace(mark, escaped)
    return written.decode()
