"""Pillars and perspectives: made, ordered, put away, and by whom."""

from __future__ import annotations

from datetime import date

import pytest

from okapi.base.models import Change
from okapi.core.errors import Conflict, Forbidden, NotFound, Refusals, Refused
from okapi.kpis.models import Kpi
from okapi.orgs.actions import pillars
from okapi.orgs.models import Perspective, Pillar
from tests.cast import Cast
from tests.goals.making import make_kpi, make_objective


def order() -> list[str]:
    return list(Pillar.objects.order_by("position", "id").values_list("key", flat=True))


def test_a_pillar_with_all_that_belongs_to_it(cast: Cast) -> None:
    made = pillars.create(
        cast.actor(cast.stella),
        title="Loved by customers",
        title_other="客户喜爱",
        description="Why\nnow",
        owner="lea@acme.example",
        perspective="customer",
        horizon_starts=date(2026, 1, 1),
        horizon_ends=date(2028, 12, 31),
    )
    assert (made.key, made.owner, made.perspective.key) == (
        "loved-by-customers",
        cast.lea,
        "customer",
    )
    assert Change.objects.get(kind="pillar").after["owner"] == str(cast.lea.pk)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": ""}, "text.empty", "title"),
        ({"owner": "nobody@acme.example"}, "reference.unknown", "owner"),
        ({"perspective": "luck"}, "reference.unknown", "perspective"),
        ({"horizon_starts": date(2027, 1, 1), "horizon_ends": date(2026, 1, 1)},
         "span.ends_first", "horizon_ends"),
    ],
)  # fmt: skip
def test_what_is_refused_at_its_field(
    cast: Cast, given: dict[str, object], code: str, field: str
) -> None:
    stella = cast.actor(cast.stella)
    with pytest.raises(Refused) as refused:
        pillars.create(stella, **{"title": "Fine", **given})  # type: ignore[arg-type]  # wrong on purpose
    assert (refused.value.code, refused.value.field) == (code, field)
    made = pillars.create(stella, title="Fine")
    with pytest.raises(Refused) as refused:
        pillars.edit(stella, made.pk, **given)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_only_strategists(cast: Cast) -> None:
    made = pillars.create(cast.actor(cast.stella), title="Loved")
    perspective = Perspective.objects.get(key="finance")
    for person in (cast.ada, cast.lea, cast.sten, cast.vic):
        actor = cast.actor(person)
        with pytest.raises(Forbidden):
            pillars.create(actor, title="Mine")
        with pytest.raises(Forbidden):
            pillars.edit(actor, made.pk, title="Mine")
        with pytest.raises(Forbidden):
            pillars.add_perspective(actor, title="Mine")
        with pytest.raises(Forbidden):
            pillars.remove_perspective(actor, perspective.pk)


def test_their_order(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    first, second, third = (pillars.create(stella, title=name) for name in "abc")
    pillars.move(stella, third.pk, earlier=True)
    assert order() == ["a", "c", "b"]
    pillars.move(stella, first.pk, earlier=False)
    assert order() == ["c", "a", "b"]
    pillars.move(stella, third.pk, earlier=True)
    assert order() == ["c", "a", "b"]
    with pytest.raises(Conflict):
        pillars.move(stella, second.pk, earlier=True, version=1)


def test_what_belongs_to_it_keeps_it(cast: Cast) -> None:
    stella = cast.actor(cast.stella)
    made = pillars.create(stella, title="Loved")
    Kpi.objects.filter(pk=make_kpi(cast).pk).update(pillar=made)
    goal = make_objective(cast, pillar=made)
    with pytest.raises(Refusals) as refused:
        pillars.archive(stella, made.pk)
    assert {error.code for error in refused.value.errors} == {"pillar.has_kpis", "pillar.has_goals"}
    Kpi.objects.update(state="retired")
    goal.state = "closed"
    goal.save()
    assert pillars.archive(stella, made.pk).archived_at is not None
    assert pillars.restore(stella, made.pk).archived_at is None


def test_perspectives(cast: Cast, strangers: Cast) -> None:
    stella = cast.actor(cast.stella)
    made = pillars.add_perspective(stella, title="Planet", title_other="环境")
    pillars.move_perspective(stella, made.pk, earlier=True)
    keys = list(Perspective.objects.order_by("position").values_list("key", flat=True))
    assert keys == ["finance", "customer", "process", "planet", "learning"]
    pillars.edit_perspective(stella, made.pk, title="Earth", title_other="")
    pillar = pillars.create(stella, title="Clean", perspective="planet")
    with pytest.raises(Refused) as refused:
        pillars.remove_perspective(stella, made.pk)
    assert refused.value.code == "perspective.in_use"
    pillars.archive(stella, pillar.pk)
    pillars.remove_perspective(stella, made.pk)
    assert not Perspective.objects.filter(key="planet").exists()
    with pytest.raises(NotFound):
        pillars.edit_perspective(cast.actor(cast.stella), made.pk, title="x", title_other="")
