"""Columns that call a dimension by another word are found, but never by a guess between two."""

from __future__ import annotations

import pytest

from okapi.exchange.tables.dimension_words import _GROUPS, Dimensions
from okapi.exchange.tables.words import ROLES


@pytest.mark.parametrize(
    ("names", "header", "dimension"),
    [
        (("region",), "地区", "region"),
        (("region",), "销售区域（2025）", "region"),
        (("地区",), "Sales_Region", "地区"),
        (("区域",), "大区 / Region", "区域"),
        (("channel", "region"), "渠道 Channel", "channel"),
        (("product", "product line"), "产品线", "product line"),
        (("region",), "城市", ""),
        (("region",), "说不清", ""),
        (("region", "大区"), "片区", ""),
        (("region", "channel"), "地区 / 渠道", ""),
    ],
)
def test_what_a_header_means(names: tuple[str, ...], header: str, dimension: str):
    found = Dimensions(names)
    assert (found.called(header) or found.meant(header)) == dimension


def test_own_name_comes_before_all_words():
    found = Dimensions(("region", "大区"))
    assert found.called("大区") == "大区"
    assert found.called(" Region: ") == "region"


def test_words_stand_in_one_group_and_are_none_of_those_that_name_other_columns():
    words = [word for group in _GROUPS for word in group.split("|")]
    assert len(words) == len(set(words))
    assert not set(words) & set(ROLES)
