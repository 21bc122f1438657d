"""What can be done to goals. All atomic, checked, recorded, with standings and outbox.

References (`objective`, `key_result`, `kpi`, `team`, …) are ids, or the keys of files; people are
known by e-mail. `version` is the one that the person saw; another one by now is a `Conflict`.
"""

from okapi.goals.actions.adjustments import adjust_target
from okapi.goals.actions.blocks import Together, together
from okapi.goals.actions.checkins import check_in
from okapi.goals.actions.drafts import LevelDraft, MilestoneDraft, MoveDraft, Ref
from okapi.goals.actions.following import follow, unfollow
from okapi.goals.actions.key_results import (
    add_key_result,
    edit_key_result,
    remove_key_result,
    restore_key_result,
    set_moves,
)
from okapi.goals.actions.lifecycle import agree, cancel, close
from okapi.goals.actions.links import contribute, guard, inform, unguard, uninform, withdraw
from okapi.goals.actions.objectives import (
    archive_objective,
    create_objective,
    edit_objective,
    restore_objective,
)
from okapi.goals.actions.undoing import is_reversible, take_back, take_back_all

__all__ = [
    "LevelDraft",
    "MilestoneDraft",
    "MoveDraft",
    "Ref",
    "Together",
    "add_key_result",
    "adjust_target",
    "agree",
    "archive_objective",
    "cancel",
    "check_in",
    "close",
    "contribute",
    "create_objective",
    "edit_key_result",
    "edit_objective",
    "follow",
    "guard",
    "inform",
    "is_reversible",
    "remove_key_result",
    "restore_key_result",
    "restore_objective",
    "set_moves",
    "take_back",
    "take_back_all",
    "together",
    "unfollow",
    "unguard",
    "uninform",
    "withdraw",
]
