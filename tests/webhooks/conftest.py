"""A receiver of webhooks, with one that is told everything, or one message that is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okapi.base.models import Outbox
from okapi.webhooks.models import Webhook
from tests.cast import NOW, Cast
from tests.kpis.making import make_kpi
from tests.webhooks.receiving import Receiver, make_hook, received

receiver = pytest.fixture(received)


@pytest.fixture
def hook(cast: Cast, receiver: Receiver) -> Webhook:
    return make_hook(cast, receiver)[0]


@pytest.fixture
def one(cast: Cast, receiver: Receiver) -> Webhook:
    """A webhook to which exactly one message is due."""
    kpi = make_kpi(cast, "returns", frequency="week", unit="%")
    Outbox.objects.all().delete()
    hook, _ = make_hook(cast, receiver, "kpi.changed")
    Outbox.objects.create(
        organisation=cast.organisation, kind="kpi", object_id=kpi.pk, number=1,
        audience={"everyone": True}, at=NOW + timedelta(seconds=1),
    )  # fmt: skip
    return hook
