"""The tables of talk: one file per noun."""

from okapi.talk.models.comment import Comment
from okapi.talk.models.follow import Follow
from okapi.talk.models.seen import Seen

__all__ = ["Comment", "Follow", "Seen"]
