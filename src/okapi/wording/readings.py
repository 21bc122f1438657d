"""Unusual readings of hours and minutes in words: as the note of the value that they make."""

from __future__ import annotations

from collections.abc import Sequence

from okapi.core.moments import Reading
from okapi.wording import number, say

_MOST = 3


def unusual_words(unusual: Sequence[Reading], unit: str) -> str:
    """`Unlike the days before: 13:05 (812 W), 14:00 (790 W)`; empty without any."""
    if not unusual:
        return ""
    most = sorted(sorted(unusual, key=lambda one: -one.score)[:_MOST], key=lambda one: one.at)
    told = [
        say("readings.at", time=f"{one.at:%m-%d %H:%M}", value=number(one.value, unit))
        for one in most
    ]
    listed = say("readings.joint").join(told)
    if len(unusual) > len(most):
        return say("readings.note_more", listed=listed, more=len(unusual) - len(most))
    return say("readings.note", listed=listed)
