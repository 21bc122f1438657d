"""Slices: sets of dimension values; their keys, and which of them explain a change."""

from okapi.core.slices.contributions import Change, Part, Split, by_cause, by_value
from okapi.core.slices.keys import LONGEST_KEY, read_slice_key, slice_key
from okapi.core.slices.localising import Explanation, Finding, explain, localise
from okapi.core.slices.mix import MixAndRate, mix_and_rate

__all__ = [
    "LONGEST_KEY",
    "Change",
    "Explanation",
    "Finding",
    "MixAndRate",
    "Part",
    "Split",
    "by_cause",
    "by_value",
    "explain",
    "localise",
    "mix_and_rate",
    "read_slice_key",
    "slice_key",
]
