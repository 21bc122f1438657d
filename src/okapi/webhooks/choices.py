"""Closed lists of webhooks. Labels are phrases `<enum>.<value>`."""

from enum import StrEnum


class EventType(StrEnum):
    """What a webhook may be told; the value is the `type` of the message."""

    OBJECTIVE_CHANGED = "objective.changed"
    KEY_RESULT_CHANGED = "key_result.changed"
    CHECK_IN_ADDED = "check_in.added"
    COMMENT_CHANGED = "comment.changed"
    KPI_CHANGED = "kpi.changed"
    INTAKE_CHANGED = "intake.changed"


TEST = "webhook.test"
"""The `type` of a message that somebody sends to see whether it comes; nothing happened."""


class DeliveryState(StrEnum):
    """Where a delivery is; `FAILED` ones are sent again only when somebody asks."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class HookPaused(StrEnum):
    """Why a webhook is told nothing."""

    PERSON = "person"
    FAILURES = "failures"
