"""Lists of people as they are pasted or sent: CSV, Excel, a column of addresses, recipients.

Headings in Chinese or English say which column is which; without them the column of addresses is
known by its @, and what stands before it is the name.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from okapi.base.actor import Role
from okapi.core.errors import Refused
from okapi.exchange.tables import open_table
from okapi.exchange.tables.cells import folded, shown
from okapi.exchange.texts import MEGABYTE, check_size
from okapi.orgs.actions.people_lists import MOST, PersonRow

LARGEST = 8 * MEGABYTE
_LONGEST_PART = 500
COLUMNS = ("email", "name", "name_other", "job", "manager", "team", "roles")

_WORDS = {
    "email": "email|e-mail|mail|email address|e-mail address|邮箱|电子邮箱|邮件|电子邮件|邮箱地址|"
    "企业邮箱|工作邮箱",
    "name": "name|full name|person|employee|member|姓名|名字|员工|成员|员工姓名|成员姓名",
    "name_other": "name_other|other name|english name|name in english|chinese name|英文名|"
    "英文姓名|中文名|拼音",
    "job": "job|job title|title|position|岗位|职位|职务|职称",
    "manager": "manager|reports to|supervisor|line manager|上级|直属上级|直接上级|主管|"
    "汇报对象|经理",
    "team": "team|department|unit|group|团队|部门|所属部门|所属团队|组织|组",
    "roles": "role|roles|permission|permissions|角色|权限",
}
_HEADINGS = {word: name for name, words in _WORDS.items() for word in words.split("|")}
_ROLES = {
    "viewer": Role.VIEWER, "read only": Role.VIEWER, "reader": Role.VIEWER,
    "只读": Role.VIEWER, "只读成员": Role.VIEWER,
    "member": Role.MEMBER, "成员": Role.MEMBER,
    "steward": Role.STEWARD, "data steward": Role.STEWARD, "数据管家": Role.STEWARD,
    "strategist": Role.STRATEGIST, "战略负责人": Role.STRATEGIST,
    "administrator": Role.ADMINISTRATOR, "admin": Role.ADMINISTRATOR, "管理员": Role.ADMINISTRATOR,
}  # fmt: skip
_PARTS = re.compile(r"[|,;、，；/+]+")
_BETWEEN = re.compile(r"[;,，；\n]+")
_RECIPIENT = re.compile(r"\s*\"?([^\"<>@]*?)\"?\s*<([^<>\s]+@[^<>\s]+)>\s*")
_ADDRESS = re.compile(r"\s*([^<>@\s\"]+@[^<>@\s\"]+)\s*")


def read_text(text: str) -> list[PersonRow]:
    """The rows of a pasted list. `Refused`: `people.nothing`, `people.no_addresses`."""
    if not text.strip():
        raise Refused("people.nothing", field="list")
    recipients = _recipients(text)
    if recipients:
        return recipients
    with tempfile.TemporaryDirectory(prefix="okapi-people-") as folder:
        path = Path(folder) / "list.csv"
        path.write_text(text, encoding="utf-8")
        return read_file(path, "")


def read_file(path: Path, name: str) -> list[PersonRow]:
    """The rows of a file; `name` is how errors call it."""
    check_size(path, name, LARGEST)
    source = open_table(path, name=name or "list.csv")
    try:
        sheet = next((one.name for one in source.sheets if not one.is_hidden), "")
        lines = []
        for number, cells in source.rows(sheet):
            texts = [shown(cell) for cell in cells]
            if any(texts):
                lines.append((number, texts))
            if len(lines) > MOST + 50:
                raise Refused("people.too_many", field="list", found=len(lines), most=MOST)
    finally:
        source.close()
    return _rows(lines)


def _recipients(text: str) -> list[PersonRow]:
    """`Lin Yue <lin.yue@example.com>; …` or addresses alone, when all of the text is so."""
    found: list[PersonRow] = []
    for part in _BETWEEN.split(text):
        if not part.strip():
            continue
        if len(part) > _LONGEST_PART:
            return []
        named, bare = _RECIPIENT.fullmatch(part), _ADDRESS.fullmatch(part)
        if named is None and bare is None:
            return []
        name, email = (named[1], named[2]) if named else ("", bare[1] if bare else "")
        found.append(PersonRow(len(found) + 1, email, name.strip() or _local(email)))
    return found


def _local(email: str) -> str:
    """What stands before the @: a name, where nothing better is known."""
    return email.partition("@")[0]


def _rows(lines: Sequence[tuple[int, list[str]]]) -> list[PersonRow]:
    columns, begin = _headed(lines)
    if columns is None:
        columns, begin = _guessed(lines), 0
    return [_row(number, cells, columns) for number, cells in lines[begin:]]


def _headed(lines: Sequence[tuple[int, list[str]]]) -> tuple[dict[str, int] | None, int]:
    """The columns by their headings, which may stand below a title, and the first row after."""
    for place, (_, cells) in enumerate(lines[:10]):
        found: dict[str, int] = {}
        for at, cell in enumerate(cells):
            name = _HEADINGS.get(folded(cell))
            if name is not None:
                found.setdefault(name, at)
        if "email" in found:
            return found, place + 1
    return None, 0


def _guessed(lines: Sequence[tuple[int, list[str]]]) -> dict[str, int]:
    """Without headings: the column with the addresses, and the first other one as the name."""
    width = max((len(cells) for _, cells in lines), default=0)
    hits = [
        sum("@" in cell for _, cells in lines for cell in cells[at : at + 1]) for at in range(width)
    ]
    if not hits or max(hits) == 0:
        raise Refused("people.no_addresses", field="list")
    email = hits.index(max(hits))
    others = [at for at in range(width) if at != email]
    names = ("name", "job") if email == 0 else ("name",)
    found = dict(zip(names, others[: len(names)], strict=False))
    return {"email": email, **found}


def _row(number: int, cells: Sequence[str], columns: dict[str, int]) -> PersonRow:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return cells[at] if 0 <= at < len(cells) else ""

    email, name = cell("email"), cell("name")
    if recipient := _RECIPIENT.fullmatch(email):
        name, email = name or recipient[1].strip(), recipient[2]
    if "name" not in columns and not name:
        name = _local(email)
    return PersonRow(
        line=number,
        email=email,
        name=name,
        name_other=cell("name_other"),
        job=cell("job"),
        manager=cell("manager"),
        team=cell("team"),
        roles=tuple(_roles(cell("roles"))),
    )


def _roles(text: str) -> list[Role]:
    """The roles of a cell; a word that is none is an ordinary member."""
    return [_ROLES[word] for part in _PARTS.split(text) if (word := folded(part)) in _ROLES]
