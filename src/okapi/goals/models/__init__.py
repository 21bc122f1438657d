"""The tables of goals: one file per noun."""

from okapi.goals.models.adjustment import Adjustment
from okapi.goals.models.checkin import CheckIn
from okapi.goals.models.keyresult import KeyResult, Level, Milestone
from okapi.goals.models.links import Contribution, Guard, Informs, Moves
from okapi.goals.models.objective import Objective
from okapi.goals.models.standing import (
    BranchLink,
    BranchMember,
    BranchStanding,
    Dirty,
    GoalHistory,
    KeyResultStanding,
    ObjectiveStanding,
)

__all__ = [
    "Adjustment",
    "BranchLink",
    "BranchMember",
    "BranchStanding",
    "CheckIn",
    "Contribution",
    "Dirty",
    "GoalHistory",
    "Guard",
    "Informs",
    "KeyResult",
    "KeyResultStanding",
    "Level",
    "Milestone",
    "Moves",
    "Objective",
    "ObjectiveStanding",
]
