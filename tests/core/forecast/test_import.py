"""The library that fits is large: only who fits may load it."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
import okapi.core.forecast as own
import okapi.core.outlooks
stored = own.forecast([5, 5, 5, 5], 3).to_dict()
own.Forecast.from_dict(stored).probability(6, "up", 2)
{}
print(*(name for name in ("statsforecast", "pandas", "scipy") if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("more", "loaded"),
    [("", ""), ("own.forecast(list(range(20)), 3)", "statsforecast pandas scipy")],
)
def test_the_library_is_loaded_by_fitting_alone(more: str, loaded: str) -> None:
    command = [sys.executable, "-c", PROGRAM.format(more)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == loaded
