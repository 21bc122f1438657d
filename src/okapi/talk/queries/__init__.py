"""What can be asked: comments, and what a person follows."""

from okapi.talk.queries.comments import (
    CommentRow,
    comments_about,
    comments_after,
    one_comment,
)
from okapi.talk.queries.following import Followed, Watch, is_followed, watch_of

__all__ = [
    "CommentRow",
    "Followed",
    "Watch",
    "comments_about",
    "comments_after",
    "is_followed",
    "one_comment",
    "watch_of",
]
