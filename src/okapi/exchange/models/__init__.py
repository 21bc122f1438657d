"""Tables of the app: what was said of files, files of goals, and sources of measurements."""

from okapi.exchange.models.goal_import import GoalImport
from okapi.exchange.models.mapping import SavedMapping
from okapi.exchange.models.source import Source, SourceFeed, SourceRun

__all__ = ["GoalImport", "SavedMapping", "Source", "SourceFeed", "SourceRun"]
