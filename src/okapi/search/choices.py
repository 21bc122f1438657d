"""What can be found. Labels are phrases `found.<value>`; values are the kinds of change records."""

from enum import StrEnum


class Kind(StrEnum):
    """What an entry of the index leads to, in the order in which results stand."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    KPI = "kpi"
    TEAM = "team"
    PERSON = "person"
    COMMENT = "comment"
