"""Quantive Results (formerly Gtmhub): the sheet of objectives and key results of its workbook."""

from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.forms.form import Form

FORM = Form(
    name="quantive",
    headers={
        "key": "id|item id|okr id|_id",
        "action": "action|operation",
        "thing": "type|item type|element type",
        "title": "name|title|goal name|metric name",
        "text": "description",
        "owner": "owner email|assignee email|owner|assignee|owners|assignees|owner emails",
        "team": "team|team name|owner team|teams",
        "parent": "parent id|parent|parent name|goal id|parentid|parent okr",
        "cycle": "session|session name|sessionname|session title",
        "first": "start date|session start",
        "last": "due date|end date|session end",
        "weight": "weight",
        "start": "initial value|initialvalue|start value|initial",
        "target": "target value|targetvalue|target",
    },
    marks=frozenset({"title", "cycle", "owner"}),
    things={
        "key result|kr|metric|key_result": Thing.KEY_RESULT,
        "task|initiative": Thing.KEY_RESULT,
    },
    done_or_not="task|initiative",
    lost={
        "attainment|actual|current value|currentvalue|confidence|progress|status|"
        "closed status|score": "goalfile.lost.progress",
        "session id|owner id|custom fields|tags|workflow status|format|formattype|"
        "private|followers|url": "goalfile.lost.elsewhere",
    },
    prefix="quantive-",
)
