from decimal import Decimal

import pytest

from okapi.core.errors import Refused
from okapi.core.progress import Mode
from okapi.core.quantities import Band, Direction
from okapi.core.series import Aggregation
from okapi.core.starts import check_mode, decide_mode, modes_offered

D = Decimal
UP, DOWN, BAND = Direction.UP, Direction.DOWN, Direction.BAND


@pytest.mark.parametrize(
    ("direction", "start", "target", "mode"),
    [
        (UP, "1", "2", Mode.REACH),
        (UP, "2", "2", Mode.KEEP),
        (UP, "3", "2", Mode.KEEP),
        (DOWN, "16.6", "8.3", Mode.REACH),
        (DOWN, "4.1", "70", Mode.KEEP),
        (BAND, "5", "7", Mode.REACH),
    ],
)
def test_start_and_target_decide(direction, start, target, mode):
    assert decide_mode(direction, D(start), D(target)) is mode


def test_a_band_is_reached_from_outside_and_kept_from_inside():
    band = Band(D(10), D(20))
    assert decide_mode(BAND, D(5), band) is Mode.REACH
    assert decide_mode(BAND, D(10), band) is Mode.KEEP


def test_until_its_baseline_is_known_it_is_what_was_asked_for():
    assert decide_mode(UP, None, D(2)) is Mode.REACH
    assert decide_mode(UP, None, D(2), asked=Mode.KEEP) is Mode.KEEP


def test_a_keep_may_be_asked_for_before_it_is_met():
    assert decide_mode(UP, D("99.5"), D("99.9"), asked=Mode.KEEP) is Mode.KEEP


@pytest.mark.parametrize(("direction", "start", "target"), [(UP, "50", "40"), (DOWN, "4", "7")])
def test_a_target_on_the_wrong_side_is_refused(direction, start, target):
    with pytest.raises(Refused) as refused:
        decide_mode(direction, D(start), D(target), asked=Mode.REACH)
    assert refused.value.code == "key_result.wrong_side"
    assert refused.value.field == "target"
    assert refused.value.data["found"] == D(target)


def test_to_go_against_the_direction_must_be_said():
    assert decide_mode(UP, D(50), D(40), asked=Mode.REACH, against=True) is Mode.REACH
    assert decide_mode(DOWN, D(100), D(120), against=True) is Mode.REACH
    assert decide_mode(DOWN, None, D(120), against=True) is Mode.REACH


@pytest.mark.parametrize(
    ("direction", "start", "target"),
    [(UP, D(40), D(50)), (UP, D(40), D(40)), (UP, D(40), Band(D(1), D(2))), (BAND, D(4), D(5))],
)
def test_against_needs_a_target_on_the_other_side(direction, start, target):
    with pytest.raises(Refused) as refused:
        decide_mode(direction, start, target, against=True)
    assert refused.value.code == "key_result.not_against"


@pytest.mark.parametrize("target", [D(5), Band(D(1), D(9))])
def test_what_is_met_already_cannot_be_reached(target):
    with pytest.raises(Refused) as refused:
        decide_mode(UP, D(5), target, asked=Mode.REACH)
    assert refused.value.code == "key_result.already_met"


@pytest.mark.parametrize(
    ("direction", "how", "offered"),
    [
        (UP, Aggregation.MIN, [Mode.KEEP]),
        (DOWN, Aggregation.MAX, [Mode.KEEP]),
        (DOWN, Aggregation.MIN, [Mode.REACH, Mode.KEEP]),
        (UP, Aggregation.MAX, [Mode.REACH, Mode.KEEP]),
        (UP, Aggregation.SUM, [Mode.REACH, Mode.KEEP]),
    ],
)
def test_extremes_of_the_wrong_direction_can_only_be_kept(direction, how, offered):
    assert list(modes_offered(direction, how)) == offered


def test_a_mode_that_is_not_offered_is_refused():
    check_mode(Mode.KEEP, UP, Aggregation.MIN)
    with pytest.raises(Refused) as refused:
        check_mode(Mode.REACH, UP, Aggregation.MIN)
    assert refused.value.code == "key_result.only_keep"
