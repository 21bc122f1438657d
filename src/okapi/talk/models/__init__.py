"""The tables of talk: one file per noun."""

from okapi.talk.models.comment import Comment

__all__ = ["Comment"]
