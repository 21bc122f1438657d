"""The question what is to become of several chosen things, alike for goals and KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse

from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.web.components import Crumb
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import picks, several
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section
from okapi.web.editing.sent import tidy
from okapi.web.http import OrgRequest
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Kind:
    """What things they are.

    Attributes:
        box: under which name their keys are sent.
        codes: where their phrases begin.
        place, back: of their list in the frame, and the phrase of its name.
        does: what can be done to them; `ends` is the one that puts them away.
    """

    box: str
    codes: str
    place: str
    back: str
    does: tuple[str, ...]
    ends: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be done to the things of these keys."""

    kind: Kind
    does: str
    keys: Sequence[str]

    @property
    def title(self) -> str:
        """What is to become of so many."""
        return say(f"{self.kind.codes}.{self.does}", n=len(self.keys))

    @property
    def ends(self) -> bool:
        """Whether they are put away."""
        return self.does == self.kind.ends


def asked(request: OrgRequest, kind: Kind) -> Chosen:
    """What was chosen; `Refused` as by `several.asked`."""
    return Chosen(kind, *several.asked(request, kind.box, kind.does, codes=kind.codes))


def beginning(who: Asking, chosen: Chosen) -> Filling:
    """Nothing is chosen before; a change of the owner is most often to oneself."""
    return Filling({"owner": finding.oneself(who).value} if chosen.does == "owner" else {})


def filled(request: OrgRequest, who: Asking, *names: str) -> Filling:
    """What was typed: the owner, found, and the texts of these names."""
    pick = picks.person(who, request.POST, "owner")
    texts = {name: tidy(request.POST.get(name, "")) for name in names}
    return Filling({**texts, "owner": pick.value}, picks={"owner": pick})


def lacking(chosen: Chosen, filling: Filling, *needed: str) -> dict[str, str]:
    """What has to be said for it, and was not: an owner, or one of the fields that are needed."""
    if chosen.does == "owner":
        pick = filling.picks["owner"]
        return {} if pick.value else {"owner": pick.error or say("text.empty")}
    if chosen.does in needed and not filling.of(chosen.does):
        return {chosen.does: say("text.empty")}
    return {}


def named(who: Asking, chosen: Chosen, filling: Filling) -> Filling:
    """With the name of the owner who stands there, where nobody has looked it up yet."""
    if chosen.does != "owner" or filling.names:
        return filling
    return replace(filling, names=finding.people_by_email(who, [filling.of("owner")]))


def ask(
    request: OrgRequest,
    chosen: Chosen,
    filling: Filling,
    fields: Iterable[Component],
    *,
    save: str,
    back: str,
    came_back: bool = False,
) -> HttpResponse:
    """The form with these fields; `back` is the address of the list."""
    kind = chosen.kind
    form = Form(
        id="bulk-form",
        title=chosen.title,
        action=request.path,
        save=save,
        sections=(Section(tuple(fields)),),
        cancel=back,
        intro=say(f"{kind.codes}.intro"),
        error=filling.rest((*kind.does, "reason")),
        hidden=(("do", chosen.does), ("apply", "1"), *((kind.box, key) for key in chosen.keys)),
        kind="danger" if chosen.ends else "primary",
        after="",
        target="#edit-body" if request.htmx else "",
        came_back=came_back,
    )
    crumbs = (Crumb(say(kind.back), back),)
    return forms.show(request, form, place=kind.place, crumbs=crumbs, afresh=True)
