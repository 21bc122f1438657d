"""What people say of a remark on data: the values are right, and why; or that no longer."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from okapi.base import clock
from okapi.base.actor import Actor
from okapi.core.errors import Conflict, NotFound, Refused
from okapi.kpis import standings
from okapi.kpis.actions import fields, holding
from okapi.kpis.actions.drafts import Ref
from okapi.kpis.choices import RemarkState
from okapi.kpis.models import DataRemark, Kpi
from okapi.orgs.queries import settings_of

LONGEST_REASON = 2_000


@transaction.atomic
def accept_remark(actor: Actor, kpi: Ref, remark: UUID, *, reason: str) -> DataRemark:
    """The values are right, because of `reason`: silent until these values change.

    `NotFound` for none of this KPI; `Refused` (`text.empty`) without a reason; `Conflict`
    (`remark.gone`) for one that the values no longer give cause for.
    """
    held = holding.hold(actor, kpi, "measure")
    found = _found(held, remark)
    why = fields.long(reason, "reason", LONGEST_REASON)
    if not why:
        raise Refused("text.empty", field="reason")
    if found.state == RemarkState.ACCEPTED.value and found.reason == why:
        return found
    before = {"remark": found.pk, "state": found.state, "reason": found.reason}
    found.state, found.reason = RemarkState.ACCEPTED.value, why
    found.accepted_at, found.accepted_by_id = clock.now(), actor.person_id
    _finish(actor, held, found, "accept_remark", before)
    return found


@transaction.atomic
def reopen_remark(actor: Actor, kpi: Ref, remark: UUID) -> DataRemark:
    """Take an acceptance back: the remark is to be looked at again. Errors as `accept_remark`."""
    held = holding.hold(actor, kpi, "measure")
    found = _found(held, remark)
    if found.state == RemarkState.OPEN.value:
        return found
    before = {"remark": found.pk, "state": found.state, "reason": found.reason}
    found.state, found.reason = RemarkState.OPEN.value, ""
    found.accepted_at, found.accepted_by_id = None, None
    _finish(actor, held, found, "reopen_remark", before)
    return found


def _found(kpi: Kpi, remark: UUID) -> DataRemark:
    found: DataRemark | None = DataRemark.objects.filter(kpi=kpi, pk=remark).first()
    if found is None:
        raise NotFound("access.not_found", kind="remark", ref=str(remark))
    if found.state == RemarkState.GONE.value:
        raise Conflict("remark.gone", field="", ref=kpi.key)
    return found


def _finish(
    actor: Actor, kpi: Kpi, remark: DataRemark, verb: str, before: dict[str, object]
) -> None:
    remark.version += 1
    remark.save()
    after = {"remark": remark.pk, "state": remark.state, "reason": remark.reason}
    holding.record(actor, verb, kpi, before=before, after=after)
    standings.tell_remarks(kpi.pk, settings_of(actor.organisation_id).today)
