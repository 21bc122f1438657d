"""The organisation of the token: how it counts time, which days it works, how it judges."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import WithJsonSchema

from okapi.api.answering import asked_version, one
from okapi.api.middleware import TokenRequest
from okapi.api.schemas.base import CHANGES, READS
from okapi.api.schemas.organisation import (
    CalendarOut,
    CountryIn,
    DayIn,
    MethodEdit,
    MethodOut,
    OrganisationEdit,
    OrganisationOut,
    SpecialDayOut,
    YearsIn,
)
from okapi.core.errors import NotFound
from okapi.orgs import queries
from okapi.orgs.actions import calendars, organisations
from okapi.orgs.actions import method as method_actions
from okapi.orgs.choices import PersonalGoals
from okapi.orgs.queries.calendar import calendar_year

router = Router(tags=["Organisation"])
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Year = Annotated[int | None, Query(ge=1990, le=2200)]


@router.get("/organisation", response={200: OrganisationOut, **READS})
def organisation(request: TokenRequest, fields: str = "") -> HttpResponse:
    """Read the organisation of the token."""
    return _organisation(request, fields)


@router.patch("/organisation", response={200: OrganisationOut, **CHANGES})
def edit_organisation(request: TokenRequest, body: OrganisationEdit) -> HttpResponse:
    """Change what is sent; language, week and fiscal year only while nothing rests on them."""
    organisations.edit(request.actor, version=asked_version(request), **body.given())
    return _organisation(request)


@router.get("/calendar", response={200: CalendarOut, **READS})
def calendar(request: TokenRequest, year: Year = None, fields: str = "") -> HttpResponse:
    """Read a year of the working calendar; without `year` this one."""
    return _calendar(request, year, fields)


@router.put("/calendar/country", response={200: CalendarOut, **CHANGES})
def set_country(request: TokenRequest, body: CountryIn) -> HttpResponse:
    """Let the holidays be those of a country; all goals are judged anew."""
    version = asked_version(request)
    calendars.set_country(
        request.actor, country=body.country, subdivision=body.subdivision, version=version
    )
    return _calendar(request)


@router.put("/calendar/years", response={200: CalendarOut, **CHANGES})
def extend_calendar(request: TokenRequest, body: YearsIn) -> HttpResponse:
    """Fill the country's days in up to a later year."""
    calendars.extend(request.actor, body.last_year, version=asked_version(request))
    return _calendar(request, body.last_year)


@router.put("/calendar/days/{day}", response={200: CalendarOut, **CHANGES})
def set_day(request: TokenRequest, day: Day, body: DayIn) -> HttpResponse:
    """Let a day be free, or worked, whatever the week and the country say."""
    found, version = _day(day), asked_version(request)
    calendars.set_day(
        request.actor, found, is_working=body.is_working, title=body.title, version=version
    )
    return _calendar(request, found.year)


@router.delete("/calendar/days/{day}", response={200: CalendarOut, **CHANGES})
def forget_day(request: TokenRequest, day: Day) -> HttpResponse:
    """Let a day be again what the country says of it."""
    found = _day(day)
    calendars.forget_day(request.actor, found, version=asked_version(request))
    return _calendar(request, found.year)


def _day(text: str) -> date:
    """The day that an address names; `NotFound` where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("access.not_found", kind="calendar_day", ref=text[:40]) from None


@router.get("/method", response={200: MethodOut, **READS})
def method(request: TokenRequest, fields: str = "") -> HttpResponse:
    """Read the thresholds by which goals are judged, and how far personal goals are open."""
    return _method(request, fields)


@router.patch("/method", response={200: MethodOut, **CHANGES})
def edit_method(request: TokenRequest, body: MethodEdit) -> HttpResponse:
    """Change what is sent; all goals are judged anew."""
    method_actions.edit(request.actor, version=asked_version(request), **body.given())
    return _method(request)


def _organisation(request: TokenRequest, fields: str = "") -> HttpResponse:
    found = queries.settings_of(request.actor.organisation_id)
    names = set(OrganisationOut.model_fields) - {"id"}
    told = OrganisationOut(
        id=found.organisation_id, **{name: getattr(found, name) for name in names}
    )
    return one(told, fields=fields)


def _calendar(request: TokenRequest, year: int | None = None, fields: str = "") -> HttpResponse:
    found = calendar_year(request.actor, year or request.organisation.today.year)
    told = CalendarOut(
        year=found.year,
        country=found.country,
        subdivision=found.subdivision,
        weekend=sorted(found.weekend),
        first_year=found.first_year,
        last_year=found.last_year,
        worked=found.worked,
        days=[SpecialDayOut.model_validate(day) for day in found.days],
        version=found.version,
    )
    return one(told, fields=fields)


def _method(request: TokenRequest, fields: str = "") -> HttpResponse:
    found = queries.settings_of(request.actor.organisation_id)
    limits = method_actions.chosen(dict(found.thresholds))
    goals = PersonalGoals(found.personal_goals)
    told = MethodOut(personal_goals=goals, version=found.version, **limits)
    return one(told, fields=fields)
