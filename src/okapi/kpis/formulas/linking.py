"""Which KPIs a version names, and which versions are computed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import F

from okapi.base import events, scope
from okapi.base.arrays import Among
from okapi.core.errors import Refused
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.tree import keys_of
from okapi.kpis.events import VersionsNamed
from okapi.kpis.models import Definition, FormulaPart, Kpi


def link(formulas: Mapping[UUID, str]) -> None:
    """Keep which KPIs the formulas of these versions name; what was kept before goes."""
    keys = {one: _keys(text) for one, text in formulas.items()}
    wanted = {key for named in keys.values() for key in named}
    ids = dict(Kpi.objects.filter(key__in=wanted).values_list("key", "id")) if wanted else {}
    FormulaPart.objects.filter(Among("definition_id", formulas)).delete()
    FormulaPart.objects.bulk_create(
        [
            FormulaPart(
                organisation_id=scope.organisation_id(),
                definition_id=one,
                part_id=ids[key],
                position=at,
            )
            for one, named in keys.items()
            for at, key in enumerate(named)
            if key in ids
        ],
        batch_size=1_000,
    )


def link_new() -> None:
    """`link` the versions with a formula of which nothing is kept yet."""
    rows = Definition.objects.exclude(formula="").filter(formula_parts__isnull=True)
    new = dict(rows.values_list("id", "formula"))
    if new:
        link(new)


def _keys(text: str) -> tuple[str, ...]:
    """The keys that a formula names; none of one that cannot be read."""
    try:
        return keys_of(parse(text)) if text else ()
    except Refused:
        return ()


def named(text: str) -> set[UUID]:
    """The KPIs that a formula names, as far as it can be read and they are there."""
    keys = _keys(text.strip())
    return set(Kpi.objects.filter(key__in=keys).values_list("pk", flat=True)) if keys else set()


def settle(kpi_ids: Collection[UUID] | None = None) -> set[UUID]:
    """Decide which versions are computed: those in force, and those that an open goal names.

    Of these KPIs, or of all. Answers with the versions that are computed only from now on.
    """
    rows = Definition.objects.exclude(formula="")
    if kpi_ids is not None:
        rows = rows.filter(Among("kpi_id", kpi_ids))
    known = list(
        rows.annotate(in_force=F("kpi__definition_id")).values_list("id", "in_force", "is_computed")
    )
    earlier = frozenset(one for one, in_force, _ in known if one != in_force)
    named = _named(earlier)
    wanted = {one for one, in_force, _ in known if one == in_force or one in named}
    begun = {one for one, _, is_computed in known if one in wanted and not is_computed}
    ended = {one for one, _, is_computed in known if one not in wanted and is_computed}
    for ids, is_computed in ((begun, True), (ended, False)):
        if ids:
            Definition.objects.filter(Among("id", ids)).update(is_computed=is_computed)
    return begun


def _named(versions: Iterable[UUID]) -> set[UUID]:
    asked = VersionsNamed(scope.organisation_id(), frozenset(versions))
    if not asked.definition_ids:
        return set()
    return {one for answer in events.ask(asked) for one in answer}
