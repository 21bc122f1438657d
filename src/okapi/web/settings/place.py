"""What the pages of the settings have in common: their navigation, toasts, and ways on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from okapi.base.actor import Role
from okapi.core.errors import Forbidden
from okapi.orgs.queries import Settings
from okapi.web import http
from okapi.web.components import Choice, Crumb, Toast
from okapi.web.http import OrgRequest
from okapi.wording import current_language, has, say

# Sections by the name of their first page; those that stand under one word are one group.
_SECTIONS = (
    ("organisation", "settings:organisation"),
    ("calendar", "settings:calendar"),
    ("method", "settings:method"),
    ("cycles", "settings:cycles"),
    ("pillars", "settings:pillars"),
    ("teams", "settings:teams"),
    ("people", "settings:people"),
    ("roles", "settings:roles"),
    ("tokens", "settings:tokens"),
    ("sources", "settings:sources"),
    ("webhooks", "settings:webhooks"),
)


@dataclass(frozen=True, slots=True)
class At:
    """The addresses of the settings of one organisation."""

    slug: str

    def page(self, name: str, **args: object) -> str:
        """The address of a page of the settings."""
        return reverse(f"settings:{name}", kwargs={"slug": self.slug, **args})


def at(request: OrgRequest) -> At:
    """The addresses of the organisation visited."""
    return At(request.organisation.slug)


def text(settings: Settings, first: str, other: str) -> str:
    """The one of two texts that the reader reads, or the one that there is."""
    return settings.in_language(first, other, current_language())


def may(request: OrgRequest, role: Role) -> bool:
    """Whether the visitor holds the role that a page's changes need."""
    return request.actor.has(role)


def require(request: OrgRequest, role: Role) -> None:
    """`Forbidden` (`access.role`) unless the visitor holds the role: a form is not shown either."""
    if not may(request, role):
        raise Forbidden("access.role", role=role)


def page(
    request: OrgRequest,
    section: str,
    template: str,
    context: dict[str, Any],
    *,
    title: str = "",
    up: tuple[Crumb, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A page of a section, with the settings' navigation beside it.

    `title` is that of a page within the section, and `up` what lies between.
    """
    name = say(f"settings.{section}.title")
    crumbs = [Crumb(say("nav.settings"), at(request).page("settings"))]
    crumbs += [Crumb(name, at(request).page(_first(section)))] if title else [Crumb(name)]
    crumbs += [*up, Crumb(title)] if title else []
    told = {
        "frame": http.framed(request, "settings", crumbs),
        "sections": tuple(_sections(request, section)),
        "section_name": name,
        "title": title or name,
        "toasts": tuple(_toasts(request)),
    }
    return http.page(request, template, {**told, **context}, status=status)


def _first(section: str) -> str:
    return next(name for one, name in _SECTIONS if one == section).partition(":")[2]


def _sections(request: OrgRequest, current: str) -> Iterator[Choice]:
    for section, name in _SECTIONS:
        href = at(request).page(name.partition(":")[2])
        yield Choice(section, say(f"settings.{section}.title"), section == current, href=href)


def _toasts(request: OrgRequest) -> Iterator[Toast]:
    """What the address says was done; words that we do not know are left out."""
    code = f"settings.said.{request.GET.get('said', '')}"
    if has(code):
        yield Toast(say(code))


def on(request: OrgRequest, name: str, said: str, **args: object) -> HttpResponse:
    """On to a page of the settings, which says what was done; or back to where one came from."""
    there = f"{at(request).page(name, **args)}?said={said}"
    return HttpResponseRedirect(http.safe_next(request, there))


def kept_next(request: OrgRequest, following: str = "") -> tuple[tuple[str, str], ...]:
    """The hidden field by which a form comes back to where it was opened."""
    wanted = following or http.safe_next(request, "")
    return (("next", wanted),) if wanted else ()
