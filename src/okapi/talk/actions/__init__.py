"""What can be done: talk about things, follow them, and see what is new about them."""

from okapi.talk.actions.comments import add_comment, edit_comment, remove_comment
from okapi.talk.actions.following import follow, unfollow
from okapi.talk.actions.seeing import look, see

__all__ = ["add_comment", "edit_comment", "follow", "look", "remove_comment", "see", "unfollow"]
