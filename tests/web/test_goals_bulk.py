"""Several objectives changed at once: each by its own rights, and told row by row."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from okapi.goals.models import Adjustment, Objective
from okapi.orgs.models import Cycle, Pillar
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import form_of, text_of

Open = Callable[..., Browser]
PATH = "goals/bulk"
ALL = ["O-1", "O-2", "O-3"]


@pytest.fixture
def goals(cast: Cast) -> None:
    """A draft and an agreed objective of service, and one of sales, which Lea does not lead."""
    make_objective(cast, key="O-1", team=cast.service, owner=cast.mia, state="draft")
    make_goal(cast, "O-2")
    make_objective(cast, key="O-3", team=cast.sales, owner=cast.tom, state="draft")


def become(answer: Any) -> dict[str, str]:
    """What became of each: the reason against it, or nothing."""
    return {row.title: row.refused for row in answer.context["rows"]}


def apply(who: Browser, goal: list[str], do: str, **sent: str) -> Any:
    return who.post(PATH, {"goal": goal, "do": do, "apply": "1", **sent})


def test_every_row_can_be_chosen_by_those_who_may_change_any(
    browser: Open, cast: Cast, goals: None
) -> None:
    text = text_of(browser(cast.lea).get("goals/?cycle=2026Q4"))
    assert text.count('name="goal"') == 3
    assert 'id="bulk"' in text
    # A row that is fetched anew alone still has its box.
    assert 'value="O-1"' in text_of(browser(cast.lea).get("goals/O-1/?fragment=line", htmx=True))
    text = text_of(browser(cast.vic).get("goals/?cycle=2026Q4"))
    assert 'name="goal"' not in text
    assert 'id="bulk"' not in text


def test_it_asks_before(browser: Open, cast: Cast, goals: None) -> None:
    answer = browser(cast.lea).post(PATH, {"goal": ALL, "do": "owner"})
    assert answer.status_code == 200
    text = text_of(answer)
    assert "Owner of 3 objectives" in text
    assert text.count('name="goal"') == 3
    assert Objective.objects.filter(owner=cast.mia).count() == 2
    dialog = text_of(browser(cast.lea).post(PATH, {"goal": ALL, "do": "owner"}, htmx=True))
    assert dialog.lstrip().startswith("<header")


def test_the_owner_and_what_could_not_be_changed(browser: Open, cast: Cast, goals: None) -> None:
    answer = apply(browser(cast.lea), ALL, "owner", owner="rob@acme.example", owner_text="Rob")
    found = become(answer)
    assert (found["O-1"], found["O-2"]) == ("", "")
    assert "this is not yours to do" in found["O-3"]
    assert "2 of 3 changed." in text_of(answer)
    owners = dict(Objective.objects.values_list("key", "owner__name"))
    assert owners == {"O-1": "Rob", "O-2": "Rob", "O-3": "Tom"}
    # Those that stayed as they were stand first.
    assert next(iter(answer.context["rows"])).title == "O-3"


def test_another_cycle_takes_a_reason_where_it_was_agreed(
    browser: Open, cast: Cast, goals: None
) -> None:
    lea = browser(cast.lea)
    found = become(apply(lea, ALL[:2], "cycle", cycle="2026"))
    assert found["O-1"] == ""
    assert "Say why it changes" in found["O-2"]
    found = become(apply(lea, ["O-2"], "cycle", cycle="2026", reason="It takes the year"))
    assert found == {"O-2": ""}
    assert set(Objective.objects.filter(cycle=cast.year).values_list("key", flat=True)) == {
        "O-1", "O-2",
    }  # fmt: skip
    assert Adjustment.objects.get().reason == "It takes the year"


def test_a_pillar_and_none(browser: Open, cast: Cast, goals: None) -> None:
    Pillar.objects.create(organisation=cast.organisation, key="care", title="Care")
    lea = browser(cast.lea)
    apply(lea, ALL[:2], "pillar", pillar="care")
    assert Objective.objects.filter(pillar__key="care").count() == 2
    apply(lea, ["O-1"], "pillar", pillar="")
    assert Objective.objects.filter(pillar__key="care").count() == 1


def test_archived_together(browser: Open, cast: Cast, goals: None) -> None:
    found = become(apply(browser(cast.lea), ALL, "archive"))
    assert found["O-1"] == ""
    assert "Say why it changes" in found["O-2"]
    assert found["O-3"]
    gone = Objective.objects.filter(archived_at__isnull=False).values_list("key", flat=True)
    assert list(gone) == ["O-1"]


def test_in_the_dialog_the_list_is_told(browser: Open, cast: Cast, goals: None) -> None:
    sent = {"goal": ["O-1"], "do": "archive", "apply": "1"}
    answer = browser(cast.lea).post(PATH, sent, htmx=True)
    assert answer["HX-Trigger"] == "okapi-changed, okapi-bulk-done, okapi-close"
    assert "1 of 1 changed." in text_of(answer)
    # Where something stayed as it was, it is read in the dialog.
    answer = browser(cast.lea).post(PATH, {**sent, "goal": ["O-3"]}, htmx=True)
    assert answer["HX-Trigger"] == "okapi-changed, okapi-bulk-done"
    assert text_of(answer).lstrip().startswith("<header")


@pytest.mark.parametrize(
    ("do", "sent", "field"),
    [
        ("owner", {}, "This is needed."),
        ("owner", {"owner_text": "Nobody", "owner": ""}, "Nothing found"),
        ("cycle", {}, "This is needed."),
    ],
)
def test_what_has_to_be_said(
    browser: Open, cast: Cast, goals: None, do: str, sent: dict[str, str], field: str
) -> None:
    answer = apply(browser(cast.lea), ALL, do, reason="kept", **sent)
    assert answer.status_code == 422
    assert field in text_of(answer)
    assert "kept" in text_of(answer)
    assert not form_of(answer).error


def test_nonsense(browser: Open, cast: Cast, goals: None) -> None:
    lea = browser(cast.lea)
    assert lea.post(PATH, {"goal": ALL, "do": "marry"}).status_code == 422
    assert lea.post(PATH, {"do": "owner"}).status_code == 422
    many = [f"X-{at}" for at in range(201)]
    assert lea.post(PATH, {"goal": many, "do": "archive"}).status_code == 422
    Cycle.objects.filter(key="2026").update(state="closed")
    found = become(apply(lea, ["O-1"], "cycle", cycle="2026"))
    assert "is closed" in found["O-1"]


def test_hidden_ones_are_not_told_of(browser: Open, cast: Cast, goals: None) -> None:
    Objective.objects.filter(key="O-3").update(visibility="named", title="Secret")
    answer = apply(browser(cast.lea), ["O-3", "nothing"], "archive")
    assert "Secret" not in text_of(answer)
    found = become(answer)
    assert found["O-3"].replace("O-3", "") == found["nothing"].replace("nothing", "")


def test_who_may(browser: Open, cast: Cast, strangers: Cast, goals: None) -> None:
    sent = {"goal": ALL, "do": "archive", "apply": "1"}
    assert browser(cast.vic).post(PATH, sent).status_code == 403
    assert browser(strangers.mia).post(PATH, sent).status_code == 404
    for person in (cast.ada, cast.sten, cast.rob):
        answer = browser(person).post(PATH, sent)
        assert all(become(answer).values()), person
    assert browser(cast.lea).get(PATH).status_code == 405
    assert not Objective.objects.filter(archived_at__isnull=False).exists()


def test_the_number_of_statements_of_the_form(
    browser: Open, cast: Cast, goals: None, statements: Any
) -> None:
    lea = browser(cast.lea)

    def count(keys: list[str]) -> int:
        lea.post(PATH, {"goal": keys, "do": "cycle"})
        with statements() as asked:
            lea.post(PATH, {"goal": keys, "do": "cycle"})
        return len(asked)

    assert count(ALL) == count(ALL[:1])


# The way back.


def state() -> list[tuple[Any, ...]]:
    """What a change of several can change, of each objective."""
    columns = ("key", "owner__name", "cycle__key", "pillar__key", "archived_at")
    return list(Objective.objects.order_by("key").values_list(*columns))


def undo_of(answer: Any) -> str:
    """The address of the way back."""
    found: str = re.search(r'hx-post="([^"]*/undo-all)"', text_of(answer))[1]  # type: ignore[index]  # it is offered
    return found


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("do", "sent"),
    [
        ("owner", {"owner": "rob@acme.example", "owner_text": "Rob"}),
        ("cycle", {"cycle": "2026", "reason": "It takes the year"}),
        ("pillar", {"pillar": "care"}),
        ("archive", {"reason": "Not now"}),
    ],
)
def test_one_press_takes_all_back(
    browser: Open, cast: Cast, goals: None, do: str, sent: dict[str, str], htmx: bool
) -> None:
    Pillar.objects.create(organisation=cast.organisation, key="care", title="Care")
    lea, before = browser(cast.lea), state()
    answer = lea.post(PATH, {"goal": ALL[:2], "do": do, "apply": "1", **sent}, htmx=htmx)
    assert state() != before
    back = lea.post(undo_of(answer), htmx=htmx)
    assert state() == before
    if htmx:
        assert "Taken back." in text_of(back)
        assert back["HX-Trigger"] == "okapi-changed, okapi-bulk-done, okapi-close"
    else:
        assert "2 of 2 taken back." in text_of(back)


def test_of_agreed_ones_it_is_an_adjustment(browser: Open, cast: Cast, goals: None) -> None:
    lea = browser(cast.lea)
    lea.post(undo_of(apply(lea, ["O-2"], "cycle", cycle="2026", reason="It takes the year")))
    reasons = Adjustment.objects.order_by("at", "pk").values_list("reason", flat=True)
    assert list(reasons) == [
        "It takes the year", "A change of several goals at once was taken back.",
    ]  # fmt: skip


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_changed_since_stays_and_is_told(
    browser: Open, cast: Cast, goals: None, htmx: bool
) -> None:
    lea = browser(cast.lea)
    answer = apply(lea, ALL[:2], "owner", owner="rob@acme.example", owner_text="Rob")
    lea.post("goals/O-1/edit", {"owner": cast.ada.email, "owner_text": "Ada", "from": "page"})
    back = lea.post(undo_of(answer), htmx=htmx)
    owners = dict(Objective.objects.values_list("key", "owner__name"))
    assert owners == {"O-1": "Ada", "O-2": "Mia", "O-3": "Tom"}
    text = text_of(back)
    assert "1 of 2 taken back." in text
    assert "It was changed again since" in text


def test_without_a_script_it_asks_before_it_is_taken_back(
    browser: Open, cast: Cast, goals: None
) -> None:
    lea = browser(cast.lea)
    answer = apply(lea, ALL[:2], "archive", reason="Not now")
    asked = text_of(lea.get(undo_of(answer)))
    assert "2 things become what they were before your change." in asked
    assert Objective.objects.filter(archived_at__isnull=False).count() == 2


def test_only_ones_own_changes(browser: Open, cast: Cast, goals: None) -> None:
    lea = browser(cast.lea)
    way_back = undo_of(apply(lea, ALL[:2], "archive", reason="Not now"))
    assert browser(cast.stella).post(way_back).status_code == 404
    for wrong in ("x", "0", "", "1,,2", ",".join(["1"] * 1001)):
        assert lea.post(f"changes/{wrong}/undo-all").status_code == 404, wrong
    assert Objective.objects.filter(archived_at__isnull=False).count() == 2
