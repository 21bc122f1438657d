"""What can be asked: comments, and what a person follows."""

from okapi.talk.queries.comments import CommentRow, comments_about
from okapi.talk.queries.following import Followed, Watch, is_followed, watch_of

__all__ = ["CommentRow", "Followed", "Watch", "comments_about", "is_followed", "watch_of"]
