"""A signal as every page tells it: in one line, with the way to its KPI."""

from __future__ import annotations

from dataclasses import dataclass

from okapi.core.slices import read_slice_key
from okapi.kpis.queries.signals import SignalRow
from okapi.web.http import Addresses
from okapi.wording import say
from okapi.wording.signals import signal_sentence


@dataclass(frozen=True, slots=True)
class SignalLine:
    """`Return rate: 10 weeks above the usual since 14 Sep 2026: this is no noise.`."""

    kpi: str
    words: str
    href: str
    tone: str
    verdict: str


def line_of(signal: SignalRow, at: Addresses) -> SignalLine:
    """A signal in one line."""
    kind = tone(signal)
    return SignalLine(
        kpi=name_of(signal),
        words=signal_sentence(signal),
        href=at.kpi(signal.kpi_key),
        tone=kind,
        verdict=say(f"signal.{kind}"),
    )


def name_of(signal: SignalRow) -> str:
    """The KPI's name, with the values of the slice if it is one."""
    values = read_slice_key(signal.slice_key).values() if signal.slice_key else ()
    return say("kpis.joint").join(one for one in (signal.kpi, *values) if one)


def tone(signal: SignalRow) -> str:
    """bad, good, or neither where it cannot be told."""
    return {True: "bad", False: "good", None: "neither"}[signal.is_bad]
