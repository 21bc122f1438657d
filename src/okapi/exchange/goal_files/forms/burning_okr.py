"""BurningOKR: one row a key result with its team and objective repeated; German or English."""

from okapi.exchange.goal_files.forms.form import Form, Shape

FORM = Form(
    name="burningokr",
    headers={
        "team": "team|department|okr unit|struktur|abteilung",
        "title": "objective|ziel",
        "parent": "parent goal|parent objective|übergeordnetes ziel|übergeordnetes objective",
        "kr.title": "key result|keyresult|schlüsselergebnis",
        "kr.text": "description|beschreibung",
        "kr.start": "start|start value|startwert",
        "kr.target": "end|end value|target|ende|endwert|zielwert",
        "kr.unit": "unit|einheit",
    },
    marks=frozenset({"team", "title", "kr.title"}),
    lost={
        "progress|fortschritt|actual|current|aktuell|istwert": "goalfile.lost.progress",
    },
    shape=Shape.REPEATED,
)
