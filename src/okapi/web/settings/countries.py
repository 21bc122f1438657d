"""The countries whose holidays are offered by name; any other is known by its code."""

from __future__ import annotations

from okapi.wording import say

CODES = (
    "CN", "HK", "MO", "TW", "SG", "MY", "JP", "KR", "IN", "ID", "TH", "VN", "PH", "AU", "NZ", "GB",
    "IE", "FR", "DE", "AT", "CH", "NL", "BE", "LU", "ES", "PT", "IT", "GR", "SE", "NO", "DK", "FI",
    "PL", "CZ", "HU", "RO", "US", "CA", "MX", "BR", "AR", "CL", "ZA", "AE", "SA", "TR", "IL",
)  # fmt: skip


def offered() -> list[tuple[str, str]]:
    """Code and name of each, and none: only the weekend is free."""
    named = [(code, say(f"country.{code}")) for code in CODES]
    return [*named, ("", say("country.none"))]
