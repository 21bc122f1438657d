"""The migration that takes what is secret out of addresses that were stored before it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from okapi.base import clock
from okapi.base.addresses import MASK
from okapi.base.models import Change
from okapi.base.sealing import unseal
from okapi.exchange.models import Source
from tests.cast import Cast
from tests.exchange.sources.making import make_source, web

pytestmark = pytest.mark.django_db

sealing = import_module("okapi.exchange.migrations.0004_secrets_in_addresses")

OPEN = "https://data.example/facts.csv?team=sales"
TOLD = "https://data.example/facts.csv?token=s3cret&team=sales"


def stored_before(cast: Cast) -> Source:
    """A source as it was stored when addresses kept their secrets, with its record."""
    source = make_source(cast, **web(OPEN))
    Source.objects.filter(pk=source.pk).update(place={"url": TOLD}, in_address="")
    Change.objects.filter(kind="source").update(after={"place": {"url": TOLD}, "name": "Facts"})
    source.refresh_from_db()
    return source


def test_a_secret_leaves_the_address_and_its_records_and_comes_back(cast: Cast) -> None:
    source = stored_before(cast)

    sealing.take_apart(apps, None)

    source.refresh_from_db()
    assert source.place == {"url": OPEN.replace("?", f"?token={MASK}&")}
    assert unseal(source.pk, source.in_address) == {"?0": "s3cret"}
    (record,) = Change.objects.filter(kind="source")
    assert record.after == {"place": source.place, "name": "Facts"}
    assert record.before == {}

    sealing.put_together(apps, None)

    source.refresh_from_db()
    assert source.place == {"url": TOLD}


def test_what_was_archived_is_masked_and_not_kept(cast: Cast) -> None:
    source = stored_before(cast)
    Source.objects.filter(pk=source.pk).update(archived_at=clock.now())

    sealing.take_apart(apps, None)

    source.refresh_from_db()
    assert MASK in source.place["url"]
    assert source.in_address == ""


def test_an_address_without_secrets_stays_as_it_is(cast: Cast) -> None:
    source = make_source(cast, **web(OPEN))
    before = list(Change.objects.order_by("pk").values())

    sealing.take_apart(apps, None)

    source.refresh_from_db()
    assert source.place["url"] == OPEN
    assert source.in_address == ""
    assert list(Change.objects.order_by("pk").values()) == before
