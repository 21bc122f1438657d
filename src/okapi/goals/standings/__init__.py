"""The stored results of key results and objectives: loaded, computed in columns, written.

`renew` and `renew_objectives` are called within the writer's transaction, `lock` at the beginning
of an action, before anything is read.
"""

from okapi.goals.standings.dirt import leave
from okapi.goals.standings.renewing import renew, renew_objectives

__all__ = ["leave", "renew", "renew_objectives"]
