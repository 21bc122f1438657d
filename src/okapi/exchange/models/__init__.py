"""Tables of the app: what was said of files, and the sources that bring measurements."""

from okapi.exchange.models.mapping import SavedMapping
from okapi.exchange.models.source import Source, SourceFeed, SourceRun

__all__ = ["SavedMapping", "Source", "SourceFeed", "SourceRun"]
