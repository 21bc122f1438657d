"""`/api/v1/docs`: every operation of the API, tried with a token that the page forgets."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from okapi.orgs.queries import organisations_of
from okapi.web.components import Field
from okapi.web.http import theme_of
from okapi.wording import current_language, say

DESCRIPTION = "/api/v1/openapi.json"
# What the script says.
_WORDS = (
    "answer", "body", "commas", "copied", "copy", "failed", "fields_in", "fields_out", "headers",
    "name", "next_page", "nothing", "parameters", "required", "send", "sending", "statuses", "type",
    "what",
)  # fmt: skip


@require_safe
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The page; like the description that it shows, it says nothing of any organisation."""
    context = {
        "theme": theme_of(request),
        "description": DESCRIPTION,
        "words": json.dumps({name: say(f"api_page.{name}") for name in _WORDS}),
        "token": Field(
            id="api-token",
            name="token",
            label=say("api_page.token"),
            kind="password",
            help=say("api_page.token_note"),
            autocomplete="off",
        ),
        "makers": list(_makers(request)),
    }
    return render(request, "developers/docs.html", context)


def _makers(request: HttpRequest) -> list[tuple[str, str]]:
    """Where who is signed in makes a token: the name of each organisation, and the address."""
    user: Any = request.user
    if not user.is_authenticated:
        return []
    language = current_language()
    return [
        (
            one.in_language(one.name, one.name_other, language),
            reverse("settings:tokens", kwargs={"slug": one.slug}),
        )
        for one in organisations_of(user)
    ]
