"""The settings: everybody reads, administrators and strategists change what is theirs."""

from __future__ import annotations

from typing import Any

from tests.web.matrix.row import READ, Row, people

ADMINISTERS = {"GET": people(403, ada=200), "POST": people(403, ada=302)}
PLANS = {"GET": people(403, stella=200), "POST": people(403, stella=302)}
ADMINISTERED = {"POST": people(403, ada=302)}
STEWARDED = {"POST": people(404, sten=302)}
PLANNED = {"POST": people(403, stella=302)}

TOM = {"uid": "<tom>"}
PLACE = {**TOM, "membership": "<place>"}
SHOWN = {"GET": people(403, ada=200), "POST": people(403, ada=200)}
SOMEBODY = {"name": "Nia", "email": "nia@acme.example"}
SALES, QUARTER, LOVED = {"key": "sales"}, {"key": "2026Q4"}, {"key": "loved"}
A_TEAM = {"name": "Depot", "kind": "team", "parent": "company"}
A_CYCLE: dict[str, Any] = {
    "title": "Rush", "kind": "custom", "starts": "2026-11-01", "ends": "2026-12-01",
    "cadence_days": "7", "state": "draft",
}  # fmt: skip
DAYS = {"starts": "2026-10-01", "ends": "2026-12-31"}
HOUSE = {
    "name": "Acme",
    "language": "en",
    "time_zone": "Asia/Shanghai",
    "first_weekday": "0",
    "fiscal_month": "1",
}
LIMITS = {
    "pace_on": "90", "pace_risk": "70", "chance_on": "60", "chance_risk": "30",
    "objective_on": "80", "objective_off": "40", "success": "70", "confidence_on": "7",
    "confidence_low": "3", "missed_cadences": "2", "guard_at_once": "no", "personal_goals": "open",
}  # fmt: skip
HOOK = {"uid": "<webhook>"}
A_HOOK = {"name": "Bridge", "url": "https://bridge.example/in", "event-kpi.changed": "on"}
FACTS = {"key": "facts"}
A_SOURCE = {"kind": "web", "name": "Facts", "url": "https://data.example/facts.csv"}
LIST = {"outline": "Depot\n  Gate", "parent": "company"}

ROWS: dict[str, Row] = {
    "settings:settings": Row({"GET": people(302)}),
    "settings:organisation": Row({"GET": READ, "POST": people(403, ada=302)}, data=HOUSE),
    "settings:calendar": Row(
        {"GET": READ, "POST": people(403, ada=302)},
        data={"do": "day", "day": "2026-12-24", "is_working": "no"},
    ),
    "settings:method": Row({"GET": READ, "POST": people(403, stella=302)}, data=LIMITS),
    "settings:cycles": Row(
        {"GET": READ, "POST": people(403, stella=302)},
        data={"year": "2027", "parts": "quarter", "cadence_days": "7"},
    ),
    "settings:new_cycle": Row(PLANS, data=A_CYCLE),
    "settings:cycle": Row(PLANS, args=QUARTER, data={**A_CYCLE, **DAYS}),
    # Goals are set for it: only who may put a cycle away is told so.
    "settings:archive_cycle": Row({"POST": people(403, stella=422)}, args=QUARTER),
    "settings:pillars": Row({"GET": READ}),
    "settings:new_pillar": Row(PLANS, data={"title": "Quick"}),
    "settings:pillar": Row(PLANS, args=LOVED, data={"title": "Loved by all"}),
    "settings:archive_pillar": Row(PLANNED, args=LOVED),
    "settings:restore_pillar": Row(PLANNED, args=LOVED),
    "settings:move_pillar": Row(PLANNED, args=LOVED, data={"to": "later"}),
    "settings:perspectives": Row(PLANS, data={"title": "Planet"}),
    "settings:perspective": Row(PLANNED, args={"uid": "<perspective>"}, data={"title": "People"}),
    "settings:teams": Row({"GET": READ}),
    "settings:new_team": Row(ADMINISTERS, data=A_TEAM),
    "settings:paste_teams": Row(ADMINISTERS, data=LIST),
    "settings:team": Row(ADMINISTERS, args=SALES, data=A_TEAM),
    "settings:archive_team": Row(ADMINISTERED, args=SALES),
    "settings:restore_team": Row(ADMINISTERED, args=SALES),
    "settings:move_team": Row(ADMINISTERED, args=SALES, data={"to": "earlier"}),
    "settings:roles": Row({"GET": READ}),
    "settings:tokens": Row({"GET": READ, "POST": READ}, data={"name": "Export", "days": "30"}),
    "settings:revoke_token": Row({"POST": people(404, ada=302, mia=302)}, args={"uid": "<token>"}),
    # The address and the query of a source are for data stewards alone: others do not find it.
    "settings:sources": Row({"GET": READ}),
    "settings:new_source": Row(
        {"GET": people(403, sten=200), "POST": people(403, sten=302)}, data=A_SOURCE
    ),
    "settings:source": Row({"GET": people(404, sten=200)}, args=FACTS),
    "settings:edit_source": Row(
        {"GET": people(404, sten=200), "POST": people(404, sten=302)}, args=FACTS, data=A_SOURCE
    ),
    "settings:run_source": Row(STEWARDED, args=FACTS),
    "settings:pause_source": Row(STEWARDED, args=FACTS),
    "settings:resume_source": Row(STEWARDED, args=FACTS),
    "settings:remove_source": Row(STEWARDED, args=FACTS),
    "settings:source_run": Row(
        {"GET": people(404, sten=200)}, args={**FACTS, "uid": "<source run>"}
    ),
    "settings:webhooks": Row({"GET": READ, "POST": people(403, ada=200)}, data=A_HOOK),
    "settings:webhook": Row(
        {"GET": people(404, ada=200), "POST": people(404, ada=302)}, args=HOOK, data=A_HOOK
    ),
    "settings:rotate_webhook": Row({"POST": people(404, ada=200)}, args=HOOK),
    "settings:try_webhook": Row({"POST": people(404, ada=200)}, args=HOOK),
    "settings:pause_webhook": Row({"POST": people(404, ada=302)}, args=HOOK),
    "settings:resume_webhook": Row({"POST": people(404, ada=302)}, args=HOOK),
    "settings:remove_webhook": Row({"POST": people(404, ada=302)}, args=HOOK),
    "settings:resend": Row(
        {"POST": people(404, ada=302)}, args={**HOOK, "delivery": "<delivery>"}
    ),
    "settings:people": Row({"GET": READ}),
    "settings:new_person": Row(ADMINISTERS, data=SOMEBODY),
    "settings:import_people": Row(SHOWN, data={"list": "nia@acme.example"}),
    "settings:invite_waiting": Row({"POST": people(403, ada=200)}),
    "settings:suggest": Row({"GET": READ}),
    "settings:person": Row(ADMINISTERS, args=TOM, data={"name": "Tom"}),
    "settings:set_roles": Row(ADMINISTERED, args=TOM, data={"member": "on"}),
    "settings:join": Row(ADMINISTERED, args=TOM, data={"team": "service"}),
    "settings:membership": Row(ADMINISTERED, args=PLACE, data={"role": "Seller"}),
    "settings:invite": Row({"POST": people(403, ada=200)}, args=TOM),
    "settings:unlink": Row(ADMINISTERED, args=TOM),
    "settings:leave": Row(ADMINISTERS, args=TOM),
    "settings:come_back": Row(ADMINISTERED, args=TOM),
}  # fmt: skip
