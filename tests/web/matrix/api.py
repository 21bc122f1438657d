"""The API. Operations on one address share its row, under the name of each."""

from __future__ import annotations

from tests.web.matrix.row import OWN, PUBLIC, Row, people

MEASURES = {"sten": 200, "lea": 200, "mia": 200}
GOAL = {"key": "O-1"}
PRIVATE_GOAL = {"key": "O-2"}
KEY_RESULT = {"key": "O-1.1"}
PRIVATE_KEY_RESULT = {"key": "O-2.1"}
KPI = {"key": "kpi-O-1"}
PRIVATE_KPI = {"key": "kpi-O-2"}


def token(default: int, *, stranger: int = 403, **others: int) -> dict[str, int]:
    """The status for everybody with a token; the stranger's leads to their own O-1, as Mia's."""
    return people(default, stranger=stranger, nobody=401, **others)


def edits(status: int) -> dict[str, int]:
    """The lead of its team, and its owner."""
    return token(403, stranger=status, lea=status, mia=status)


def leads(status: int) -> dict[str, int]:
    """The lead of its team alone: it was agreed."""
    return token(403, lea=status)


def defines(status: int) -> dict[str, int]:
    """A data steward, and the lead of the KPI's team."""
    return token(403, sten=status, lea=status)


def alike(row: Row, *names: str) -> dict[str, Row]:
    """One address, with the names of all its operations."""
    return {f"api:{name}": row for name in names}


_MOVES = [{"kpi": "kpi-O-1", "start": "78", "start_reason": "last year", "target": "88"}]

GOALS = {
    "api:follows": Row({"GET": OWN}),
    **alike(
        Row(
            {"PUT": token(204, stranger=204), "DELETE": token(204, stranger=204)},
            args={"kind": "objective", **GOAL},
            private={"kind": "objective", **PRIVATE_GOAL},
        ),
        "follow",
        "unfollow",
    ),
    **alike(
        Row(
            {"GET": OWN, "POST": token(403, stranger=201, lea=201, mia=201)},
            data={"title": "Faster", "cycle": "2026Q4", "team": "service"},
        ),
        "objectives",
        "create_objective",
    ),
    **alike(
        Row(
            {"GET": OWN, "PATCH": edits(200), "DELETE": leads(204)},
            args=GOAL,
            private=PRIVATE_GOAL,
            data={"why": "Customers wait."},
            query={"DELETE": "reason=merged"},
        ),
        "objective",
        "edit_objective",
        "archive_objective",
    ),
    # It is agreed already: who might agree is told so.
    "api:agree": Row({"POST": leads(422)}, args=GOAL, private=PRIVATE_GOAL, data={}),
    "api:cancel": Row(
        {"POST": token(403, lea=200, stella=200)},
        args=GOAL,
        private=PRIVATE_GOAL,
        data={"reason": "The market is gone."},
    ),
    "api:close": Row(
        {"POST": token(403, lea=200, stella=200)}, args=GOAL, private=PRIVATE_GOAL, data={}
    ),
    "api:adjustments": Row({"GET": OWN}, args=GOAL, private=PRIVATE_GOAL),
    "api:links": Row({"GET": OWN}, args=GOAL, private=PRIVATE_GOAL),
    # Who might align it is told that nothing above was named.
    **alike(
        Row(
            {
                "POST": edits(422),
                "DELETE": edits(422),
            },
            args=GOAL,
            private=PRIVATE_GOAL,
            data={},
        ),
        "contribute",
        "withdraw",
    ),
    "api:guard": Row(
        {"POST": leads(200)},
        args=GOAL,
        private=PRIVATE_GOAL,
        data={"kpi": "kpi-O-1", "low": 50, "reason": "quality"},
    ),
    "api:unguard": Row(
        {"DELETE": leads(404)},
        args=GOAL | {"kpi": "kpi-O-1"},
        private=PRIVATE_GOAL | {"kpi": "kpi-O-2"},
        query={"DELETE": "reason=enough"},
    ),
    "api:inform": Row(
        {"POST": edits(200)}, args=GOAL, private=PRIVATE_GOAL, data={"kpi": "kpi-O-1"}
    ),
    "api:uninform": Row(
        {"DELETE": edits(200)},
        args=GOAL | {"kpi": "kpi-O-1"},
        private=PRIVATE_GOAL | {"kpi": "kpi-O-2"},
    ),
    **alike(
        Row(
            {"GET": OWN, "POST": token(201, stranger=201, vic=403)},
            args=GOAL,
            private=PRIVATE_GOAL,
            data={"text": "Well done."},
        ),
        "comments",
        "add_comment",
    ),
    # The comment is in the other organisation than the stranger's O-1.
    **alike(
        Row(
            {
                "PATCH": token(403, stranger=404, mia=200),
                "DELETE": token(403, stranger=404, mia=204),
            },
            args=GOAL | {"comment": "<comment>"},
            private=PRIVATE_GOAL | {"comment": "<private comment>"},
            data={"text": "Very well done."},
        ),
        "edit_comment",
        "remove_comment",
    ),
    "api:standings": Row({"GET": OWN}, query={"GET": "kind=objective"}),
    "api:branches": Row({"GET": OWN}, query={"GET": "kind=team"}),
}

KEY_RESULTS = {
    "api:key_result_forecast": Row({"GET": OWN}, args=KEY_RESULT, private=PRIVATE_KEY_RESULT),
    **alike(
        Row(
            {"GET": OWN, "POST": leads(201)},
            data={"objective": "O-1", "title": "Done", "kind": "yes_no", "reason": "forgotten"},
        ),
        "key_results",
        "add_key_result",
    ),
    **alike(
        Row(
            {"GET": OWN, "PATCH": edits(200), "DELETE": leads(204)},
            args=KEY_RESULT,
            private=PRIVATE_KEY_RESULT,
            data={"description": "Counted by week."},
            query={"DELETE": "reason=double"},
        ),
        "key_result",
        "edit_key_result",
        "remove_key_result",
    ),
    "api:set_moves": Row(
        {"PUT": leads(200)},
        args=KEY_RESULT,
        private=PRIVATE_KEY_RESULT,
        data={"moves": _MOVES, "reason": "typo"},
    ),
    "api:adjust": Row(
        {"POST": token(403, lea=200, stella=200)},
        args=KEY_RESULT,
        private=PRIVATE_KEY_RESULT,
        data={"reason": "too easy", "target": 90},
    ),
    **alike(
        Row(
            {"GET": OWN, "POST": edits(201)},
            args=KEY_RESULT,
            private=PRIVATE_KEY_RESULT,
            data={"confidence": 7, "happened": "Air freight starts."},
        ),
        "check_ins",
        "check_in",
    ),
}

KPIS = {
    **alike(
        Row(
            {"GET": OWN, "POST": token(201, stranger=201, vic=403)},
            data={"title": "Returns", "team": "service"},
        ),
        "kpis",
        "create_kpi",
    ),
    # A key result moves it: who might retire it is told so.
    **alike(
        Row(
            {
                "GET": OWN,
                "PATCH": token(403, stranger=200, lea=200, mia=200, sten=200),
                "DELETE": defines(422),
            },
            args=KPI,
            private=PRIVATE_KPI,
            data={"description": "Counted by week."},
        ),
        "kpi",
        "edit_kpi",
        "retire",
    ),
    "api:adopt": Row({"POST": defines(422)}, args=KPI, private=PRIVATE_KPI),
    "api:why": Row({"GET": OWN}, args=KPI, private=PRIVATE_KPI),
    "api:readings": Row(
        {"POST": token(403, stranger=200, lea=200, mia=200, sten=200)},
        args=KPI,
        private=PRIVATE_KPI,
        data={"readings": [{"at": "2026-11-03 13:00", "value": 81}]},
    ),
    "api:signals": Row({"GET": OWN}),
    "api:kpi_signals": Row({"GET": OWN}, args=KPI, private=PRIVATE_KPI),
    **alike(
        Row(
            {
                "GET": OWN,
                "PATCH": token(403, stranger=200, lea=200, mia=200, sten=200),
            },
            args=KPI,
            private=PRIVATE_KPI,
            data={"screened": True},
        ),
        "limits",
        "edit_limits",
    ),
    **alike(
        Row(
            {
                "GET": OWN,
                "POST": token(403, stranger=201, lea=201, mia=201, sten=201),
            },
            args=KPI,
            private=PRIVATE_KPI,
            data={"since": "2026-W45", "reason": "Another supplier."},
        ),
        "marks",
        "create_mark",
    ),
    "api:remove_mark": Row(
        {"DELETE": token(403, stranger=404, lea=204, mia=204, sten=204)},
        args={**KPI, "uid": "<mark>"},
        private={**PRIVATE_KPI, "uid": "<private mark>"},
        query={"DELETE": "reason=mistaken"},
    ),
    "api:kpi_grid": Row({"GET": OWN}, args=KPI, private=PRIVATE_KPI),
    "api:remarks": Row({"GET": OWN}),
    **alike(
        Row(
            {
                "PUT": token(403, stranger=404, lea=200, mia=200, sten=200),
                "DELETE": token(403, stranger=404, lea=200, mia=200, sten=200),
            },
            args={**KPI, "uid": "<remark>"},
            private={**PRIVATE_KPI, "uid": "<private remark>"},
            data={"reason": "Prices are frozen."},
        ),
        "accept_remark",
        "reopen_remark",
    ),
    "api:kpi_forecast": Row({"GET": OWN}, args=KPI, private=PRIVATE_KPI),
    "api:revive": Row({"POST": defines(200)}, args=KPI, private=PRIVATE_KPI),
    **alike(
        Row(
            {"GET": OWN, "POST": defines(200)},
            args=KPI,
            private=PRIVATE_KPI,
            data={"unit": "%", "frequency": "week", "text": "Repaired at the first visit."},
        ),
        "definitions",
        "redefine",
    ),
    **alike(
        Row(
            {"GET": OWN, "PUT": defines(200), "DELETE": defines(422)},
            args=KPI,
            private=PRIVATE_KPI,
            data={"targets": [{"period": "2026-W48", "value": 85}]},
            query={"DELETE": "period=2026-W49"},
        ),
        "targets",
        "set_targets",
        "remove_targets",
    ),
    # A KPI that one may not measure is told as a bad row; a stranger's is their own of that key.
    # Reading names KPIs in the query, which this table has not: tests/api/test_series.py does.
    "api:measurements": Row(
        {
            "GET": people(422, stranger=422, nobody=401),
            "POST": people(422, stranger=200, nobody=401, **MEASURES),
        },
        data=[{"kpi": "kpi-O-1", "period": "2026-W45", "value": 81}],
    ),
    "api:intakes": Row({"GET": OWN}),
    # One's own; a data steward sees all, the stranger none of ours.
    "api:intake": Row(
        {"GET": token(404, stranger=404, sten=200, mia=200)},
        args={"uid": "<intake>"},
        private={"uid": "<private intake>"},
        private_readers=("mia", "sten"),
    ),
    "api:undo": Row(
        {"POST": token(404, stranger=404, sten=200, mia=200)},
        args={"uid": "<intake>"},
        private={"uid": "<private intake>"},
        private_readers=("mia", "sten"),
    ),
}

ROWS: dict[str, Row] = {
    "api:search": Row({"GET": OWN}, query={"GET": "q=first"}),
    "api:openapi-json": Row({"GET": PUBLIC}),
    "api:api-root": Row({"GET": people(404, nobody=401)}),
    **GOALS,
    **KEY_RESULTS,
    **KPIS,
}
