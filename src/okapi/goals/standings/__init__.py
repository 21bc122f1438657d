"""The stored results of key results and objectives: loaded, computed in columns, written.

`renew` and `renew_objectives` run within the writer's transaction; what lies above is left to the
renewer. `renew_everything` comes after an import, `turn` once a day, `as_of` looks back.
"""

from okapi.goals.standings.as_of import AsOf, as_of
from okapi.goals.standings.asking import broken_guards, lacks_values
from okapi.goals.standings.branching import merge
from okapi.goals.standings.dirt import leave, woken
from okapi.goals.standings.everything import (
    MOST_NEWS,
    lock_renewer,
    renew_everything,
    tell_of_branches,
    turn,
)
from okapi.goals.standings.holding import hold
from okapi.goals.standings.members import alignments_above
from okapi.goals.standings.rebuilding import rebuild
from okapi.goals.standings.renewing import renew, renew_objectives
from okapi.goals.standings.starts import preview_start
from okapi.goals.standings.supporting import renew_support

__all__ = [
    "MOST_NEWS",
    "AsOf",
    "alignments_above",
    "as_of",
    "broken_guards",
    "hold",
    "lacks_values",
    "leave",
    "lock_renewer",
    "merge",
    "preview_start",
    "rebuild",
    "renew",
    "renew_everything",
    "renew_objectives",
    "renew_support",
    "tell_of_branches",
    "turn",
    "woken",
]
