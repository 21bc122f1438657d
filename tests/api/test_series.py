"""`GET /api/v1/measurements`: values as rows, page by page, or as columns for charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.base import clock
from okapi.kpis.models import Kpi
from okapi.kpis.queries import series
from tests.api.conftest import Program
from tests.cast import Cast
from tests.kpis.making import make_kpi, row, take

Calls = Callable[..., Program]
LONG = "12345678901234567.89"
MONTHS = [f"2026-{month:02}" for month in range(1, 11)]


@pytest.fixture
def kpis(cast: Cast) -> Cast:
    """Two KPIs with ten months, and one in parts."""
    for key in ("returns", "sales"):
        make_kpi(cast, key)
        take(cast.system, [row(key, month, at + 0.5) for at, month in enumerate(MONTHS)])
    make_kpi(cast, "parts", dimensions=("region",), has_total=False)
    for region, value in (("Süd", 1), ("North", 2)):
        take(cast.system, [row("parts", "2026-10", value, slice={"region": region})])
    return cast


def columns(mia: Program, *keys: str, **more: Any) -> Any:
    answer = mia.get("measurements", kpi=list(keys), form="columns", **more)
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_rows_have_every_digit_and_where_they_stand(kpis: Cast, program: Calls) -> None:
    take(kpis.system, [row("returns", "2026-10", LONG, note="counted")])

    answer = program(kpis, kpis.mia).get("measurements", kpi="returns", since="2026-10-31")

    assert answer.json() == {
        "items": [
            {
                "kpi": "returns", "period": "2026-10", "first": "2026-10-01",
                "last": "2026-10-31", "value": LONG, "numerator": None, "denominator": None,
                "note": "counted", "revision": 2,
            }
        ],
        "next": None,
    }  # fmt: skip


@pytest.mark.parametrize("limit", [1, 3, 10, 19, 20, 500])
def test_pages_give_everything_once_and_in_order(kpis: Cast, program: Calls, limit: int) -> None:
    mia, cursor, found = program(kpis, kpis.mia), "", []
    while cursor is not None:
        page = mia.get("measurements", kpi=["returns", "sales"], limit=limit, cursor=cursor).json()
        assert 0 < len(page["items"]) <= limit
        found += [(one["kpi"], one["period"]) for one in page["items"]]
        cursor = page["next"]
    assert found == [(key, month) for key in ("returns", "sales") for month in MONTHS]


def test_columns_are_of_equal_length_and_exact(kpis: Cast, program: Calls) -> None:
    take(kpis.system, [row("sales", "2026-10", LONG)])
    mia = program(kpis, kpis.mia)

    first, second = columns(mia, "sales", "returns", until="2026-12-31")

    assert (first["kpi"], second["kpi"]) == ("sales", "returns")
    assert second["periods"] == MONTHS
    assert second["last"][:2] == ["2026-01-31", "2026-02-28"]
    assert second["values"] == [at + 0.5 for at in range(10)]
    raw = mia.get("measurements", kpi="sales", form="columns").content
    assert LONG.encode() in raw


def test_days_choose_by_the_end_of_the_period(kpis: Cast, program: Calls) -> None:
    mia = program(kpis, kpis.mia)
    (found,) = columns(mia, "returns", since="2026-03-31", until="2026-05-30")
    assert found["periods"] == ["2026-03", "2026-04"]
    (nothing,) = columns(mia, "returns", since="2027-01-01")
    assert (nothing["periods"], nothing["last"], nothing["values"]) == ([], [], [])


def test_a_part_is_asked_for_by_name(kpis: Cast, program: Calls) -> None:
    mia = program(kpis, kpis.mia)
    assert columns(mia, "parts") == []  # it has no total
    (found,) = columns(mia, "parts", "returns", slice="region=Süd")
    assert (found["kpi"], found["values"]) == ("parts", [1])


def test_labels_are_as_the_source_wrote_them(cast: Cast, program: Calls) -> None:
    make_kpi(cast, "odd", frequency="irregular")
    take(cast.system, [row("odd", "2026年7月", 1), row("odd", "2026-11-01/2026-11-20", 2)])
    (found,) = columns(program(cast, cast.mia), "odd")
    assert found["periods"] == ["2026年7月", "2026-11-01/2026-11-20"]


# --- Rights ---


@pytest.mark.parametrize("form", ["rows", "columns"])
def test_what_one_may_not_read_is_left_out(
    kpis: Cast, strangers: Cast, program: Calls, form: str
) -> None:
    Kpi.objects.filter(key="returns").update(visibility="named", owner=kpis.mia)
    Kpi.objects.filter(key="sales").update(archived_at=clock.now())

    def found(cast: Cast, who: Any) -> set[str]:
        answer = program(cast, who).get(
            "measurements", kpi=["returns", "sales", "nowhere"], form=form
        )
        assert answer.status_code == 200
        return {one["kpi"] for one in answer.json()["items"]}

    assert found(kpis, kpis.mia) == {"returns"}
    assert found(kpis, kpis.tom) == found(kpis, kpis.ada) == set()
    assert found(strangers, strangers.mia) == set()


@pytest.mark.parametrize("visibility", ["everyone", "team", "named"])
@pytest.mark.parametrize("who", ["ada", "sten", "lea", "mia", "rob", "tom", "vic"])
def test_a_prepared_question_knows_the_rights_of_everybody(
    kpis: Cast, visibility: str, who: str
) -> None:
    from okapi.kpis import access

    Kpi.objects.filter(key="returns").update(
        visibility=visibility, owner=kpis.mia, team=kpis.service
    )
    actor = kpis.actor(getattr(kpis, who))
    wanted = series.Wanted(["returns"])
    may = access.visible(actor).filter(key="returns").exists()
    assert bool(series.series(actor, wanted)) is may


def test_without_a_token_nothing_is_said(kpis: Cast) -> None:
    assert Program("").get("measurements", kpi="returns").status_code == 401


# --- Tags, limits, statements ---


def test_an_answer_that_is_known_is_not_sent_again(kpis: Cast, program: Calls) -> None:
    mia = program(kpis, kpis.mia)
    first = mia.get("measurements", kpi="returns", form="columns")
    tag = first["ETag"]

    again = mia.get("measurements", kpi="returns", form="columns", tag=f'"other", W/{tag}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)

    take(kpis.system, [row("returns", "2026-01", 99)])  # an old value, revised
    other = mia.get("measurements", kpi="returns", form="columns", tag=tag)
    assert other.status_code == 200
    assert other["ETag"] != tag


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kpi": "returns", "form": "picture"},
        {"kpi": "returns", "since": "yesterday"},
        {"kpi": "returns", "limit": 0},
        {"kpi": ["k"] * (series.MOST_KPIS + 1)},
        {"kpi": "k" * 121},
        {"kpi": "returns", "cursor": "!!"},
        {"kpi": "returns", "cursor": "WzEsMiwzXQ=="},  # [1,2,3]
        {"kpi": "returns", "cursor": "WzFlOTksIjIwMjYtMDEtMDEiLCIyMDI2LTAxLTAxIiwiIl0="},  # 1e99
        {"kpi": "returns", "cursor": "eyJhIjoxfQ=="},  # an object
    ],
)
def test_what_cannot_be_read_is_refused(kpis: Cast, program: Calls, query: dict[str, Any]) -> None:
    answer = program(kpis, kpis.mia).get("measurements", **query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_the_number_of_statements_is_fixed(kpis: Cast, program: Calls) -> None:
    mia = program(kpis, kpis.mia)

    def statements(*keys: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            columns(mia, *keys)
        return len(asked)

    statements("returns")
    assert statements("returns") == statements("returns", "sales", "parts")


NUMBERS = st.decimals(min_value=-(10**20), max_value=10**20, places=6)


@given(values=st.lists(NUMBERS, min_size=1, max_size=10))
@settings(max_examples=15)
def test_columns_are_json_whatever_the_numbers(cast: Cast, values: list[Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        make_kpi(cast)
        rows = [row("returns", *pair) for pair in zip(MONTHS, values, strict=False)]
        take(cast.system, [{**one, "value": str(one["value"])} for one in rows])
        (found,) = series.series(cast.system, series.Wanted(["returns"]))
        transaction.set_rollback(True)
    read = orjson.loads(f"{{{found.columns}}}")
    assert read["values"] == [float(value) for value in values]


def test_computed_values_are_read_like_measured_ones(kpis: Cast, program: Calls) -> None:
    for key, factor in (("double", 2), ("triple", 3)):
        make_kpi(kpis, key, formula=f"returns * {factor}")
    mia = program(kpis, kpis.mia)
    found = columns(mia, "double", "sales")
    assert [one["kpi"] for one in found] == ["double", "sales"]
    assert found[0]["values"] == [2 * one for one in found[1]["values"]]
    keys, cursor, rows = ["double", "sales", "triple"], "", []
    for _ in range(8):
        page = mia.get("measurements", kpi=keys, limit=4, cursor=cursor).json()
        rows += [(one["kpi"], one["period"], float(one["value"])) for one in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            break
    assert rows == [
        (kpi, month, factor * (at + 0.5))
        for kpi, factor in (("sales", 1), ("double", 2), ("triple", 3))
        for at, month in enumerate(MONTHS)
    ]
