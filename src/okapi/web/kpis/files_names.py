"""Names in a file that no KPI has: what each means, said by a person and kept for the next file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.exchange import measurement_files, uploads
from okapi.exchange.tables import LEFT_OUT, Kpis
from okapi.exchange.uploads import Upload
from okapi.web.http import OrgRequest
from okapi.web.kpis import files_shown
from okapi.web.kpis.files_shown import sentence_of
from okapi.wording import say

_MOST_KPIS = 1_000


@dataclass(frozen=True, slots=True)
class Strange:
    """A name, its field, what was typed, and a note: KPIs that are called like it, or why."""

    text: str
    field: str
    typed: str = ""
    note: str = ""
    is_left_out: bool = False


def asked(request: OrgRequest, upload: Upload, *refusals: OkapiError) -> dict[str, Any]:
    """The names that nobody has said anything of, and what was said of others."""
    said = () if upload.mapping is None else upload.mapping.names
    context: dict[str, Any] = {"called": [], "strange": []}
    if said:
        names = files_shown.names_of(request).kpis
        context["called"] = [_told(text, key, names) for text, key in said]
    if not any(one.code in measurement_files.STRANGE for one in refusals):
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
            _why(kpis, text, refusal),
            f"left-{at}" in sent,
        )
        for at, (text, refusal) in enumerate(uploads.strange_names(request.actor, upload))
    ]
    context["kpi_names"] = [*files_shown.names_of(request).kpis.values()][:_MOST_KPIS]
    return context


def call(request: OrgRequest, upload: Upload) -> None:
    """Take what was typed for names; with the button for the rest, the others are left out.

    Refused: `tables.kpi.unknown` and its kin for what is typed and is no KPI either,
    `file.names.nothing`.
    """
    kpis = measurement_files.known_kpis(request.actor)
    sent = request.POST
    names: dict[str, str] = {}
    for at, (text, _) in enumerate(uploads.strange_names(request.actor, upload)):
        typed = sent.get(f"means-{at}", "").strip()
        if typed and sent.get(f"name-{at}") == text:
            names[text] = kpis.find(typed).kpi.key
        elif f"left-{at}" in sent or sent["call"] == "rest":
            names[text] = LEFT_OUT
    if not names:
        raise Refused("file.names.nothing")
    uploads.call(upload, names)


def _why(kpis: Kpis, text: str, refusal: OkapiError) -> str:
    """Which KPIs are called like it; for one that takes no values here, why that is so."""
    if "named" in refusal.data:
        return sentence_of(refusal)
    near = ", ".join(kpis.nearest(text))
    return say("file.names.near", names=near) if near else ""


def _told(text: str, key: str, names: Mapping[str, str]) -> tuple[str, str]:
    return text, say("file.names.left_out") if key == LEFT_OUT else names.get(key, key)
