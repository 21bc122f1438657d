"""Pieces of forms beyond a single input, in every state."""

from __future__ import annotations

from okapi.base import clock
from okapi.web.components import (
    Choice,
    Component,
    Contested,
    Field,
    PeoplePicker,
    Picker,
    RadioField,
    Rows,
)
from okapi.web.styleguide.words import choose


def forms(language: str) -> tuple[Component, ...]:
    """Choosing by search, a few explained choices, rows, and what two people wrote."""
    owner = choose(language, "负责人", "Owner")
    find = "#"
    return (
        Picker("picked", owner, value="lin", text=choose(language, "林悦", "Lin Yue"), find=find),
        Picker(
            "unclear",
            owner,
            text=choose(language, "王", "Wang"),
            find=find,
            error=choose(
                language,
                "“王”可能指：王敏、王晓。请输入括号里的内容。",
                "“Wang” could be several: Wang Min, Wang Xiao.",
            ),
        ),
        PeoplePicker(
            "readers",
            choose(language, "指定成员", "Named people"),
            (
                Choice("lin", choose(language, "林悦", "Lin Yue")),
                Choice("shen", choose(language, "沈立", "Shen Li")),
            ),
            find,
        ),
        RadioField(
            "kind",
            choose(language, "类型", "Kind"),
            (
                Choice(
                    "committed",
                    choose(language, "承诺型", "committed"),
                    chosen=True,
                    note=choose(language, "要求全部做到。", "All of it is expected."),
                ),
                Choice(
                    "aspirational",
                    choose(language, "挑战型", "aspirational"),
                    note=choose(language, "做到 70% 就算成功。", "70% is a success."),
                ),
            ),
        ),
        _rows(language),
        Contested(
            Field("title", choose(language, "标题", "Title"), value="Fix it at once", id="clash"),
            "title",
            mine="Fix it at once",
            theirs=choose(language, "一次上门就修好", "Fix it on the first visit"),
            by=choose(language, "沈立", "Shen Li"),
            at=clock.now(),
        ),
    )


def _rows(language: str) -> Rows:
    def row(number: str, title: str, weight: str) -> tuple[Component, ...]:
        return (
            Field(f"steps-{number}-title", choose(language, "步骤", "Step"), value=title),
            Field(f"steps-{number}-due", choose(language, "到期日", "Due"), kind="date"),
            Field(
                f"steps-{number}-weight",
                choose(language, "权重", "Weight"),
                kind="number",
                value=weight,
            ),
        )

    return Rows(
        choose(language, "步骤", "Steps"),
        (
            row("0", choose(language, "工具验收", "Tool signed off"), "1"),
            row("1", choose(language, "杭州上线", "Hangzhou live"), "2"),
        ),
        row("__", "", ""),
        add=choose(language, "再加一步", "Another step"),
        name="steps",
    )
