from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.freshness import Freshness
from okapi.core.limits import Status, TargetLimits, relative_band, relative_limit, shown, status
from okapi.core.quantities import Band, Direction

D = Decimal
UP, DOWN, BAND = Direction.UP, Direction.DOWN, Direction.BAND
SUM_OF_TENTHS = D("0.1") + D("0.2")
numbers = st.decimals(-1000, 1000, places=3)

AT_LEAST = TargetLimits(UP, D("0.3"), D("0.2"))
AT_MOST = TargetLimits(DOWN, D("0.3"), D("0.4"))
WITHIN = TargetLimits(BAND, band=Band(D("0.3"), D("0.5")), amber_band=Band(D("0.2"), D("0.6")))
BELOW_ZERO = TargetLimits(UP, D(-10), D(-12))


@pytest.mark.parametrize(
    ("limits", "value", "expected"),
    [
        (AT_LEAST, SUM_OF_TENTHS, "green"),
        (AT_LEAST, "0.300000000000000000000000001", "green"),
        (AT_LEAST, "0.299999999999999999999999999", "amber"),
        (AT_LEAST, "0.2", "amber"),
        (AT_LEAST, "0.1999999999", "red"),
        (AT_LEAST, "-5", "red"),
        (AT_LEAST, "0", "red"),
        (AT_MOST, SUM_OF_TENTHS, "green"),
        (AT_MOST, "0.300000000000000000000000001", "amber"),
        (AT_MOST, "0.4", "amber"),
        (AT_MOST, "0.4000000001", "red"),
        (AT_MOST, "0", "green"),
        (AT_MOST, "-5", "green"),
        (WITHIN, SUM_OF_TENTHS, "green"),
        (WITHIN, "0.5", "green"),
        (WITHIN, "0.29", "amber"),
        (WITHIN, "0.2", "amber"),
        (WITHIN, "0.6", "amber"),
        (WITHIN, "0.61", "red"),
        (WITHIN, "0.19", "red"),
        (BELOW_ZERO, "-10", "green"),
        (BELOW_ZERO, "-10.5", "amber"),
        (BELOW_ZERO, "-12.1", "red"),
        (TargetLimits(UP, D(0), D(-1)), "0", "green"),
        (TargetLimits(UP, D(0), D(-1)), "-1", "amber"),
        (TargetLimits(UP, D(5)), "4.999", "red"),
        (TargetLimits(BAND, band=Band(None, D(2))), "-100", "green"),
        (TargetLimits(BAND, band=Band(None, D(2))), "2.1", "red"),
    ],
)
def test_limits_are_inclusive_and_decimal(limits, value, expected):
    assert status(D(value), limits) is Status(expected)


@pytest.mark.parametrize("limits", [None, TargetLimits(UP), TargetLimits(BAND)])
def test_no_target_is_never_green(limits):
    assert status(D(100), limits) is Status.NO_TARGET


@pytest.mark.parametrize("limits", [AT_LEAST, AT_MOST, WITHIN, None])
def test_no_data_is_neither_zero_nor_fine(limits):
    assert status(None, limits) is Status.NO_DATA


@pytest.mark.parametrize("found", list(Status))
def test_stale_outranks_every_status(found):
    assert shown(found, Freshness.STALE) is Freshness.STALE
    assert shown(found, Freshness.FRESH) is found
    assert shown(found, Freshness.DUE) is found
    assert shown(found, Freshness.EMPTY) is Status.NO_DATA


@given(numbers, numbers, numbers)
def test_up_and_down_mirror_each_other(value, target, gap):
    up = TargetLimits(UP, target, target - abs(gap))
    down = TargetLimits(DOWN, -target, -target + abs(gap))
    assert status(value, up) is status(-value, down)


@given(numbers, numbers, numbers, numbers)
def test_better_is_never_worse(a, b, target, gap):
    order = [Status.RED, Status.AMBER, Status.GREEN]
    limits = TargetLimits(UP, target, target - abs(gap))
    worse, better = (order.index(status(value, limits)) for value in sorted((a, b)))
    assert worse <= better


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"direction": UP, "band": Band(D(1), D(2))}, "target.kind"),
        ({"direction": DOWN, "target": D(1), "amber_band": Band(D(1), D(2))}, "target.kind"),
        ({"direction": BAND, "target": D(1)}, "target.kind"),
        ({"direction": UP, "amber": D(1)}, "target.amber_alone"),
        ({"direction": BAND, "amber_band": Band(D(1), D(2))}, "target.amber_alone"),
        ({"direction": UP, "target": D(1), "amber": D("1.1")}, "target.amber_side"),
        ({"direction": DOWN, "target": D(1), "amber": D("0.9")}, "target.amber_side"),
        ({"direction": BAND, "band": Band(D(1), D(2)), "amber_band": Band(D("1.5"), D(3))},
         "target.amber_side"),
        ({"direction": BAND, "band": Band(D(1), D(2)), "amber_band": Band(D(0), D("1.9"))},
         "target.amber_side"),
        ({"direction": BAND, "band": Band(None, D(2)), "amber_band": Band(D(0), D(3))},
         "target.amber_side"),
    ],
)  # fmt: skip
def test_limits_that_cannot_be(limits, code):
    with pytest.raises(Refused) as refused:
        TargetLimits(**limits)
    assert refused.value.code == code


def test_an_amber_limit_may_equal_the_target_or_leave_a_side_open():
    assert status(D(1), TargetLimits(UP, D(1), D(1))) is Status.GREEN
    open_above = TargetLimits(BAND, band=Band(D(1), D(2)), amber_band=Band(D(0), None))
    assert status(D(99), open_above) is Status.AMBER


def test_limits_from_single_numbers():
    assert TargetLimits.of(UP, value=D("0.3"), amber=D("0.2")) == AT_LEAST
    assert (
        TargetLimits.of(BAND, low=D("0.3"), high=D("0.5"), amber_low=D("0.2"), amber_high=D("0.6"))
        == WITHIN
    )
    assert TargetLimits.of(DOWN).is_empty


@pytest.mark.parametrize(
    ("target", "share", "direction", "limit"),
    [
        ("100", "0.1", UP, "90"),
        ("100", "0.1", DOWN, "110"),
        ("-100", "0.1", UP, "-110"),
        ("-100", "0.1", DOWN, "-90"),
        ("0.3", "0.1", UP, "0.27"),
        ("7", "0", UP, "7"),
    ],
)
def test_relative_limits_lie_on_the_worse_side(target, share, direction, limit):
    assert relative_limit(D(target), D(share), direction) == D(limit)


@pytest.mark.parametrize(
    ("target", "share", "direction", "code"),
    [
        ("0", "0.1", UP, "target.relative_zero"),
        ("-0", "0.1", DOWN, "target.relative_zero"),
        ("5", "-0.1", UP, "target.relative_negative"),
        ("5", "0.1", BAND, "target.relative_band"),
    ],
)
def test_relative_limits_that_cannot_be(target, share, direction, code):
    with pytest.raises(Refused) as refused:
        relative_limit(D(target), D(share), direction)
    assert refused.value.code == code


def test_relative_bands_widen_each_closed_side():
    assert relative_band(Band(D(-10), D(20)), D("0.1")) == Band(D(-11), D(22))
    assert relative_band(Band(None, D(20)), D("0.1")) == Band(None, D(22))
    with pytest.raises(Refused, match=r"target\.relative_zero"):
        relative_band(Band(D(0), D(20)), D("0.1"))
