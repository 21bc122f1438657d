"""Tables of the app."""

from okapi.webhooks.models.webhook import Delivery, Webhook

__all__ = ["Delivery", "Webhook"]
