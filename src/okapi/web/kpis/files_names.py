"""Names in a file that no KPI has: what each means, said by a person and kept for the next file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.exchange import measurement_files, uploads
from okapi.exchange.tables import LEFT_OUT
from okapi.exchange.uploads import Upload
from okapi.web.http import OrgRequest
from okapi.wording import say

_STRANGE = ("tables.kpi.unknown", "tables.kpi.unknown_near", "tables.kpi.ambiguous")
_MOST_KPIS = 1_000


@dataclass(frozen=True, slots=True)
class Strange:
    """A name, the fields that ask for it, what was typed, and the KPIs that are called like it."""

    text: str
    field: str
    typed: str = ""
    near: str = ""
    is_left_out: bool = False


def asked(request: OrgRequest, upload: Upload, *refusals: OkapiError) -> dict[str, Any]:
    """The names that nobody has said anything of, and what was said of others."""
    said = () if upload.mapping is None else upload.mapping.names
    context: dict[str, Any] = {"called": [_told(text, key) for text, key in said], "strange": []}
    if not any(one.code in _STRANGE for one in refusals):
        return context
    kpis = measurement_files.known_kpis(request.actor, upload.mapping)
    if not kpis.all:
        return context
    sent = request.POST if "call" in request.POST else {}
    context["strange"] = [
        Strange(
            text,
            f"means-{at}",
            sent.get(f"means-{at}", ""),
            ", ".join(kpis.nearest(text)),
            f"left-{at}" in sent,
        )
        for at, text in enumerate(uploads.strange_names(request.actor, upload))
    ]
    context["kpi_names"] = [kpi.name or kpi.key for kpi in kpis.all[:_MOST_KPIS]]
    return context


def call(request: OrgRequest, upload: Upload) -> None:
    """Take what was typed for names; with the button for the rest, the others are left out.

    Refused: `tables.kpi.unknown` and its kin for what is typed and is no KPI either,
    `file.names.nothing`.
    """
    kpis = measurement_files.known_kpis(request.actor)
    sent = request.POST
    names: dict[str, str] = {}
    for at, text in enumerate(uploads.strange_names(request.actor, upload)):
        typed = sent.get(f"means-{at}", "").strip()
        if typed and sent.get(f"name-{at}") == text:
            names[text] = kpis.find(typed).kpi.key
        elif f"left-{at}" in sent or sent["call"] == "rest":
            names[text] = LEFT_OUT
    if not names:
        raise Refused("file.names.nothing")
    uploads.call(upload, names)


def _told(text: str, key: str) -> tuple[str, str]:
    return text, say("file.names.left_out") if key == LEFT_OUT else key
