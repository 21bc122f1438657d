"""Words for the same dimension: a file's `地区` is the `region` of a KPI, and the reverse.

All are written as `cells.folded` leaves them. A word stands in one group only.
"""

from __future__ import annotations

from collections.abc import Iterable

from okapi.exchange.tables.cells import folded, sides, tight, without_bracket

_GROUPS = (
    "region|area|sales region|territory|地区|区域|大区|片区|地域|销售区域|所在地区|所属区域",
    "country|country/region|nation|国家|国别|国家/地区",
    "province|state/province|省份|省|所在省份",
    "city|town|城市|地市|所在城市",
    "channel|channels|sales channel|渠道|销售渠道|渠道名称|渠道类型",
    "product|products|product name|产品|商品|产品名称|商品名称",
    "product line|product family|产品线|产品系列|产品族",
    "category|product category|categories|品类|类别|产品类别|商品类别|产品分类|商品分类|分类",
    "brand|brands|brand name|品牌|品牌名称",
    "model|product model|型号|机型|产品型号|规格型号",
    "store|stores|shop|outlet|branch|门店|店铺|网点|门店名称|店铺名称|分店",
    "site|sites|location|站点|地点|场地|厂区|园区",
    "plant|factory|工厂|厂|生产工厂",
    "warehouse|depot|仓库|仓|库房|仓库名称",
    "production line|assembly line|产线|生产线|流水线",
    "workshop|车间|生产车间",
    "shift|work shift|班次|班别",
    "machine|equipment|设备|机台|设备名称",
    "customer|client|客户|客户名称",
    "customer type|customer segment|segment|客户类型|客户分类|客户类别|客群|细分市场",
    "supplier|vendor|供应商|供应商名称|供方",
    "platform|platforms|平台|平台名称",
    "business unit|division|事业部|业务单元|业务线|line of business",
    "industry|sector|行业|所属行业",
    "gender|sex|性别",
    "age group|age band|年龄段|年龄组",
    "priority|severity|优先级|严重程度",
    "defect type|fault type|缺陷类型|故障类型|不良类型",
)
_NONE = -1
_GROUP_OF = {word: at for at, words in enumerate(_GROUPS) for word in words.split("|")}


class Dimensions:
    """The dimensions of the KPIs that a file may speak of, to be found by a column's header."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._by_name = {folded(name): name for name in self.names}
        self._by_group: dict[int, list[str]] = {}
        for name in self.names:
            self._by_group.setdefault(_group_of(name), []).append(name)
        self._by_group.pop(_NONE, None)

    def called(self, header: str) -> str:
        """The dimension whose own name the header is, a bracket aside; empty for none."""
        forms = (header, without_bracket(header)[0])
        return next((self._by_name[found] for form in forms if (found := folded(form)) in self), "")

    def meant(self, header: str) -> str:
        """The one dimension that another word, or one of two languages, means; empty for none."""
        bare = without_bracket(header)[0]
        parts = (bare, *sides(bare))
        groups = {_group_of(part) for part in parts}
        found = {self.called(part) for part in parts}
        found.update(name for group in groups for name in self._by_group.get(group, ()))
        found.discard("")
        return found.pop() if len(found) == 1 else ""

    def __contains__(self, name: str) -> bool:
        return name in self._by_name


def _group_of(text: str) -> int:
    """Which group of words a name belongs to; `_NONE` for none."""
    name = folded(text)
    forms = (name, tight(name), name.replace("_", " "), name.replace("-", " "))
    return next((_GROUP_OF[form] for form in forms if form in _GROUP_OF), _NONE)
