"""Closed lists that tables of this app keep as text. Labels are phrases `<enum>.<value>`."""

from enum import StrEnum


class KpiState(StrEnum):
    """Where a KPI is in its life."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"


class IntakeState(StrEnum):
    """Where an intake is: checked without a lock, committed in chunks, taken back."""

    CHECKED = "checked"
    LOADING = "loading"
    COMMITTED = "committed"
    UNDONE = "undone"
    REFUSED = "refused"


class RemarkState(StrEnum):
    """Where a remark on data is: to be looked at, accepted with a reason, or none any more."""

    OPEN = "open"
    ACCEPTED = "accepted"
    GONE = "gone"
