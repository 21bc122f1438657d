"""A small organisation as files around today: people, KPIs, and objectives that they move.

A crowded one has names of every length too, and somebody who only reads.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PASSWORD = "lantern over the quiet harbour"
BOSS, OWNER, VIEWER = "ada", "mia", "vic"

# Sixty characters without a space, and a word that fits into no column.
LONG_ZH = (
    "让住在海边、山里和老城区的每一户家庭在停电、断网、台风和搬家的任何一个晚上"
    "都能在三分钟之内自己把灯重新点亮而不打电话来问"
)
LONG_WORD = "Counterelectroencephalographicallyinterconnected"
LONG_EN = f"{LONG_WORD} households light their own lamps again after every storm and power cut"


def address(slug: str, person: str) -> str:
    """The e-mail address of Ada, the administrator, Mia, who leads the service team, or Vic."""
    return f"{person}@{slug}.example"


def write(folder: Path, slug: str, today: date, *, crowded: bool = False) -> Path:
    """Write the organisation's files; JSON is YAML too.

    The time to answer stood at 30 h, is at 27 h since yesterday and shall be at 20 h: 30%.
    The revenue has gone half of its way from 100 to 200. Nothing is measured today.
    """
    boss, owner = address(slug, BOSS), address(slug, OWNER)
    begins, ends = today - timedelta(days=44), today + timedelta(days=45)
    files: dict[str, Any] = {
        "organisation.yaml": {
            "format": 1,
            "name": "Harbour Lamps",
            "name_other": "港灯电器",
            "language": "en",
            "time_zone": "UTC",
        },
        "people.csv": "email,name,name_other,roles\n"
        f"{boss},Ada,艾达,administrator|strategist|steward\n{owner},Mia,米娅,\n",
        "memberships.csv": f"person,team,home\n{owner},service,true\n{boss},company,true\n",
        "teams.yaml": [
            {
                "key": "company",
                "name": "Harbour Lamps",
                "name_other": "港灯电器",
                "kind": "company",
                "lead": boss,
            },
            {
                "key": "service",
                "name": "Service",
                "name_other": "客户服务部",
                "kind": "department",
                "parent": "company",
                "lead": owner,
            },
        ],
        "cycles.yaml": [
            {
                "key": "now",
                "title": "This season",
                "title_other": "本季",
                "kind": "custom",
                "starts": begins.isoformat(),
                "ends": ends.isoformat(),
                "state": "running",
            }
        ],
        "kpis/all.yaml": [
            _kpi("answer-time", "Time to answer", "首次响应时间", "service", owner, "h", "down"),
            _kpi("revenue", "Revenue", "营业收入", "company", boss, "万元", "up"),
            _kpi("complaints", "Complaints", "投诉件数", "service", owner, "", "down"),
        ],
        "measurements/all.csv": _measurements(begins, today),
        "objectives/now.yaml": {"cycle": "now", "objectives": _objectives(boss, owner, begins)},
    }
    if crowded:
        _crowd(files, address(slug, VIEWER), owner, begins, today)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
    return folder


def _kpi(
    key: str, name: str, name_other: str, team: str, owner: str, unit: str, direction: str
) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "name_other": name_other,
        "team": team,
        "owner": owner,
        "definition": {"unit": unit, "direction": direction, "frequency": "day"},
    }


def _measurements(begins: date, today: date) -> str:
    lines = ["kpi,period,value"]
    days = (today - begins).days
    for at in range(days):
        day = begins + timedelta(days=at)
        answer = 27 if at == days - 1 else 30 - at % 3
        lines.append(f"answer-time,{day},{answer}")
        lines.append(f"revenue,{day},{100 + round(50 * at / (days - 1))}")
    return "\n".join(lines) + "\n"


def _objectives(boss: str, owner: str, begins: date) -> list[dict[str, object]]:
    return [
        {
            "key": "O-1",
            "title": "Twice as many homes are lit by us",
            "title_other": "让我们的灯点亮多一倍的家庭",
            "team": "company",
            "owner": boss,
            "state": "agreed",
            "agreed_on": begins.isoformat(),
            "key_results": [
                _moves("KR-1", "Revenue reaches 200", "营业收入达到 200", "revenue", 100, 200)
            ],
        },
        {
            "key": "O-2",
            "title": "Customers hear from us the same day",
            "title_other": "让客户当天就得到答复",
            "why": "Who waits for an answer buys elsewhere.",
            "why_other": "等不到答复的客户会去别家。",
            "team": "service",
            "owner": owner,
            "state": "agreed",
            "agreed_on": begins.isoformat(),
            "contributes_to": [{"objective": "O-1"}],
            "key_results": [
                _moves("KR-2", "Answer within 20 h", "20 小时内答复", "answer-time", 30, 20)
            ],
        },
    ]


def _moves(
    key: str, title: str, title_other: str, kpi: str, start: int, target: int
) -> dict[str, object]:
    move = {"kpi": kpi, "start": start, "start_reason": "the season before", "target": target}
    return {"key": key, "title": title, "title_other": title_other, "moves": [move]}


def _crowd(files: dict[str, Any], viewer: str, owner: str, begins: date, today: date) -> None:
    """Somebody who only reads, and a team, a KPI, a unit and an objective with long names."""
    files["people.csv"] += f"{viewer},Vic,维克,viewer\n"
    files["memberships.csv"] += f"{viewer},company,true\n"
    files["teams.yaml"].append(
        {
            "key": "long",
            "name": f"{LONG_WORD} workshop of the harbour",
            "name_other": LONG_ZH[:30],
            "kind": "team",
            "parent": "service",
            "lead": owner,
        }
    )
    unit = "incidents-per-thousand-household-years"
    long = _kpi("long", LONG_EN, LONG_ZH, "long", owner, unit, "down")
    long["definition"] |= {"text": LONG_EN, "source": LONG_WORD}
    files["kpis/all.yaml"].append(long)
    files["measurements/all.csv"] += "".join(
        f"long,{begins + timedelta(days=at)},{9_876_543 - 1_234 * at}.25\n"
        for at in range((today - begins).days)
    )
    files["targets/all.csv"] = (
        f"kpi,period,frequency,value,amber\nlong,{begins},day,9000000.75,9500000.5\n"
    )
    moved = _moves("KR-3", LONG_EN, LONG_ZH, "long", 9_900_000, 1_000_000)
    files["objectives/now.yaml"]["objectives"].append(
        {
            "key": "O-3",
            "title": LONG_EN,
            "title_other": LONG_ZH,
            "why": LONG_EN,
            "why_other": LONG_ZH,
            "team": "long",
            "owner": owner,
            "kind": "aspirational",
            "state": "agreed",
            "agreed_on": begins.isoformat(),
            "contributes_to": [{"objective": "O-2"}, {"key_result": "KR-1"}],
            "guards": [{"kpi": "long"}, {"kpi": "answer-time"}],
            "informs": ["complaints"],
            "key_results": [moved, _milestones(begins, today)],
        }
    )


def _milestones(begins: date, today: date) -> dict[str, object]:
    """Steps of which one is done, one late and one to come."""
    days = (begins, today - timedelta(days=1), today + timedelta(days=9))
    steps: list[dict[str, object]] = [
        {"key": f"m{at}", "title": LONG_EN, "title_other": LONG_ZH, "due": day.isoformat()}
        for at, day in enumerate(days)
    ]
    steps[0]["done_on"] = begins.isoformat()
    return {
        "key": "KR-4",
        "title": LONG_EN,
        "title_other": LONG_ZH,
        "kind": "milestone",
        "milestones": steps,
    }
