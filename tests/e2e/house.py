"""A small organisation as files around today: two people, a KPI, and an objective that it moves."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

PASSWORD = "lantern over the quiet harbour"
BOSS, OWNER = "ada", "mia"


def address(slug: str, person: str) -> str:
    """The e-mail address of Ada, the administrator, or Mia, who leads the service team."""
    return f"{person}@{slug}.example"


def write(folder: Path, slug: str, today: date) -> Path:
    """Write the organisation's files; JSON is YAML too.

    The time to answer stood at 30 h, is at 27 h since yesterday and shall be at 20 h: 30%.
    The revenue has gone half of its way from 100 to 200. Nothing is measured today.
    """
    boss, owner = address(slug, BOSS), address(slug, OWNER)
    begins, ends = today - timedelta(days=44), today + timedelta(days=45)
    files: dict[str, object] = {
        "organisation.yaml": {
            "format": 1,
            "name": "Harbour Lamps",
            "name_other": "港灯电器",
            "language": "en",
            "time_zone": "UTC",
        },
        "people.csv": "email,name,name_other,roles\n"
        f"{boss},Ada,艾达,administrator|strategist\n{owner},Mia,米娅,\n",
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
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
    return folder


def _kpi(
    key: str, name: str, name_other: str, team: str, owner: str, unit: str, direction: str
) -> dict[str, object]:
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
