"""Chance that is the same every time: numbers from what they are for, and a seed."""

from __future__ import annotations

from hashlib import blake2b
from statistics import NormalDist

_WHOLE = 2**64
_NORMAL = NormalDist()


def uniform(*about: object) -> float:
    """A number from 0 to 1, both excluded; the same for the same arguments."""
    text = "\x1f".join(map(str, about)).encode()
    drawn = int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
    return (drawn + 0.5) / _WHOLE


def normal(*about: object) -> float:
    """A number of the standard normal distribution; the same for the same arguments."""
    return _NORMAL.inv_cdf(min(max(uniform(*about), 1e-12), 1 - 1e-12))


def wander(steps_at: float, *about: object) -> float:
    """A slow standard wave: drawn at every whole step and straight between them."""
    step = int(steps_at // 1)
    part = steps_at - step
    return normal(*about, step) * (1 - part) + normal(*about, step + 1) * part
