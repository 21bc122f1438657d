"""Fields that a browser did not send are asked for: a form without a choice sends none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from okapi.goals.models import KeyResult, Objective
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser
from tests.web.test_objective_edit import NEW, text_of

Open = Callable[..., Browser]


@pytest.mark.parametrize("missing", ["title", "cycle"])
def test_a_new_objective(browser: Open, cast: Cast, missing: str) -> None:
    """An organisation without a cycle has none to choose."""
    sent = {name: text for name, text in NEW.items() if name != missing}

    answer = browser(cast.mia).post("goals/new", sent)

    assert answer.status_code == 422
    assert "This is needed." in text_of(answer)
    assert not Objective.objects.exists()


def test_a_new_key_result(browser: Open, cast: Cast) -> None:
    make_objective(cast, key="O-1", owner=cast.mia, team=cast.service, state="draft")

    answer = browser(cast.mia).post("goals/O-1/key-results/new", {"kind": "yes_no", "weight": "1"})

    assert answer.status_code == 422
    assert "This is needed." in text_of(answer)
    assert not KeyResult.objects.exists()
