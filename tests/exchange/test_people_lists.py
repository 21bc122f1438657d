"""Lists of people as they really come: with headings or without, from mails and spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from okapi.base.actor import Role
from okapi.core.errors import OkapiError, TooLarge
from okapi.exchange import people_lists as lists
from tests.exchange.tables import books


def told(text: str) -> list[tuple[str, str]]:
    return [(row.email, row.name) for row in lists.read_text(text)]


TWO = [("lin@x.example", "Lin Yue"), ("wu@x.example", "Wu Xin")]


@pytest.mark.parametrize(
    "text",
    [
        "name,email\nLin Yue,lin@x.example\nWu Xin,wu@x.example\n",
        "E-mail\tName\nlin@x.example\tLin Yue\nwu@x.example\tWu Xin",
        "邮箱;姓名\nlin@x.example;Lin Yue\nwu@x.example;Wu Xin",
        "员工名单 2026\n\n姓名,部门,电子邮箱\nLin Yue,IT,lin@x.example\nWu Xin,,wu@x.example\n",
        "Lin Yue <lin@x.example>; Wu Xin <wu@x.example>",
        '"Lin Yue" <lin@x.example>,\n"Wu Xin" <wu@x.example>,\n',
        "Lin Yue\tlin@x.example\nWu Xin\twu@x.example",
        "lin@x.example\tLin Yue\tLead\nwu@x.example\tWu Xin\tWelder",
    ],
)
def test_the_same_two_people_in_many_forms(text: str) -> None:
    assert told(text) == TWO


def test_addresses_alone_give_names_to_begin_with() -> None:
    assert told("lin@x.example\nwu@x.example") == [("lin@x.example", "lin"), ("wu@x.example", "wu")]
    assert told("lin@x.example, wu@x.example;") == told("lin@x.example\nwu@x.example")


def test_every_column() -> None:
    head = "姓名,英文名,邮箱,岗位,直属上级,部门,角色"
    cells = "林悦,Lin Yue,lin@x.example,工程师,wu@x.example,客服/维修,数据管家、成员"
    (row,) = lists.read_text(f"{head}\n{cells}\n")
    assert (row.name, row.name_other, row.job, row.manager, row.team) == (
        "林悦", "Lin Yue", "工程师", "wu@x.example", "客服/维修"
    )  # fmt: skip
    assert row.roles == (Role.STEWARD, Role.MEMBER)
    assert row.line == 2


def test_a_role_that_is_no_role_is_a_member() -> None:
    (row,) = lists.read_text("email,name,role\nlin@x.example,Lin,Chief of everything\n")
    assert row.roles == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "people.nothing"),
        (" \n\t\n", "people.nothing"),
        ("Lin Yue\nWu Xin", "people.no_addresses"),
        ("name,team\nLin,Service", "people.no_addresses"),
        ('email,name\n"lin@x.example,Lin', "tables.file.csv"),
        ("<html><body>lin</body></html>", "tables.file.web_page"),
    ],
)
def test_what_is_no_list(text: str, code: str) -> None:
    with pytest.raises(OkapiError) as refused:
        lists.read_text(text)
    assert refused.value.code == code


def test_a_file_in_gb18030(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("姓名,邮箱\n林悦,lin@x.example\n".encode("gb18030"))
    (row,) = lists.read_file(file, "list.csv")
    assert (row.name, row.email) == ("林悦", "lin@x.example")


def test_a_workbook(tmp_path: Path) -> None:
    rows = [["Name", "E-mail"], ["Lin Yue", "lin@x.example"]]
    file = books.write(tmp_path / "list.xlsx", [{"name": "People", "rows": rows}])
    (row,) = lists.read_file(file, "list.xlsx")
    assert (row.name, row.email, row.line) == ("Lin Yue", "lin@x.example", 2)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email\nlin@x.example\n", encoding="utf-8")
    monkeypatch.setattr(lists, "LARGEST", 5)
    with pytest.raises(TooLarge):
        lists.read_file(file, "list.csv")


def test_long_texts_without_an_end_are_read_quickly() -> None:
    with pytest.raises(OkapiError):
        lists.read_text("a" * 30_000 + " <" * 10_000)
