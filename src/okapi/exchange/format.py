"""The format of the files: every table, and which file holds it.

Names are chosen once, in `format_orgs`, `format_kpis` and `format_goals`. Reading, JSON Schema,
comparing, writing and export all follow them.
"""

from __future__ import annotations

from okapi.exchange import format_goals, format_kpis, format_orgs
from okapi.exchange.shapes import Table

TABLES: dict[str, Table] = {
    table.name: table for table in (*format_orgs.TABLES, *format_kpis.TABLES, *format_goals.TABLES)
}
FORMAT = format_orgs.FORMAT
MEASUREMENT = format_kpis.MEASUREMENT

# Which file holds which table. Lists are in files of this name or folders of it.
YAML_FILES = {
    "organisation": "organisation",
    "calendars": "calendar",
    "teams": "team",
    "perspectives": "perspective",
    "pillars": "pillar",
    "cycles": "cycle",
}
CSV_FILES = {"people": "person", "memberships": "membership"}
YAML_FOLDERS = {"kpis": "kpi", "objectives": "objective"}
CSV_FOLDERS = {"targets": "target", "check_ins": "check_in", "measurements": "measurement"}
IGNORED = frozenset({"standings.csv"})
