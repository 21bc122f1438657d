"""The typed request of a page within an organisation, and answers that pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.template import TemplateDoesNotExist
from django.template.context import make_context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from okapi.base import scope
from okapi.base.actor import Actor
from okapi.goals.queries.asking import Asking
from okapi.orgs.queries import Settings, Visit
from okapi.web.components import Choice, Crumb, Crumbs, CyclePicker, Frame, Place
from okapi.wording import current_language, say

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

THEMES = ("light", "dark")
THEME_COOKIE = "okapi_theme"


class OrgRequest(HttpRequest):
    """A request to a page under `/o/<slug>/`, as the middleware leaves it."""

    actor: Actor
    organisation: Settings
    visit: Visit
    htmx: HtmxDetails


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are within an organisation; `{{ at.goals }}` in templates."""

    slug: str

    @property
    def home(self) -> str:
        """What is due from me."""
        return f"/o/{self.slug}/"

    @property
    def goals(self) -> str:
        """The list of goals."""
        return f"/o/{self.slug}/goals/"

    @property
    def kpis(self) -> str:
        """The catalogue of KPIs."""
        return f"/o/{self.slug}/kpis/"

    @property
    def templates(self) -> str:
        """Examples of KPIs and objectives."""
        return f"/o/{self.slug}/templates/"

    @property
    def formulas(self) -> str:
        """What the field of a formula asks for."""
        return f"/o/{self.slug}/formulas/"

    def objective(self, key: str) -> str:
        """An objective's page."""
        return f"{self.goals}{quote(key, safe='')}/"

    def key_result(self, objective: str, key: str) -> str:
        """A key result on its objective's page."""
        return f"{self.objective(objective)}#kr-{quote(key, safe='')}"

    def of_key_result(self, key: str, what: str) -> str:
        """Where something is done to a key result: edit, adjust, remove."""
        return f"/o/{self.slug}/key-results/{quote(key, safe='')}/{what}"

    def check_in(self, key: str) -> str:
        """Where a check-in is written and sent to."""
        return self.of_key_result(key, "check-in")

    def kpi(self, key: str) -> str:
        """A KPI's page."""
        return f"{self.kpis}{quote(key, safe='')}/"

    @property
    def teams(self) -> str:
        """All teams."""
        return f"/o/{self.slug}/teams/"

    def team(self, key: str) -> str:
        """A team's page."""
        return f"{self.teams}{quote(key, safe='')}/"

    def person(self, person_id: UUID) -> str:
        """A person's page."""
        return f"/o/{self.slug}/people/{person_id}/"

    def search(self, question: str) -> str:
        """All that is found for a question."""
        return f"/o/{self.slug}/search/?q={quote(question, safe='')}"

    @property
    def measurement_files(self) -> str:
        """Where a file of measurements is brought."""
        return f"/o/{self.slug}/measurements/file/"

    def measurement_file(self, uid: UUID) -> str:
        """A file that was brought, before it is taken in."""
        return f"{self.measurement_files}{uid}/"

    @property
    def goal_files(self) -> str:
        """Where a file of goals is brought."""
        return f"{self.goals}file"

    def goal_file(self, uid: UUID) -> str:
        """A file of goals that was brought, before it is taken in."""
        return f"{self.goal_files}/{uid}"

    def goal_import(self, uid: UUID) -> str:
        """A file of goals that was taken in, and where it is taken back."""
        return f"{self.goals}imports/{uid}"

    def undo(self, change: int) -> str:
        """Where a change is taken back."""
        return f"/o/{self.slug}/changes/{change}/undo"

    def undo_several(self, changes: Iterable[int]) -> str:
        """Where several changes are taken back."""
        return f"/o/{self.slug}/changes/{','.join(map(str, changes))}/undo-all"

    def find(self, what: str) -> str:
        """What answers with people, KPIs or goals whose name has a few letters in it."""
        return f"/o/{self.slug}/find/{what}"

    def intake(self, uid: UUID) -> str:
        """Where values came from."""
        return f"/o/{self.slug}/intakes/{uid}/"


def at(request: OrgRequest) -> Addresses:
    """The addresses of the organisation visited."""
    return Addresses(request.organisation.slug)


def asking(request: OrgRequest) -> Asking:
    """Who asks, for the questions to goals."""
    return Asking(
        actor=request.actor,
        organisation=request.organisation,
        language=current_language(),
        calendar=request.visit.calendar,
        today=request.organisation.today,
    )


def framed(
    request: OrgRequest,
    current: str,
    crumbs: Iterable[Crumb] = (),
    *,
    cycle: CyclePicker | None = None,
    waiting: int = 0,
) -> Frame:
    """What stands around a page; `current` is the name of a place, `waiting` what is due."""
    organisation, language = request.organisation, current_language()
    visit = request.visit
    home = visit.home
    return Frame(
        organisation=organisation.in_language(organisation.name, organisation.name_other, language),
        slug=organisation.slug,
        places=tuple(_places(_PLACES, organisation.slug, current, waiting)),
        below=tuple(_places(_BELOW, organisation.slug, current)),
        person=organisation.in_language(request.actor.name, visit.name_other, language),
        person_note=""
        if home is None
        else organisation.in_language(home.name, home.name_other, language),
        path=request.get_full_path(),
        organisations=_organisations(visit, language),
        crumbs=Crumbs(tuple(crumbs)),
        cycle=cycle,
        whose=f"{request.user.pk}:{organisation.slug}",
        sign_out=_address("people:sign_out"),
        language_url=_address("people:language"),
        home=Addresses(organisation.slug).home,
        theme=theme_of(request),
        last_event=visit.newest_event,
        search=_address("search:search", organisation.slug),
        palette=_address("search:palette", organisation.slug),
    )


# Places by their address's name, icon and keys; those that an installation lacks are left out.
_PLACES = (
    ("home", "home:home", "house", "g h"),
    ("goals", "goals:list", "target", "g o"),
    ("kpis", "kpis:list", "chart-line", "g k"),
    ("teams", "teams:list", "users", "g t"),
)
_BELOW = (("settings", "settings:settings", "settings", "g s"),)


def _places(
    offered: Iterable[tuple[str, str, str, str]], slug: str, current: str, waiting: int = 0
) -> Iterator[Place]:
    for name, address, icon, keys in offered:
        href = _address(address, slug)
        if not href:
            continue
        count = waiting if name == "home" else 0
        yield Place(say(f"nav.{name}"), href, icon, name == current, count=count, keys=keys)


@lru_cache(maxsize=1024)
def _address(name: str, slug: str = "") -> str:
    """Where a page (of an organisation) is; empty where the installation lacks it."""
    try:
        return reverse(name, kwargs={"slug": slug} if slug else {})
    except NoReverseMatch:
        return ""


def _organisations(visit: Visit, language: str) -> tuple[Choice, ...]:
    if len(visit.organisations) < 2:
        return ()
    return tuple(
        Choice(
            value=one.slug,
            text=one.in_language(one.name, one.name_other, language),
            chosen=one.slug == visit.settings.slug,
            href=Addresses(one.slug).home,
        )
        for one in visit.organisations
    )


def theme_of(request: HttpRequest) -> str:
    """light, dark, or empty as the system has it."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A whole page, or, with `?fragment=name`, only its partial of that name: 404 without one."""
    fragment = request.GET.get("fragment", "")
    if not fragment:
        return _rendered(request, template, context, status)
    name = f"{template}#{fragment}"
    try:
        get_template(name)
    except TemplateDoesNotExist as unknown:
        raise Http404(fragment) from unknown
    return part(request, name, context, status=status)


def part(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A partial of a page; never kept by a browser as the page itself."""
    response = _rendered(request, template, context, status)
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    response["Cache-Control"] = "no-store"
    return response


def _rendered(
    request: HttpRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    """What Django's `render` answers, of which nothing stays behind.

    A context refers to itself. Left alone, all that a page showed waits for the collector, which
    then goes through some twenty thousand things in the middle of somebody's page.
    """
    found: Any = get_template(template)
    bound = make_context(context, request, autoescape=found.backend.engine.autoescape)
    try:
        text = found.template.render(bound)
    finally:
        bound.dicts.clear()
    return HttpResponse(text, status=status)


def streamed(
    request: OrgRequest, lines: Callable[[], Iterator[bytes]], *, name: str, kind: str
) -> StreamingHttpResponse:
    """A file that is written while it is sent; the organisation's scope is open meanwhile."""
    organisation_id = request.actor.organisation_id

    def written() -> Iterator[bytes]:
        with scope.organisation(organisation_id):
            yield from lines()

    response = StreamingHttpResponse(written(), content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """The address to go on to, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure())
    return wanted if is_ours else fallback


E = TypeVar("E")


def member(kind: type[E], text: str) -> E | None:
    """The member of an enumeration that an address names; None for anything else."""
    try:
        return kind(text)  # type: ignore[call-arg]  # a StrEnum, by its value
    except ValueError:
        return None


def query(path: str, **parameters: str) -> str:
    """The address with these parameters; empty ones are left out."""
    text = urlencode({name: value for name, value in parameters.items() if value})
    return f"{path}?{text}" if text else path


def with_query(path: str, query: QueryDict, **changes: str | list[str] | None) -> str:
    """The same address with some parameters changed; None takes one away."""
    changed = {name: values for name, values in query.lists() if name != "fragment"}
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value if isinstance(value, list) else [value]
    text = urlencode(changed, doseq=True, safe=",", quote_via=quote)
    return f"{path}?{text}" if text else path
