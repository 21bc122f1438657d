"""Messages from the outbox to the webhooks: gathered, delivered, tried again."""

from okapi.webhooks.sending.worker import forget_old, is_due, work

__all__ = ["forget_old", "is_due", "work"]
