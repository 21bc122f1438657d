"""Messages from the outbox to the webhooks: gathered, delivered, tried again."""

from okapi.webhooks.sending.trying import Tried, send_test
from okapi.webhooks.sending.worker import forget_old, is_due, work

__all__ = ["Tried", "forget_old", "is_due", "send_test", "work"]
