"""The request itself: a message signed and sent once, and its answer kept with it."""

from __future__ import annotations

import orjson

from okapi.base import addresses, clock, fetching, sealing
from okapi.base.fetching import Answer, Asked, Limits
from okapi.core.errors import OkapiError, Refused
from okapi.webhooks import signing
from okapi.webhooks.choices import DeliveryState
from okapi.webhooks.models import Delivery, Webhook

LIMITS = Limits(15.0, 65_536)


def post(hook: Webhook, delivery: Delivery) -> Answer:
    """Sign it with each secret that is in use, send it, and wait for the answer."""
    now = clock.now()
    body = orjson.dumps(delivery.body)
    secrets = sealing.unseal(hook.pk, hook.secret)
    keys = [secrets["current"]]
    if "previous" in secrets and hook.previous_until is not None and now < hook.previous_until:
        keys.append(secrets["previous"])
    message = f"msg_{delivery.pk.hex}"
    told = signing.headers(keys, message, int(now.timestamp()), body)
    headers = {"Content-Type": "application/json", **told}
    url = addresses.put_back(hook.url, sealing.unseal(hook.pk, hook.in_address))
    return fetching.tell(Asked(url, "POST", headers=headers, body=body), LIMITS)


def tell_answer(delivery: Delivery, status: int | None, refused: OkapiError | None) -> bool:
    """Write the answer into the message, unsaved: whether it was taken.

    Of one that was not, `state` and `ended_at` stay for the caller to say.
    """
    delivery.status, delivery.lease_until = status, None
    delivery.code, delivery.data = "", {}
    if status is not None and 200 <= status < 300:
        delivery.state, delivery.ended_at = DeliveryState.DELIVERED.value, clock.now()
        return True
    error = refused or Refused("webhook.status", status=status)
    delivery.code = error.code
    delivery.data = {name: str(value)[:200] for name, value in error.data.items()}
    return False
