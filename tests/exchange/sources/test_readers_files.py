"""Files of SQLite and DuckDB: read only, below the folder, within the limits."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refused, TooLarge
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.readers import Limits, Wanted, reader_of, registry
from okapi.exchange.sources.readers.paths import placed
from tests.exchange.sources.making import make_file

duckdb = pytest.importorskip("duckdb", reason="the extra okapi[duckdb] is not installed")

LIMITS = Limits(20, 1_000_000, 1_000)
FACTS = [("returns", "2026-W45", 12), ("returns", "2026-W46", 12.5)]


def read(
    folder: Path | None, query: str, kind: SourceKind = SourceKind.SQLITE, *,
    file: str = "facts.db", limits: Limits = LIMITS, secret: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    wanted = Wanted(
        kind, "Facts", {"file": file}, query, {"secret": secret}, folder, ZoneInfo("Asia/Shanghai")
    )
    into = Path(str(folder or Path.cwd())).parent / "out.jsonl"
    reader_of(kind).read(wanted, into, limits)
    return [json.loads(line) for line in into.read_text("utf-8").splitlines()]


def refused(*given: Any, **more: Any) -> OkapiError:
    with pytest.raises(OkapiError) as error:
        read(*given, **more)
    return error.value


def test_rows_of_sqlite(folder: Path) -> None:
    make_file(folder, FACTS)
    assert read(folder, "select * from facts") == [
        {"kpi": "returns", "period": "2026-W45", "value": 12},
        {"kpi": "returns", "period": "2026-W46", "value": 12.5},
    ]
    assert read(folder, "select null as a, x'00' as b, 1e999 as c") == [
        {"a": None, "b": "0x00", "c": "inf"}
    ]


@pytest.mark.parametrize(
    "query",
    [
        "delete from facts", "insert into facts values (1, 2, 3)", "drop table facts",
        "attach 'other.db' as o", "pragma query_only = off", "pragma writable_schema = 1",
        "vacuum into 'copy.db'", "select 1; delete from facts", "create table t (a)",
        "create temp table t (a)", "begin immediate", "select load_extension('x')",
        "with a as (select 1) insert into facts select 1, 2, 3 from a", "analyze",
        "update facts set value = 0 returning *", "select * from pragma_database_list",
    ],
)  # fmt: skip
def test_sqlite_itself_only_reads(folder: Path, query: str) -> None:
    """Without the parser before it: each layer holds alone."""
    path = make_file(folder, FACTS)
    before = path.read_bytes()
    assert refused(folder, query).code == "source.query_failed"
    assert path.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == ["facts.db"]


ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"


def test_sqlite_ends_in_time(folder: Path) -> None:
    make_file(folder, FACTS)
    late = refused(folder, ENDLESS, limits=Limits(0.3, 1_000, 10))
    assert isinstance(late, UnreachableError)
    assert late.code == "source.too_slow"


@pytest.mark.parametrize("kind", [SourceKind.SQLITE, SourceKind.DUCKDB])
def test_too_many_rows_are_none(folder: Path, kind: SourceKind) -> None:
    make_file(folder, FACTS)
    many = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 50) "
        "select i from n"
    )
    file = "facts.db" if kind is SourceKind.SQLITE else ""
    limits = Limits(20, 1_000_000, 49)
    few = refused(folder, many, kind, file=file, limits=limits)
    assert (type(few), few.code) == (TooLarge, "source.many_rows")
    assert len(read(folder, many, kind, file=file, limits=Limits(20, 1_000_000, 50))) == 50
    sample = Limits(20, 1_000_000, 10, is_sample=True)
    assert len(read(folder, many, kind, file=file, limits=sample)) == 10
    small = refused(folder, many, kind, file=file, limits=Limits(20, 100, 1_000))
    assert small.code == "fetch.too_large"


def test_a_column_twice(folder: Path) -> None:
    make_file(folder, FACTS)
    assert refused(folder, "select 1 as a, 2 as a").code == "source.column_twice"


@pytest.mark.parametrize("kind", [SourceKind.SQLITE, SourceKind.DUCKDB])
@pytest.mark.parametrize(
    "file", ["../rival/facts.db", "missing.db", "link.db", "a\0b", ".", "sub/../../rival/facts.db"]
)
def test_files_elsewhere_are_not_there(folder: Path, kind: SourceKind, file: str) -> None:
    (folder / "sub").mkdir()
    make_file(folder.parent / "rival", FACTS)
    (folder / "link.db").symlink_to(folder.parent / "rival" / "facts.db")
    assert refused(folder, "select 1", kind, file=file).code == "source.file_unknown"


def test_without_a_folder_there_are_no_files(tmp_path: Path, settings: Any) -> None:
    assert refused(None, "select 1").code == "source.no_folder"
    assert refused(tmp_path / "none", "select 1").code == "source.no_folder"
    home = Path(settings.HOME)
    for ours in (home, home.parent, home / "sources"):
        ours.mkdir(exist_ok=True)
        assert refused(ours, "select 1").code == "source.no_folder"


def test_duckdb_reads_files_of_the_folder(folder: Path) -> None:
    (folder / "facts.csv").write_text("kpi,period,value\nreturns,2026-W45,12.50\n")
    (folder / "sales").mkdir()
    made = duckdb.connect()
    made.execute(
        f"copy (select 'returns' as kpi, date '2026-11-02' as period, 7::decimal(9, 2) as value) "
        f"to '{folder}/sales/a.parquet'"
    )
    made.close()
    duck = SourceKind.DUCKDB
    assert read(folder, "from 'facts.csv'", duck, file="") == [
        {"kpi": "returns", "period": "2026-W45", "value": 12.5}
    ]
    both = (
        "select kpi, value from 'sales/*.parquet' union all "
        "select kpi, value from read_csv('facts.csv', delim = ',')"
    )
    assert [row["value"] for row in read(folder, both, duck, file="")] == [7, 12.5]
    moments = (
        "select timestamptz '2026-10-31 16:00:00+00' as a, "
        "timestamptz '2026-10-31 17:30:00+00' as b"
    )
    assert read(folder, moments, duck, file="") == [{"a": "2026-11-01", "b": "2026-11-01 01:30:00"}]


def test_duckdb_opens_a_database(folder: Path) -> None:
    made = duckdb.connect(str(folder / "facts.duckdb"))
    made.execute("create table facts as select 'returns' as kpi, date '2026-01-31' as day")
    made.close()
    duck = SourceKind.DUCKDB
    assert read(folder, "from facts", duck, file="facts.duckdb") == [
        {"kpi": "returns", "day": date(2026, 1, 31).isoformat()}
    ]
    shutil.copy(folder / "facts.duckdb", folder / "broken.duckdb")
    (folder / "broken.duckdb").write_bytes(b"x" * 5_000)
    assert refused(folder, "select 1", duck, file="broken.duckdb").code == "source.query_failed"


@pytest.mark.parametrize(
    "query",
    [
        "from '/etc/hostname'", "select * from read_text('/etc/passwd')", "from '../rival/x.csv'",
        "from read_csv('../rival/x.csv')", "from read_blob('/etc/hostname')", "from glob('/*')",
        "from glob('../rival/*')", "copy (select 1) to 'y.csv'", "attach 'y.db'", "install httpfs",
        "load httpfs", "from 'https://example.com/x.csv'", "set enable_external_access = true",
        "set lock_configuration = false", "reset allowed_directories", "select 1; select 2",
        "select 1; copy (select 1) to 'y.csv'", "export database 'y'", "create table t (a int)",
        "from read_csv('link.csv')", "call pragma_version()", "explain select 1",
        "select getenv('HOME')",
        "from sqlite_scan('../rival/facts.db', 'facts')", "create temp macro f() as 1",
        "from read_csv(['x.csv', '../rival/x.csv'])", "prepare p as select 1",
        "select nextval('s')",
    ],
)  # fmt: skip
def test_duckdb_itself_stays_in_the_folder(folder: Path, query: str) -> None:
    """Without the parser before it: each layer holds alone."""
    for place in (folder, folder.parent / "rival"):
        (place / "x.csv").write_text("a\n1\n")
    (folder / "link.csv").symlink_to(folder.parent / "rival" / "x.csv")
    error = refused(folder, query, SourceKind.DUCKDB, file="")
    assert isinstance(error, Refused)
    assert str(folder) not in str(error)
    assert sorted(one.name for one in folder.iterdir()) == ["link.csv", "x.csv"]


def test_duckdb_ends_in_time(folder: Path) -> None:
    long = "select count(*) from range(100000000) a, range(100000) b where a.range + b.range = 7"
    late = refused(folder, long, SourceKind.DUCKDB, file="", limits=Limits(0.5, 1_000, 10))
    assert late.code == "source.too_slow"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from 'a.csv'", "from '/f/a.csv'"),
        ("select 'a.csv' as x", "select 'a.csv' as x"),
        ("from t where x in ('a.csv')", "from t where x in ('a.csv')"),
        ("from read_csv('a.csv', delim = ';')", "from read_csv('/f/a.csv', delim = ';')"),
        ("from read_csv(['a.csv', 'b.csv'])", "from read_csv(['/f/a.csv', '/f/b.csv'])"),
        ("from t join 'it''s.csv' u", "from t join '/f/it''s.csv' u"),
    ],
)
def test_names_of_files_are_placed(query: str, expected: str) -> None:
    assert placed(query, Path("/f")) == expected


def test_a_driver_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(Refused) as missing:
        reader_of(SourceKind.DUCKDB)
    assert missing.value.data["extra"] == "duckdb"
    assert reader_of(SourceKind.SQLITE)


def test_what_a_database_says_holds_no_secret(folder: Path) -> None:
    make_file(folder, FACTS)
    error = refused(folder, "select s3cret from facts", secret="s3cret")
    assert "s3cret" not in str(error)
    assert "no such column" in str(error)


def test_a_damaged_file(folder: Path) -> None:
    (folder / "facts.db").write_bytes(b"no database" * 1_000)
    assert refused(folder, "select 1 from facts").code == "source.query_failed"
    assert sqlite3.sqlite_version_info >= (3, 37)


def test_a_file_of_duckdb_is_read_by_several_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sources of one file run at the same minute: neither finds the other's settings."""
    module = import_module("okapi.exchange.sources.readers.duckdb")
    name, query = "facts 'a'.duckdb", "select n from facts"
    with duckdb.connect(str(folder / name)) as made:
        made.execute("create table facts as select 1 as n")
    read_rows = module._read
    within: list[Any] = []

    def slowly(*given: Any) -> Any:
        if not within:
            within.append("begun")
            within.append(read(folder, query, SourceKind.DUCKDB, file=name))
        return read_rows(*given)

    monkeypatch.setattr(module, "_read", slowly)
    assert read(folder, query, SourceKind.DUCKDB, file=name) == [{"n": 1}]
    assert within == ["begun", [{"n": 1}]]
