"""What start and target make of a key result: to reach or to keep, and what is refused.

Decided in decimals when the goal is agreed, and again when an automatic start arrives.
Rules: product, §4 "Metric KR, reach", "Metric KR, keep", "Current".
"""

from __future__ import annotations

from decimal import Decimal

from okapi.core.errors import Refused
from okapi.core.progress import Mode, is_keep
from okapi.core.quantities import Band, Direction
from okapi.core.series import Aggregation


def decide_mode(
    direction: Direction,
    start: Decimal | None,
    target: Decimal | Band,
    *,
    asked: Mode | None = None,
    against: bool = False,
) -> Mode:
    """Whether the key result is to reach or to keep its target.

    Args:
        direction: the KPI's good direction.
        start: None while the key result waits for its baseline; then it is what was asked for, or
            reach until the start is known.
        target: a number, or a band.
        asked: what the owner said, if anything. A keep may be asked for whatever the start.
        against: the key result goes against the KPI's good direction on purpose.

    Refused are ``key_result.already_met`` (reach asked, s = t or s in the band),
    ``key_result.wrong_side`` (reach asked, t on the wrong side of s), and
    ``key_result.not_against`` (said to go against, but t is not on the other side).
    """
    if against:
        return _decide_against(direction, start, target)
    if asked is Mode.KEEP:
        return Mode.KEEP
    if start is None or not is_keep(direction, start, target):
        return Mode.REACH
    if asked is not Mode.REACH:
        return Mode.KEEP
    if isinstance(target, Band) or start == target:
        raise Refused("key_result.already_met", field="target", found=target, start=start)
    raise Refused(
        "key_result.wrong_side", field="target", found=target, start=start, direction=direction
    )


def _decide_against(direction: Direction, start: Decimal | None, target: Decimal | Band) -> Mode:
    if isinstance(target, Band) or direction is Direction.BAND:
        raise Refused("key_result.not_against", field="against", found=target, direction=direction)
    if start is not None and (start == target or not is_keep(direction, start, target)):
        raise Refused(
            "key_result.not_against", field="target", found=target, start=start, direction=direction
        )
    return Mode.REACH


def modes_offered(direction: Direction, how: Aggregation) -> tuple[Mode, ...]:
    """What a form offers: only keep for min with up good and for max with down good.

    The smallest value of a span so far can only fall, the largest only rise.
    """
    stuck = (how is Aggregation.MIN and direction is Direction.UP) or (
        how is Aggregation.MAX and direction is Direction.DOWN
    )
    return (Mode.KEEP,) if stuck else (Mode.REACH, Mode.KEEP)


def check_mode(mode: Mode, direction: Direction, how: Aggregation) -> None:
    """Refuse a mode that ``modes_offered`` does not name (``key_result.only_keep``)."""
    if mode not in modes_offered(direction, how):
        raise Refused("key_result.only_keep", field="mode", found=mode, aggregation=how)
