"""Requests that no client of ours sends: refused as problems, in the reader's language."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from okapi.orgs.models import Person
from tests.api.conftest import Program
from tests.cast import Cast

ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def caller(cast: Cast, program: Callable[[Cast, Person], Program]) -> Program:
    return program(cast, cast.ada)


@pytest.mark.parametrize(
    "body",
    [
        b'{"title": ' + b"9" * 5_000,
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        gzip.compress(b'{"title": "a"}'),
        '{"title": "指标"}'.encode("gbk"),
    ],
    ids=["cut", "nested", "nested objects", "gzip", "gbk"],
)
def test_body_that_is_no_json_is_told_in_the_readers_language(caller: Program, body: bytes):
    answer = caller.post("objectives", body, **ZH)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["errors"][0]["code"] == "request.no_json"
    assert told["detail"].startswith("正文不是 JSON")


@pytest.mark.parametrize("path", ["kpis", "objectives", "teams"])
def test_list_that_is_not_as_it_was_is_a_problem_too(caller: Program, path: str):
    answer = caller.get(path, **{"If-Match": '"1.00"'}, **ZH)
    assert answer.status_code == 412
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "If-Match"
    assert "If-None-Match" in answer.json()["detail"]


@pytest.mark.parametrize("cursor", ["AA==", "a2V5AA==", "!!", "_w=="])
def test_forged_cursor_is_refused(caller: Program, cursor: str):
    answer = caller.get("kpis", cursor=cursor)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "request.cursor"
