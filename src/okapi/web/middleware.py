"""The first ring of the pages: which language is spoken, and who visits which organisation."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from okapi.base import scope
from okapi.base.actor import Door
from okapi.base.busy import is_busy
from okapi.core.errors import NotFound, OkapiError
from okapi.orgs import queries
from okapi.web import errors
from okapi.wording import current_language, speaking

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORGANISATION = re.compile(r"/o/(?P<slug>[-\w]+)/")
_API = "/api/"
DJANGO_LANGUAGES = {"en": "en", "zh": "zh-hans"}


_NUL = "\0"


class NulMiddleware:
    """Refuses the one character that PostgreSQL keeps in no text; nobody can mean it.

    In an address it names nothing that could exist (404); in a field it is a bad request (400).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, unless the character is there."""
        if _NUL in request.path_info:
            raise Http404
        # POST is a form's fields; an uploaded file and the body of a JSON request are not in it.
        for sent in (request.GET, request.POST):
            if any(_NUL in text for _, texts in sent.lists() for text in texts):
                raise BadRequest("a field holds the character NUL")
        return self._get_response(request)


class LanguageMiddleware:
    """Speaks the user's language, else the browser's (from the cookie, or as it asks).

    Refusals that Django leaves without words get theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, in that language."""
        if request.path.startswith(_API):
            return self._get_response(request)
        wanted = getattr(request.user, "language", "") or translation.get_language() or "en"
        with speaking(wanted), _django_speaks(current_language(wanted)):
            return errors.worded(request, self._get_response(request))


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view needs a login unless it says otherwise (`login_not_required`).

    A page is asked for anew after signing in. A fragment would be put where a form stands: it is
    told that somebody has to sign in, and the form stays as it is.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        """The answer to somebody who is not signed in; None for all others."""
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None and getattr(request, "htmx", False):
            return errors.signed_out(request)
        return refused


class OrgMiddleware:
    """Under `/o/<slug>/`: makes the actor and opens the organisation's scope.

    An unknown organisation and one in which the user has no place are the same 404. Refusals that
    a view lets through become pages here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the scope open."""
        found = _ORGANISATION.match(request.path_info)
        if found is None or not request.user.is_authenticated:
            # Without a login the view itself is refused, by the SignInMiddleware.
            return self._get_response(request)
        try:
            visit = queries.visit(request.user, found["slug"], Door.PAGE)
        except NotFound as unknown:
            return errors.answer(request, unknown)
        request.actor = visit.actor  # type: ignore[attr-defined]  # OrgRequest says what is set here
        request.organisation = visit.settings  # type: ignore[attr-defined]  # OrgRequest says what is set here
        request.visit = visit  # type: ignore[attr-defined]  # OrgRequest says what is set here
        zone = ZoneInfo(visit.settings.time_zone)
        with (
            scope.organisation(visit.settings.organisation_id),
            speaking(current_language(), time_zone=zone),
        ):
            return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> None:
        """Views find the organisation in the request; its name in the address is done with."""
        if hasattr(request, "visit"):
            kwargs.pop("slug", None)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal becomes its page, and so does a busy database; anything else is a bug."""
        if request.path.startswith(_API):
            return None
        if isinstance(error, OkapiError):
            return errors.answer(request, error)
        return errors.busy(request) if is_busy(error) else None


@contextmanager
def _django_speaks(language: str) -> Iterator[None]:
    before: Any = translation.get_language()
    translation.activate(DJANGO_LANGUAGES[language])
    try:
        yield
    finally:
        translation.activate(before)
