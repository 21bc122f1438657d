"""The organisation itself, its working calendar, and how it judges."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Body, one_of
from okapi.orgs.choices import PersonalGoals


class OrganisationOut(Schema):
    """The organisation of the token."""

    id: UUID
    slug: str
    name: str
    name_other: str
    language: str = Field(description="that of every first title; `_other` is in the second")
    time_zone: str
    first_weekday: int = Field(description="0 is Monday")
    fiscal_month: int = Field(description="the month in which the fiscal year begins")
    currency: str
    version: int


class OrganisationEdit(Body):
    """Fields of the organisation to be changed."""

    name: str = ""
    name_other: str = ""
    language: str = "zh"
    time_zone: str = "Asia/Shanghai"
    first_weekday: int = 0
    fiscal_month: int = 1
    currency: str = ""


class SpecialDayOut(Schema):
    """A day that differs from the week's rhythm."""

    day: date
    is_working: bool
    title: str
    is_typed: bool = Field(description="somebody said so; else it is the country's")


class CalendarOut(Schema):
    """The working calendar in one year."""

    year: int
    country: str
    subdivision: str
    weekend: list[int] = Field(description="weekdays, 0 is Monday")
    first_year: int
    last_year: int = Field(description="the country's days are filled in until then")
    worked: int = Field(description="how many days of the year are worked")
    days: list[SpecialDayOut]
    version: int


class CountryIn(Body):
    """Where the calendar's holidays come from; days that were typed stay."""

    country: str = Field(description="ISO 3166, two letters; empty: none", examples=["CN"])
    subdivision: str = Field(default="", description="ISO 3166-2 without the country")


class YearsIn(Body):
    """Until when the country's days are to be filled in."""

    last_year: int = Field(examples=[2030])


class DayIn(Body):
    """Whether a day is worked, whatever the week and the country say."""

    is_working: bool
    title: str = ""


class MethodOut(Schema):
    """How health is judged; shares are 0.9 for 90 %."""

    pace_on: float
    pace_risk: float
    chance_on: float
    chance_risk: float
    objective_on: float
    objective_off: float
    objective_no_data: float
    early: float
    success: float
    keep: float
    confidence_on: int
    confidence_low: int
    missed_cadences: int
    guard_at_once: bool
    personal_goals: PersonalGoals
    version: int


class MethodEdit(Body):
    """Thresholds to be changed; all goals are judged anew."""

    pace_on: float = 0.9
    pace_risk: float = 0.7
    chance_on: float = 0.6
    chance_risk: float = 0.3
    objective_on: float = 0.8
    objective_off: float = 0.4
    success: float = 0.7
    confidence_on: int = 7
    confidence_low: int = 3
    missed_cadences: int = 2
    guard_at_once: bool = False
    personal_goals: Annotated[str, one_of(PersonalGoals)] = PersonalGoals.OPEN.value
