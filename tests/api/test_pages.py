"""Lists that change while they are read: who walks the pages sees what nobody touches, once each.

Between two pages rows are added before, behind and among those that were read, one that was read
and one that was not are changed, and one that was not is taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from okapi.api.v1 import api
from okapi.base import clock
from okapi.base.fields import new_id
from okapi.exchange.models import Source, SourceRun
from okapi.goals.models import (
    Adjustment,
    BranchStanding,
    CheckIn,
    KeyResult,
    Objective,
)
from okapi.kpis.models import DataRemark, Intake, Kpi, Signal
from okapi.orgs.models import Cycle, Membership, Person, Perspective, Pillar, Team
from okapi.talk.models import Comment, Follow
from okapi.webhooks.models import Delivery, Webhook
from tests.api.conftest import Program
from tests.cast import TODAY, Cast
from tests.kpis.making import row, take
from tests.web.conftest import make_goal

Make = Callable[[Cast, int], Any]
"""Makes one more row; its number is its place among the keys, where the list is by key."""
ORIGINALS = range(10, 90, 10)


def alike(one: Any, **changes: Any) -> Any:
    """One more row as this one, but for these fields."""
    copy = type(one).objects.get(pk=one.pk)
    copy.pk = None
    if type(one)._meta.pk.get_internal_type() == "UUIDField":
        copy.pk = new_id()
    for name, value in changes.items():
        setattr(copy, name, value)
    copy._state.adding = True
    copy.save()
    return copy


def key(at: int) -> str:
    return f"row-{at:03}"


def objective(cast: Cast) -> Objective:
    found: Objective = Objective.objects.get(key="O-1")
    return found


def key_result() -> KeyResult:
    found: KeyResult = KeyResult.objects.get(key="O-1.1")
    return found


def kpi() -> Kpi:
    found: Kpi = Kpi.objects.get(key="kpi-O-1")
    return found


def by_key(model: Any, **which: Any) -> Make:
    return lambda _, at: alike(model.objects.get(**which), key=key(at))


def person(cast: Cast, at: int) -> Any:
    return alike(cast.rob, email=f"{key(at)}@acme.example", user=None)


def membership(cast: Cast, at: int) -> Any:
    other = person(cast, at)
    return Membership.objects.create(person=other, team=cast.sales)


def comment(cast: Cast, at: int) -> Any:
    return Comment.objects.create(
        kind="objective", object_id=objective(cast).pk, author=cast.mia, text=key(at)
    )


def follow(cast: Cast, at: int) -> Any:
    team = alike(cast.repairs, key=key(at))
    return Follow.objects.create(person=cast.ada, kind="team", object_id=team.pk)


def check_in(cast: Cast, at: int) -> Any:
    return CheckIn.objects.create(key_result=key_result(), person=cast.mia, at=clock.now())


def adjustment(cast: Cast, at: int) -> Any:
    return Adjustment.objects.create(
        objective=objective(cast), person=cast.mia, door="page", at=clock.now(), reason=key(at)
    )


def branch(cast: Cast, at: int) -> Any:
    team = alike(cast.repairs, key=key(at))
    return BranchStanding.objects.create(kind="team", object_id=team.pk, cycle=cast.quarter)


def remark(cast: Cast, at: int) -> Any:
    now = clock.now()
    return DataRemark.objects.create(
        kpi=kpi(), slice=kpi().slices.get(key=""), kind="frozen", severity=1, state="open",
        first=TODAY, last=TODAY, first_label=key(at), last_label=key(at), points=1,
        numbers={"value": 1, "longest": 2}, evidence="", found_at=now, renewed_at=now,
    )  # fmt: skip


def signal(cast: Cast, at: int) -> Any:
    now, measured = clock.now(), kpi()
    return Signal.objects.create(
        kpi=measured, slice=measured.slices.get(key=""), definition=measured.definition,
        kind="shift", direction="up", since=TODAY, since_last=TODAY, since_label=key(at),
        until=TODAY, until_label=key(at), points=1, mean=1, change=1, found_at=now, renewed_at=now,
    )  # fmt: skip


def source(cast: Cast, at: int) -> Any:
    return Source.objects.create(key=key(at), name=key(at), kind="web")


def run(cast: Cast, at: int) -> Any:
    of, _ = Source.objects.get_or_create(key="of", defaults={"name": "Of", "kind": "web"})
    return SourceRun.objects.create(source=of, state="done", due_at=clock.now())


def webhook(cast: Cast, at: int) -> Any:
    now = clock.now()
    return Webhook.objects.create(
        name=key(at), url="https://bridge.example/in", events=["kpi.changed"], secret="",
        told_from=now, read_to=now,
    )  # fmt: skip


def message(cast: Cast, at: int) -> Any:
    of = Webhook.objects.first() or webhook(cast, at)
    return Delivery.objects.create(
        webhook=of, origin=key(at), type="kpi.changed", object_id=new_id(), body={},
        due_at=clock.now(),
    )  # fmt: skip


def intake(cast: Cast, at: int) -> Any:
    return Intake.objects.create(door="page", state="committed", created_at=clock.now())


def standing(cast: Cast, at: int) -> Any:
    return alike(objective(cast), key=key(at))


def measurement(cast: Cast, at: int) -> Any:
    """A week's value, its label is its id."""
    day = date(2024, 1, 7) + timedelta(weeks=at)
    year, week, _ = day.isocalendar()
    take(cast.system, [row("kpi-O-1", f"{year}-W{week:02}", at)])
    return f"{year}-W{week:02}"


CASES: dict[str, tuple[str, Make]] = {
    "kpis": ("key", by_key(Kpi, key="kpi-O-1")),
    "objectives": ("key", by_key(Objective, key="O-1")),
    "key-results": ("key", by_key(KeyResult, key="O-1.1")),
    "standings": ("key", standing),
    "teams": ("key", by_key(Team, key="repairs")),
    "people": ("email", person),
    "pillars": ("key", by_key(Pillar, key="ours")),
    "perspectives": ("key", by_key(Perspective, key="inside")),
    "cycles": ("key", by_key(Cycle, key="2026Q4")),
    "sources": ("key", source),
    "sources/{key}/runs": ("id", run),
    "memberships": ("id", membership),
    "follows": ("id", follow),
    "objectives/{key}/comments": ("id", comment),
    "objectives/{key}/adjustments": ("id", adjustment),
    "key-results/{key}/check-ins": ("id", check_in),
    "branches": ("id", branch),
    "remarks": ("id", remark),
    "signals": ("id", signal),
    "kpis/{key}/signals": ("id", signal),
    "webhooks": ("id", webhook),
    "webhooks/{uid}/messages": ("id", message),
    "intakes": ("id", intake),
    "measurements": ("period", measurement),
}
KEYS = {"objectives": "O-1", "key-results": "O-1.1", "kpis": "kpi-O-1", "sources": "of"}
QUERY = {
    "standings": {"kind": "objective"},
    "branches": {"kind": "team"},
    "measurements": {"kpi": "kpi-O-1"},
}


def test_every_list_in_pages_is_tried() -> None:
    paths = {
        path.removeprefix("/api/v1/")
        for path, operations in api.get_openapi_schema()["paths"].items()
        if any(one["name"] == "cursor" for one in operations.get("get", {}).get("parameters", ()))
    }
    assert paths == CASES.keys()


def name_of(made: Any, field: str) -> str:
    if isinstance(made, str):
        return made
    told_by = {Intake: "uid", BranchStanding: "object_id"}
    return str(getattr(made, told_by.get(type(made), field)))


def path_of(path: str) -> str:
    first = path.partition("/")[0]
    if first == "webhooks" and "{" in path:
        return path.format(uid=Webhook.objects.get().pk)
    return path.format(key=KEYS.get(first))


def change(made: Any) -> None:
    """As another writer would: the same row with the next version."""
    if not isinstance(made, str):
        type(made).objects.get(pk=made.pk).save()


def take_away(made: Any) -> None:
    """Archived where that can be, else gone."""
    if isinstance(made, str):
        return
    if any(one.name == "archived_at" for one in made._meta.concrete_fields):
        type(made).objects.filter(pk=made.pk).update(archived_at=clock.now())
    else:
        made.delete()


@pytest.mark.parametrize("path", CASES)
def test_untouched_rows_are_met_once(
    path: str, cast: Cast, program: Callable[[Cast, Person], Program]
) -> None:
    make_goal(cast, "O-1")
    Pillar.objects.create(organisation=cast.organisation, key="ours", title="Ours")
    Perspective.objects.create(organisation=cast.organisation, key="inside", title="Inside")
    cast.ada.is_steward = True
    cast.ada.save()
    caller = program(cast, cast.ada)
    field, make = CASES[path]
    rows = {name_of(one, field): one for one in (make(cast, at) for at in ORIGINALS)}
    untouched, met, rounds = set(rows), list[str](), 0
    cursor: str | None = ""
    address, query = path_of(path), QUERY.get(path, {})
    while cursor is not None:
        answer = caller.get(address, limit=2, cursor=cursor, **query)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        met += [str(one[field]) for one in page["items"]]
        cursor = page["next"]
        rounds += 1
        if rounds < 8:
            for at in (rounds, 30 + rounds, 90 + rounds):
                make(cast, at)
        if rounds == 2:
            unread = [name for name in rows if name not in met]
            read = [name for name in rows if name in met]
            change(rows[unread[1]])
            for name in (*read[:1], unread[2]):
                take_away(rows[name])
                untouched -= set() if isinstance(rows[name], str) else {name}
    assert rounds > 3
    assert len(met) == len(set(met)), "something came twice"
    assert untouched <= set(met)
