"""The statement of what is new: standings that changed, words, adjustments, new objectives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Substr

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.models import Change
from okapi.base.prepared import ReadersQuestion
from okapi.base.statements import Row
from okapi.goals import access
from okapi.goals.models import (
    Adjustment,
    CheckIn,
    GoalHistory,
    KeyResultStanding,
    Objective,
    ObjectiveStanding,
)
from okapi.kpis.models import KpiStanding, KpiStandingHistory
from okapi.talk.models import Comment

LONGEST = 240
"""So much of a text is told."""

_NONE = Cast(Value(""), TextField())
# What a part does not have. The types must be the same in all parts.
_NOTHING: Mapping[str, Any] = {
    "what": _NONE,
    "at": Cast(Value(None), DateTimeField()),
    "about": Cast(Value(None), UUIDField()),
    "person": _NONE,
    "person_other": _NONE,
    "key": _NONE,
    "title": _NONE,
    "title_other": _NONE,
    "text": _NONE,
    "confidence": Cast(Value(None), IntegerField()),
    "before": _NONE,
    "after": _NONE,
}
NAMES = tuple(_NOTHING)

_SINCE = Given("since", DateTimeField())
_ME = Given("person", UUIDField())


def happened(actor: Actor, most: int, *, since: datetime, **cared: Collection[UUID]) -> list[Row]:
    """The newest rows of `NAMES` since then; what `cared` names was found by the actor's rights.

    `objectives`, `key_results`, `kpis`, and `homes`: teams and people whose new objectives count.
    """
    # Ids are in the order of time, so that new objectives are found without looking at the others.
    first = UUID(int=int(since.timestamp() * 1000) << 80)
    return _HAPPENED.rows(actor, most, since=since, first=first, **cared)


def _happened(reader: Actor, most: int) -> QuerySet[Any, Any]:
    parts = (
        _objectives(), _key_results(), _kpis(), _check_ins(), _adjustments(), _comments(),
        _new(reader),
    )  # fmt: skip
    return parts[0].union(*parts[1:], all=True).order_by("-its_at")[:most]


_HAPPENED = ReadersQuestion(_happened)


def _part(rows: QuerySet[Any, Any], what: str, **own: Any) -> QuerySet[Any, Any]:
    """Rows with the same columns as every other part."""
    columns = {**_NOTHING, "what": _text(Value(what)), **own}
    named = {f"its_{name}": column for name, column in columns.items()}
    found: QuerySet[Any, Any] = rows.annotate(**named).order_by().values_list(*named)
    return found


def _text(of: Any) -> Any:
    return Cast(Coalesce(of, Value("")), TextField())


def _stood(
    history: type[GoalHistory | KpiStandingHistory], field: str, **thing: Any
) -> tuple[Exists, dict[str, Any]]:
    """Whether a standing was written since then; and what it was before, and since when it is."""
    rows = history.objects.filter(is_reconstructed=False, **thing)
    later = rows.filter(valid_from__gt=_SINCE)
    earlier = history.objects.filter(valid_from__lte=_SINCE, **thing)
    turned = later.filter(**{field: OuterRef(field)}).order_by("valid_from")
    return Exists(later), {
        "at": Coalesce(Subquery(turned.values("valid_from")[:1]), _SINCE),
        "before": _text(Subquery(earlier.order_by("-valid_from").values(field)[:1])),
        "after": _text(F(field)),
    }


def _objectives() -> QuerySet[Any, Any]:
    rows = ObjectiveStanding.objects.filter(Among("objective_id", GivenIds("objectives")))
    is_new, stood = _stood(
        GoalHistory, "health", kind="objective", object_id=OuterRef("objective_id")
    )
    return _part(rows.filter(is_new), "health", about=F("objective_id"), **stood)


def _key_results() -> QuerySet[Any, Any]:
    rows = KeyResultStanding.objects.filter(Among("key_result_id", GivenIds("key_results")))
    is_new, stood = _stood(
        GoalHistory, "health", kind="key_result", object_id=OuterRef("key_result_id")
    )
    return _part(
        rows.filter(is_new),
        "key_result",
        about=F("key_result__objective_id"),
        **_names("key_result"),
        **stood,
    )


def _kpis() -> QuerySet[Any, Any]:
    rows = KpiStanding.objects.filter(Among("kpi_id", GivenIds("kpis")))
    is_new, stood = _stood(KpiStandingHistory, "status", kpi_id=OuterRef("kpi_id"))
    return _part(rows.filter(is_new), "kpi", about=F("kpi_id"), **stood)


def _check_ins() -> QuerySet[Any, Any]:
    rows = CheckIn.objects.filter(
        Among("key_result__objective_id", GivenIds("objectives")), at__gt=_SINCE
    )
    return _part(
        rows.exclude(person_id=_ME),
        "check_in",
        at=F("at"),
        about=F("key_result__objective_id"),
        **_person("person"),
        **_names("key_result"),
        text=Substr("happened", 1, LONGEST),
        confidence=Cast("confidence", IntegerField()),
    )


def _adjustments() -> QuerySet[Any, Any]:
    rows = Adjustment.objects.filter(
        Among("objective_id", GivenIds("objectives")),
        ~Q(person_id=_ME) | Q(person__isnull=True),
        at__gt=_SINCE,
    )
    return _part(
        rows,
        "adjustment",
        at=F("at"),
        about=F("objective_id"),
        **_person("person"),
        **_names("key_result"),
        text=Substr("reason", 1, LONGEST),
        before=Cast("before", TextField()),
        after=Cast("after", TextField()),
    )


def _comments() -> QuerySet[Any, Any]:
    rows = Comment.objects.filter(
        Among("object_id", GivenIds("objectives")),
        kind="objective",
        created_at__gt=_SINCE,
        removed_at__isnull=True,
    )
    return _part(
        rows.exclude(author_id=_ME),
        "comment",
        at=F("created_at"),
        about=F("object_id"),
        **_person("author"),
        text=Substr("text", 1, LONGEST),
    )


def _new(reader: Actor) -> QuerySet[Any, Any]:
    """New objectives of the homes that were not made by the asker and are not theirs."""
    mine = Change.objects.filter(
        kind="objective", object_id=OuterRef("pk"), number=1, person_id=_ME
    )
    # What is new of the team, or of the owner where there is none, each from an index: everything
    # that is new in the organisation may be a great deal.
    fresh = Objective.objects.filter(pk__gte=Given("first", UUIDField()))
    of_teams = fresh.filter(Among("team_id", GivenIds("homes")))
    of_people = fresh.filter(Among("owner_id", GivenIds("homes")), team__isnull=True)
    rows = access.visible(reader).filter(
        ~Q(owner_id=_ME) | Q(owner__isnull=True),
        ~Exists(mine),
        pk__in=of_teams.values("pk").union(of_people.values("pk")),
        created_at__gt=_SINCE,
        archived_at__isnull=True,
    )
    return _part(
        rows,
        "new",
        at=F("created_at"),
        about=F("pk"),
        person=_text(Coalesce("team__name", "owner__name")),
        person_other=_text(Coalesce("team__name_other", "owner__name_other")),
        key=_text(F("key")),
        title=_text(F("title")),
        title_other=_text(F("title_other")),
    )


def _person(column: str) -> dict[str, Any]:
    return {
        "person": _text(F(f"{column}__name")),
        "person_other": _text(F(f"{column}__name_other")),
    }


def _names(column: str) -> dict[str, Any]:
    return {name: _text(F(f"{column}__{name}")) for name in ("key", "title", "title_other")}
