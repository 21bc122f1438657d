"""Secrets at rest."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from okapi.base import sealing
from okapi.core.errors import Refused


def test_sealed_and_opened() -> None:
    owner = uuid4()
    sealed = sealing.seal(owner, {"secret": "口令 s3cret", "empty": ""})
    assert "s3cret" not in sealed
    assert sealing.unseal(owner, sealed) == {"secret": "口令 s3cret"}
    assert sealing.seal(owner, {"secret": "口令 s3cret"}) != sealed


def test_nothing_to_seal() -> None:
    assert sealing.seal(uuid4(), {"secret": ""}) == ""
    assert sealing.unseal(uuid4(), "") == {}


def test_it_opens_for_its_own_thing_only() -> None:
    sealed = sealing.seal(uuid4(), {"secret": "s3cret"})
    for other in (sealed, sealed[:-8] + "AAAAAAA=", "nonsense"):
        with pytest.raises(Refused) as refused:
            sealing.unseal(uuid4(), other)
        assert refused.value.code == "secret.unreadable"


def test_an_older_key_still_opens(settings: Any) -> None:
    owner = uuid4()
    sealed = sealing.seal(owner, {"secret": "s3cret"})
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another one " * 8
    with pytest.raises(Refused):
        sealing.unseal(owner, sealed)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert sealing.unseal(owner, sealed) == {"secret": "s3cret"}
