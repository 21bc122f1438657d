"""What forms of goals and of KPIs ask alike: who may read it, and the second language."""

from __future__ import annotations

from django.http import QueryDict

from okapi.goals.queries.asking import Asking
from okapi.orgs.choices import Visibility
from okapi.web.components import Choice, PeoplePicker
from okapi.web.editing import picks, sent
from okapi.web.editing.filling import Filling
from okapi.web.editing.picks import Pick
from okapi.web.editing.sent import Sent
from okapi.web.http import Addresses
from okapi.wording import say


def in_other_language(who: Asking, field: str) -> str:
    """The label of a field's second text: `Title in Chinese`."""
    other = "in_english" if who.organisation.language == "zh" else "in_chinese"
    return say("editing.in_language", field=say(f"field.{field}"), spoken=say(f"editing.{other}"))


def visibilities() -> list[Choice]:
    """Everyone, the team, or named people."""
    return [Choice(one.value, say(f"visibility.{one.value}")) for one in Visibility]


def readers_field(filling: Filling, at: Addresses) -> PeoplePicker:
    """The named readers, which count only where named people may read."""
    more = filling.picks.get("readers", Pick())
    return PeoplePicker(
        "readers",
        say("field.readers"),
        [Choice(email, filling.names.get(email, email)) for email in filling.of("readers").split()],
        at.find("people"),
        text=more.text if more.error else "",
        help=say("editing.readers_help"),
        error=filling.errors.get("readers", "") or more.error,
    )


def readers_of(who: Asking, post: QueryDict, found: Sent, chosen: dict[str, Pick]) -> Sent:
    """With the named readers that were sent: the ones ticked, and one more that was found."""
    if "readers_more_text" not in post:
        return found
    chosen["readers"] = more = picks.person(who, post, "readers_more")
    people = {*post.getlist("readers"), more.value} - {""}
    text = "\n".join(sorted(people))
    return found.with_texts(readers=sent.taken(post, "readers", found, text))
