"""Sheets of objectives and key results as people keep them, above all in Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from okapi.core.errors import OkapiError
from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.imports import Looked, Said
from okapi.exchange.goal_files.settling import Missing
from okapi.goals.models import Contribution, KeyResult, Moves, Objective
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.goals.making import make_kpi

HEADER = [
    "周期",
    "部门",
    "目标",
    "权重",
    "关键结果",
    "负责人",
    "权重",
    "进度",
    "截止日期",
    "起始值",
    "目标值",
    "对齐目标",
]
FEISHU = [
    ["2026年第四季度 OKR"],
    HEADER,
    ["2026年Q4", "Service", "让客户更满意", "60%", "退货率下降", "lea@acme.example", "50%", "40%",
     "2026年12月20日", "5", "4", ""],
    ["", "", "", "", "一天内答复", "@Mia、Rob", "30%", "10%", "", "60%", "90%", ""],
    ["", "", "", "", "上线新工单系统", "", "30%", "", "2026/12/1", "", "", ""],
    ["2026年Q4", "Repairs", "维修更快", "40%", "三天内修好", "rob@acme.example", "100%", "", "", "",
     "", "让客户更满意"],
]  # fmt: skip
TEAM = Said(missing=Missing(team="company"))


def look(cast: Cast, path: Path, said: Said = TEAM) -> Looked:
    return imports.look(cast.system, path, name=path.name, said=said)


def wrong(looked: Looked) -> list[tuple[str, str]]:
    return [(one.code, one.data.get("cell", "")) for one in looked.errors]


def merged(path: Path) -> Path:
    """The sheet as a workbook in which the cells of a goal are merged."""
    book = Workbook(str(path))
    sheet = book.add_worksheet("OKR")
    for at, row in enumerate(FEISHU):
        for place, text in enumerate(row):
            if text:
                sheet.write(at, place, text)
    for place in range(4):
        sheet.merge_range(2, place, 4, place, FEISHU[2][place])
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, FEISHU[0][0])
    book.close()
    return path


def gbk(path: Path) -> Path:
    lines = "\r\n".join(",".join(row) for row in FEISHU)
    path.write_bytes(lines.encode("gb18030"))
    return path


@pytest.mark.parametrize("kind", ["merged.xlsx", "plain.xlsx", "gbk.csv", "utf8.csv", "tabs.tsv"])
def test_a_chinese_sheet_is_read_as_a_person_reads_it(
    cast: Cast, tmp_path: Path, kind: str
) -> None:
    kpi = make_kpi(cast, key="returns")
    Kpi.objects.filter(pk=kpi.pk).update(name="退货率下降")
    path = tmp_path / kind
    match kind:
        case "merged.xlsx":
            merged(path)
        case "plain.xlsx":
            books.book(path, {"OKR": FEISHU}, hidden=set())
        case "gbk.csv":
            gbk(path)
        case _:
            books.csv_file(path, FEISHU, delimiter="\t" if kind == "tabs.tsv" else ",")
    looked = look(cast, path)
    assert wrong(looked) == []
    assert looked.found.form.name == "sheet"
    assert looked.found.lost == [("进度", "goalfile.lost.progress")]
    assert looked.settled.notes["goalfile.note.owners"] == 1
    assert looked.counts == {"added": 6, "changed": 0, "archived": 0, "unchanged": 0}
    imports.take(cast.system, path, name=path.name, said=TEAM)
    loved, quick = Objective.objects.order_by("key")
    assert (loved.title, loved.team, loved.cycle) == ("让客户更满意", cast.service, cast.quarter)
    assert Contribution.objects.get(child=quick).parent == loved
    below = list(loved.key_results.order_by("position"))
    assert [one.title for one in below] == ["退货率下降", "一天内答复", "上线新工单系统"]
    assert [one.owner for one in below] == [cast.lea, cast.mia, cast.lea]
    assert [str(one.due) for one in below] == ["2026-12-20", "None", "2026-12-01"]
    assert below[0].weight * 3 == below[1].weight * 5
    assert str(Moves.objects.get(key_result=below[0]).target) == "4"
    assert "60%" in below[1].description
    assert look(cast, path).plan.items == []


def test_one_column_of_owners_is_of_goals_too(cast: Cast, tmp_path: Path) -> None:
    rows = [["Objective", "Key Result", "Owner", "Progress"],
            ["Loved", "Answers", "lea@acme.example", "10%"],
            ["Loved", "Smiles", "mia@acme.example", ""]]  # fmt: skip
    path = books.csv_file(tmp_path / "okr.csv", rows)
    said = Said(missing=Missing(cycle="2026Q4"))
    assert wrong(look(cast, path, said)) == []
    imports.take(cast.system, path, name=path.name, said=said)
    assert Objective.objects.get().owner == cast.lea
    assert [one.owner for one in KeyResult.objects.order_by("position")] == [cast.lea, cast.mia]


ROW = ["2026Q4", "Service", "目标一", "1", "结果一", "lea@acme.example", "1", "", "", "", "", ""]
CELLS = {name: at for at, name in enumerate(HEADER) if name != "权重"} | {"O权重": 3, "KR权重": 6}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"负责人": "张三"}, [("goalfile.no_owner", "F2")]),
        ({"周期": "下个季度"}, [("goalfile.no_cycle", "A2")]),
        ({"部门": "市场部"}, []),
        ({"KR权重": "很重要"}, [("tables.number.unreadable", "G2")]),
        ({"截止日期": "月底"}, [("value.day", "I2")]),
        ({"截止日期": "46377"}, []),
        ({"对齐目标": "目标一"}, []),
        ({"对齐目标": "没有这个"}, []),
        ({"目标": ""}, [("goalfile.no_above", "E2")]),
        ({"目标": "字" * 400}, [("text.too_long", "C2")]),
        ({"关键结果": "=cmd|' /C calc'!A0"}, []),
    ],
)
def test_what_people_write_wrong_is_told_at_its_cell(
    cast: Cast, tmp_path: Path, cells: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    row = list(ROW)
    for name, text in cells.items():
        row[CELLS[name]] = text
    path = books.csv_file(tmp_path / "okr.csv", [HEADER, row])
    assert wrong(look(cast, path)) == expected


def test_goals_that_support_each_other_are_told(cast: Cast, tmp_path: Path) -> None:
    one = [*ROW[:11], "目标二"]
    two = [*ROW[:2], "目标二", *ROW[3:11], "目标一"]
    path = books.csv_file(tmp_path / "okr.csv", [HEADER, one, two])
    assert wrong(look(cast, path)) == [("alignment.circle", "L3")]


def test_a_thousand_rows_of_mistakes_are_all_told(cast: Cast, tmp_path: Path) -> None:
    rows = [[*ROW[:2], f"目标{at}", *ROW[3:8], "不知道", *ROW[9:]] for at in range(1_000)]
    path = books.csv_file(tmp_path / "okr.csv", [HEADER, *rows])
    found = wrong(look(cast, path))
    assert found == [("value.day", f"I{at + 2}") for at in range(1_000)]


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(cast: Cast, tmp_path: Path, cut: float) -> None:
    path = merged(tmp_path / "okr.xlsx")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(OkapiError, match=r"tables\."):
        look(cast, path)


def test_the_wrong_form_is_refused_with_a_way_on(cast: Cast, tmp_path: Path) -> None:
    path = books.csv_file(tmp_path / "okr.csv", [HEADER, ROW])
    for form in ("viva", "okapi"):
        with pytest.raises(OkapiError, match=r"goalfile\.no_form"):
            look(cast, path, Said(form=form))


def test_formulas_are_read_by_what_they_show(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "okr.xlsx"
    book = Workbook(str(path))
    sheet = book.add_worksheet("OKR")
    rows: list[list[Any]] = [HEADER, ROW]
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    sheet.write_formula(1, 2, '=CONCAT("目标","甲")', None, "目标甲")
    book.close()
    assert [item.values["title"] for item in look(cast, path).plan.items] == ["目标甲", "结果一"]
