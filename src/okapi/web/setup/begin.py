"""`/setup/`: the first organisation and its administrator, for who holds the server's key."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Forbidden, NotFound, Refused
from okapi.orgs.actions import setup as actions
from okapi.orgs.actions.setup import First
from okapi.web import errors
from okapi.web.http import theme_of
from okapi.web.settings import countries
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.web.settings.organisation import languages, zones
from okapi.wording import current_language, say

_BACKEND = "okapi.orgs.queries.arriving.ArrivingBackend"
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_ENDINGS = frozenset({"com", "net", "org", "edu", "gov", "co", "ac", "info", "biz", "io"})
_MAIL_SERVICES = frozenset({
    "126", "139", "163", "189", "21cn", "aliyun", "aol", "foxmail", "gmail", "gmx", "hotmail",
    "icloud", "live", "mail", "me", "msn", "outlook", "proton", "protonmail", "qq", "sina", "sohu",
    "tom", "vip", "wo", "yahoo", "yandex", "yeah",
})  # fmt: skip
_TEXTS = ("name", "name_other", "language", "time_zone", "country", "person", "email", "password")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "key")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The key first, then the form; a post makes the organisation and signs its founder in."""
    if not actions.is_open():
        raise NotFound("setup.done")
    sent = Sent(request.POST if request.method == "POST" else request.GET)
    key = sent.text("key")
    try:
        actions.check_key(key)
    except Forbidden as refused:
        return _ask_key(request, " ".join(errors.lines_of(refused)) if key else "")
    if request.method != "POST" or "name" not in sent.query:
        return _form(request, key, Answer())
    made: list[First] = []
    if wrong := tried(sent, lambda: made.append(_begin(key, sent))):
        return _form(request, key, wrong)
    auth.login(request, made[0].user, backend=_BACKEND)
    return HttpResponseRedirect(f"/o/{made[0].settings.slug}/setup/")


def _begin(key: str, sent: Sent) -> First:
    texts = {name: sent.text(name) for name in _TEXTS}
    slug = sent.text("slug").strip() or slug_of(
        texts["name"], texts["name_other"], company_of(texts["email"])
    )
    if not slug:
        raise Refused("setup.slug_needed", field="slug")
    return actions.begin(key, slug=slug, **texts)


def slug_of(*names: str) -> str:
    """A short name for addresses from the first name that gives one; empty where none does."""
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        if slug := _NO_SLUG.sub("-", plain).strip("-")[:60].strip("-"):
            return slug
    return ""


def company_of(email: str) -> str:
    """What an address at a company's own domain calls the company: `lin@gangdeng.com.cn` gangdeng.

    Empty for addresses at a public mail service, which say nothing of where somebody works.
    """
    domain = email.strip().lower().rpartition("@")[2]
    labels = domain.split(".")
    while len(labels) > 1 and (len(labels[-1]) <= 2 or labels[-1] in _ENDINGS):
        labels.pop()
    return "" if labels[-1] in _MAIL_SERVICES or "." not in domain else labels[-1]


def _ask_key(request: HttpRequest, wrong: str) -> HttpResponse:
    answer = Answer(by_field={"key": wrong} if wrong else {})
    form = Form(
        action="/setup/",
        answer=answer,
        button=say("setup.key_do"),
        rows=((Drawer("setup", {}, answer).text("key", required=True, autocomplete="off"),),),
    )
    return _render(request, form, say("setup.key_title"), say("setup.key_note"), 403)


def _form(request: HttpRequest, key: str, answer: Answer) -> HttpResponse:
    language = current_language()
    near = {"zh": ("Asia/Shanghai", "CN"), "en": ("Europe/London", "GB")}[language]
    stored = {"language": language, "time_zone": near[0], "country": near[1]}
    draw = Drawer("setup", stored, answer)
    form = Form(
        action="/setup/",
        answer=answer,
        button=say("setup.begin"),
        hidden=(("key", key),),
        rows=(
            (draw.text("name", required=True, autofocus=True), draw.text("name_other")),
            (
                draw.select("language", languages(), note=say("setup.language_note")),
                draw.text("slug", note=say("setup.slug_note"), autocomplete="off"),
            ),
            (
                draw.select("country", countries.offered(), note=say("setup.country_note")),
                draw.select("time_zone", [(zone, zone) for zone in zones()]),
            ),
            (
                draw.text("person", required=True, autocomplete="name"),
                draw.text("email", kind="email", required=True, autocomplete="username"),
            ),
            (
                draw.text(
                    "password",
                    kind="password",
                    required=True,
                    autocomplete="new-password",
                    note=say("invitation.password_note"),
                ),
            ),
        ),
    )
    return _render(request, form, say("setup.title"), say("setup.note"), answer.status)


def _render(request: HttpRequest, form: Form, title: str, note: str, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "note": note,
        "theme": theme_of(request),
    }
    return render(request, "setup/begin.html", context, status=status)
