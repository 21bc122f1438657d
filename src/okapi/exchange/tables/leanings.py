"""What a name lets one expect of its numbers: which way is good, and how periods add up.

No rule, only what a form stands at when it is opened: its reader sees it and may choose otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.exchange.tables.cells import folded
from okapi.exchange.tables.units import PERCENT, PERMILLE, POINTS, SHARE, unit_of

_BURDENS = (
    r"投诉|逾期|退货|退款|退换|退订|不良|缺陷|故障|事故|停机|流失|离职|成本|费用|支出|坏账|超期|超时|延误|延迟|延期|损耗|损失"
    r"|报废|返工|返修|次品|破损|差错|错误|更正|违规|缺勤|缺货|空置|欠款|负债|积压|召回|取消|跳出|重开|失败|未解决|偏差|能耗"
    r"|排放|感染|再入院|辍学|时间|时长|耗时|等待|天数|周期|折扣|库存"
    r"|complain|overdue|returns?(?! on)|refund|defect|fault|fail|incident|accident|downtime|churn"
    r"|attrition|leavers|costs?\b|expense|bad debt|\blate\b|delay|loss(es)?\b|scrap|rework|reopen"
    r"|error|correction|absen|vacan|backlog|recall|cancel|bounce|unsubscrib|damage|deviation"
    r"|stock.?out|emission|infection|readmi|drop.?out|escaped|bugs?\b"
    r"|\bdays?\b|\btime\b|wait|length|cycle|discount|debt"
)
# Of a burden the part that is dealt with; what is left of time.
_RELIEFS = (
    r"(?<!未)解决|处理率|及时|准时|按时|关闭率|满意|达成率|完成率|合格率|回收率|节约|节省|降低|减少|修复率|学习时间|正常运行|可用"
    r"|周转率|solved|resolved|on time|in time|same day|satisf|saved|saving|reduc|recovered|uptime"
)
_MEANS = (
    r"率|占比|比例|比重|平均|人均|均价|单价|单均|单条|每|满意|评分|得分|指数|净推荐|时间|时长|耗时|周期|天数"
    r"|\brate\b|ratio|\bshare\b|average|mean|median|\bper\b|score|index|margin|satisf|\bnps\b"
    r"|\btime\b|\bdays?\b|length|price"
)
_LEVELS = (
    r"余额|存量|库存|应收|应付|在职|在册|在校|期末|累计|总用户|活跃|人数$|未结|未完成"
    r"|balance|stock|inventory|headcount|backlog|\bopen\b|active|receivable|payable|outstanding"
)
_MEAN_UNITS = frozenset(
    {PERCENT, PERMILLE, POINTS, SHARE, "point", "hour", "minute", "second", "day"}
)
_FLOW_UNITS = frozenset({"¥", "$", "€", "£", "HK$", "JP¥", "piece", "times", "order", "set"})
_FLOWS = (
    r"收入|营收|销售|销量|产量|产值|订单|金额|利润|成本|费用|支出|回款|数量|件数|单数|次数|数$|额$|量$"
    r"|revenue|sales|orders|output|profit|cost|spend|income|cash|visits|visitors|leads|units|number"
    r"|complaints|signups|new "
)


@dataclass(frozen=True, slots=True)
class Leaning:
    """Where a form begins."""

    direction: Direction
    aggregation: Aggregation


def leaning_of(name: str, unit: str) -> Leaning:
    """What is usual for numbers of this name and unit; up and the last value for all others."""
    text = folded(name)
    is_burden = _has(_BURDENS, text) and not _has(_RELIEFS, text)
    return Leaning(Direction.DOWN if is_burden else Direction.UP, _added(text, unit_of(unit).base))


def _added(text: str, base: str) -> Aggregation:
    if _has(_LEVELS, text) and base not in (PERCENT, PERMILLE, SHARE):
        return Aggregation.LAST
    if base in _MEAN_UNITS or _has(_MEANS, text):
        return Aggregation.MEAN
    if base in _FLOW_UNITS or _has(_FLOWS, text):
        return Aggregation.SUM
    return Aggregation.LAST


def _has(words: str, text: str) -> bool:
    return re.search(words, text) is not None
