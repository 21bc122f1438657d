"""The command palette's lines: without a word what one does most, else what is found."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from okapi.base.actor import Actor, Role
from okapi.core.words import terms, words
from okapi.search.queries import search
from okapi.web import http
from okapi.web.http import OrgRequest
from okapi.web.search.shown import Group, Row, groups_of
from okapi.wording import say

TEMPLATE = "search/palette_lines.html"
LONGEST = 200
EACH = 5

# What can be done from anywhere: phrase, address by name, icon, keys.
_COMMANDS = (
    ("palette.check_in", "home:home", "pencil", "g h"),
    ("palette.goals", "goals:list", "target", "g o"),
    ("palette.kpis", "kpis:list", "chart-line", "g k"),
    ("palette.new_objective", "goals:new", "plus", ""),
    ("palette.new_kpi", "kpis:new", "plus", ""),
    ("file.title", "kpis:file_new", "upload", ""),
    ("palette.teams", "teams:list", "users", "g t"),
    ("gallery.title", "gallery:templates", "lightbulb", ""),
    ("palette.settings", "settings:settings", "settings", "g s"),
)
# Who only reads is not led to a form that is refused.
_WRITE = frozenset({"goals:new", "kpis:new", "kpis:file_new"})


@require_safe
def palette(request: OrgRequest) -> HttpResponse:
    """The lines for `?q=`."""
    question = request.GET.get("q", "").strip()[:LONGEST]
    at = http.at(request)
    commands = tuple(_commands(request.actor, at.slug, question))
    groups = [Group("command", say("palette.commands"), commands)] if commands else []
    if question:
        found = search(http.asking(request), question, most=EACH)
        groups += groups_of(found, at)
    context = {"groups": groups, "question": question, "all_href": at.search(question)}
    return http.part(request, TEMPLATE, context)


def _commands(actor: Actor, slug: str, question: str) -> Iterator[Row]:
    """The commands whose words, in either language, answer the question."""
    for code, address, icon, keys in _COMMANDS:
        if address in _WRITE and not actor.has(Role.MEMBER):
            continue
        href = reverse(address, kwargs={"slug": slug})
        if _answers(f"{say(code, language='en')} {say(code, language='zh')}", question):
            yield Row(say(code), href, icon=icon, keys=keys)


def _answers(text: str, question: str) -> bool:
    there = words([text])
    return all(
        any(word.startswith(term.word) if term.is_start else word == term.word for word in there)
        for term in terms(question)
    )
