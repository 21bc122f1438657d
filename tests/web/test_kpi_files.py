"""A file of measurements on the page: brought, looked at, mapped, taken in, taken back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okapi.base.models import Change
from okapi.exchange import uploads
from okapi.exchange.models import SavedMapping
from okapi.kpis.models import Kpi, Measurement
from tests.cast import Cast
from tests.goals.making import make_kpi
from tests.web.conftest import Browser

Open = Callable[..., Browser]
LONG = '指标,月份,数值\n退货率,2026年9月,"1,234.5"\n退货率,2026年10月,12.5%\n'
WIDE = "KPI,2026-08,2026-09\nreturns,1,2\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    made = make_kpi(cast, key="returns", frequency="month")
    made.owner, made.name_other = cast.mia, "退货率"
    made.save()
    return made


def bring(person: Browser, content: str | bytes, name: str = "values.csv") -> Any:
    body = content.encode() if isinstance(content, str) else content
    sent = {"file": SimpleUploadedFile(name, body), "source": "ERP"}
    return person.post("measurements/file/", sent)


def test_brought_looked_at_and_taken_in(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE)["Location"]

    page = mia.get(at)
    assert page.status_code == 200
    assert "returns" in page.text
    assert not Measurement.objects.exists()
    taken = mia.post(at, {"take": "1"})

    assert (taken.status_code, Measurement.objects.count()) == (302, 2)
    intake = mia.get(taken["Location"]).text
    assert "values.csv" in intake
    assert "ERP" in intake
    assert mia.get(at).status_code == 404


def test_chinese_headings_months_and_numbers(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, LONG.replace("12.5%", "7").encode("gb18030"))["Location"]

    page = mia.get(at).text

    assert "1,234.5" in page
    assert mia.post(at, {"take": "1"}).status_code == 302
    assert Measurement.objects.count() == 2


@pytest.mark.parametrize(("language", "name"), [("en", "Return rate"), ("zh", "退货率")])
def test_cells_and_columns_name_kpis_as_their_reader_does(
    cast: Cast, returns: Kpi, browser: Open, language: str, name: str
) -> None:
    returns.name = "Return rate"
    returns.save()
    mia = browser(cast.mia)

    at = bring(mia, WIDE)["Location"]
    page = mia.get(at, **{"accept-language": language}).text

    assert len(re.findall(rf"<td[^>]*>\s*{name}\s*</td>", page)) == 2
    assert len(re.findall(rf'<option value="kpi:returns"[^>]*>[^<]*{name}', page)) == 3


def test_a_bad_cell_is_told_at_its_place_and_nothing_is_taken(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE.replace(",2\n", ",many\n") + "nothing,3,4\n")["Location"]

    page = mia.get(at).text
    assert "C2" in page
    assert "many" in page
    refused = mia.post(at, {"take": "1"})

    assert refused.status_code == 422
    assert not Measurement.objects.exists()


def test_columns_are_mapped_and_the_mapping_is_kept(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    mia = browser(cast.mia)
    odd = "foo,bar,baz\nreturns,2026-09,5\n"
    at = bring(mia, odd)["Location"]

    said = {"column-A": "kpi", "column-B": "period", "column-C": "value"}
    assert mia.post(at, said).status_code == 302
    assert mia.post(at, {"take": "1"}).status_code == 302
    sten = browser(cast.sten)
    again = bring(sten, odd.replace("09,5", "10,6"))["Location"]

    assert SavedMapping.objects.get().mapping["columns"]
    assert "Read as somebody here said" in sten.get(again).text
    assert sten.post(again, {"take": "1"}).status_code == 302
    assert Measurement.objects.filter(slice__kpi=returns).count() == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"%PDF-1.7", "a.csv"),
        (b"\xd0\xcf\x11\xe0old", "a.xls"),
        (b"PK\x03\x04broken", "a.xlsx"),
        (b"\xff\xfe\x00", "a.csv"),
        (b"just words", "../../etc/passwd"),
        (b"kpi,period,value\n" + b'"' * 999, "a.csv"),
        (b"[[[[", "a.json"),
    ],
)
def test_what_is_no_table_is_told_and_never_breaks(
    cast: Cast, returns: Kpi, browser: Open, home: Path, content: bytes, name: str
) -> None:
    mia = browser(cast.mia)
    answer = bring(mia, content, name)
    if answer.status_code == 302:
        at = answer["Location"]
        assert mia.get(at).status_code == 200
        assert mia.post(at, {"take": "1"}).status_code == 422
    else:
        assert answer.status_code == 422
    assert not Measurement.objects.exists()
    assert {path.parts[len(home.parts)] for path in home.rglob("*")} <= {"uploads", "intakes"}


def test_a_file_that_is_too_large_is_refused(
    cast: Cast, browser: Open, home: Path, settings: Any
) -> None:
    settings.FILE_LIMIT = 10
    answer = bring(browser(cast.mia), WIDE)

    assert answer.status_code == 413
    assert not list(home.rglob("file*"))


def test_without_a_file_it_is_told_at_the_field(cast: Cast, browser: Open) -> None:
    answer = browser(cast.mia).post("measurements/file/", {})

    assert answer.status_code == 422
    assert "Choose a file first" in answer.text


@pytest.mark.parametrize("wrong", [{"header_row": "x"}, {"column-A": "nonsense"}, {"sheet": "?"}])
def test_a_mapping_that_is_none_is_told(
    cast: Cast, returns: Kpi, browser: Open, wrong: dict[str, str]
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE)["Location"]

    answer = mia.post(at, wrong)
    page = mia.get(at)

    assert answer.status_code in {302, 422}
    assert page.status_code == 200


def test_what_one_may_not_measure_is_refused(cast: Cast, returns: Kpi, browser: Open) -> None:
    tom = browser(cast.tom)
    at = bring(tom, WIDE)["Location"]

    assert tom.post(at, {"take": "1"}).status_code == 422
    assert not Measurement.objects.exists()


def test_a_file_is_its_persons_alone_and_goes_after_a_day(
    cast: Cast, returns: Kpi, browser: Open, home: Path
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE)["Location"]

    assert browser(cast.sten).get(at).status_code == 404
    assert browser(cast.vic).get(at).status_code == 403
    assert uploads.forget_old() == 0
    for told in home.rglob("told.json"):
        os.utime(told, (0, 0))
    assert uploads.forget_old() == 1
    assert mia.get(at).status_code == 404


def test_left_it_is_gone(cast: Cast, returns: Kpi, browser: Open, home: Path) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE)["Location"]
    assert mia.post(at, {"leave": "1"}).status_code == 302
    assert mia.get(at).status_code == 404


def test_a_refused_cell_is_put_right_in_the_preview(
    cast: Cast, returns: Kpi, browser: Open, home: Path
) -> None:
    mia = browser(cast.mia)
    content = WIDE.replace(",2\n", ",many\n")
    at = bring(mia, content)["Location"]
    assert 'name="cell-C2"' in mia.get(at).text

    mia.post(at, {"correct": "1", "cell-C2": "1,234", "cell-B2": ""})
    page = mia.get(at).text
    assert "1,234" in page
    mia.post(at, {"correct": "1", "place": "b2", "text": "7"})
    assert mia.post(at, {"correct": "1", "place": "nowhere", "text": "7"}).status_code == 422
    kept = next(home.rglob("file.csv"))
    assert kept.read_text() == content
    assert mia.post(at, {"take": "1"}).status_code == 302

    values = Measurement.objects.order_by("last").values_list("value", flat=True)
    assert [str(value) for value in values] == ["7", "1234"]
    record = Change.objects.get(kind="intake", verb="correct")
    assert record.after == {"cells": {"B2": "7", "C2": "1,234"}}
    assert record.before == {"cells": {"B2": "1", "C2": "many"}}


def test_the_page_of_the_intake_tells_what_was_put_right(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE.replace("1,2", ",many"))["Location"]
    mia.post(at, {"correct": "1", "cell-C2": "1,234", "cell-B2": "5"})
    onward = mia.post(at, {"take": "1"})["Location"]
    table = mia.get(onward).context["corrected"]
    shown = [[cell.content for cell in row] for row in table.rows]
    assert shown == [["B2", "(empty)", "5", "Mia"], ["C2", "many", "1,234", "Mia"]]
    assert all(row[3].note for row in table.rows)  # when
    assert browser(cast.sten).get(onward).context["corrected"] is not None
    # Who may read a value may follow it here; what stood in the file is not theirs to know.
    assert browser(cast.tom).get(onward).context["corrected"] is None


def test_what_nobody_wrote_down_is_not_made_up(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE)["Location"]
    mia.post(at, {"correct": "1", "cell-C10": "3", "cell-C2": "4"})
    onward = mia.post(at, {"take": "1"})["Location"]
    Change.objects.filter(kind="intake", verb="correct").update(before={})
    table = mia.get(onward).context["corrected"]
    assert [row[0].content for row in table.rows] == ["C2", "C10"]
    assert {row[1].content for row in table.rows} == {"—"}


def test_corrections_are_taken_back(cast: Cast, returns: Kpi, browser: Open) -> None:
    mia = browser(cast.mia)
    at = bring(mia, WIDE)["Location"]
    mia.post(at, {"correct": "1", "place": "C2", "text": "many"})
    assert mia.post(at, {"take": "1"}).status_code == 422
    mia.post(at, {"as_it_came": "1"})
    assert mia.post(at, {"take": "1"}).status_code == 302


OFFICE = "月份,营业收入（万元）,投诉件数\n2026-08,320,42\n2026-09,331.5,39\n"


def chosen(**more: str) -> dict[str, str]:
    return {"make": "1", "frequency": "month", "team": "", "chosen-1": "投诉件数"} | more


def test_what_is_no_kpi_yet_is_offered_made_and_taken_in(cast: Cast, browser: Open) -> None:
    sten = browser(cast.sten)
    at = bring(sten, OFFICE)["Location"]
    before = Kpi.objects.count()

    page = sten.get(at).text
    assert 'value="营业收入"' in page
    assert 'value="万元"' in page
    every = chosen(**{"chosen-0": "营业收入", "direction-1": "down", "aggregation-1": "sum"})
    made = sten.post(at, every)
    taken = sten.post(at, {"take": "1"})

    assert (made.status_code, taken.status_code) == (302, 302)
    assert Kpi.objects.count() == before + 2
    complaints = Kpi.objects.select_related("definition").get(name="投诉件数")
    definition = complaints.definition
    assert definition is not None
    assert (definition.direction, definition.aggregation) == ("down", "sum")
    assert Measurement.objects.filter(slice__kpi=complaints).count() == 2


def test_a_lead_makes_kpis_in_the_own_team_alone(cast: Cast, browser: Open) -> None:
    lea = browser(cast.lea)
    at = bring(lea, OFFICE)["Location"]

    assert lea.post(at, chosen()).status_code == 403
    assert lea.post(at, chosen(team=cast.service.key)).status_code == 302
    assert Kpi.objects.get(name="投诉件数").state == "active"


def test_who_makes_no_kpis_is_told_whom_to_ask(cast: Cast, browser: Open) -> None:
    tom = browser(cast.tom)
    at = bring(tom, OFFICE)["Location"]

    page = tom.get(at).text

    assert "投诉件数" in page
    assert 'name="make"' not in page
    assert tom.post(at, chosen()).status_code == 403
    assert not Kpi.objects.filter(name="投诉件数").exists()


def test_nothing_chosen_is_told_and_nothing_is_lost(cast: Cast, browser: Open) -> None:
    sten = browser(cast.sten)
    at = bring(sten, OFFICE)["Location"]

    page = sten.post(at, {"make": "1", "frequency": "month", "team": "", "unit-0": "k€"})

    assert page.status_code == 422
    assert 'value="k€"' in page.text
    assert not Kpi.objects.filter(name="营业收入").exists()


ODD = "项目名称,2026-08\n退换比例,1\n其他收入,7\n税金,2\n"


def test_a_name_is_said_to_mean_a_kpi_and_the_rest_is_left_out_next_time_too(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    sten = browser(cast.sten)
    at = bring(sten, ODD)["Location"]
    assert "What do these names mean?" in sten.get(at).text

    said = {"call": "rest", "means-0": "退货率", "name-0": "退换比例"}
    assert sten.post(at, said).status_code == 302
    page = sten.get(at).text
    assert "What do these names mean?" not in page
    assert "<b>退换比例</b> → " in page
    assert sten.post(at, {"take": "1"}).status_code == 302

    mia = browser(cast.mia)
    again = bring(mia, "项目名称,2026-08,2026-09\n退换比例,1,3\n其他收入,7,7\n税金,2,2\n")[
        "Location"
    ]
    assert "Read as somebody here said" in mia.get(again).text
    assert mia.post(again, {"take": "1"}).status_code == 302
    assert sorted(str(row.value) for row in Measurement.objects.all()) == ["1", "3"]


def test_what_is_typed_for_a_name_must_be_a_kpi(cast: Cast, returns: Kpi, browser: Open) -> None:
    sten = browser(cast.sten)
    at = bring(sten, ODD)["Location"]

    unknown = sten.post(at, {"call": "1", "means-0": "不是指标", "name-0": "退换比例"})
    nothing = sten.post(at, {"call": "1"})

    assert unknown.status_code == 422
    assert "不是指标" in unknown.text
    assert nothing.status_code == 422
    assert "What do these names mean?" in nothing.text


def test_a_name_that_changed_meanwhile_is_not_taken_for_another(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    sten = browser(cast.sten)
    at = bring(sten, ODD)["Location"]

    stale = sten.post(at, {"call": "1", "means-0": "退货率", "name-0": "其他收入"})

    assert stale.status_code == 422


def test_what_takes_no_values_is_told_before_it_is_taken_and_can_be_left_out(
    cast: Cast, returns: Kpi, browser: Open
) -> None:
    rate = make_kpi(cast, key="rate", frequency="month", formula="returns / 2", unit="%")
    rate.owner = cast.mia
    rate.save()
    make_kpi(cast, key="others", frequency="month")
    mia = browser(cast.mia)
    at = bring(mia, "KPI,2026-08\nreturns,1\nrate,2\nothers,3\n")["Location"]

    page = mia.get(at).text
    assert "is computed from a formula" in page
    assert "What do these names mean?" in page
    assert mia.post(at, {"call": "rest"}).status_code == 302
    assert mia.post(at, {"take": "1"}).status_code == 302
    assert [row.slice.kpi for row in Measurement.objects.select_related("slice__kpi")] == [returns]
