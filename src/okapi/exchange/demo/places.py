"""Where the example organisations are: in the package, or beside the source of a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from okapi.core.errors import NotFound

_CHECKOUT = Path(__file__).parents[4]


def example(name: str) -> Path:
    """The folder of an example organisation; `NotFound` (`demo.no_example`) where it is missing."""
    packaged = Path(str(files("okapi"))) / "examples" / name
    for folder in (packaged, _CHECKOUT / "examples" / name):
        if (folder / "organisation.yaml").is_file():
            return folder
    raise NotFound("demo.no_example", name=name, folder=str(packaged))
