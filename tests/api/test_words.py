"""What the API refuses is said in the language that was asked for, whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.cast import Cast


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("kpis/nope", "zh", "这里没有指标「nope」，或者你无权查看。"),
        ("kpis/nope", "en", "There is no KPI “nope” here, or you may not see it."),
        ("key-results/nope", "zh", "这里没有关键结果「nope」，或者你无权查看。"),
        ("kpis?limit=x", "zh", "参数 limit 无法读取：应为整数。"),
        ("kpis?limit=0", "zh", "参数 limit 无法读取：不能小于 1。"),
        ("kpis?limit=0", "en", "The parameter limit cannot be read: at least 1 is expected."),
    ],
)
def test_a_refusal_is_whole_in_either_language(
    cast: Cast, program: Callable[..., Program], path: str, language: str, said: str
) -> None:
    answer = program(cast, cast.mia).get(path, **{"Accept-Language": language})

    assert answer.json()["detail"] == said


def test_who_may_not_add_a_goal_is_told_so(cast: Cast, program: Callable[..., Program]) -> None:
    sent: dict[str, Any] = {"title": "A goal", "cycle": cast.quarter.key, "team": cast.company.key}
    answer = program(cast, cast.tom).post("objectives", sent)

    assert answer.status_code == 403
    assert "“”" not in answer.json()["detail"]
