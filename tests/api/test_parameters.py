"""Query parameters that do not exist are refused, by every operation, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ninja.operation import Operation

from okapi.api.description import operations
from okapi.api.parameters import known_to
from okapi.api.v1 import api
from okapi.orgs.models import Person, Team
from tests.api.conftest import Program
from tests.cast import Cast

OPERATIONS: list[tuple[str, Operation]] = [
    (path, one)
    for prefix, router in api._routers
    for path, view in router.path_operations.items()
    for one in view.operations
]


@pytest.fixture
def caller(cast: Cast, program: Callable[[Cast, Person], Program]) -> Program:
    return program(cast, cast.ada)


def test_misspelled_filter_names_the_nearest_and_all_others(caller: Program):
    answer = caller.get("objectives", temm="x")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == "urn:okapi:error:request.parameter_near"
    [error] = told["errors"]
    assert error["field"] == "temm"
    assert "“team”" in error["detail"]
    assert {"team", "cycle", "cursor", "limit", "fields"} <= set(error["expected"].split(", "))


def test_it_is_told_in_the_language_of_the_reader(caller: Program):
    answer = caller.get("objectives", temm="x", **{"Accept-Language": "zh-CN"})
    assert "没有参数「temm」，是不是想写「team」" in answer.json()["detail"]


def test_every_unknown_one_is_told_and_those_that_exist_are_not(caller: Program):
    told = caller.get("teams", limit="2", zzzz="1", archved="true").json()
    assert [error["field"] for error in told["errors"]] == ["zzzz", "archved"]
    assert told["errors"][0]["code"] == "request.parameter_unknown"
    assert told["errors"][1]["code"] == "request.parameter_near"


def test_nothing_is_done_when_a_parameter_is_unknown(cast: Cast, caller: Program):
    answer = caller.post("teams?dry_run=1", {"title": "New", "key": "new"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "request.no_parameters"
    assert not Team.objects.filter(key="new").exists()


@pytest.mark.parametrize(("path", "query"), [("measurements", {"kpi": "a", "kpis": "b"})])
def test_refused_also_where_the_others_are_right(caller: Program, path: str, query: dict[str, Any]):
    assert caller.get(path, **query).json()["errors"][0]["field"] == "kpis"


def test_what_is_known_is_what_the_description_lists():
    described = {
        operation["operationId"]: {
            one["name"] for one in operation["parameters"] if one["in"] == "query"
        }
        for _, operation in operations(api.get_openapi_schema(path_prefix=""))
    }
    known = {one.view_func.__name__: set(known_to(one)) for _, one in OPERATIONS}
    assert known == described
