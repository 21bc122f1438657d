"""The worker of webhooks: gathers what happened, and sends what is due, a few at a time."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.db import connections
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from okapi.base import clock, scope
from okapi.base.models import Change, Outbox
from okapi.webhooks.choices import DeliveryState
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import delivering, gathering

log = logging.getLogger(__name__)

AT_ONCE = 4
LEASE = timedelta(minutes=2)
"""Longer than a message may be on its way, with looking up its address."""
IDLE_SECONDS = 30.0
"""So long the worker waits for more before it ends: it would often be started again at once."""
KEPT_DELIVERED, KEPT_FAILED = timedelta(days=7), timedelta(days=30)
_LOOK_SECONDS = 1.0
_LATE_SECONDS = 10.0
_ORDER = ("due_at", "id")
_REASON = "the worker of webhooks serves all organisations"


def is_due() -> bool:
    """Whether a worker would find anything; two statements."""
    with scope.everywhere(_REASON):
        return Delivery.objects.filter(_open()).exists() or _with_news().exists()


def _with_news() -> QuerySet[Webhook]:
    """The webhooks in whose organisation something happened since they were looked at."""
    own = {"organisation_id": OuterRef("organisation_id"), "at__gte": OuterRef("read_to")}
    letters = Outbox.objects.filter(kind__in=gathering.LETTERS, **own)
    said = Change.objects.filter(kind="check_in", **own)
    return _in_use().filter(Exists(letters) | Exists(said))


def _in_use() -> QuerySet[Webhook]:
    rows: QuerySet[Webhook] = Webhook.objects.filter(paused="", archived_at__isnull=True)
    return rows


def work(*, idle_seconds: float = IDLE_SECONDS) -> int:
    """Gather and send until nothing has happened for a while; how many tries there were."""
    done, idle = 0, 0.0
    stopping = threading.Event()
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            gather_all(without_news=idle % _LATE_SECONDS == _LATE_SECONDS - 1)
            claimed = claim(AT_ONCE - len(under_way))
            under_way |= {pool.submit(_deliver, one) for one in claimed}
            if under_way:
                ended, under_way = wait(under_way, _LOOK_SECONDS, FIRST_COMPLETED)
                done += len(ended)
                idle = 0.0
                continue
            if idle >= idle_seconds:
                return done
            stopping.wait(_LOOK_SECONDS)
            idle += _LOOK_SECONDS


def gather_all(*, without_news: bool = False) -> int:
    """Make deliveries of what happened, for all webhooks; how many.

    What was committed late lies before what was read: `without_news` looks at every webhook.
    """
    with scope.everywhere(_REASON):
        rows = _in_use() if without_news else _with_news()
        found = list(rows.values_list("pk", "organisation_id"))
    made = 0
    for hook_id, organisation_id in found:
        with scope.organisation(organisation_id):
            made += gathering.gather(hook_id)
    return made


def claim(most: int) -> list[Delivery]:
    """At most so many messages that are due, each claimed by the caller for two minutes.

    To a webhook through which nothing comes one message is under way at a time, so that the many
    that wait for it do not keep those of others waiting.
    """
    first = Window(RowNumber(), partition_by=F("webhook"), order_by=_ORDER)
    with scope.everywhere(_REASON):
        sending = DeliveryState.SENDING.value
        busy = Delivery.objects.filter(webhook=OuterRef("webhook"), state=sending)
        rows = Delivery.objects.filter(_open()).annotate(place=first, is_busy=Exists(busy))
        well = Q(webhook__failing_since=None)
        found = list(rows.filter(well | Q(place=1, is_busy=False)).order_by(*_ORDER)[:most])
    return [one for one in found if _claim(one)]


def _claim(delivery: Delivery) -> bool:
    with scope.organisation(delivery.organisation_id):
        mine = Delivery.objects.filter(pk=delivery.pk, attempt=delivery.attempt)
        mine = mine.filter(_due())
        if not mine.update(
            state=DeliveryState.SENDING.value,
            lease_until=clock.now() + LEASE,
            attempt=F("attempt") + 1,
        ):
            return False
        delivery.refresh_from_db()
        return True


def _deliver(delivery: Delivery) -> None:
    """Send it; never raises, so that one message ends no other.

    Where not even what became of it can be kept, it is sent again when its lease is over.
    """
    try:
        with scope.organisation(delivery.organisation_id):
            delivering.deliver(delivery)
    except Exception:  # whatever one message does, the others must be sent
        log.exception("message %s", delivery.pk)
    finally:
        connections.close_all()  # this thread's own


def _open() -> Q:
    return _due() & Q(webhook__paused="", webhook__archived_at__isnull=True)


def _due() -> Q:
    """Waiting and due, or left by a worker that is gone."""
    now = clock.now()
    waiting = Q(state=DeliveryState.WAITING.value, due_at__lte=now)
    return waiting | Q(state=DeliveryState.SENDING.value, lease_until__lt=now)


def forget_old() -> int:
    """Delete what was delivered a week ago or failed a month ago, of the open scope; how many."""
    now = clock.now()
    good = Q(state=DeliveryState.DELIVERED.value, ended_at__lt=now - KEPT_DELIVERED)
    bad = Q(state=DeliveryState.FAILED.value, ended_at__lt=now - KEPT_FAILED)
    deleted, _ = Delivery.objects.filter(good | bad).delete()
    return int(deleted)
