"""The words by which spreadsheets call their columns, totals, notes and missing values.

All are written as `cells.folded` leaves them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from okapi.exchange.tables.cells import LONGEST_NAME, folded, sides, tight, without_bracket


class Role(StrEnum):
    """What a column holds."""

    KPI = "kpi"
    NAME = "name"
    PERIOD = "period"
    YEAR = "year"
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    NOTE = "note"
    UNIT = "unit"
    SLICE = "slice"
    DIMENSION = "dimension"
    ASPECT = "aspect"  # of each row: actual or plan
    IGNORED = "ignored"


_WORDS = {
    Role.KPI: "kpi|kpi key|kpi_key|kpi id|kpi_id|kpi code|key|code|metric key|metric id|metric_id|"
    "指标编码|指标代码|指标编号|指标id|指标key|编码|代码|指标|metric|measure|indicator|kpi指标|"
    "考核指标|绩效指标|关键指标",
    Role.NAME: "kpi name|kpi_name|metric name|metric_name|name|title|indicator name|measure name|"
    "指标名称|指标名|kpi名称|kpi 名称|名称|项目|项目名称|指标项|科目|item",
    Role.PERIOD: "period|date|day|month|week|quarter|time|time period|reporting period|as of|"
    "period end|period_end|period start|year month|year-month|yearmonth|yyyymm|timestamp|datetime|"
    "posting period|fiscal period|所属期|所属期间|所属月份|核算期间|过账期间|会计月份|"
    "期间|日期|月份|月|年月|时间|周期|周|周次|季度|季|统计月份|统计日期|统计时间|统计周期|报告期|"
    "会计期间|数据日期|数据月份|账期|期次|时期",
    Role.YEAR: "year|年|年份|年度|fiscal year",
    Role.VALUE: "value|actual|actuals|actual value|actual_value|measurement|measured|result|amount|"
    "score|reading|current|current value|current_value|achieved|"
    "值|数值|实际|实际值|实际完成|完成值|实绩|指标值|数据|结果|金额|当前值|本期|本期值|本期数|当期值|"
    "完成情况|实际数|测量值|实际完成值|本月实际|本月|当月|当月值|本月值|实际达成|本月数|本月金额|本月发生额|"
    "本期金额|本期发生额|本期发生|发生额|实际金额",
    Role.NUMERATOR: "numerator|分子|分子值|num",
    Role.DENOMINATOR: "denominator|分母|分母值|den|denom|base",
    Role.NOTE: "note|notes|comment|comments|remark|remarks|description of value|"
    "备注|说明|注释|注|备注说明|补充说明|评论",
    Role.UNIT: "unit|units|单位|计量单位|uom",
    Role.SLICE: "slice|切片|维度|维度切片",
    Role.IGNORED: "target|targets|plan|planned|budget|goal|forecast|weight|owner|team|no|no.|#|id|"
    "row|rank|status|frequency|direction|source|total|sum|average|avg|mean|ytd|mom|yoy|change|"
    "variance|variance %|delta|growth|achievement|completion|attainment|grand total|subtotal|min|"
    "max|trend|department|"
    "目标|目标值|计划|计划值|预算|预算值|预测|权重|负责人|责任人|责任部门|部门|序号|编号|状态|频率|方向|来源|数据来源|"
    "合计|总计|小计|汇总|累计|全年|平均|均值|平均值|同比|环比|同比增长|环比增长|增长率|差异|差额|达成率|"
    "完成率|排名|最大值|最小值|趋势|本年累计|年累计|累计值|上期|上期值|去年同期|同期|上年同期|上月|行次|行号|"
    "本年累计数|本年累计金额|本年累计发生额|累计数|累计金额|累计发生额|上期金额|上期数|上月数|上年同期数|年初余额|"
    "期初余额|期末余额",
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


ROLES: dict[str, Role] = {word: role for role, words in _WORDS.items() for word in words.split("|")}

PLANS = _set(
    "target|targets|plan|planned|budget|goal|forecast|目标|目标值|计划|计划值|预算|预算值|预测"
)
COMPARISONS = PLANS | _set(
    "同比|环比|同比增长|环比增长|同比增速|环比增速|同比增长率|环比增长率|增速|完成率|达成率|目标完成率|目标达成率|"
    "差异|差额|差异率|去年同期|上年同期|上期|yoy|mom|qoq|ytd|variance|growth|attainment|"
    "achievement|vs plan|vs target|year over year|month over month"
)
TOTALS = _set(
    "合计|总计|小计|总和|汇总|共计|累计|平均|平均值|均值|总合计|total|totals|grand total|subtotal|"
    "sub-total|sum|overall total|average|avg|mean|all total"
)
# In a column of a dimension these mean the KPI's total, not a row to be left out.
WHOLE = _set(
    "合计|总计|全部|全体|整体|总体|所有|全国|汇总|total|all|overall|grand total|total (all)"
)
MISSING = _set(
    "-|--|---|—|——|———|–|―|n/a|na|n.a.|n.a|n/d|nd|nil|null|none|nan|tbd|tba|?|…|...|..|/|\\|无|暂无|"
    "无数据|暂无数据|未统计|未提供|未填|待定|待补充|待更新|缺|缺失|不适用|没有|尚无|空"
)
FAULTS = _set(
    "#div/0!|#n/a|#name?|#null!|#num!|#ref!|#value!|#spill!|#calc!|#field!|#getting_data|"
    "#blocked!|#unknown!|#connect!|#error!|错误|err:502|err:522"
)
_NOTE_ROW = re.compile(
    r"(注|备注|说明|数据来源|来源|填表人|填报人|制表人?|审核人?|复核人?|经办人?|打印人?|打印日期|打印时间|导出时间|单位|口径|附注|注释|note|notes|source|sources|remark|"
    r"remarks|footnote|disclaimer|prepared by|created by|generated|exported)"
    r"\s*(\d{0,2}|[一二三四五])\s*([:：.、)]|by\b|on\b).*|^[*※†‡].*",
    re.DOTALL,
)


def role_of(header: str) -> Role | None:
    """What a header says that its column holds; None where the words are not known."""
    text = folded(header)
    base, bracket = without_bracket(text)
    for form in (text, base) if bracket else (text,):
        found = ROLES.get(form) or ROLES.get(form.replace("_", " ")) or ROLES.get(tight(form))
        if found is not None:
            return found
    if " / " in text:
        # A bilingual header: "指标 / KPI".
        return next((ROLES[part] for part in text.split(" / ") if part in ROLES), None)
    roles = [ROLES.get(part) for part in sides(base)]
    return roles[0] if roles and None not in roles and len(set(roles)) == 1 else None


def is_total(text: str) -> bool:
    """Whether a row that begins so sums up the others."""
    word = folded(text)
    return word in TOTALS or without_bracket(word)[0] in TOTALS


def is_aspect(words: Iterable[str]) -> bool:
    """Whether all words say `actual` or `plan`, and one at least is of the plan's side."""
    told = {folded(word): role_of(word) for word in words}
    if Role.IGNORED not in told.values() or set(told.values()) - {Role.VALUE, Role.IGNORED}:
        return False
    return Role.VALUE in told.values() or bool(PLANS & told.keys())


def is_comparison(text: str) -> bool:
    """Whether a row that is called so compares or plans what the row above it measures."""
    word = folded(text)
    return word in COMPARISONS or without_bracket(word)[0] in COMPARISONS


def is_whole(text: str) -> bool:
    """Whether a dimension's value stands for all of its values together."""
    return folded(text) in WHOLE


def is_remark(text: str) -> bool:
    """Whether a row that begins so is a remark below or above the table."""
    text = text[:LONGEST_NAME]
    return _NOTE_ROW.fullmatch(folded(text)) is not None or text.lstrip().startswith(("*", "※"))
