"""The KPIs and the setting that the files of the corpus are read with."""

from __future__ import annotations

from datetime import date

from okapi.core.frequencies import Frequency
from okapi.exchange.tables import KnownKpi, Kpis, Setting

MONTH, QUARTER, DAY = Frequency.MONTH, Frequency.QUARTER, Frequency.DAY

KPIS = Kpis(
    (
        KnownKpi("nps", "Net promoter score", "净推荐值", "", MONTH),
        KnownKpi("revenue", "Revenue", "销售额", "¥", MONTH, ("region",)),
        KnownKpi("orders", "Orders", "订单数", "单", MONTH),
        KnownKpi("churn", "Churn rate", "流失率", "%", MONTH),
        KnownKpi("market", "Market share", "市场占有率", "share", MONTH),
        KnownKpi("conversion", "Conversion", "转化率", "%", MONTH, is_ratio=True),
        KnownKpi("visits", "Visits", "访问量", "", DAY),
        KnownKpi("uptime", "Uptime", "可用率", "%", Frequency.WEEK),
        KnownKpi("profit", "Profit", "利润", "万元", QUARTER),
        KnownKpi("staff", "Staff", "员工数", "人", Frequency.YEAR),
        KnownKpi("margin-shop", "Gross margin", "毛利率", "%", MONTH),
        KnownKpi("margin-web", "Gross margin", "毛利率", "%", MONTH),
        KnownKpi("survey", "Survey", "满意度调查", "", Frequency.IRREGULAR),
        KnownKpi("answer-time", "Time to answer", "响应时长", "h", MONTH),
        KnownKpi("stock", "Stock", "库存", "", MONTH, ("site", "product"), has_total=False),
    )
)
SETTING = Setting(today=date(2026, 11, 23))
