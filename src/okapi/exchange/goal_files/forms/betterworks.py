"""Betterworks: goals and, below each, its milestones; without ids."""

from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.forms.form import Form

FORM = Form(
    name="betterworks",
    headers={
        "thing": "type",
        "title": "name",
        "text": "description",
        "owner": "owner_email",
        "first": "start_date",
        "last": "end_date",
    },
    marks=frozenset({"thing", "title", "owner", "last"}),
    things={"milestone|key result": Thing.KEY_RESULT},
    lost={
        "progress": "goalfile.lost.progress",
        "categories": "goalfile.lost.elsewhere",
    },
)
