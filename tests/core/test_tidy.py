"""Texts as they are kept."""

from __future__ import annotations

import pytest

from okapi.core.tidy import lines, one_line


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  a  b ", "a b"),
        ("a\r\nb\u2028c\x85d", "a b c d"),
        ("a\x00b\x07\ufeff", "ab"),
        ("\x00", ""),
        ("中文：标题", "中文：标题"),
    ],
)
def test_one_line(text, kept):
    assert one_line(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\n a\r\nb\rc \n", "a\nb\nc"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),
        ("\x00a\x1b[0mb\x7f", "a[0mb"),
        ("a\n\n\tb", "a\n\n\tb"),
    ],
)
def test_lines(text, kept):
    assert lines(text) == kept
