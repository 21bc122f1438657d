"""What was chosen by search: by the script's list, or, without one, by what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.finding import Found
from okapi.kpis.queries import finding as kpi_finding
from okapi.web.editing.sent import tidy
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice: the value that a form sends (empty for nothing), its name as it stands in the box.

    `error` says why the text names nothing, or more than one thing.
    """

    value: str = ""
    text: str = ""
    error: str = ""


def person(who: Asking, post: QueryDict, field: str) -> Pick:
    """A person, by e-mail address."""

    def name_of(email: str) -> str:
        return finding.people_by_email(who, [email.lower()]).get(email.lower(), "")

    return _pick(post, field, name_of, lambda text: finding.people(who, text), str.lower)


def kpi(who: Asking, post: QueryDict, field: str) -> Pick:
    """A KPI, by key."""
    return _pick(
        post,
        field,
        lambda key: kpi_finding.name_of(who, key),
        lambda text: kpis(who, text),
    )


def goal(who: Asking, post: QueryDict, field: str) -> Pick:
    """An objective (`O:key`) or a key result (`KR:key`)."""
    return _pick(
        post,
        field,
        lambda value: finding.goal_name(who, value),
        lambda text: finding.goals_above(who, text),
        lambda text: text if text.startswith(("O:", "KR:")) else f"O:{text}",
    )


def kpis(who: Asking, text: str) -> tuple[Found, ...]:
    """KPIs as they are offered."""
    return tuple(
        Found(one.key, one.name, " · ".join(part for part in (one.team, one.unit) if part))
        for one in kpi_finding.kpis(who, text)
    )


def _pick(
    post: QueryDict,
    field: str,
    name_of: Callable[[str], str],
    search: Callable[[str], Sequence[Found]],
    as_value: Callable[[str], str] = str,
) -> Pick:
    """The value sent, if the text in the box is still its name; else what the text means."""
    value, text = tidy(post.get(field, "")), tidy(post.get(f"{field}_text", ""))
    if f"{field}_text" not in post:
        return Pick(value, name_of(value) if value else "")
    if not text:
        return Pick()
    if value and name_of(value) == text:
        return Pick(value, text)
    if name := name_of(text):  # an address or a key that somebody knows by heart
        return Pick(as_value(text), name)
    return _meant(text, search(text))


def _meant(text: str, found: Sequence[Found]) -> Pick:
    exact = [one for one in found if one.name == text]
    meant = exact if len(exact) == 1 else found
    if len(meant) == 1:
        return Pick(meant[0].value, meant[0].name)
    if not found:
        return Pick(text=text, error=say("pick.none", found=text))
    names = [f"{one.name} ({one.value})" for one in found[:4]]
    return Pick(text=text, error=say("pick.several", found=text, names=names))
