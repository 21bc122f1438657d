"""Which reader reads which kind."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from okapi.core.errors import Refused
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.readers.reader import Reader

_DRIVERS = {SourceKind.MYSQL: "pymysql", SourceKind.DUCKDB: "duckdb"}
"""What is not installed with Okapi itself: `pip install okapi[mysql]`, `okapi[duckdb]`."""


def reader_of(kind: SourceKind) -> Reader:
    """The reader of a kind: `Refused` (`source.driver_missing`) without its driver."""
    require_driver(kind)
    module = import_module(f"okapi.exchange.sources.readers.{kind.value}")
    reader: Reader = module.READER
    return reader


def require_driver(kind: SourceKind) -> None:
    """`Refused` (`source.driver_missing`) where the library that the kind needs is not there."""
    driver = _DRIVERS.get(kind)
    if driver is not None and find_spec(driver) is None:
        raise Refused("source.driver_missing", field="kind", driver=driver, extra=kind.value)
