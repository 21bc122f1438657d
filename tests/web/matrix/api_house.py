"""The API of the house itself: teams, people, cycles, pillars, calendar, sources, webhooks."""

from __future__ import annotations

from tests.web.matrix.api import alike, token
from tests.web.matrix.row import OWN, Row

FACTS = {"key": "facts"}
A_SOURCE = {"name": "More", "place": {"url": "https://data.example/facts.csv"}}


def stewards(status: int) -> dict[str, int]:
    """A data steward; for everybody else there are no sources."""
    return token(404, stranger=404, sten=status)


SOURCES = {
    **alike(
        Row({"GET": token(403, sten=200), "POST": token(403, sten=201)}, data=A_SOURCE),
        "sources",
        "create_source",
    ),
    # Its address cannot be reached from a test: whoever may try it is told so.
    "api:try_source": Row({"POST": token(403, sten=422)}, data=A_SOURCE),
    **alike(
        Row(
            {"GET": stewards(200), "PATCH": stewards(200), "DELETE": stewards(204)},
            args=FACTS,
            data={"cron": "0 6 * * *"},
        ),
        "source",
        "edit_source",
        "remove_source",
    ),
    "api:try_change": Row({"POST": stewards(422)}, args=FACTS, data={}),
    "api:pause_source": Row({"POST": stewards(200)}, args=FACTS),
    "api:resume_source": Row({"POST": stewards(200)}, args=FACTS),
    "api:source_feeds": Row({"GET": stewards(200)}, args=FACTS),
    "api:source_runs": Row({"GET": stewards(200)}, args=FACTS),
    "api:source_run": Row({"GET": stewards(200)}, args={**FACTS, "uid": "<source run>"}),
    "api:run_source": Row({"POST": stewards(202)}, args=FACTS),
}

A_HOOK = {"name": "Bridge", "url": "https://bridge.example/in", "events": ["kpi.changed"]}
HOOK = {"uid": "<webhook>"}


def administers(status: int) -> dict[str, int]:
    """An administrator; for everybody else there are no webhooks."""
    return token(404, stranger=404, ada=status)


WEBHOOKS = {
    **alike(
        Row({"GET": token(403, ada=200), "POST": token(403, ada=201)}, data=A_HOOK),
        "webhooks",
        "create_webhook",
    ),
    **alike(
        Row(
            {"GET": administers(200), "PUT": administers(200), "DELETE": administers(204)},
            args=HOOK,
            data=A_HOOK,
        ),
        "webhook",
        "edit_webhook",
        "remove_webhook",
    ),
    "api:rotate_webhook": Row({"POST": administers(200)}, args=HOOK),
    "api:try_webhook": Row({"POST": administers(200)}, args=HOOK),
    "api:pause_webhook": Row({"POST": administers(200)}, args=HOOK),
    "api:resume_webhook": Row({"POST": administers(200)}, args=HOOK),
    "api:messages": Row({"GET": administers(200)}, args=HOOK),
    "api:send_again": Row({"POST": administers(202)}, args={**HOOK, "message": "<delivery>"}),
}


def manages(status: int, **others: int) -> dict[str, int]:
    """An administrator; the stranger is none in their own organisation."""
    return token(403, ada=status, **others)


def plans(status: int, **others: int) -> dict[str, int]:
    """A strategist."""
    return token(403, stella=status, **others)


SALES, QUARTER, LOVED = {"key": "sales"}, {"key": "2026Q4"}, {"key": "loved"}
LEARNING = {"key": "learning"}
TOM, PLACE, DAY = {"key": "<tom>"}, {"uid": "<place>"}, {"day": "2026-12-24"}
# A person is named by id here: the stranger's own Tom is another one.
NOT_MINE = {"stranger": 404}

HOUSE = {
    **alike(
        Row({"GET": OWN, "PATCH": manages(200)}, data={"name": "Acme & Co"}),
        "organisation",
        "edit_organisation",
    ),
    "api:calendar": Row({"GET": OWN}),
    "api:set_country": Row({"PUT": manages(200)}, data={"country": "CN"}),
    "api:extend_calendar": Row({"PUT": manages(200)}, data={"last_year": 2027}),
    # Nobody typed anything for that day: who might take it back is told so.
    **alike(
        Row({"PUT": manages(200), "DELETE": manages(404)}, args=DAY, data={"is_working": False}),
        "set_day",
        "forget_day",
    ),
    **alike(
        Row({"GET": OWN, "PATCH": plans(200)}, data={"pace_on": 0.85}), "method", "edit_method"
    ),
    **alike(
        Row({"GET": OWN, "POST": manages(201)}, data={"name": "Depot", "parent": "company"}),
        "teams",
        "create_team",
    ),
    **alike(
        Row(
            {"GET": OWN, "PATCH": manages(200), "DELETE": manages(204)},
            args=SALES,
            data={"purpose": "Sell."},
        ),
        "team",
        "edit_team",
        "archive_team",
    ),
    "api:restore_team": Row({"POST": manages(200)}, args=SALES),
    "api:move_team": Row({"POST": manages(200)}, args=SALES, data={"to": "earlier"}),
    **alike(
        Row(
            {"GET": OWN, "POST": manages(201)},
            data={"person": "tom@acme.example", "team": "service"},
        ),
        "memberships",
        "join",
    ),
    **alike(
        Row(
            {
                "GET": token(200, **NOT_MINE),
                "PATCH": manages(200, **NOT_MINE),
                "DELETE": manages(204, **NOT_MINE),
            },
            args=PLACE,
            data={"role": "Seller"},
        ),
        "membership",
        "edit_membership",
        "remove_membership",
    ),
    **alike(
        Row(
            {"GET": OWN, "POST": manages(201)},
            data={"name": "Nia", "email": "nia@acme.example"},
        ),
        "people",
        "add_person",
    ),
    **alike(
        Row(
            {"GET": token(200, **NOT_MINE), "PATCH": manages(200, **NOT_MINE)},
            args=TOM,
            data={"job": "Seller"},
        ),
        "person",
        "edit_person",
    ),
    "api:set_roles": Row(
        {"PUT": manages(200, **NOT_MINE)}, args=TOM, data={"roles": ["member", "steward"]}
    ),
    **alike(
        Row({"POST": manages(201, **NOT_MINE), "DELETE": manages(204, **NOT_MINE)}, args=TOM),
        "invite",
        "revoke_invitation",
    ),
    "api:holdings": Row({"GET": manages(200, **NOT_MINE)}, args=TOM),
    "api:leave": Row({"POST": manages(200, **NOT_MINE)}, args=TOM, data={}),
    "api:come_back": Row({"POST": manages(200, **NOT_MINE)}, args=TOM),
    **alike(
        Row(
            {"GET": OWN, "POST": plans(201)},
            data={"title": "Rush", "starts": "2026-11-01", "ends": "2026-12-01"},
        ),
        "cycles",
        "create_cycle",
    ),
    "api:create_fiscal_year": Row({"POST": plans(201)}, data={"year": 2027}),
    # Goals are set for it: who might put it away is told so.
    **alike(
        Row(
            {"GET": OWN, "PATCH": plans(200), "DELETE": plans(422)},
            args=QUARTER,
            data={"cadence_days": 14},
        ),
        "cycle",
        "edit_cycle",
        "archive_cycle",
    ),
    **alike(
        Row({"GET": OWN, "POST": plans(201)}, data={"title": "Quick"}), "pillars", "create_pillar"
    ),
    **alike(
        Row(
            {"GET": OWN, "PATCH": plans(200), "DELETE": plans(204)},
            args=LOVED,
            data={"description": "By all."},
        ),
        "pillar",
        "edit_pillar",
        "archive_pillar",
    ),
    "api:restore_pillar": Row({"POST": plans(200)}, args=LOVED),
    "api:move_pillar": Row({"POST": plans(200)}, args=LOVED, data={"to": "later"}),
    **alike(
        Row({"GET": OWN, "POST": plans(201)}, data={"title": "Planet"}),
        "perspectives",
        "create_perspective",
    ),
    **alike(
        Row(
            {"GET": OWN, "PATCH": plans(200), "DELETE": plans(204)},
            args=LEARNING,
            data={"title": "People"},
        ),
        "perspective",
        "edit_perspective",
        "remove_perspective",
    ),
    "api:move_perspective": Row({"POST": plans(200)}, args=LEARNING, data={"to": "earlier"}),
}

ROWS: dict[str, Row] = {**SOURCES, **WEBHOOKS, **HOUSE}
