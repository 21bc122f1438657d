"""The catalogue of KPIs: who sees what, order, groups, filters, pages, the file, statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.base import clock, cursors
from okapi.kpis.models import Kpi, KpiStanding, Slice, Target
from okapi.kpis.queries import paging
from okapi.kpis.standings import entries, renew
from okapi.orgs.models import Pillar
from tests.cast import TODAY, Cast
from tests.goals.making import make_kpi, measure
from tests.web.conftest import Browser

Open = Callable[..., Browser]
NOWHERE = "01a220b3-60f6-7316-9780-8b77fa115a06"


def listed(answer: Any) -> list[str]:
    """The KPIs in the order in which they stand."""
    return [row.name for group in answer.context["groups"] for row in group.rows]


def kpi(cast: Cast, key: str, values: dict[str, Any], target: Any = None, **more: Any) -> Kpi:
    """A weekly KPI (up) of the service team, owned by Mia, with its standing."""
    fields = {name: more.pop(name) for name in ("team", "owner", "pillar") if name in more}
    fields = {"team": cast.service, "owner": cast.mia} | fields
    visibility = more.pop("visibility", "everyone")
    made = make_kpi(cast, key, **{"frequency": "week", **more})
    Kpi.objects.filter(pk=made.pk).update(**fields, visibility=visibility)
    measure(cast, made, values)
    if target is not None:
        Target.objects.create(
            organisation=cast.organisation,
            kpi=made,
            slice=Slice.objects.get(kpi=made, key=""),
            frequency="year",
            first=date(2026, 1, 1),
            last=date(2026, 12, 31),
            label="2026",
            value=Decimal(target),
            amber=Decimal(target) - 2,
        )
    renew([made.pk], at=clock.now(), today=TODAY)
    return made


def one_of_each(cast: Cast) -> None:
    """A KPI in every status, named so that the alphabet says nothing."""
    kpi(cast, "a green", {"2026-W46": 9, "2026-W47": 12}, 10)
    kpi(cast, "b none", {})
    kpi(cast, "c no target", {"2026-W47": 1})
    kpi(cast, "d amber", {"2026-W47": 9}, 10)
    kpi(cast, "e stale", {"2026-W40": 12}, 10)
    kpi(cast, "f red", {"2026-W47": 1}, 10)
    made = kpi(cast, "g signal", {"2026-W47": 12}, 10)
    KpiStanding.objects.filter(kpi=made).update(signal={"kind": "run"})
    entries.renew([made.pk], TODAY)
    kpi(cast, "h due", {"2026-W46": 12}, 10)


ALL = ["g signal", "f red", "e stale", "d amber", "c no target", "b none", "a green", "h due"]


def test_it_shows_a_kpi_with_all_that_belongs_to_its_number(browser: Open, cast: Cast) -> None:
    kpi(cast, "returns", {"2026-W46": 3, "2026-W47": 12}, 10, unit="%")
    answer = browser(cast.vic).get("kpis/")
    assert answer.status_code == 200
    (row,) = answer.context["groups"][0].rows
    assert (row.href, row.where) == ("/o/acme/kpis/returns/", "Service · Mia")
    assert (row.value.text, row.target.bare, row.age.words) == ("12%", "≥ 10%", "W47")
    assert row.status.kind == "green"
    assert len(row.spark.values) == 2
    assert row.topic.startswith("kpi:")


def test_what_wants_attention_stands_first(browser: Open, cast: Cast) -> None:
    one_of_each(cast)
    answer = browser(cast.vic).get("kpis/")
    assert listed(answer) == ALL
    text = answer.content.decode()
    assert "8 KPIs" in text
    assert "1 signal" in text
    counts = {count.kind: count.count for count in answer.context["summary"]["counts"]}
    assert counts == {
        "red": 1,
        "stale": 1,
        "amber": 1,
        "due": 1,
        "no_target": 1,
        "no_data": 1,
        "green": 2,
    }


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("red", ["f red"]),
        ("stale", ["e stale"]),
        ("due", ["h due"]),
        ("no_target", ["c no target"]),
        ("no_data", ["b none"]),
        ("signal", ["g signal"]),
        ("green&status=red", ["f red", "a green", "h due"]),
        ("due&status=amber", ["d amber", "h due"]),
    ],
)
def test_by_status(browser: Open, cast: Cast, status: str, names: list[str]) -> None:
    one_of_each(cast)
    assert listed(browser(cast.vic).get(f"kpis/?status={status}")) == names


def test_every_other_filter(browser: Open, cast: Cast) -> None:
    quality = Pillar.objects.create(organisation=cast.organisation, key="q", title="Quality")
    kpi(cast, "returns", {"2026-W47": 1}, pillar=quality)
    kpi(cast, "repairs", {"2026-W47": 1}, team=cast.repairs, owner=cast.rob)
    kpi(cast, "revenue", {"2026-W47": 1}, team=cast.sales, owner=cast.tom)
    mia = browser(cast.mia)
    asked = {
        "team=service": ["repairs", "returns"],
        "team=repairs": ["repairs"],
        "pillar=q": ["returns"],
        "owner=me": ["returns"],
        "owner=To": ["revenue"],
        "owner=rob@acme.example": ["repairs"],
        "q=re rn": ["returns"],
        "q=xyz": [],
        "team=service&owner=me": ["returns"],
        "status=splendid&sort=odd&n=-3": ["repairs", "returns", "revenue"],
    }
    assert {query: listed(mia.get(f"kpis/?{query}")) for query in asked} == asked


def test_groups_stand_in_the_order_of_the_tree_and_of_the_pillars(
    browser: Open, cast: Cast
) -> None:
    second = Pillar.objects.create(
        organisation=cast.organisation, key="b", title="Growth", position=2
    )
    first = Pillar.objects.create(
        organisation=cast.organisation, key="a", title="Quality", position=1
    )
    kpi(cast, "x", {}, team=None, pillar=second)
    kpi(cast, "y", {"2026-W47": 1}, 10, team=cast.sales, pillar=first)
    kpi(cast, "z", {}, team=cast.repairs)
    kpi(cast, "v", {}, team=cast.service)
    kpi(cast, "w", {"2026-W47": 1}, 10, team=cast.service)
    found = browser(cast.vic)
    by_team = found.get("kpis/?sort=team")
    assert listed(by_team) == ["w", "v", "z", "y", "x"]
    groups = by_team.context["groups"]
    assert [group.title for group in groups] == ["Service", "Repairs", "Sales", "Of no team"]
    assert [group.total for group in groups] == [2, 1, 1, 1]
    by_pillar = found.get("kpis/?sort=pillar")
    assert listed(by_pillar) == ["y", "x", "w", "v", "z"]
    assert listed(found.get("kpis/?sort=name")) == ["v", "w", "x", "y", "z"]


@pytest.mark.parametrize("sort", ["attention", "team", "pillar", "name"])
def test_pages_go_on_where_the_last_one_ended(
    browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    one_of_each(cast)
    kpi(cast, "in sales", {"2026-W47": 1}, team=cast.sales)
    kpi(cast, "of nobody", {"2026-W47": 1}, team=None)
    found = browser(cast.vic)
    whole = listed(found.get(f"kpis/?sort={sort}"))
    assert len(whole) == 10
    monkeypatch.setattr(paging.page, "__kwdefaults__", {**paging.page.__kwdefaults__, "size": 3})
    pages: list[str] = []
    address = f"kpis/?sort={sort}"
    while address:
        answer = found.get(address)
        pages += listed(answer)
        following = answer.context["pages"]
        address = following.following if following else ""
    assert pages == whole
    assert answer.context["pages"].first == 10


def test_a_cursor_that_is_not_ours_is_refused(browser: Open, cast: Cast) -> None:
    kpi(cast, "returns", {"2026-W47": 1})
    for after in ("nonsense", "WzEsMl0", "bnVsbA", "W251bGwsICJ4IiwgIjEiXQ", "WzksIngiLCJ5Il0"):
        for sort in ("attention", "team", "name"):
            answer = browser(cast.mia).get(f"kpis/?sort={sort}&after={after}")
            assert answer.status_code == 422, after


def test_private_kpis_are_listed_for_those_who_may_see_them(browser: Open, cast: Cast) -> None:
    kpi(cast, "open", {})
    kpi(cast, "ours", {}, visibility="team")
    kpi(cast, "mine", {}, visibility="named")
    assert listed(browser(cast.mia).get("kpis/")) == ["mine", "open", "ours"]
    assert listed(browser(cast.lea).get("kpis/")) == ["open", "ours"]
    answer = browser(cast.tom).get("kpis/")
    assert listed(answer) == ["open"]
    assert "1 KPI<" in answer.content.decode()
    # Not even an administrator's role opens it.
    assert listed(browser(cast.ada).get("kpis/")) == ["open"]


def test_strangers(browser: Open, cast: Cast, strangers: Cast) -> None:
    kpi(cast, "returns", {})
    assert browser(strangers.mia).get("kpis/").status_code == 404
    own = browser(strangers.mia, "rival").get("kpis/")
    assert own.status_code == 200
    assert listed(own) == []


def test_bad_addresses(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    assert mia.get("kpis/?team=nobody").status_code == 404
    assert mia.post("kpis/").status_code == 405
    assert browser(None).get("kpis/").status_code == 302


def test_empty_places_say_what_to_do(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    nothing = mia.get("kpis/").content.decode()
    assert "Begin with three numbers" in nothing
    assert "/o/acme/templates/" in nothing
    assert "This team has no KPIs yet" in mia.get("kpis/?team=sales").content.decode()
    kpi(cast, "returns", {})
    assert "No KPI matches" in mia.get("kpis/?q=zzz").content.decode()


def test_archived_kpis_are_gone(browser: Open, cast: Cast) -> None:
    made = kpi(cast, "returns", {})
    Kpi.objects.filter(pk=made.pk).update(archived_at=clock.now())
    entries.renew([made.pk], TODAY)
    assert listed(browser(cast.mia).get("kpis/")) == []


def test_a_kpi_with_slices_only_is_not_without_data(browser: Open, cast: Cast) -> None:
    made = make_kpi(cast, "yield", frequency="month", dimensions=["line"], has_total=False)
    Slice.objects.create(
        organisation=cast.organisation, kpi=made, key="line=1", values={"line": "1"}
    )
    measure(cast, made, {"2026-10": 97}, "line=1")
    renew([made.pk], at=clock.now(), today=TODAY)
    answer = browser(cast.mia).get("kpis/")
    counts = {count.kind: count.count for count in answer.context["summary"]["counts"]}
    assert counts["no_data"] == 0
    assert "slices only" in answer.content.decode() or "97" in answer.content.decode()


@pytest.mark.parametrize("sort", ["attention", "team"])
def test_the_number_of_statements_is_that_of_one_row(
    browser: Open, cast: Cast, statements: Any, sort: str
) -> None:
    found = browser(cast.mia)
    found.get("kpis/")  # what is kept per process is read once
    numbers = []
    for key in ("a", "b", "c"):
        kpi(cast, key, {"2026-W47": 1}, 10)
        with statements() as asked:
            found.get(f"kpis/?sort={sort}")
        numbers.append(len(asked))
    assert len(set(numbers)) == 1
    assert numbers[0] <= 7


def test_fragments(browser: Open, cast: Cast, statements: Any) -> None:
    kpi(cast, "returns", {"2026-W47": 1}, 10)
    mia = browser(cast.mia)
    summary = mia.get("kpis/?fragment=summary", htmx=True).content.decode()
    assert 'id="summary"' in summary
    assert "<html" not in summary
    with statements() as asked:
        row = mia.get("kpis/returns/?fragment=row", htmx=True).content.decode()
    assert "kpi-row" in row
    assert "<html" not in row
    assert len(asked) <= 4


def test_the_file_has_every_matching_kpi(browser: Open, cast: Cast) -> None:
    one_of_each(cast)
    kpi(cast, "=evil()", {"2026-W47": -5})
    answer = browser(cast.vic).get("kpis.csv?status=red&status=no_target")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head[:3] == ["key", "name", "team"]
    found = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    assert list(found) == ["f red", "'=evil()", "c no target"]
    assert found["f red"]["target"] == "≥ 10"
    assert found["'=evil()"]["value"] == "-5"
    assert browser(cast.vic).post("kpis.csv").status_code == 405


def test_in_chinese(cast: Cast, browser: Open) -> None:
    one_of_each(cast)
    found = browser(cast.mia)
    text = found.get("kpis/", **{"accept-language": "zh-CN"}).content.decode()
    assert "8 个指标" in text
    assert "要紧在前" in text
    assert "未达标" in text


@pytest.mark.parametrize("page", ["kpis/", "kpis/grid"])
@pytest.mark.parametrize(
    ("sort", "place"), [("team", ["A", NOWHERE]), ("name", [None, 0, "A", NOWHERE])]
)
def test_a_place_of_another_order_is_refused(
    browser: Open, cast: Cast, page: str, sort: str, place: list[Any]
) -> None:
    address = f"{page}?sort={sort}&after={cursors.written(place)}"
    assert browser(cast.mia).get(address).status_code == 422
