import numpy as np
import pytest

from okapi.core.columns import code_of
from okapi.core.forecast import Forecast, SpanSoFar, forecast
from okapi.core.frequencies import Frequency
from okapi.core.outlooks import MoveAhead, Outlook, Steps, outlook
from okapi.core.series import Aggregation
from okapi.wording import say

WEEKS = [52.0, 55, 54, 58, 57, 61, 60, 63, 62, 66, 65, 68, 70, 69, 73, 72, 75, 74, 78, 77]


@pytest.fixture(scope="module")
def ahead() -> Forecast:
    return forecast(WEEKS, 6)


def move(ahead: Forecast, **facts: object) -> MoveAhead:
    given = {
        "how": Aggregation.LAST,
        "span": SpanSoFar(last=3, values=(74.0, 78.0, 77.0)),
        "start": 75.0,
        "target": 82.0,
        "frequency": Frequency.WEEK,
    } | facts
    return MoveAhead(ahead, **given)


def test_the_chance_of_the_newest_period_is_that_of_its_step(ahead: Forecast) -> None:
    found = outlook([move(ahead)])
    assert found.chance == pytest.approx(ahead.probability(82, "up", 3), abs=0.005)


def test_a_target_below_the_start_is_reached_downwards(ahead: Forecast) -> None:
    found = outlook([move(ahead, start=90.0, target=80.0)])
    assert found.chance == pytest.approx(ahead.probability(80, "down", 3), abs=0.005)


def test_aspirational_goals_are_judged_at_their_success_point(ahead: Forecast) -> None:
    point = 75 + 0.7 * (90 - 75)
    found = outlook([move(ahead, target=90.0)], success=0.7)
    assert found.chance == pytest.approx(ahead.probability(point, "up", 3), abs=0.005)
    assert found.chance > outlook([move(ahead, target=90.0)]).chance


def test_a_band_is_reached_from_outside(ahead: Forecast) -> None:
    found = outlook([move(ahead, start=60.0, target=None, low=76.0, high=84.0)])
    step = ahead.at(3)
    assert found.chance == pytest.approx(step.probability_within(76, 84), abs=0.01)
    assert found.code == "health.chance"


def test_what_is_left_of_the_way_is_told_in_changes(ahead: Forecast) -> None:
    found = outlook([move(ahead)])
    assert (found.left, found.steps) == (3, Steps.CHANGE)
    assert found.needs == pytest.approx((82 - 77) / 3)
    assert found.done == pytest.approx((77 - 75) / 3)
    assert found.code == "health.chance.week.change"


def test_what_is_left_of_a_total_is_told_in_values(ahead: Forecast) -> None:
    span = SpanSoFar(last=3, values=(74.0, 78.0, 77.0))
    found = outlook([move(ahead, how=Aggregation.SUM, span=span, start=400.0, target=480.0)])
    assert found.steps is Steps.VALUE
    assert found.needs == pytest.approx((480 - 229) / 3)
    assert found.done == pytest.approx(229 / 3)


def test_what_is_left_of_a_mean_is_told_in_values(ahead: Forecast) -> None:
    found = outlook([move(ahead, how=Aggregation.MEAN, target=80.0)])
    assert found.needs == pytest.approx((80 * 6 - 229) / 3)


def test_what_has_arrived_since_counts_as_done(ahead: Forecast) -> None:
    before = outlook([move(ahead)])
    span = SpanSoFar(last=3, values=(74.0, 78.0, 77.0), arrived={1: 82.0})
    after = outlook([move(ahead, span=span)])
    assert after.chance > before.chance
    assert after.left == 2
    assert after.needs == pytest.approx(0.0)
    assert after.done == pytest.approx((82 - 75) / 4)


def test_when_all_has_arrived_nothing_is_left(ahead: Forecast) -> None:
    arrived = {1: 80.0, 2: 81.0, 3: 83.0}
    found = outlook([move(ahead, span=SpanSoFar(last=3, arrived=arrived))])
    assert found.chance > 0.98
    assert (found.left, found.code) == (0, "health.chance")
    missed = outlook([move(ahead, span=SpanSoFar(last=3, arrived={**arrived, 3: 81.9}))])
    assert missed.chance < 0.02


def test_several_moves_all_have_to_arrive(ahead: Forecast) -> None:
    one = outlook([move(ahead)]).chance
    both = outlook([move(ahead), move(ahead)]).chance
    assert both == pytest.approx(one * one, abs=0.06)
    easy = move(ahead, target=75.5)
    assert outlook([move(ahead), easy]).chance <= one + 0.02


def test_several_moves_make_good_for_each_other_below_the_whole_way(ahead: Forecast) -> None:
    hard, easy = move(ahead, target=95.0), move(ahead, target=75.5)
    assert outlook([hard, easy], success=0.45).chance > outlook([hard], success=0.45).chance


def test_an_outlook_without_a_way_says_its_chance_alone() -> None:
    found = Outlook(0.62, 3)
    assert found.code == "health.chance"
    assert dict(found.data) == {"chance": 0.62}


@pytest.mark.parametrize("frequency", [one for one in Frequency if code_of(one) < 6])
@pytest.mark.parametrize("steps", Steps)
@pytest.mark.parametrize("left", [1, 3])
def test_every_outlook_can_be_said(frequency: Frequency, steps: Steps, left: int) -> None:
    found = Outlook(0.62, left, frequency, steps, 1.2, 0.9)
    english = say(found.code, language="en", **found.data)
    chinese = say(found.code, language="zh", **found.data)
    assert "62%" in english
    assert "62%" in chinese
    assert english.startswith(f"62% likely; {left} ")
    assert ("+1.2" in english) == (steps is Steps.CHANGE)


def test_the_reason_in_words() -> None:
    found = Outlook(0.62, 3, Frequency.WEEK, Steps.CHANGE, 1.2, 0.9)
    assert say(found.code, language="en", **found.data) == (
        "62% likely; 3 weeks left, needs +1.2 a week, has done +0.9"
    )
    assert say(found.code, language="zh", **found.data) == (
        "可能性 62%，还剩 3 周，每周需 +1.2，此前每周 +0.9"
    )


def test_chance_is_the_same_every_time(ahead: Forecast) -> None:
    moves = [move(ahead), move(ahead, how=Aggregation.MEAN, target=79.0)]
    assert outlook(moves) == outlook(moves)
    assert np.isfinite(outlook(moves).chance)
