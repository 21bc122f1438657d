"""What changed since last time: a plain sentence for each thing, grouped by what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from okapi.base import clock
from okapi.core.errors import Refused
from okapi.goals.queries.news import Group, Item, What
from okapi.talk import actions
from okapi.web import http
from okapi.web.components import Component, StatusMark
from okapi.web.components.writing import icon, text
from okapi.web.goals import adjusted
from okapi.web.home.around import Around
from okapi.web.http import Addresses, OrgRequest
from okapi.wording import ago, moment, say

FEW = 6
"""So many groups stand open; the others are unfolded."""
LINES = 3
"""So many things of a group are told; the page that it leads to has all of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `text` are somebody's own words."""

    mark: SafeString
    sentence: str
    href: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told(Component):
    """What happened around one thing; `more` is how much is not told here."""

    title: str
    href: str
    lines: tuple[Line, ...]
    more: int

    def render(self) -> SafeString:
        """A point of the list, with a line for each thing that happened."""
        more = (
            f'<p class="changes-line caption"><a class="link" href="{text(self.href)}">'
            f"{text(say('home.changes_lines', n=self.more))}</a></p>"
        )
        return SafeString(
            f'<li class="changes-group"><a class="changes-title" href="{text(self.href)}">'
            f"{text(self.title)}</a>\n{''.join(map(_told_line, self.lines))}"
            f"{more if self.more else ''}</li>\n"
        )


def _told_line(line: Line) -> str:
    words = f'<span class="changes-text">{text(line.text)}</span>' if line.text else ""
    return (
        f'<p class="changes-line"><span class="changes-mark">{line.mark}</span>'
        f'<span><a class="link-plain" href="{text(line.href)}">{text(line.sentence)}</a> '
        f'<time class="quiet" datetime="{line.at.isoformat()}" title="{text(moment(line.at))}">'
        f"{text(ago(line.at, clock.now()))}</time>{words}</span></p>"
    )


def changes_context(request: OrgRequest, found: Around, groups: Sequence[Group]) -> dict[str, Any]:
    """The groups, since when, and how they are marked as seen."""
    at, watch = http.at(request), found.watch
    told = tuple(_told(groups, found, at))
    me = request.visit.person_id
    cared = [
        *(f"{kind}:{row.id}" for row in found.mine for kind in ("objective", "comment")),
        *(f"{kind}:{one.id}" for one in found.followed for kind in ("objective", "comment")),
        *(f"kpi:{row.id}" for row in (*found.my_kpis, *found.followed_kpis)),
    ]
    return {
        "changes": told[:FEW],
        "changes_more": told[FEW:],
        "changes_since": moment(watch.since, short=True),
        "changes_topics": " ".join((f"seen:{me}", f"follow:{me}", *cared)),
        "changes_fragment": f"{at.home}?fragment=changes",
        "looked": f"{at.home}looked" if watch.is_new_visit else "",
        "see": f"{at.home}seen",
        "see_until": clock.now().isoformat(),
    }


def _told(groups: Sequence[Group], found: Around, at: Addresses) -> Iterator[Told]:
    objectives = {one.id: (one.key, one.title) for one in found.followed}
    objectives |= {row.id: (row.key, row.title) for row in found.mine}
    kpis = {row.id: (row.key, row.name) for row in (*found.my_kpis, *found.followed_kpis)}
    for group in groups:
        key, title = _named(group, kpis if group.is_kpi else objectives)
        href = at.kpi(key) if group.is_kpi else at.objective(key)
        lines = tuple(_line(item, key, href, at) for item in group.items[:LINES])
        yield Told(title, href, lines, len(group.items) - len(lines))


def _named(group: Group, known: Mapping[UUID, tuple[str, str]]) -> tuple[str, str]:
    """Key and title; a new objective that I care for only for its team brings its own."""
    if group.about in known:
        return known[group.about]
    new = next(item for item in group.items if item.what is What.NEW)
    return new.key, new.title


def _line(item: Item, key: str, href: str, at: Addresses) -> Line:
    mark, sentence = _sentence(item)
    where = href
    if item.what in (What.CHECK_IN, What.KEY_RESULT):
        where = at.key_result(key, item.key)
    elif item.what is What.COMMENT:
        where = f"{href}#thread"
    return Line(mark, sentence, where, item.at, item.text)


def _sentence(item: Item) -> tuple[SafeString, str]:
    name = item.person or say("goals.from_files")
    match item.what:
        case What.HEALTH | What.KPI:
            return _turned(item), say("home.change_health", **_marks(item))
        case What.KEY_RESULT:
            return _turned(item), say("home.change_key_result", title=item.title, **_marks(item))
        case What.CHECK_IN if item.confidence is None:
            return icon("check"), say("home.change_check_in", name=name, title=item.title)
        case What.CHECK_IN:
            sure = say("home.change_check_in_sure", name=name, title=item.title, n=item.confidence)
            return icon("check"), sure
        case What.ADJUSTMENT:
            what = adjusted.words(*item.changed)
            code = "home.change_adjusted_what" if what else "home.change_adjusted"
            return icon("git-commit-horizontal"), say(code, name=name, what=what)
        case What.COMMENT:
            return icon("message-circle"), say("home.change_comment", name=name)
        case What.NEW:
            return icon("target"), say("home.change_new", owner=item.person)


def _turned(item: Item) -> SafeString:
    return StatusMark(item.after).shape


def _marks(item: Item) -> dict[str, str]:
    return {"before": StatusMark(item.before).word, "after": StatusMark(item.after).word}


@require_POST
def looked(request: OrgRequest) -> HttpResponse:
    """The page was looked at: sent by the page itself a moment after it is shown."""
    actions.look(request.actor)
    return HttpResponse(status=204)


@require_POST
def seen(request: OrgRequest) -> HttpResponse:
    """All until `until`, the moment at which the page was made, has been seen."""
    sent = request.POST.get("until", "")
    try:
        until = parse_datetime(sent)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Refused("request.parameter", field="until", found=sent[:60], expected="ISO 8601")
    actions.see(request.actor, until)
    home = http.at(request).home
    if not request.htmx:
        return HttpResponseRedirect(home)
    return HttpResponseRedirect(f"{home}?fragment=changes")
