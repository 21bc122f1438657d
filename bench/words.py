"""Words as companies write them, in both languages: for goals, KPIs and comments to be found by.

Some are in every tenth text, some in one of hundreds, since a search meets both.
"""

from __future__ import annotations

import random

_RAISE = (
    ("Raise", "提升"),
    ("Cut", "降低"),
    ("Shorten", "缩短"),
    ("Build", "建立"),
    ("Improve", "完善"),
    ("Launch", "上线"),
    ("Win back", "挽回"),
    ("Stabilise", "稳定"),
)
_WHAT = (
    ("customer satisfaction", "客户满意度"),
    ("first-visit fix rate", "首次修复率"),
    ("delivery time", "交付周期"),
    ("on-time delivery", "准时交付率"),
    ("return rate", "退货率"),
    ("recurring revenue", "经常性收入"),
    ("gross margin", "毛利率"),
    ("overdue receivables", "逾期应收账款"),
    ("spare parts stock", "备件库存"),
    ("onboarding of new hires", "新员工入职培训"),
    ("test coverage", "测试覆盖率"),
    ("downtime", "停机时间"),
    ("complaints per order", "每单投诉数"),
    ("partner network", "渠道伙伴网络"),
    ("cost per repair", "单次维修成本"),
    ("data quality", "数据质量"),
    ("energy use", "单位能耗"),
    ("safety incidents", "安全事故"),
    ("renewals", "续约率"),
    ("key accounts", "重点客户"),
)
_WHERE = (
    ("in the east region", "华东区"),
    ("in the south region", "华南区"),
    ("for smart locks", "智能门锁产品线"),
    ("in after-sales", "售后团队"),
    ("for new markets", "新市场"),
    ("at the Hefei plant", "合肥工厂"),
    ("for enterprise customers", "企业客户"),
    ("across all stores", "全部门店"),
    ("in the app", "移动端"),
    ("for the platform", "平台侧"),
)
_SAID = (
    ("The supplier confirmed, we are unblocked.", "供应商已确认，阻塞解除。"),
    ("Slipped a week because of the audit.", "因审计延期一周。"),
    ("Good progress, the pilot works.", "试点顺利，进展不错。"),
    ("Who owns the rollout after December?", "十二月之后由谁负责推广？"),
    ("Numbers of last week are wrong, see the export.", "上周的数字有误，请看导出的表。"),
    ("Agreed with finance, we keep the budget.", "已和财务确认，预算不变。"),
)
_RARE = ("Phoenix", "凤凰")
EVERY = 5_000
"""One text of so many is of a project that the others do not name."""


def title(at: int, chance: random.Random) -> tuple[str, str]:
    """What somebody wants to reach, in English and in Chinese."""
    verb, what, where = (chance.choice(some) for some in (_RAISE, _WHAT, _WHERE))
    english, chinese = f"{verb[0]} {what[0]} {where[0]}", f"{where[1]}{verb[1]}{what[1]}"
    if at % EVERY:
        return english, chinese
    return f"{_RARE[0]}: {english}", f"{_RARE[1]}项目：{chinese}"


def comment(at: int, chance: random.Random) -> str:
    """What somebody says, in one of the languages."""
    return chance.choice(_SAID)[at % 2]
