"""What is due from me: a list whose open item is a check-in form, gone through by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.safestring import SafeString

from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import (
    CheckInPage,
    Due,
    due_from_me,
    due_since,
    my_objectives,
    with_words,
)
from okapi.goals.queries.rows import KeyResultRow
from okapi.web import http
from okapi.web.components import Component, Figure, Milestones, Progress, StatusMark, Toast
from okapi.web.components.writing import text
from okapi.web.goals import shown
from okapi.web.home import saying
from okapi.web.home.saying import Said
from okapi.web.http import OrgRequest
from okapi.wording import day, say

_MINUTE = 20  # seconds that one check-in takes


@dataclass(frozen=True, slots=True)
class DueLine(Component):
    """One that waits: closed it is a line; `open_href` shows its form here, `page_href` alone."""

    key: str
    title: str
    href: str
    status: StatusMark
    progress: Progress
    current: Figure | None
    milestones: Milestones | None
    said_on: date | None
    open_href: str
    page_href: str
    form: dict[str, Any] | None

    def render(self) -> SafeString:
        """The closed line, as an item of the list."""
        mark = self.milestones or self.current
        said = (
            say("home.never_said")
            if self.said_on is None
            else say("home.said_on", day=day(self.said_on, short=True))
        )
        href = text(self.open_href)
        return SafeString(
            f'<li class="due-item" id="due-{text(self.key)}" data-key="{text(self.key)}">\n'
            f'<span class="due-title"><a href="{text(self.href)}">{text(self.title)}</a></span>\n'
            f"{self.status.render()}\n{self.progress.render()}\n"
            f'<span class="due-current">{"" if mark is None else mark.render()}</span>\n'
            f'<span class="due-said caption">{text(said)}</span>\n'
            f'<a class="button button-plain button-small" href="{href}"'
            f' hx-get="{href}&amp;fragment=due" hx-target="#due" hx-swap="outerHTML" data-open-due>'
            f"{text(say('home.open'))}</a>\n</li>"
        )


def due_context(
    request: OrgRequest, who: Asking, waiting: Sequence[Due], *, wanted: str = ""
) -> dict[str, Any]:
    """The list with one item open: the wanted one, else the first."""
    keys = [one.row.key for one in waiting]
    opened = wanted if wanted in keys else next(iter(keys), "")
    at = http.at(request)
    lines = [
        _line(request, who, one, place, len(keys), is_open=one.row.key == opened)
        for place, one in enumerate(waiting, start=1)
    ]
    return {
        "due": lines,
        "due_count": len(lines),
        "due_minutes": max(1, round(len(lines) * _MINUTE / 60)),
        "due_first": lines[0].page_href if lines else "",
        "due_fragment": f"{at.home}?fragment=due&open={quote(opened, safe='')}",
        "due_topics": " ".join(f"key_result:{one.row.id}" for one in waiting),
        "at": at,
    }


def section(
    request: OrgRequest, who: Asking, after: KeyResultRow, *, toast: Toast | None = None
) -> HttpResponse:
    """The list alone, when a word was said about `after`: what came after that one is open."""
    waiting = due_from_me(who, my_objectives(who))
    since = due_since(who, after)
    following = [
        one.row.key
        for one in waiting
        if since is not None and (one.since, one.row.key) > (since, after.key)
    ]
    context = due_context(request, who, waiting, wanted=next(iter(following), ""))
    return http.part(request, "home/due_renewed.html", {**context, "toast": toast})


def form_context(
    request: OrgRequest,
    who: Asking,
    found: CheckInPage,
    said: Said | None = None,
    *,
    place: str,
) -> dict[str, Any]:
    """What a check-in form shows; `place` is where it stands: home, objective or page."""
    at, row = http.at(request), found.row
    return {
        "place": place,
        "row": row,
        "objective": found.objective,
        "objective_href": at.key_result(found.objective.key, row.key),
        "status": shown.status_of(row, pill=True),
        "current": None if row.move is None else shown.current_of(row),
        "range": shown.range_of(row),
        "progress": shown.progress_of(row, words="none"),
        "spark": shown.spark_of(row, width=112, height=36),
        "kpi": "" if row.move is None else row.move.kpi_name,
        "form": saying.form_of(row, at.check_in(row.key), said),
        "said": found.said,
        "today": who.today,
    }


def _line(
    request: OrgRequest, who: Asking, one: Due, place: int, of: int, *, is_open: bool
) -> DueLine:
    at, row = http.at(request), one.row
    form = None
    if is_open:
        form = form_context(request, who, with_words(who, row, one.objective), place="home")
    return DueLine(
        key=row.key,
        title=row.title,
        href=at.key_result(one.objective.key, row.key),
        status=shown.status_of(row),
        progress=shown.progress_of(row),
        current=None if row.move is None else shown.current_of(row),
        milestones=shown.milestones_of(row, who.today),
        said_on=None if row.checked_in_at is None else who.organisation.day_of(row.checked_in_at),
        open_href=http.with_query(at.home, request.GET, open=row.key),
        page_href=f"{at.check_in(row.key)}?at={place}&of={of}",
        form=form,
    )
