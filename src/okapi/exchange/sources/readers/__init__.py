"""What reads a source: one module for each kind, imported when it is used.

A warehouse would be one more kind with one more module that has a `Reader`.
"""

from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted
from okapi.exchange.sources.readers.registry import reader_of

__all__ = ["Brought", "Limits", "Reader", "Wanted", "reader_of"]
