"""Home: what changed since last time, what I follow, and the path from my key results up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from okapi.base import clock, scope
from okapi.goals import actions
from okapi.goals.choices import Followable
from okapi.goals.models import GoalHistory, KeyResult, Objective
from okapi.kpis.models import Kpi
from okapi.kpis.standings import entries
from okapi.talk import actions as talk
from okapi.talk.models import Comment, Follow, Seen
from tests.cast import NOW, TODAY, Cast
from tests.goals.making import make_objective, renewed
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]


def sentences(answer: Any) -> dict[str, list[str]]:
    """What is told, by title."""
    told = (*answer.context["changes"], *answer.context["changes_more"])
    return {one.title: [line.sentence for line in one.lines] for one in told}


def titles(answer: Any) -> list[list[str]]:
    """The path from the top down."""
    return [[step.title for step in level.steps] for level in answer.context["path"] or ()]


@pytest.fixture
def seen(cast: Cast) -> None:
    """Mia saw all there was an hour ago, and looked then."""
    hour = NOW - timedelta(hours=1)
    for person in (cast.mia, cast.lea, cast.vic, cast.tom):
        Seen.objects.create(
            organisation=cast.organisation, person=person, until=hour, looked_at=hour
        )


def test_what_others_did_is_told_and_what_i_did_is_not(
    browser: Open, cast: Cast, seen: None, goal: Objective
) -> None:
    GoalHistory.objects.update(valid_from=NOW - timedelta(days=2))
    lea, mia = cast.actor(cast.lea), cast.actor(cast.mia)
    actions.check_in(lea, "O-1.1", confidence=6, happened="Parts <late>.")
    actions.check_in(mia, "O-1.1", confidence=7, happened="My own word.")
    for actor in (lea, mia):
        talk.add_comment(actor, "objective", goal.pk, f"Said by {actor.name}")
    Comment.objects.update(created_at=NOW)
    actions.adjust_target(lea, "O-1.1", target=Decimal(90), reason="More stock.")
    answer = browser(cast.mia).get("")
    told = sentences(answer)[goal.title]
    assert len(told) == 3
    assert any(one.startswith("Lea checked in on") and "confidence 6" in one for one in told)
    assert "Lea commented" in told
    assert any(one.startswith("Lea adjusted it") for one in told)
    assert "Parts &lt;late&gt;." in answer.text
    assert "Said by Mia" not in answer.text


def test_a_health_that_changed_is_told_and_one_that_came_back_is_not(
    browser: Open, cast: Cast, seen: None, goal: Objective
) -> None:
    def history(health: str, **ago: int) -> None:
        GoalHistory.objects.create(
            organisation=cast.organisation,
            kind="objective",
            object_id=goal.pk,
            health=health,
            valid_from=NOW - timedelta(**ago),
        )

    now = goal.standing.__class__.objects.get(pk=goal.pk).health
    other = "off_track" if now != "off_track" else "on_track"
    GoalHistory.objects.all().delete()
    history(now, hours=3)
    history(other, minutes=50)
    history(now, minutes=40)
    assert goal.title not in sentences(browser(cast.mia).get(""))
    GoalHistory.objects.filter(valid_from__lt=NOW - timedelta(hours=2)).update(health=other)
    (told,) = sentences(browser(cast.mia).get(""))[goal.title]
    assert told.startswith("From ")


def test_new_goals_of_my_teams_are_told(browser: Open, cast: Cast, seen: None) -> None:
    now = UUID(int=(int(NOW.timestamp() * 1000) << 80) | 7)
    made = make_objective(cast, key="new", owner=cast.lea, team=cast.service)
    Objective.objects.filter(pk=made.pk).update(created_at=NOW)
    _move(made, now)
    assert sentences(browser(cast.mia).get("")) == {made.title: ["New objective of Service"]}
    assert sentences(browser(cast.lea).get("")) == {}  # it is her own
    assert sentences(browser(cast.tom).get("")) == {}
    actions.follow(cast.actor(cast.tom), Followable.TEAM, "service")
    assert made.title in sentences(browser(cast.tom).get(""))
    Objective.objects.update(visibility="named")
    assert sentences(browser(cast.mia).get("")) == {}


def _move(made: Objective, now: UUID) -> None:
    """Give it an id of that Monday; nothing points at it yet."""
    Objective.objects.filter(pk=made.pk).delete()
    made.pk = now
    made.save(force_insert=True)
    Objective.objects.filter(pk=now).update(created_at=NOW)


def test_all_seen_empties_the_list_and_a_later_thing_is_new(
    browser: Open, cast: Cast, seen: None, goal: Objective
) -> None:
    GoalHistory.objects.update(valid_from=NOW - timedelta(days=2))
    lea = cast.actor(cast.lea)
    actions.check_in(lea, "O-1.1", confidence=6)
    mia = browser(cast.mia)
    until = mia.get("").context["see_until"]
    assert mia.post("seen", {"until": until})["Location"] == "/o/acme/"
    assert sentences(mia.get("")) == {}
    with clock.at(NOW + timedelta(minutes=5)):
        actions.check_in(lea, "O-1.1", confidence=5)
        assert goal.title in sentences(mia.get(""))


@pytest.mark.parametrize("until", ["", "yesterday", "2026-13-01", "2026-11-23T00:00:00"])
def test_a_moment_that_is_none_is_refused(browser: Open, cast: Cast, until: str) -> None:
    assert browser(cast.mia).post("seen", {"until": until}).status_code == 422
    assert not Seen.objects.exists()


def test_a_new_visit_begins_where_the_last_one_ended(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    assert mia.get("").context["looked"]
    assert mia.post("looked").status_code == 204
    assert not mia.get("").context["looked"]  # it was kept a moment ago
    first = Seen.objects.get()
    assert first.until == NOW - timedelta(days=7)
    with clock.at(NOW + timedelta(hours=3)):
        mia.post("looked")
    assert Seen.objects.get().until == first.until  # still the same visit
    with clock.at(NOW + timedelta(hours=8)):
        mia.post("looked")
    assert Seen.objects.get().until == NOW + timedelta(hours=3)


def test_what_i_follow_stands_there_until_i_may_not_read_it(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    Kpi.objects.filter(key="kpi-O-1").update(owner=cast.mia)
    entries.renew(Kpi.objects.values_list("pk", flat=True), TODAY)
    tom = browser(cast.tom)
    things = ("objective/O-1", "kpi/kpi-O-1", "team/service", f"person/{cast.mia.pk}")
    for thing in things:
        assert tom.post(f"follow/{thing}", {"on": "1"}).status_code == 302
        assert tom.post(f"follow/{thing}", {"on": "1"}).status_code == 302  # once is enough
    assert Follow.objects.count() == 4
    lines = tom.get("").context["followed"]
    hrefs = {line.href for line in lines}
    assert hrefs == {
        "/o/acme/goals/O-1/",
        "/o/acme/kpis/kpi-O-1/",
        "/o/acme/teams/service/",
        f"/o/acme/people/{cast.mia.pk}/",
    }
    Objective.objects.update(visibility="named")
    Kpi.objects.update(visibility="named")
    left = tom.get("")
    assert len(left.context["followed"]) == 2
    assert "/goals/O-1/" not in left.text
    assert tom.post("follow/objective/O-1", {"on": "0"}).status_code == 404
    Objective.objects.update(visibility="everyone")
    for line in lines:
        tom.post(line.unfollow.removeprefix("/o/acme/"), {"on": "0"})
    assert [one.kind for one in Follow.objects.all()] == ["kpi"]  # still hidden


def test_the_button_says_which_it_is(browser: Open, cast: Cast, goal: Objective) -> None:
    vic = browser(cast.vic)
    for page, thing in (
        ("goals/O-1/", "objective/O-1"),
        ("kpis/kpi-O-1/", "kpi/kpi-O-1"),
        ("teams/service/", "team/service"),
        (f"people/{cast.mia.pk}/", f"person/{cast.mia.pk}"),
    ):
        assert not vic.get(page).context["follow"].is_on
        answer = vic.post(f"follow/{thing}", {"on": "1"}, htmx=True)
        assert 'aria-pressed="true"' in answer.text
        assert f'hx-post="/o/acme/follow/{thing}?on=0"' in answer.text  # the way back
        assert vic.get(page).context["follow"].is_on
        assert vic.post(f"follow/{thing}?on=0", htmx=True).status_code == 200
        assert not vic.get(page).context["follow"].is_on


@pytest.mark.parametrize("thing", ["moon/O-1", "objective/nothing", "person/mia", "team/x"])
def test_what_is_not_there_cannot_be_followed(
    browser: Open, cast: Cast, goal: Objective, thing: str
) -> None:
    assert browser(cast.mia).post(f"follow/{thing}", {"on": "1"}).status_code == 404
    assert not Follow.objects.exists()


def test_following_stays_in_its_organisation(
    browser: Open, cast: Cast, strangers: Cast, goal: Objective
) -> None:
    assert browser(strangers.mia).post("follow/objective/O-1", {"on": "1"}).status_code == 404
    with scope.organisation(strangers.organisation.pk):
        assert not Follow.objects.exists()


def test_the_path_has_all_parents_and_ends_at_the_company(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    for key, team in (("left", cast.service), ("right", cast.service), ("top", cast.company)):
        goal = make_objective(cast, key=key, owner=cast.lea, team=team)
        Objective.objects.filter(pk=goal.pk).update(title=key)
        renewed([goal])
    everybody = cast.system
    for child, parent in (("O-1", "left"), ("O-1", "right"), ("left", "top"), ("right", "top")):
        actions.contribute(everybody, child, to_objective=parent)
    answer = browser(cast.mia).get("")
    own = KeyResult.objects.get(key="O-1.1")
    path = titles(answer)
    assert path[-4] == ["top"]
    assert sorted(path[-3]) == ["left", "right"]
    assert path[-2:] == [[own.objective.title], [own.title]]
    assert not answer.context["path_note"]
    Objective.objects.filter(key="top").update(visibility="named", owner=cast.lea)
    hidden = browser(cast.mia).get("")
    assert ["top"] not in titles(hidden)
    assert "private" in hidden.context["path_note"]


def test_an_objective_of_the_company_is_where_the_path_ends(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1", team=cast.company)
    assert browser(cast.mia).get("").context["path_note"] == ""
    make_goal(cast, "O-2", owner=cast.tom, team=cast.sales)
    assert "contributes to nothing" in browser(cast.tom).get("").context["path_note"]


def test_another_key_result_begins_the_path(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    make_goal(cast, "O-2")
    answer = browser(cast.mia).get("?start=O-2.1&fragment=path")
    second = KeyResult.objects.get(key="O-2.1")
    assert titles(answer)[-2:] == [[second.objective.title], [second.title]]
    assert len(answer.context["path_choices"]) == 2


def test_empty_places_teach(browser: Open, cast: Cast) -> None:
    text = browser(cast.vic).get("").text
    for words in ("Nothing new.", "You follow nothing yet.", "You own no KPI.", "As soon as a key"):
        assert words in text


@pytest.mark.parametrize("fragment", ["due", "changes", "followed", "path"])
def test_each_region_is_fetched_alone(
    browser: Open, cast: Cast, goal: Objective, fragment: str
) -> None:
    text = browser(cast.mia).get(f"?fragment={fragment}").text
    assert "<html" not in text
    assert f'id="{fragment}"' in text


def test_statements_do_not_grow(
    browser: Open, cast: Cast, goal: Objective, statements: Any
) -> None:
    mia, counts = browser(cast.mia), []
    for more in ((), ("O-2", "O-3")):
        for key in more:
            make_goal(cast, key)
            made = make_goal(cast, f"T-{key}", owner=cast.tom, team=cast.sales)
            actions.follow(cast.actor(cast.mia), Followable.OBJECTIVE, made.pk)
            actions.follow(cast.actor(cast.mia), Followable.KPI, f"kpi-T-{key}")
        mia.get("")
        with statements() as asked:
            mia.get("")
        counts.append(len(asked))
    assert counts[0] == counts[1] == 9


def test_nobody_is_told_of_nothing_that_waits(browser: Open, cast: Cast, goal: Objective) -> None:
    assert browser(cast.vic).get("").context["today"] == "Monday, 23 Nov 2026"
    assert "waits for you" in browser(cast.mia).get("").context["today"]
