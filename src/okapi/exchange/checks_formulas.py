"""Formulas in files: read, fitted to the KPIs that they name, and without circles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.core.formulas.checking import check, near
from okapi.core.formulas.ordering import levels
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured
from okapi.core.formulas.tree import Kind, Node, keys_of, walk
from okapi.exchange.checks_kpis import all_read
from okapi.exchange.draft import Draft
from okapi.exchange.records import Record
from okapi.exchange.stored import Values
from okapi.kpis.formulas.described import measured_of


def errors(draft: Draft) -> Iterator[OkapiError]:
    """Everything that is wrong with the formulas in force that files name.

    A new version gets the dimensions that its parts share, where the files say none.
    """
    trees, broken = _trees(draft)
    yield from broken
    if not trees:
        return
    try:
        order = levels({key: keys_of(tree) for key, tree in trees.items()})
    except Refused as refused:
        yield _circle(draft, trees, refused)
        return
    for key in order:
        yield from _hidden(draft, key, trees[key])
    known: dict[str, Measured] = {}
    for key in order:
        values = _in_force(draft, key)
        for part in keys_of(trees[key]):
            found = _in_force(draft, part)
            if part not in known and found is not None and _is_live(draft, part):
                known[part] = _measured(part, found)
        # What is broken is told already, and what rests on it cannot be judged.
        rests_on_broken = any(_is_broken(draft, part) for part in keys_of(trees[key]))
        if values is not None and not rests_on_broken:
            yield from _fit(draft, key, values, trees[key], known)


def _trees(draft: Draft) -> tuple[dict[str, Node], list[OkapiError]]:
    """The formulas in force as they would be, by KPI, and what cannot be read of the files."""
    trees: dict[str, Node] = {}
    broken: list[OkapiError] = []
    for (key,), kpi in draft.view["kpi"].items():
        values = draft.view["definition"].get((key, kpi["in_force"]))
        if values is None or not values["formula"] or kpi["archived_at"] is not None:
            continue
        try:
            trees[key] = parse(values["formula"])
        except Refused as refused:
            record = _record(draft, key)
            if record is not None:
                broken.append(record.at(refused, "formula"))
    return trees, broken


def _record(draft: Draft, key: str) -> Record | None:
    """The record of the files for the version in force, if they name it."""
    kpi = draft.view["kpi"].get((key,))
    return None if kpi is None else draft.records["definition"].get((key, kpi["in_force"]))


def _in_force(draft: Draft, key: str) -> Values | None:
    kpi = draft.view["kpi"].get((key,))
    return None if kpi is None else draft.at("definition", (key, kpi["in_force"]))


def _is_broken(draft: Draft, key: str) -> bool:
    return (key,) in draft.view["kpi"] and _in_force(draft, key) is None


def _is_live(draft: Draft, key: str) -> bool:
    return draft.view["kpi"][key,]["archived_at"] is None


def _measured(key: str, values: Values) -> Measured:
    """How a KPI is measured, from the values of a definition in files."""
    return measured_of(key, {**values, "has_total": values["total"]})


def _fit(
    draft: Draft, key: str, values: Values, tree: Node, known: dict[str, Measured]
) -> Iterator[OkapiError]:
    record = _record(draft, key)
    try:
        formula = check(tree, _measured(key, values), known)
    except Refused as refused:
        if record is not None:  # one that the files do not name is told on its page
            yield _told(draft, record, refused)
        return
    known[key] = formula.measured
    if record is not None and record.identity not in draft.stored.things["definition"]:
        values["dimensions"] = list(formula.measured.dimensions)
        values["total"] = formula.measured.has_total


def _hidden(draft: Draft, key: str, tree: Node) -> Iterator[OkapiError]:
    """A formula names only what all its readers may read; told where the files say otherwise."""
    kpis = draft.view["kpi"]
    for part in keys_of(tree):
        if (part,) not in kpis or all_read(kpis[key,], kpis[part,]):
            continue
        formula = _record(draft, key)
        own, other = draft.records["kpi"].get((key,)), draft.records["kpi"].get((part,))
        if formula is not None:
            yield formula.refused("formula.private", "formula", found=part)
        elif own is not None:
            yield own.refused("formula.private", "visibility", found=part)
        elif other is not None:
            yield other.refused("formula.named", "visibility", found=key)


def _told(draft: Draft, record: Record, refused: Refused) -> OkapiError:
    """The refusal at its field, with what may have been meant."""
    field = refused.field if refused.field in ("dimensions", "frequency") else "formula"
    if refused.code == "formula.unknown":
        meant = near(
            refused.data["found"], (key for (key,) in draft.view["kpi"] if isinstance(key, str))
        )
        if meant:
            told = {**refused.data, "near": [f"[{one}]" for one in meant]}
            refused = Refused("formula.unknown_near", **told)
    return record.at(refused, field or "formula")


def _circle(draft: Draft, trees: dict[str, Node], refused: Refused) -> OkapiError:
    circle: tuple[Any, ...] = refused.data["circle"]
    told = Refused("formula.circle", circle=" → ".join(circle))
    for at, key in enumerate(circle[:-1]):
        record = _record(draft, key)
        if record is not None:
            node = next(
                one
                for one in walk(trees[key])
                if one.kind is Kind.KPI and one.value == circle[at + 1]
            )
            place = {"at": node.start + 1, "size": node.end - node.start}
            return record.at(Refused(told.code, **told.data, **place), "formula")
    return told
