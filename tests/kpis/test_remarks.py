"""Remarks on data: found when values change, kept with one id, accepted, gone when corrected."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, Forbidden, NotFound, Refused
from okapi.kpis import actions
from okapi.kpis.models import CatalogueEntry, DataRemark, Kpi, KpiStanding
from tests.cast import Cast
from tests.kpis.making import make_kpi, take
from tests.kpis.test_signals import QUIET, look, measured, weeks

SLIP = [*QUIET[:30], 100 * QUIET[30], *QUIET[31:]]


def remarks() -> list[tuple[str, str, str, str]]:
    names = ("kind", "state", "first_label", "last_label")
    return [
        tuple(getattr(one, name) for name in names) for one in DataRemark.objects.order_by("first")
    ]  # type: ignore[misc]  # fixed length


def standing(kpi: Kpi) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = KpiStanding.objects.get(kpi=kpi).remarks or []
    return found


def only() -> DataRemark:
    found: DataRemark = DataRemark.objects.get()
    return found


@pytest.fixture
def slipped(cast: Cast) -> Kpi:
    kpi = measured(cast, SLIP)
    look(cast)
    return kpi


def test_a_quiet_kpi_has_none(cast: Cast) -> None:
    kpi = measured(cast, QUIET)
    look(cast)
    assert remarks() == []
    assert KpiStanding.objects.get(kpi=kpi).remarks is None
    assert not CatalogueEntry.objects.get(kpi=kpi).has_remarks


def test_a_slip_is_told_where_it_is_on_the_standing_and_in_the_catalogue(
    cast: Cast, slipped: Kpi
) -> None:
    assert remarks() == [("scale", "open", "2026-W38", "2026-W38")]
    (told,) = standing(slipped)
    assert told["id"] == str(only().pk)
    assert told["numbers"]["factor"] == 100
    assert told["accepted"] is None
    assert CatalogueEntry.objects.get(kpi=slipped).has_remarks


def test_it_is_gone_once_the_value_is_corrected(cast: Cast, slipped: Kpi) -> None:
    Outbox.objects.all().delete()
    take(cast.system, weeks("returns", QUIET))
    look(cast)
    assert remarks() == [("scale", "gone", "2026-W38", "2026-W38")]
    assert standing(slipped) == []
    assert not CatalogueEntry.objects.get(kpi=slipped).has_remarks
    assert Outbox.objects.filter(object_id=slipped.pk).exists()


def test_it_keeps_its_id_while_other_values_come_in(cast: Cast, slipped: Kpi) -> None:
    before = only().pk
    take(cast.system, weeks("returns", [50, 51, 49]))
    look(cast)
    assert only().pk == before


def test_a_missing_week_is_told_and_gone_when_it_comes(cast: Cast) -> None:
    kpi = measured(cast, [*QUIET[:20], None, None, *QUIET[22:]])
    look(cast)
    assert remarks() == [("missing", "open", "2026-W28", "2026-W29")]
    take(cast.system, weeks("returns", QUIET))
    look(cast)
    assert standing(kpi) == []


def test_an_accepted_one_is_silent_until_its_values_change(cast: Cast, slipped: Kpi) -> None:
    found = actions.accept_remark(cast.actor(cast.mia), slipped.pk, only().pk, reason=" Fair week ")
    assert (found.state, found.reason, found.accepted_by) == ("accepted", "Fair week", cast.mia)
    assert standing(slipped)[0]["accepted"]["reason"] == "Fair week"
    assert not CatalogueEntry.objects.get(kpi=slipped).has_remarks
    # Other values: it stays accepted.
    take(cast.system, weeks("returns", [50, 51, 49]))
    look(cast)
    assert only().state == "accepted"
    # This value: it opens again, and the acceptance is on record.
    values = [*QUIET[:30], 100 * QUIET[30] + 7, *QUIET[31:37], 50, 51, 49]
    take(cast.system, weeks("returns", values))
    look(cast)
    assert (only().state, only().reason, only().accepted_by) == ("open", "", None)
    change = Change.objects.filter(verb="reopen_remark").get()
    assert change.before["reason"] == "Fair week"


def test_an_acceptance_is_taken_back(cast: Cast, slipped: Kpi) -> None:
    me = cast.actor(cast.mia)
    actions.accept_remark(me, slipped.pk, only().pk, reason="Fair week")
    number = KpiStanding.objects.get(kpi=slipped).number_of_state
    actions.reopen_remark(me, slipped.pk, only().pk)
    assert only().state == "open"
    assert KpiStanding.objects.get(kpi=slipped).number_of_state == number + 1
    assert CatalogueEntry.objects.get(kpi=slipped).has_remarks
    verbs = (
        Change.objects.filter(object_id=slipped.pk).order_by("id").values_list("verb", flat=True)
    )
    assert list(verbs)[-2:] == ["accept_remark", "reopen_remark"]


def test_what_cannot_be_accepted(cast: Cast, slipped: Kpi) -> None:
    me, uid = cast.actor(cast.mia), only().pk
    with pytest.raises(Refused, match=r"text\.empty"):
        actions.accept_remark(me, slipped.pk, uid, reason="  ")
    with pytest.raises(NotFound):
        actions.accept_remark(me, slipped.pk, uuid4(), reason="So")
    with pytest.raises(Forbidden):
        actions.accept_remark(cast.actor(cast.tom), slipped.pk, uid, reason="So")
    take(cast.system, weeks("returns", QUIET))
    look(cast)
    with pytest.raises(Conflict, match=r"remark\.gone"):
        actions.accept_remark(me, slipped.pk, uid, reason="So")


def test_one_of_another_kpi_is_not_found(cast: Cast, slipped: Kpi) -> None:
    other = make_kpi(cast, "other", frequency="week")
    uid: UUID = only().pk
    with pytest.raises(NotFound):
        actions.accept_remark(cast.system, other.pk, uid, reason="So")


def test_a_formula_has_none_of_its_own(cast: Cast, slipped: Kpi) -> None:
    make_kpi(cast, "double", frequency="week", formula="[returns] * 2")
    look(cast)
    assert [one.kpi_id for one in DataRemark.objects.all()] == [slipped.pk]
