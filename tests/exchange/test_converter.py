"""tools/convert_sdg_uk.py, on a source of a few lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from okapi.exchange.applying import apply_files
from tests.exchange import folders

SCRIPT = Path(__file__).parents[2] / "tools" / "convert_sdg_uk.py"
SOURCE = {
    "objectives.csv": """\
        objective_id,title,short
        G1,End poverty,No poverty
        """,
    "kpis.csv": """\
        kpi_id,target_id,objective_id,name,uk_series,owner,unit,periodicity,status,calculation,dimensions,series,periods
        1.2.1,1.2,G1,Poverty,In the UK,Eurostat,Percentage (%),Annual,complete,None,,1,3
        1.2.2,1.2,G1,Money,,,,Monthly,notstarted,,,0,0
        1.2.3,1.2,G1,Two series,,,,,complete,,,2,3
        """,
    "key_results.csv": """\
        kr_id,target_id,objective_id,series_id,operator,target_value,deadline,start_period,start_value,last_period,last_value,target_text,provenance
        KR-1.2-1,1.2,G1,1.2.1/x,<=,8.0,2030,2015,16,2017,12,Halve it,chosen
        """,
    "measurements.csv": """\
        series_id,kpi_id,series,period,value
        1.2.1/x,1.2.1,Poverty / Percentage (%),2015,16.0
        1.2.1/x,1.2.1,Poverty / Percentage (%),2016,14
        1.2.1/x,1.2.1,Poverty / Percentage (%),2017,12
        1.2.3/a,1.2.3,A / Tonnes,2003-05,1
        1.2.3/a,1.2.3,A / Tonnes,2018-20,2
        1.2.3/b,1.2.3,B / Â£,2019/20 [Note 5],3
        """,
}


def convert(tmp_path: Path) -> Path:
    source = folders.write(tmp_path / "source", SOURCE)
    target = tmp_path / "target"
    subprocess.run([sys.executable, str(SCRIPT), str(source), str(target)], check=True)
    return target


def test_a_source_becomes_an_organisation(db, monday, tmp_path):
    applied = apply_files(convert(tmp_path), "uk")
    assert (applied.is_new, applied.new) == (True, 6)


def test_what_was_chosen_is_chosen_as_the_readme_says(tmp_path):
    files = folders.tree(convert(tmp_path))
    assert "unit: '%'\n    direction: down\n    frequency: year" in files["kpis/1.2.1.yaml"]
    assert "direction: band\n    frequency: month" in files["kpis/1.2.2.yaml"]
    assert (
        "frequency: irregular\n    dimensions:\n    - series\n    total: false"
        in (files["kpis/1.2.3.yaml"])
    )
    assert "mode: reach" in files["objectives/agenda-2030.yaml"]
    assert files["measurements/1.2.3.csv"].splitlines() == [
        "kpi,series,period,value,note",
        "1.2.3,A / Tonnes,2003-05 = 2003 to 2005,1,",
        "1.2.3,A / Tonnes,2018-20,2,",
        "1.2.3,B / £,2019/20,3,Note 5",
    ]


def test_without_two_folders_it_says_how_it_is_called():
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "SOURCE TARGET" in done.stderr
