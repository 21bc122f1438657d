"""What a body names of another organisation is as unknown as what does not exist.

The matrix (tests/web/test_matrix.py) asks with ids in addresses; these are the ids in bodies and
filters. Each is sent twice, with an id of the other organisation and with one of nothing at all:
the answers are the same but for the id, and nothing is written in either organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from okapi.base import scope
from okapi.base.models import Change
from okapi.goals.models import KeyResult
from okapi.kpis.models import Kpi
from okapi.orgs.actions import pillars
from okapi.orgs.models import Perspective
from okapi.talk import actions as talk
from tests.api.conftest import Program
from tests.cast import Cast
from tests.web.conftest import make_goal

DEFINED = {"unit": "%", "direction": "up", "frequency": "month", "aggregation": "last"}
KPI = {"title": "New", "definition": DEFINED}
OBJECTIVE = {"title": "New", "cycle": "2026Q4"}
METRIC = {"title": "New", "kind": "metric", "objective": "O-1"}
PERSON = {"email": "new@acme.example", "name": "New", "roles": ["member"]}
CYCLE = {"title": "New", "starts": "2026-12-01", "ends": "2026-12-31", "key": "new"}


@dataclass(frozen=True)
class Case:
    """One operation: `body` with `field` naming a thing of `kind`."""

    method: str
    path: str
    field: str
    kind: str
    body: dict[str, Any]

    def sent(self, uid: UUID) -> dict[str, Any]:
        text = str(uid)
        shaped: dict[str, Any] = {
            "readers": [text],
            "informs": [text],
            "moves": [{"kpi": text, "target": "90"}],
            "grades": {text: {"grade": "1"}},
        }
        return {**self.body, self.field: shaped.get(self.field, text)}


def cases() -> list[Case]:
    goals = {"team": "team", "owner": "person", "pillar": "pillar", "readers": "person"}
    private = {"visibility": "people"}
    found = []
    for path, first in (("kpis", KPI), ("objectives", OBJECTIVE)):
        key = "kpi-O-1" if path == "kpis" else "O-1"
        for field, kind in goals.items():
            more = private if field == "readers" else {}
            found.append(Case("post", path, field, kind, {**first, **more}))
            found.append(Case("patch", f"{path}/{key}", field, kind, dict(more)))
    named = [
        ("post", "objectives", "cycle", "cycle", {"title": "New"}),
        ("patch", "objectives/O-1", "cycle", "cycle", {}),
        ("post", "key-results", "objective", "objective", {"title": "New", "kind": "yes_no"}),
        ("post", "key-results", "owner", "person", {**METRIC, "kind": "yes_no"}),
        ("post", "key-results", "moves", "kpi", METRIC),
        ("post", "key-results", "informs", "kpi", {**METRIC, "kind": "yes_no"}),
        ("patch", "key-results/O-1.1", "owner", "person", {}),
        ("put", "key-results/O-1.1/moves", "moves", "kpi", {}),
        ("post", "key-results/O-1.1/adjust", "kpi", "kpi", {"reason": "So", "target": "9"}),
        ("post", "objectives/O-1/contributes-to", "objective", "objective", {}),
        ("post", "objectives/O-1/contributes-to", "key_result", "key_result", {}),
        ("post", "objectives/O-1/guards", "kpi", "kpi", {"low": "1"}),
        ("post", "objectives/O-1/informs", "kpi", "kpi", {}),
        ("post", "objectives/O-1/informs", "key_result", "key_result", {"kpi": "kpi-O-1"}),
        ("post", "objectives/O-1/close", "grades", "key_result", {}),
        ("post", "objectives/O-1/comments", "answers", "comment", {"text": "So"}),
        ("post", "teams", "parent", "team", {"name": "New"}),
        ("post", "teams", "lead", "person", {"name": "New", "parent": "company"}),
        ("patch", "teams/repairs", "parent", "team", {}),
        ("patch", "teams/repairs", "lead", "person", {}),
        ("post", "people", "manager", "person", PERSON),
        ("post", "people", "team", "team", PERSON),
        ("patch", "people/rob@acme.example", "manager", "person", {}),
        *(
            ("post", "people/mia@acme.example/leave", field, "person", {})
            for field in ("heir", "goals", "kpis", "teams", "reports", "pillars")
        ),
        ("post", "memberships", "person", "person", {"team": "sales"}),
        ("post", "memberships", "team", "team", {"person": "mia@acme.example"}),
        ("post", "cycles", "parent", "cycle", CYCLE),
        ("patch", "cycles/2026Q4", "parent", "cycle", {}),
        ("post", "pillars", "owner", "person", {"title": "New"}),
        ("post", "pillars", "perspective", "perspective", {"title": "New"}),
        ("patch", "pillars/ours", "owner", "person", {}),
        ("patch", "pillars/ours", "perspective", "perspective", {}),
    ]
    return found + [Case(*one) for one in named]


def _id(case: Case) -> str:
    return f"{case.method} {case.path} {case.field}"


Ids = dict[str, UUID]


def _fill(cast: Cast) -> Ids:
    objective = make_goal(cast, "O-1")
    owner = cast.actor(cast.stella)
    return {
        "team": cast.sales.pk,
        "person": cast.tom.pk,
        "cycle": cast.year.pk,
        "pillar": pillars.create(owner, title="Ours", key="ours").pk,
        "perspective": Perspective.objects.order_by("position")[0].pk,
        "objective": objective.pk,
        "key_result": KeyResult.objects.get().pk,
        "kpi": Kpi.objects.get().pk,
        "comment": talk.add_comment(owner, "objective", objective.pk, "Ours.").pk,
    }


@pytest.fixture
def theirs(cast: Cast, strangers: Cast) -> Ids:
    """Things of the other organisation, beside the same of ours."""
    cast.stella.is_steward = cast.stella.is_administrator = True
    cast.stella.save()
    cast.service.lead = cast.stella
    cast.service.save()
    _fill(cast)
    with scope.organisation(strangers.organisation.pk):
        return _fill(strangers)


def records() -> int:
    with scope.everywhere("a test counts what was written in either organisation"):
        return Change.objects.count()


@pytest.mark.parametrize("case", cases(), ids=_id)
def test_in_a_body(cast: Cast, theirs: Ids, program: Callable[..., Program], case: Case) -> None:
    caller = program(cast, cast.stella)
    before, missing = records(), uuid4()
    found, nothing = (
        getattr(caller, case.method)(case.path, case.sent(uid))
        for uid in (theirs[case.kind], missing)
    )
    told = found.content.decode().replace(str(theirs[case.kind]), str(missing))
    assert (found.status_code, told) == (nothing.status_code, nothing.content.decode())
    assert found.status_code in (404, 422)
    assert records() == before


@pytest.mark.parametrize(
    ("path", "field", "kind"),
    [
        ("objectives", "parent", "objective"),
        ("objectives", "team", "team"),
        ("objectives", "owner", "person"),
        ("objectives", "cycle", "cycle"),
        ("key-results", "objective", "objective"),
        ("kpis", "team", "team"),
        ("remarks", "kpi", "kpi"),
        ("signals", "kpi", "kpi"),
        ("memberships", "person", "person"),
        ("memberships", "team", "team"),
        ("teams", "parent", "team"),
        ("measurements", "kpi", "kpi"),
    ],
)
def test_in_a_filter(
    cast: Cast, theirs: Ids, program: Callable[..., Program], path: str, field: str, kind: str
) -> None:
    caller, missing = program(cast, cast.stella), uuid4()
    found, nothing = (caller.get(path, **{field: str(uid)}) for uid in (theirs[kind], missing))
    told = found.content.decode().replace(str(theirs[kind]), str(missing))
    assert (found.status_code, told) == (nothing.status_code, nothing.content.decode())
    assert found.status_code in (200, 404, 422)
    assert found.json().get("items", []) == []
