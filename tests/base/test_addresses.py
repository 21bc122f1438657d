"""What is secret in an address is kept apart, and comes back only for the same server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.base.addresses import MASK, hide, put_back, retyped
from okapi.core.errors import Refused

HOST = "https://data.example/facts.csv"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("format=csv&token=abc", f"format=csv&token={MASK}"),
        ("api_key=k1", f"api_key={MASK}"),
        ("apiKey=k1&Pwd=x", f"apiKey={MASK}&Pwd={MASK}"),
        ("X-Amz-Signature=0f&X-Amz-Date=20260101", f"X-Amz-Signature={MASK}&X-Amz-Date=20260101"),
        ("sv=2024-11-04&sig=aGk%3D", f"sv=2024-11-04&sig={MASK}"),
        ("id=9f8e7d6c5b4a39281706", f"id={MASK}"),
        ("9f8e7d6c5b4a39281706", MASK),
        ("since=2026-01-01T00:00:00Z&monkey=1&keyboard=us", "same"),
        ("gid=0&range=A1:D20&design=flat", "same"),
        ("token=&flag", "same"),
    ],
)
def test_what_is_shown(query: str, shown: str) -> None:
    masked, hidden = hide(f"{HOST}?{query}")
    assert masked == f"{HOST}?{query if shown == 'same' else shown}"
    assert put_back(masked, hidden) == f"{HOST}?{query}"


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        ("/services/T00000000/B0/a1B2c3D4e5F6g7H8i9J0", f"/services/T00000000/B0/{MASK}"),
        ("/open-apis/bot/v2/hook/1f0c9a3e-77b2-4d1e-9c55-0a8e6f2b4d10",
         f"/open-apis/bot/v2/hook/{MASK}"),
        ("/data/monthly-report-2026-q1.csv", "same"),
        ("/exports/sales_2026-W07_europe_v2.xlsx", "same"),
        ("/", "same"),
        ("", "same"),
    ],
)  # fmt: skip
def test_what_is_secret_on_the_way(way: str, shown: str) -> None:
    """Chats give addresses whose last step is the secret."""
    url = f"https://chat.example{way}"
    masked, hidden = hide(url)
    assert masked == (url if shown == "same" else f"https://chat.example{shown}")
    assert put_back(masked, hidden) == retyped(masked, masked, hidden) == url
    if hidden:
        with pytest.raises(Refused):
            retyped(masked.replace("chat", "other"), masked, hidden)


def test_what_is_never_sent_is_left_out() -> None:
    assert hide(f"{HOST}#token=abc") == (HOST, {})


names = st.sampled_from(["token", "key", "page", "id", "a"])
typed = st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="&#=?/\\")
values = st.text(typed, max_size=30)


@given(st.lists(st.tuples(names, values), max_size=5))
def test_put_back_is_what_was_hidden(pairs: list[tuple[str, str]]) -> None:
    url = f"{HOST}?{'&'.join(f'{name}={value}' for name, value in pairs)}".rstrip("?")
    masked, hidden = hide(url)
    assert put_back(masked, hidden) == url
    assert retyped(masked, masked, hidden) == url


def test_what_is_left_masked_stays_as_it_was() -> None:
    before, hidden = hide(f"{HOST}?token=abc&page=1&key=k1")
    turned = f"https://data.example/more.csv?key={MASK}&page=2&token=new"
    assert retyped(turned, before, hidden) == (
        "https://data.example/more.csv?key=k1&page=2&token=new"
    )


@pytest.mark.parametrize(
    "url",
    [
        f"https://elsewhere.example/facts.csv?token={MASK}",
        f"http://data.example/facts.csv?token={MASK}",
        f"{HOST}?other={MASK}",
        f"{HOST}?token={MASK}&token={MASK}",
    ],
)
def test_a_secret_goes_nowhere_else(url: str) -> None:
    before, hidden = hide(f"{HOST}?token=abc")
    with pytest.raises(Refused) as refused:
        retyped(url, before, hidden)
    assert (refused.value.code, refused.value.data["field"]) == ("source.secret_again", "url")


def test_a_mask_says_nothing_where_nothing_was() -> None:
    with pytest.raises(Refused):
        retyped(f"{HOST}?token={MASK}", "", {})
