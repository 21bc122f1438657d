"""The panel *Why* of a rate: what its slices' own rates did, and what their shares did."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest

from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.goals.making import measure
from tests.kpis.test_queries_why import put, sliced, sums
from tests.web.conftest import Browser

Open = Callable[..., Browser]
Parts = dict[str, tuple[int, int]]


def rate(cast: Cast, september: Parts, october: Parts) -> Kpi:
    """A rate in % by product: numerators and denominators in two months."""
    kpi = sliced(
        cast,
        "rate",
        unit="%",
        decimals=1,
        aggregation="ratio",
        slice_aggregation="ratio",
        dimensions=["product"],
    )
    for label, parts in (("2026-09", september), ("2026-10", october)):
        told = {
            (name,): (100 * above / below, above, below) for name, (above, below) in parts.items()
        }
        put(cast, kpi, label, told)
        above, below = (sum(part[at] for part in parts.values()) for at in (0, 1))
        measure(cast, kpi, {label: (100 * above / below, above, below)})
    return kpi


SIMPSON = (
    {"A": (900, 1000), "B": (30, 100)},
    {"A": (190, 200), "B": (300, 900)},
)
PURE_MIX = (
    {"A": (100, 1000), "B": (300, 1000)},
    {"A": (50, 500), "B": (450, 1500)},
)
PURE_RATE = (
    {"A": (100, 1000), "B": (300, 1000)},
    {"A": (200, 1000), "B": (300, 1000)},
)
BOTH = (
    {"A": (100, 1000), "B": (300, 1000)},
    {"A": (100, 500), "B": (450, 1500)},
)
APPEARS = ({"A": (100, 1000)}, {"A": (100, 1000), "B": (300, 600)})


@pytest.mark.parametrize(
    ("parts", "english", "chinese"),
    [
        (
            SIMPSON,
            ("rates moved it by +4.24 pp, but their shares of the whole (mix) by −44.24 pp",
             "most of all B: 9% of the whole before, 82% now"),
            ("自身的比率使它变动 +4.24 个百分点，而占比变化（结构）使它变动 −44.24 个百分点",
             "影响最大的是B：占比从 9% 变为 82%"),
        ),
        (
            PURE_MIX,
            ("own rates are as they were: all of it comes from their shares",
             "most of all A: 50% of the whole before, 25% now"),
            ("各切片自身的比率没有变，变化全部来自占比（结构）",
             "影响最大的是A：占比从 50% 变为 25%"),
        ),
        (
            PURE_RATE,
            ("shares of the whole are as they were: all of it comes from their own rates",
             "From 10.00% to 20.00%: 100% of the change."),
            ("各切片的占比没有变，变化全部来自各自的比率",
             "从 10.00% 到 20.00%，占变化的 100%"),
        ),
        (
            BOTH,
            ("+3.75 pp of it comes from the slices' own rates, +3.75 pp from their shares",
             "From 10.00% to 20.00%: 50% of the change."),
            ("自身的比率变动占 +3.75 个百分点，占比变化（结构）占 +3.75 个百分点",
             "从 10.00% 到 20.00%，占变化的 50%"),
        ),
        (
            APPEARS,
            ("rates are as they were: all of it", "most of all B: 0% of the whole before, 38% now"),
            ("变化全部来自占比（结构）", "影响最大的是B：占比从 0% 变为 38%"),
        ),
    ],
)  # fmt: skip
def test_mix_is_told_from_rate(
    browser: Open,
    cast: Cast,
    parts: tuple[Parts, Parts],
    english: tuple[str, ...],
    chinese: tuple[str, ...],
) -> None:
    rate(cast, *parts)
    vic = browser(cast.vic)
    for said, language in ((english, "en"), (chinese, "zh-CN")):
        answer = vic.get("kpis/rate/why", htmx=True, **{"accept-language": language})
        text = html.unescape(answer.content.decode())
        for sentence in said:
            assert sentence in text, (sentence, language)


def test_a_sum_has_no_word_of_mix(browser: Open, cast: Cast) -> None:
    kpi = sliced(cast, dimensions=["product"])
    put(cast, kpi, "2026-09", {("A",): 10, ("B",): 10})
    put(cast, kpi, "2026-10", {("A",): 20, ("B",): 10})
    measure(cast, kpi, {"2026-09": 20, "2026-10": 30})
    text = browser(cast.vic).get("kpis/sales/why", htmx=True).content.decode()
    assert "own rates" not in html.unescape(text)


def test_causes_on_both_sides_are_told(browser: Open, cast: Cast) -> None:
    """The total hardly moved: one place rose, another fell by nearly as much."""
    kpi = sliced(cast)
    sums(cast, kpi, "2026-09")
    moved = {f"H3_{channel}": 60 for channel in ("shop", "web", "live")}
    sums(
        cast,
        kpi,
        "2026-10",
        **moved,
        **{f"G2_{channel}": -55 for channel in ("shop", "web", "live")},
    )
    vic = browser(cast.vic)
    for language, said in (
        ("en", "from 300 to 480: more than the whole change; others work against it."),
        ("zh-CN", "从 300 到 480，超过总变化，其他部分与之相抵。"),
    ):
        answer = vic.get("kpis/sales/why", htmx=True, **{"accept-language": language})
        text = html.unescape(answer.content.decode())
        assert said.lower() in text.lower()
    assert "从 300 到 135，方向与总变化相反。" in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (4, ": 50.0% of the whole before, "),
        (1, "Slices with another rate became more or fewer; their own rates"),
    ],
)
def test_shares_that_look_the_same_are_told_exactly_or_not(
    browser: Open, cast: Cast, more: int, said: str
) -> None:
    rate(
        cast,
        {"A": (100, 1000), "B": (300, 1000)},
        {"A": (100, 1000), "B": (300 + 3 * more // 10, 1000 + more)},
    )
    text = browser(cast.vic).get("kpis/rate/why", htmx=True).content.decode()
    assert said in html.unescape(text)
