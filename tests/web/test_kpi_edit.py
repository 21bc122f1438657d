"""KPIs on pages: made, proposed and adopted, edited by two at once, defined, retired, revived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base.models import Change
from okapi.goals.models import Objective
from okapi.kpis import actions
from okapi.kpis.actions import DefinitionDraft
from okapi.kpis.models import Definition, Kpi
from tests.cast import Cast
from tests.goals.making import make_kpi
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import began, form_of, text_of

Open = Callable[..., Browser]
NEW = {
    "name": "Return rate",
    "unit": "%",
    "direction": "down",
    "frequency": "week",
    "aggregation": "ratio",
    "team": "service",
    "owner": "mia@acme.example",
    "owner_text": "Mia",
    "has_total": "1",
    "delay_days": "3",
    "visibility": "everyone",
}
EDIT, DEFINE, RETIRE = "kpis/returns/edit", "kpis/returns/definition", "kpis/returns/retire"


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    """A KPI of service that Mia owns."""
    made = make_kpi(cast, "returns", frequency="week", unit="%")
    Kpi.objects.filter(pk=made.pk).update(team=cast.service, owner=cast.mia, name="Return rate")
    return Kpi.objects.get(pk=made.pk)


# New and proposed.


def test_a_steward_makes_one_that_is_used_at_once(browser: Open, cast: Cast) -> None:
    sten = browser(cast.sten)
    assert "New KPI" in text_of(sten.get("kpis/"))
    answer = sten.post("kpis/new", NEW)
    made = Kpi.objects.get()
    assert (made.key, made.state, made.team, made.owner) == (
        "return-rate", "active", cast.service, cast.mia,
    )  # fmt: skip
    definition = made.definition
    assert definition is not None
    assert (definition.unit, definition.direction, definition.frequency, definition.delay_days) == (
        "%", "down", "week", 3,
    )  # fmt: skip
    assert "Add its first values, or set a target." in text_of(sten.get(answer["Location"]))


def test_a_member_proposes_and_the_lead_adopts(browser: Open, cast: Cast) -> None:
    mia, lea = browser(cast.mia), browser(cast.lea)
    assert "Propose a KPI" in text_of(mia.get("kpis/"))
    assert "It begins as a proposal." in text_of(mia.get("kpis/new"))
    answer = mia.post("kpis/new", NEW)
    assert Kpi.objects.get().state == "proposed"
    page = text_of(mia.get(answer["Location"]))
    assert "A data steward or the lead of its team can adopt it." in page
    assert "kpis/return-rate/adopt" not in page
    assert mia.post("kpis/return-rate/adopt").status_code == 403
    assert "kpis/return-rate/adopt" in text_of(lea.get("kpis/return-rate/"))
    answer = lea.post("kpis/return-rate/adopt", htmx=True)
    assert answer["HX-Trigger"] == "okapi-changed"
    assert "Adopted: it is in use." in text_of(answer)
    assert Kpi.objects.get().state == "active"
    assert lea.post("kpis/return-rate/adopt").status_code == 422


def test_a_proposal_waits_where_it_is_decided_on(browser: Open, cast: Cast) -> None:
    mia, lea = browser(cast.mia), browser(cast.lea)
    assert "Nothing is proposed" in text_of(lea.get("kpis/proposed"))
    mia.post("kpis/new", NEW)
    waiting = text_of(mia.get("kpis/proposed"))
    assert "Return rate" in waiting
    assert "kpis/return-rate/adopt" not in waiting
    deciding = text_of(lea.get("kpis/proposed"))
    assert "kpis/return-rate/adopt" in deciding
    assert "kpis/return-rate/retire" in deciding
    page = text_of(mia.get("kpis/return-rate/"))
    assert "proposed by" in page
    assert "decided by" not in page
    assert "Once a data steward or the lead of its team has adopted it" in page
    assert "Adopt it, and it can be measured" in text_of(lea.get("kpis/return-rate/"))
    lea.post("kpis/return-rate/adopt")
    assert "Nothing is proposed" in text_of(lea.get("kpis/proposed"))
    assert "decided by" in text_of(mia.get("kpis/return-rate/"))


def test_a_declined_proposal_says_why_to_who_made_it(browser: Open, cast: Cast) -> None:
    mia, lea = browser(cast.mia), browser(cast.lea)
    mia.post("kpis/new", NEW)
    assert mia.post("kpis/return-rate/retire").status_code == 403
    asked = text_of(lea.get("kpis/return-rate/retire"))
    assert "Decline “Return rate”" in asked
    answer = lea.post("kpis/return-rate/retire", {"reason": "We have repairs for that"})
    assert "Declined." in text_of(lea.get(answer["Location"]))
    assert f"declined by {cast.lea.name}: We have repairs for that" in text_of(
        mia.get("kpis/retired")
    )
    lea.post("kpis/return-rate/revive")
    lea.post("kpis/return-rate/retire")
    assert f"retired by {cast.lea.name}" in text_of(mia.get("kpis/retired"))


def test_all_that_may_be_said(browser: Open, cast: Cast) -> None:
    more = {
        "key": "RR",
        "name_other": "退货率",
        "description": "Devices sent back",
        "text": "Within 30 days",
        "dimensions": "product，channel、 region",
        "slice_aggregation": "mean",
        "decimals": "1",
        "source": "ERP",
        "readers": ["tom@acme.example"],
        "readers_more": "",
        "readers_more_text": "",
        "visibility": "named",
    }
    browser(cast.sten).post("kpis/new", {**NEW, **more})
    made = Kpi.objects.get(key="RR")
    definition = made.definition
    assert definition is not None
    assert definition.dimensions == ["product", "channel", "region"]
    assert (definition.text, definition.source, definition.decimals) == ("Within 30 days", "ERP", 1)
    assert [one.name for one in made.readers.all()] == ["Tom"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "This is needed."),
        ({"name": "x" * 301}, "301 characters"),
        ({"decimals": "99"}, "0 to 12"),
        ({"decimals": "x"}, "is not a number"),
        ({"delay_days": "-1"}, "0 to 400"),
        ({"dimensions": "value"}, "cannot be a dimension"),
        ({"dimensions": "a, a"}, "cannot be a dimension"),
        ({"has_total": ""}, ""),
        ({"direction": "left"}, "left"),
        ({"frequency": "hourly"}, "hourly"),
        ({"team": "nobody"}, "nobody"),
        ({"owner": "", "owner_text": "Nobody"}, "Nothing found"),
        ({"key": "taken"}, "is taken"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    browser: Open, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    make_kpi(cast, "taken")
    sent = {**NEW, "description": "kept", **wrong}
    if not sent["has_total"]:
        del sent["has_total"]  # a box that is not ticked is not sent
    answer = browser(cast.sten).post("kpis/new", sent)
    assert answer.status_code == 422
    text = text_of(answer)
    assert sentence in text
    assert "kept" in text
    assert not form_of(answer).error, form_of(answer).error
    assert Kpi.objects.count() == 1


def test_who_may_make_one(browser: Open, cast: Cast, strangers: Cast) -> None:
    assert browser(cast.vic).get("kpis/new").status_code == 403
    assert browser(cast.vic).post("kpis/new", NEW).status_code == 403
    assert "kpis/new" not in text_of(browser(cast.vic).get("kpis/"))
    assert browser(strangers.mia).get("kpis/new").status_code == 404
    assert browser(cast.mia).client.delete("/o/acme/kpis/new").status_code == 405


# Edit.


def test_its_owner_edits_it_and_takes_it_back(browser: Open, cast: Cast, returns: Kpi) -> None:
    mia = browser(cast.mia)
    sent = {"name": "Returns", "description": "Sent back", "owner_text": "Rob", "owner": ""}
    answer = mia.post(EDIT, {**began(mia.get(EDIT)), **sent})
    returns.refresh_from_db()
    assert (returns.name, returns.description, returns.owner) == ("Returns", "Sent back", cast.rob)
    assert "Undo" in text_of(mia.get(answer["Location"]))
    number = Change.objects.get(kind="kpi", verb="edit").pk
    assert mia.post(f"changes/{number}/undo").status_code == 403  # Rob's by now
    Kpi.objects.update(owner=cast.mia)
    Change.objects.filter(pk=number).update(after={"name": "Returns"}, before={"name": "Rate"})
    mia.post(f"changes/{number}/undo")
    returns.refresh_from_db()
    assert returns.name == "Rate"


def test_team_and_readers_are_for_those_who_define_it(
    browser: Open, cast: Cast, returns: Kpi
) -> None:
    mia, lea = browser(cast.mia), browser(cast.lea)
    assert 'name="team"' not in text_of(mia.get(EDIT))
    assert mia.post(EDIT, {"team": "sales"}).status_code == 403
    sent = {"team": "repairs", "visibility": "named", "readers": ["rob@acme.example"]}
    lea.post(EDIT, {**sent, "readers_more": "", "readers_more_text": "Mia"})
    returns.refresh_from_db()
    assert (returns.team, returns.visibility) == (cast.repairs, "named")
    assert {one.name for one in returns.readers.all()} == {"Rob", "Mia"}
    change = Change.objects.get(kind="kpi", verb="edit")
    assert change.after["readers"] == ["mia@acme.example", "rob@acme.example"]


def test_two_at_once_lose_nothing(browser: Open, cast: Cast, returns: Kpi) -> None:
    mia = browser(cast.mia)
    opened = began(mia.get(EDIT))
    lea = cast.actor(cast.lea)
    actions.edit_kpi(lea, "returns", description="Sent back", name_other="退货率")
    mia.post(EDIT, {**opened, "name": "Returns", "description": "", "name_other": ""})
    returns.refresh_from_db()
    assert (returns.name, returns.description, returns.name_other) == (
        "Returns", "Sent back", "退货率",
    )  # fmt: skip
    answer = mia.post(EDIT, {**opened, "name": "Many returns"})
    assert answer.status_code == 422
    assert "Mia changed this too" in text_of(answer)  # in another window
    mia.post(EDIT, {**began(answer), "name": "Many returns", "take-name": "theirs"})
    returns.refresh_from_db()
    assert returns.name == "Returns"


# Definition.


def test_a_change_makes_a_new_version(browser: Open, cast: Cast, returns: Kpi) -> None:
    sten = browser(cast.sten)
    form = sten.get(DEFINE)
    same = {name: NEW[name] for name in ("unit", "direction", "frequency", "aggregation")}
    sent = {**same, "text": "Within 30 days", "has_total": "1", "delay_days": "0", "reason": "Yes"}
    answer = sten.post(DEFINE, {**began(form), **sent})
    returns.refresh_from_db()
    version = returns.definition
    assert version is not None
    assert (version.number, version.direction, version.text) == (2, "down", "Within 30 days")
    assert "The new version is in force." in text_of(sten.get(answer["Location"]))
    page = text_of(sten.get(DEFINE))
    assert "Put version 3 in force" in page
    assert page.count('class="kpi-version"') == 2
    change = Change.objects.get(kind="kpi", verb="define")
    assert change.after["reason"] == "Yes"


def test_two_who_define_at_once(browser: Open, cast: Cast, returns: Kpi) -> None:
    sten = browser(cast.sten)
    opened = began(sten.get(DEFINE))
    lea = cast.actor(cast.lea)
    draft = DefinitionDraft(frequency="week", unit="%", text="Lea's words", delay_days=5)
    actions.redefine_kpi(lea, "returns", draft)
    same = {"direction": "up", "frequency": "week", "aggregation": "last", "has_total": "1"}
    sten.post(DEFINE, {**opened, **same, "unit": "%", "source": "ERP", "text": ""})
    version = Kpi.objects.get().definition
    assert version is not None
    assert (version.number, version.text, version.delay_days, version.source) == (
        3, "Lea's words", 5, "ERP",
    )  # fmt: skip
    answer = sten.post(DEFINE, {**opened, **same, "unit": "%", "text": "Sten's words"})
    assert answer.status_code == 422
    assert "Lea&#x27;s words" in text_of(answer)


def test_what_cannot_be_defined(browser: Open, cast: Cast, returns: Kpi) -> None:
    answer = browser(cast.sten).post(DEFINE, {"direction": "up", "dimensions": ""})
    assert answer.status_code == 422  # neither a total nor dimensions
    assert Definition.objects.count() == 1


# Retire and revive.


def test_what_stands_against_retiring_is_named(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1", guarded=True)
    lea = browser(cast.sten)
    answer = lea.post("kpis/kpi-O-1/retire", {"reason": "Nobody looks"})
    assert answer.status_code == 422
    assert "The key result O-1.1 moves this KPI." in text_of(answer)
    assert "Nobody looks" in text_of(answer)
    assert "The objective O-1 guards this KPI." in text_of(lea.post("kpis/cost-O-1/retire"))
    Objective.objects.get().key_results.update(state="closed")
    lea.post("kpis/kpi-O-1/retire")
    assert Kpi.objects.get(key="kpi-O-1").state == "retired"


def test_retired_ones_are_listed_and_revived(browser: Open, cast: Cast, returns: Kpi) -> None:
    lea = browser(cast.lea)
    assert "No KPI is retired" in text_of(lea.get("kpis/retired"))
    answer = lea.post(RETIRE, {"reason": "Replaced"})
    page = text_of(lea.get(answer["Location"]))
    assert "Retired. Its values and history stay." in page
    assert "Undo" in page
    assert lea.get("kpis/returns/").status_code == 404
    listed = text_of(lea.get("kpis/retired"))
    assert "Return rate" in listed
    assert "kpis/returns/revive" not in text_of(browser(cast.tom).get("kpis/retired"))
    assert browser(cast.mia).post("kpis/returns/revive").status_code == 403
    lea.post("kpis/returns/revive")
    assert lea.get("kpis/returns/").status_code == 200
    assert lea.post("kpis/returns/revive").status_code == 404
    lea.post(RETIRE)
    lea.post(f"changes/{Change.objects.latest('pk').pk}/undo")
    assert Kpi.objects.get().state == "active"


# Who may.


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (EDIT, {"lea", "mia", "sten"}),
        (DEFINE, {"lea", "sten"}),
        (RETIRE, {"lea", "sten"}),
        ("kpis/returns/targets", {"lea", "sten"}),
    ],
)
def test_who_may(
    browser: Open, cast: Cast, strangers: Cast, returns: Kpi, path: str, allowed: set[str]
) -> None:
    for name in ("ada", "stella", "sten", "lea", "mia", "rob", "tom", "vic"):
        who = browser(getattr(cast, name))
        assert who.get(path).status_code == (200 if name in allowed else 403), name
        if name not in allowed:
            assert who.post(path, {"name": "x"}).status_code == 403, name
            assert path not in text_of(who.get("kpis/returns/")), name
        else:
            assert path in text_of(who.get("kpis/returns/")), name
    assert browser(strangers.mia).get(path).status_code == 404
    assert browser(cast.lea).get(path.replace("returns", "nothing")).status_code == 404
    assert browser(cast.lea).client.put(f"/o/acme/{path}").status_code == 405


@pytest.mark.parametrize(
    "path", ["kpis/new", EDIT, DEFINE, RETIRE, "kpis/proposed", "kpis/retired"]
)
def test_the_number_of_statements(
    browser: Open, cast: Cast, returns: Kpi, statements: Any, path: str
) -> None:
    lea = browser(cast.lea)

    def count() -> int:
        lea.get(path)
        with statements() as asked:
            lea.get(path)
        return len(asked)

    def more(at: int) -> None:
        made = make_kpi(cast, f"other-{at}")
        actions.retire_kpi(cast.actor(cast.sten), made.pk)
        Kpi.objects.filter(pk=make_kpi(cast, f"idea-{at}").pk).update(state="proposed")
        actions.redefine_kpi(cast.actor(cast.sten), "returns", DefinitionDraft(unit=str(at)))

    more(0)
    once = count()
    for at in range(1, 4):
        more(at)
    assert count() == once
    assert once <= 14
