"""15Five: an objective a row with its key result beside it, the objective repeated."""

from okapi.exchange.goal_files.forms.form import Form, Shape

FORM = Form(
    name="15five",
    headers={
        "key": "goal identifier|objective identifier|objective id|goal id",
        "title": "objective|objective name|objective title|goal|goal title",
        "text": "description|objective description|goal description|notes",
        "owner": "owner email|objective owner email|owner email id|employee email|owner",
        "team": "group|group name|department|team",
        "parent": "parent objective|aligned objective|parent objective id|aligned to",
        "first": "start date|objective start date",
        "last": "end date|due date|objective end date",
        "kr.title": "key result|key result name|key result description|key result title",
        "kr.owner": "key result owner email|key result owner",
        "kr.start": "starting value|start value|key result start|initial value",
        "kr.target": "target value|key result target|target",
        "kr.weight": "key result weight",
        "kr.due": "key result due date|key result end date",
    },
    marks=frozenset({"title", "owner", "kr.title"}),
    lost={
        "current value|key result current|progress|status|state|percentage complete":
            "goalfile.lost.progress",
        "notification frequency|check-in type|objective type|tags|visibility|privacy|"
        "key result type|unit": "goalfile.lost.elsewhere",
    },
    shape=Shape.REPEATED,
    prefix="15five-",
)  # fmt: skip
