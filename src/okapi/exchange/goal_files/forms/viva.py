"""Viva Goals: what people saved of it before it ended; columns are those that a view showed."""

from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.forms.form import Form

FORM = Form(
    name="viva",
    headers={
        "key": "okr id|objective id|goal id|id",
        "thing": "type|okr type|object type|goal type",
        "title": "title|name|objective|okr|okr title|objective title|okr name",
        "text": "description|objective description",
        "owner": "owner email|owner|okr owner|owners|owner(s)|owner email address",
        "team": "team|teams|team name|owned by team",
        "parent": "parent id|parent okr id|parent|aligned to|parent objective|parent okr|"
        "parent title",
        "cycle": "time period|timeperiod|time period name|period",
        "first": "start date|startdate",
        "last": "due date|end date|duedate",
        "weight": "weight|weightage",
        "kpi": "metric|metric name",
        "start": "start|start value|metric start|starting value|initial value",
        "target": "target|target value|metric target",
    },
    marks=frozenset({"title", "owner", "cycle"}),
    things={
        "key result|kr|key_result|keyresult": Thing.KEY_RESULT,
        "project|initiative|task": Thing.KEY_RESULT,
    },
    done_or_not="project|initiative|task",
    lost={
        "progress|progress %|current|current value|metric current|status|score|okr status|"
        "last check-in|check-in note|check-in owner|last updated": "goalfile.lost.progress",
        "tags|tag|type of goal|delegates|permissions|visibility|progress source|"
        "data source|rollup|url|link": "goalfile.lost.elsewhere",
    },
    prefix="viva-",
)
