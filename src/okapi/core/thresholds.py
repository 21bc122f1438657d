"""The limits by which health is judged: an organisation's settings, with the product's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from okapi.core.progress import KEEP_SHARE

# Shares are floats; a share that is its limit but for rounding meets it (0.63 of 0.7 is 0.9).
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All limits; a share at its limit meets it.

    ``pace``: progress ÷ expected. ``chance``: the probability of reaching the success point.
    ``confidence``: the owner's, 0 to 10; at or below ``confidence_low`` is the lowest of three.
    ``early``: expected below it is early. ``success``: the share of the way that is a success for
    an aspirational objective. ``keep``: the share of periods that must be inside.
    ``missed_cadences``: so many missed in a row are silence. ``objective_*``: the mean h of key
    results (1, ½, 0). ``guard_at_once``: the first red period of a guard is off track already.
    """

    pace_on: float = 0.9
    pace_risk: float = 0.7
    chance_on: float = 0.6
    chance_risk: float = 0.3
    confidence_on: float = 7
    confidence_low: float = 3
    early: float = 0.05
    success: float = 0.7
    keep: Decimal = KEEP_SHARE
    missed_cadences: int = 2
    objective_on: float = 0.8
    objective_off: float = 0.4
    objective_no_data: float = 0.5
    guard_at_once: bool = False

    @classmethod
    def chosen(cls, settings: Mapping[str, Any]) -> Self:
        """An organisation's thresholds; what else its settings hold is not ours."""
        known = {name: settings[name] for name in cls.__dataclass_fields__ if name in settings}
        if "keep" in known:
            known["keep"] = Decimal(str(known["keep"]))
        return cls(**known)
