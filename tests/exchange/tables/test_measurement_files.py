"""Files of any kind as intakes, and `okapi measure` that takes them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from okapi.cli.measure import measure
from okapi.core.errors import OkapiError, Refusals
from okapi.exchange import measurement_files
from okapi.exchange.tables import ColumnMapping
from okapi.kpis.models import Intake
from tests.exchange.tables import books
from tests.kpis.making import make_kpi, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def kpis(cast):
    make_kpi(cast, "returns")
    make_kpi(cast, "sales", unit="¥", aggregation="sum", dimensions=["region"])
    make_kpi(cast, "yes-rate", unit="%", aggregation="ratio")
    return cast


def file(folder: Path, text: str, name: str = "t.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_wide_file_of_a_chinese_excel(kpis, tmp_path):
    text = "单位：万元,,\n指标,region,2026年1月,2026年2月\nsales,华东,1.2,—\nreturns,,7,8\n"
    path = file(tmp_path, text, encoding="gb18030")
    result = measurement_files.take(kpis.system, path, source="ERP")
    assert (result.received, result.new) == (3, 3)
    assert stored() == {
        ("sales", "region=华东", "2026年1月"): Decimal(12000),
        ("returns", "", "2026年1月"): Decimal(7),
        ("returns", "", "2026年2月"): Decimal(8),
    }
    intake = Intake.objects.get()
    assert (intake.file_name, intake.source, len(intake.content_hash)) == ("t.csv", "ERP", 64)


def test_a_workbook_with_parts_of_a_ratio_and_notes(kpis, tmp_path):
    rows = [
        ["KPI", "Month", "Numerator", "Denominator", "Note"],
        ["yes-rate", {"d": "2026-01-01", "f": "mmm-yy"}, 20, 400, "fine"],
    ]
    rows[1][1] = {"raw": "46023", "f": "mmm-yy"}
    path = books.write(tmp_path / "t.xlsx", [{"name": "S", "rows": rows}])
    measurement_files.take(kpis.system, path)
    assert stored() == {("yes-rate", "", "2026-01"): Decimal(5)}


def test_nothing_is_stored_of_a_file_with_one_bad_cell(kpis, tmp_path):
    path = file(tmp_path, "KPI,Jan 2026,Feb 2026\nreturns,7,x\n")
    with pytest.raises(Refusals) as raised:
        measurement_files.take(kpis.system, path)
    assert [error.data["cell"] for error in raised.value.errors] == ["C2"]
    assert stored() == {}


def test_a_contradiction_is_told_at_both_cells(kpis, tmp_path):
    path = file(tmp_path, "KPI,Month,Value\nreturns,Jan 2026,7\nreturns,2026-01,8\n")
    with pytest.raises(Refusals) as raised:
        measurement_files.take(kpis.system, path)
    assert [error.data["cell"] for error in raised.value.errors] == ["C2", "C3"]


def test_a_plain_file_with_one_human_number_is_read_too(kpis, tmp_path):
    path = file(tmp_path, 'kpi,period,value\nreturns,2026-01,"1,234"\nreturns,Feb-26,8\n')
    assert measurement_files.take(kpis.system, path).new == 2


def test_what_the_plain_form_refuses_for_good_stays_refused(kpis, tmp_path):
    path = file(tmp_path, "kpi,period,value\nreturns,2027-01,7\n")
    with pytest.raises(Refusals) as raised:
        measurement_files.take(kpis.system, path)
    assert [error.code for error in raised.value.errors] == ["period.future"]


def test_a_viewer_finds_no_right_to_measure(kpis, tmp_path):
    path = file(tmp_path, "KPI,Jan 2026\nreturns,7\n")
    with pytest.raises(OkapiError) as raised:
        measurement_files.take(kpis.actor(kpis.vic), path)
    assert "kpi.not_yours" in str(raised.value)


def test_another_organisation_s_kpis_are_not_known(kpis, tmp_path, strangers):
    path = file(tmp_path, "KPI,Jan 2026,Feb 2026\nreturns,7,8\n")
    with pytest.raises(OkapiError):
        measurement_files.take(strangers.system, path)


def test_a_look_stores_nothing(kpis, tmp_path):
    path = file(tmp_path, "KPI,Jan 2026\nreturns,7\nreturns,7\n")
    found = measurement_files.look(kpis.system, path, mapping=ColumnMapping(), first=1)
    assert (len(found.rows), found.counts.read, found.counts.repeated) == (1, 1, 1)
    assert stored() == {}


def test_the_command(kpis, tmp_path):
    rows = [["指标", "1月"], ["returns", 7]]
    sheets = [{"name": "2026年", "rows": rows}, {"name": "2025年", "rows": rows}]
    path = str(books.write(tmp_path / "t.xlsx", sheets))
    slug = kpis.organisation.slug
    shown = CliRunner().invoke(measure, [path, "--org", slug, "--dry-run"])
    assert shown.exit_code == 0, shown.output
    assert "  B2  7  →  returns, 2026-01: 7  (1月 read as 2026-01)" in shown.output
    assert "Nothing was stored. 1 read" in shown.output
    assert stored() == {}
    done = CliRunner().invoke(measure, [path, "--org", slug, "--sheet", "2025年"])
    assert done.exit_code == 0, done.output
    assert stored() == {("returns", "", "2025-01"): Decimal(7)}
