"""Tables of the index."""

from okapi.search.models.entry import Entry, Mark

__all__ = ["Entry", "Mark"]
