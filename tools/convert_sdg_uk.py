"""Convert the United Kingdom's reporting on the 17 UN goals to an organisation as files.

    python tools/convert_sdg_uk.py SOURCE TARGET

SOURCE holds objectives.csv, kpis.csv, key_results.csv and measurements.csv (see the README in
TARGET for where they come from). Only what the source says is written; what had to be chosen is
chosen here and told in that README.
"""

from __future__ import annotations

import csv
import itertools
import re
import statistics
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, Reading, frequency_of, parse_period, parse_periods, written
from okapi.core.quantities import parse_decimal
from okapi.exchange import emit
from okapi.exchange.compound import LONGEST_VALUE
from okapi.exchange.format import FORMAT, TABLES

Row = dict[str, str]

TEAM, CYCLE = "uk", "agenda-2030"
# From the day after the earliest baseline (2010) to the year of the agenda.
CYCLE_SPAN = (date(2011, 1, 1), date(2030, 12, 31))
ADOPTED = date(2015, 9, 25)
LONGEST_NAME = 300
SERIES = "series"
# Better is what the operator of a key result asks for; "<" is read as "<=": limits are inclusive.
DIRECTIONS = {"<": "down", "<=": "down", ">=": "up"}
NO_DIRECTION = "band"
RHYTHMS = {
    "annual": "year",
    "annually": "year",
    "yearly": "year",
    "quarterly": "quarter",
    "monthly": "month",
}
TITLES: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("sdg_uk_titles.toml").read_text(encoding="utf-8")
)


def rows_of(path: Path) -> list[Row]:
    """The rows of a source file; pound signs that were encoded twice are put right."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {name: value.replace("Â£", "£").strip() for name, value in row.items()}
            for row in csv.DictReader(stream)
        ]


def cut(text: str, most: int) -> str:
    """The text, or the beginning of it that fits, with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def readings_of(rows: Iterable[Row]) -> list[Reading]:
    """The periods of one series; the script stops at one that cannot be read."""
    found = parse_periods([row["period"] for row in rows])
    for reading in found:
        if not isinstance(reading, Reading):
            raise SystemExit(str(reading))
    return [reading for reading in found if isinstance(reading, Reading)]


def frequency(kpi: Row, periods: list[Period]) -> str:
    """The shape of the periods, if all have one and most follow each other; else irregular."""
    if not periods:
        return RHYTHMS.get(kpi["periodicity"].lower(), Frequency.IRREGULAR.value)
    shapes = {frequency_of(period) for period in periods}
    shape = shapes.pop()
    if shapes or shape is Frequency.IRREGULAR or any(period.mark for period in periods):
        return Frequency.IRREGULAR.value
    ends = sorted({period.last for period in periods})
    steps = [(after - before).days for before, after in itertools.pairwise(ends)]
    often = not steps or statistics.median(steps) < 1.5 * shape.typical_days
    return shape.value if often else Frequency.IRREGULAR.value


def unit_of(text: str) -> str:
    """The unit as Okapi writes it; what is longer than a unit may be is left to the name."""
    text = re.sub(r"^Percentage \(%\)$", "%", text)
    return text if len(text) <= 60 else ""


def definition(
    kpi: Row, series: dict[str, list[Row]], directions: dict[str, str]
) -> dict[str, Any]:
    """Unit, direction and frequency, as far as the source has them."""
    units = {unit_of(name.rsplit(" / ", 1)[-1]) for name in series} or {unit_of(kpi["unit"])}
    periods = [reading.period for rows in series.values() for reading in readings_of(rows)]
    return emit.thing(
        TABLES["definition"],
        {
            "number": 1,
            "unit": units.pop() if len(units) == 1 else "",
            "direction": directions.get(kpi["kpi_id"], NO_DIRECTION),
            "frequency": frequency(kpi, periods),
            "dimensions": [SERIES] if len(series) > 1 else [],
            "total": len(series) <= 1,
            "text": kpi["calculation"],
            "source": kpi["owner"],
        },
        without=["number"],
    )


def kpi_of(kpi: Row, series: dict[str, list[Row]], directions: dict[str, str]) -> dict[str, Any]:
    """A KPI: the indicator; several headline series are its slices, without a total."""
    name, texts = kpi["name"], [kpi["uk_series"]]
    if len(name) > LONGEST_NAME:
        texts.insert(0, name)
    values = {
        "key": kpi["kpi_id"],
        "name": cut(name, LONGEST_NAME),
        "description": "\n\n".join(filter(None, texts)),
        "team": TEAM,
        "pillar": kpi["objective_id"],
    }
    return {
        **emit.thing(TABLES["kpi"], values),
        "definition": definition(kpi, series, directions),
    }


def measurements_of(kpi: Row, series: dict[str, list[Row]]) -> list[dict[str, Any]]:
    """The values of a KPI, in the order of series and period."""
    found = []
    for name, rows in sorted(series.items()):
        slice_ = ((SERIES, name),) if len(series) > 1 else ()
        for reading, row in sorted(
            zip(readings_of(rows), rows, strict=True), key=lambda pair: pair[0].period
        ):
            found.append(
                {
                    "kpi": kpi["kpi_id"],
                    "slice": slice_,
                    "period": written(reading.period),
                    "value": parse_decimal(row["value"]),
                    "note": "; ".join(reading.notes),
                }
            )
    return found


def key_result_of(row: Row, series: dict[str, dict[str, list[Row]]]) -> dict[str, Any]:
    """A key result: keep where the start meets the target already, else reach."""
    start, target = Decimal(row["start_value"]), Decimal(row["target_value"])
    meets = start >= target if DIRECTIONS[row["operator"]] == "up" else start <= target
    kpi, names = row["series_id"].split("/")[0], {}
    for name, rows in series[kpi].items():
        names[rows[0]["series_id"]] = name
    base = parse_period(row["start_period"], short_ranges=True).period
    title, title_other = TITLES["key_results"][row["kr_id"]]
    move = {
        "kpi": kpi,
        "slice": ((SERIES, names[row["series_id"]]),) if len(names) > 1 else (),
        "start": start,
        "start_period": base.label,
        "start_reason": row["provenance"],
        "target": target,
    }
    values = {
        "key": row["kr_id"],
        "title": title,
        "title_other": title_other,
        "description": row["target_text"],
        "agreed_on": base.last + timedelta(days=1),
        "due": date(int(row["deadline"]), 12, 31),
        "mode": "keep" if meets else "reach",
    }
    return {
        **emit.thing(TABLES["key_result"], values),
        "moves": [emit.thing(TABLES["moves"], move)],
    }


def objective_of(
    number: int, row: Row, kpis: list[Row], key_results: list[dict[str, Any]]
) -> dict[str, Any]:
    """A goal of the agenda: it informs about its indicators, and moves eight of them."""
    moved = {move["kpi"] for key_result in key_results for move in key_result["moves"]}
    values = {
        "key": row["objective_id"],
        "title": row["title"],
        "title_other": TITLES["goals"][number],
        "team": TEAM,
        "pillar": row["objective_id"],
        "state": "agreed",
        "agreed_on": ADOPTED,
    }
    found = emit.thing(TABLES["objective"], values, without=["cycle"])
    informs = sorted(kpi["kpi_id"] for kpi in kpis if kpi["kpi_id"] not in moved)
    found |= {"informs": informs} if informs else {}
    return found | ({"key_results": key_results} if key_results else {})


def write_frame(target: Path, goals: list[Row]) -> None:
    """The organisation, its one team, a made-up person, a pillar for each goal, and the cycle."""
    organisation = {
        "format": FORMAT,
        "name": "Sustainable development in the United Kingdom",
        "name_other": "英国可持续发展",
        "language": "en",
        "time_zone": "Europe/London",
        "currency": "GBP",
    }
    team = {"key": TEAM, "name": "United Kingdom", "name_other": "英国", "kind": "company"}
    person = {
        "email": "reader@sdg-uk.example",
        "name": "Robin Reader",
        "roles": ["administrator", "steward", "strategist"],
    }
    cycle = {
        "key": CYCLE,
        "title": "2030 Agenda",
        "title_other": "2030 年议程",
        "kind": "custom",
        "starts": CYCLE_SPAN[0],
        "ends": CYCLE_SPAN[1],
        "state": "running",
        "cadence_days": 90,
    }
    pillars = [
        {
            "key": goal["objective_id"],
            "title": goal["short"],
            "title_other": TITLES["pillars"][number],
        }
        for number, goal in enumerate(goals)
    ]
    for name, table, things in (
        ("teams", "team", [team]),
        ("pillars", "pillar", pillars),
        ("cycles", "cycle", [cycle]),
    ):
        found = [emit.thing(TABLES[table], values) for values in things]
        emit.write_yaml(target / f"{name}.yaml", found)
    emit.write_yaml(target / "organisation.yaml", emit.thing(TABLES["organisation"], organisation))
    emit.write_csv(target / "people.csv", emit.csv_lines(TABLES["person"], [person]))


def convert(source: Path, target: Path) -> None:
    """Write the files of TARGET."""
    goals, kpis = rows_of(source / "objectives.csv"), rows_of(source / "kpis.csv")
    series: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows_of(source / "measurements.csv"):
        series[row["kpi_id"]][cut(row["series"], LONGEST_VALUE)].append(row)
    sources = rows_of(source / "key_results.csv")
    directions = {row["series_id"].split("/")[0]: DIRECTIONS[row["operator"]] for row in sources}
    key_results = defaultdict(list)
    for row in sources:
        key_results[row["objective_id"]].append(key_result_of(row, series))
    write_frame(target, goals)
    objectives = [
        objective_of(
            number,
            goal,
            [kpi for kpi in kpis if kpi["objective_id"] == goal["objective_id"]],
            key_results[goal["objective_id"]],
        )
        for number, goal in enumerate(goals)
    ]
    content = {"cycle": CYCLE, "objectives": objectives}
    emit.write_yaml(target / "objectives" / f"{CYCLE}.yaml", content)
    for kpi in sorted(kpis, key=lambda kpi: kpi["kpi_id"]):
        key = kpi["kpi_id"]
        emit.write_yaml(target / "kpis" / f"{key}.yaml", [kpi_of(kpi, series[key], directions)])
        if series[key]:
            lines = emit.measurement_lines(measurements_of(kpi, series[key]))
            emit.write_csv(target / "measurements" / f"{key}.csv", lines)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
