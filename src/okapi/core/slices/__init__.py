"""Slices: sets of dimension values; their keys, and which of them explain a change."""

from okapi.core.slices.keys import LONGEST_KEY, read_slice_key, slice_key
from okapi.core.slices.localising import Finding, localise

__all__ = ["LONGEST_KEY", "Finding", "localise", "read_slice_key", "slice_key"]
