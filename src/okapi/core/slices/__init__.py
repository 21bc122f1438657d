"""Slices: sets of dimension values; their keys, and which of them explain a change."""

from okapi.core.slices.keys import LONGEST_KEY, read_slice_key, slice_key
from okapi.core.slices.localising import Explanation, Finding, explain, localise
from okapi.core.slices.mix import MixAndRate, mix_and_rate

__all__ = [
    "LONGEST_KEY",
    "Explanation",
    "Finding",
    "MixAndRate",
    "explain",
    "localise",
    "mix_and_rate",
    "read_slice_key",
    "slice_key",
]
