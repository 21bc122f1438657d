"""The unit of a ratio's value."""


def ratio_scale(unit: str) -> int:
    """By what numerator ÷ denominator is multiplied to be in the KPI's unit: 100 for %."""
    return 100 if unit == "%" else 1
