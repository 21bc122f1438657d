"""Queries on real servers: read only by each layer alone, and within the limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refused, TooLarge
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.readers import Limits, Wanted, reader_of
from okapi.exchange.sources.statements import checked
from tests.exchange.sources import servers

pymysql = pytest.importorskip("pymysql", reason="the extra okapi[mysql] is not installed")

LIMITS = Limits(20, 1_000_000, 1_000)
Read = Callable[..., list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def near(settings: Any) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]


def reading(kind: SourceKind, port: int, database: str, into: Path) -> Read:
    def read(query: str, *, limits: Limits = LIMITS, **place: str) -> list[dict[str, Any]]:
        there = {"host": "127.0.0.1", "port": str(port), "database": database, "user": "okapi"}
        secret = place.pop("secret", "s3cret")
        wanted = Wanted(
            kind, "Facts", there | place, query, {"secret": secret}, None, ZoneInfo("Asia/Shanghai")
        )
        reader_of(kind).read(wanted, into, limits)
        return [json.loads(line) for line in into.read_text("utf-8").splitlines()]

    return read


@pytest.fixture(scope="module")
def postgresql_port() -> Iterator[int]:
    with servers.postgresql() as port:
        with psycopg.connect(
            f"host=127.0.0.1 port={port} user=okapi password=s3cret dbname=postgres"
        ) as made:
            made.execute("create table facts (kpi text, period date, value numeric)")
            made.execute("insert into facts values ('returns', '2026-11-02', 12.50)")
            made.execute("create sequence s")
        yield port


@pytest.fixture(scope="module")
def mariadb_port() -> Iterator[int]:
    with servers.mariadb() as port:
        made = pymysql.connect(
            host="127.0.0.1", port=port, user="okapi", password="s3cret", database="facts"
        )
        with made, made.cursor() as cursor:
            cursor.execute("create table facts (kpi text, period date, value decimal(9, 2))")
            cursor.execute("insert into facts values ('returns', '2026-11-02', 12.50)")
            cursor.execute("set sql_mode = ''")
            cursor.execute("set time_zone = '+00:00'")
            cursor.execute("create table kinds (b bit(8), z date, t timestamp)")
            cursor.execute("insert into kinds values (5, '2026-11-00', '2026-10-31 16:30:00')")
            made.commit()
        yield port


@pytest.fixture
def pg(postgresql_port: int, tmp_path: Path) -> Read:
    return reading(SourceKind.POSTGRESQL, postgresql_port, "postgres", tmp_path / "rows")


@pytest.fixture
def my(mariadb_port: int, tmp_path: Path) -> Read:
    return reading(SourceKind.MYSQL, mariadb_port, "facts", tmp_path / "rows")


def refused(read: Read, query: str, **more: Any) -> OkapiError:
    with pytest.raises(OkapiError) as error:
        read(query, **more)
    assert "s3cret" not in str(error.value)
    return error.value


FACT = {"kpi": "returns", "period": "2026-11-02", "value": 12.5}


def test_rows_of_postgresql(pg: Read) -> None:
    assert pg("select * from facts") == [FACT]
    assert pg("select * from facts where false") == []
    assert pg(
        "select timestamptz '2026-10-31 16:00Z' as a, null as b, true as c, 'NaN'::float d"
    ) == [{"a": "2026-11-01", "b": None, "c": True, "d": "nan"}]
    assert pg("select '100%' as a, 12345678901234567.89::numeric::text as b")[0]["a"] == "100%"


def test_rows_of_mariadb(my: Read) -> None:
    assert my("select * from facts") == [FACT]
    assert my("select * from facts where 1 = 0") == []
    assert my("select date_format(period, '%Y-%m') as a, '100%' as b from facts") == [
        {"a": "2026-11", "b": "100%"}
    ]


@pytest.mark.parametrize(
    "query",
    [
        "delete from facts", "insert into facts values (1)", "create table t (a int)",
        "select 1; commit; delete from facts", "drop table facts", "select nextval('s')",
        "with x as (delete from facts returning *) select * from x", "truncate facts",
        "select * into other from facts", "select * from facts for update",
        "commit; drop table facts",
        "copy facts to '/tmp/okapi-never'", "copy (select 1) to program 'true'", "vacuum",
        "select set_config('transaction_read_only', 'off', false), setval('s', 5)",
        "set transaction read write", "do $$ begin delete from facts; end $$",
    ],
)  # fmt: skip
def test_postgresql_itself_only_reads(pg: Read, query: str) -> None:
    """Without the parser before it."""
    error = refused(pg, query)
    assert isinstance(error, Refused)
    assert pg("select * from facts") == [FACT]
    assert pg("select last_value, is_called from s") == [{"last_value": 1, "is_called": False}]


@pytest.mark.parametrize("kind", ["'{}'", "program 'touch {}'"])
def test_postgresql_writes_no_file_and_starts_no_program(
    pg: Read, tmp_path: Path, kind: str
) -> None:
    """A read-only transaction would let a superuser do both; without the parser before it."""
    tmp_path.chmod(0o777)
    never = tmp_path / "never"
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    error = refused(pg, f"copy (select 1) to {kind.format(never)}")
    assert error.code == "source.query_writes"
    assert not never.exists()


def test_days_begin_where_the_organisation_is(pg: Read, my: Read) -> None:
    """In the statement as in what is read: 16:30 UTC on 31 October is November in Shanghai."""
    moment = "timestamptz '2026-10-31 16:30Z'"
    assert pg(
        f"select to_char({moment}, 'YYYY-MM') as period, date_trunc('month', {moment}) as m, "
        f"{moment} as t"
    ) == [{"period": "2026-11", "m": "2026-11-01", "t": "2026-11-01 00:30:00"}]
    moment = "from_unixtime(1793464200)"
    assert my(f"select date_format({moment}, '%Y-%m') as period, {moment} as t") == [
        {"period": "2026-11", "t": "2026-11-01 00:30:00"}
    ]


def test_bytes_and_bits(pg: Read, my: Read) -> None:
    """Text in a binary column is text, a bit is a number, and zero dates stay as they are told."""
    assert pg("select 'returns'::bytea as kpi, '\\xff00'::bytea as b") == [
        {"kpi": "returns", "b": "0xff00"}
    ]
    assert my(
        "select cast('退货' as binary) as kpi, b as n, 12345678901234567.89 as v, "
        "18446744073709551615 as u, z, null as x, true as y, t from kinds"
    ) == [
        {
            "kpi": "退货", "n": 5, "v": 12345678901234567.89, "u": 18446744073709551615,
            "z": "2026-11-00", "x": None, "y": 1, "t": "2026-11-01 00:30:00",
        }
    ]  # fmt: skip


def test_what_the_user_may_beside_reading_is_told_when_tried(
    pg: Read, my: Read, postgresql_port: int, mariadb_port: int, tmp_path: Path
) -> None:
    assert powers(SourceKind.POSTGRESQL, postgresql_port, "postgres", tmp_path) == ("SUPERUSER",)
    found = powers(SourceKind.MYSQL, mariadb_port, "facts", tmp_path)
    assert "ALL PRIVILEGES" in found
    with psycopg.connect(
        f"host=127.0.0.1 port={postgresql_port} user=okapi password=s3cret dbname=postgres"
    ) as made:
        made.execute("create role reader login password 's3cret'")
        made.execute("grant select on facts to reader")
        made.execute("create role writer login password 's3cret' in role pg_read_server_files")
        made.execute("grant insert on facts to writer")
    with (
        pymysql.connect(
            host="127.0.0.1", port=mariadb_port, user="okapi", password="s3cret"
        ) as own,
        own.cursor() as cursor,
    ):
        for name, grant in (
            ("reader", "select"),
            ("writer", "insert (kpi, value), select, update"),
        ):
            cursor.execute(f"create user {name} identified by 's3cret'")
            cursor.execute(f"grant {grant} on facts.facts to {name}")
        cursor.execute("grant file on *.* to writer")
    for kind, port, database, writing in (
        (SourceKind.POSTGRESQL, postgresql_port, "postgres",
         ("PG_READ_SERVER_FILES", "INSERT, UPDATE, DELETE")),
        (SourceKind.MYSQL, mariadb_port, "facts", ("FILE", "INSERT", "UPDATE")),
    ):  # fmt: skip
        assert powers(kind, port, database, tmp_path, "reader") == ()
        assert powers(kind, port, database, tmp_path, "writer") == writing


def powers(kind: SourceKind, port: int, database: str, folder: Path, user: str = "okapi") -> Any:
    place = {"host": "127.0.0.1", "port": str(port), "database": database, "user": user}
    secret = {"secret": "s3cret"}
    wanted = Wanted(kind, "Facts", place, "select 1 as n", secret, None, ZoneInfo("Asia/Shanghai"))
    return reader_of(kind).read(wanted, folder / "rows", replace(LIMITS, is_sample=True)).powers


def test_nothing_is_ever_committed(pg: Read) -> None:
    """Large objects are the one thing that PostgreSQL 15 writes in a read-only transaction."""
    pg("select lo_create(0)")
    assert pg("select count(*) as n from pg_largeobject_metadata") == [{"n": 0}]


@pytest.mark.parametrize(
    "query",
    [
        "delete from facts", "insert into facts values ('a', null, 1)", "create table t (a int)",
        "select 1; delete from facts", "drop table facts", "truncate facts",
        "update facts set value = 0", "replace into facts values ('a', null, 1)",
        "load data local infile '/etc/hostname' into table facts",
    ],
)  # fmt: skip
def test_mariadb_itself_only_reads(my: Read, query: str) -> None:
    """Without the parser before it."""
    refused(my, query)
    assert my("select * from facts") == [FACT]


def test_what_was_parsed_is_what_runs(pg: Read, my: Read) -> None:
    query = (
        "select kpi, period, value from facts where kpi <> 'it''s; --' /* so */ order by 1 -- all"
    )
    assert pg(checked(query, SourceKind.POSTGRESQL)) == [FACT]
    assert my(checked(query, SourceKind.MYSQL)) == [FACT]
    back = r"select 'a\'b -- ' as a, 'c' as b"
    assert my(checked(back, SourceKind.MYSQL)) == [{"a": "a'b -- ", "b": "c"}]
    plain = r"select 'a\' as a, 'c' as b"
    assert pg(checked(plain, SourceKind.POSTGRESQL)) == [{"a": "a\\", "b": "c"}]


def test_they_end_in_time(pg: Read, my: Read) -> None:
    short = Limits(0.5, 1_000, 10)
    assert refused(pg, "select pg_sleep(20)", limits=short).code == "source.too_slow"
    columns = ", ".join(f"information_schema.columns {name}" for name in "abcd")
    slow = f"select count(*) from {columns}"
    assert refused(my, slow, limits=short).code == "source.too_slow"


def test_too_many_rows_are_none(pg: Read, my: Read) -> None:
    few = Limits(20, 1_000_000, 10)
    assert isinstance(refused(pg, "select generate_series(1, 11) as n", limits=few), TooLarge)
    counted = "select 1 union all select i + 1 from n where i < 11"
    many = f"with recursive n(i) as ({counted}) select i from n"
    assert isinstance(refused(my, many, limits=few), TooLarge)
    sample = Limits(20, 1_000_000, 10, is_sample=True)
    assert len(pg("select generate_series(1, 11) as n", limits=sample)) == 10
    assert len(my(many, limits=sample)) == 10


@pytest.mark.parametrize("change", [{"secret": "wrong"}, {"database": "none"}, {"user": "nobody"}])
def test_who_may_not_come_in(pg: Read, my: Read, change: dict[str, str]) -> None:
    for read in (pg, my):
        error = refused(read, "select 1", **change)
        assert isinstance(error, UnreachableError)  # an account may be locked for a while
        assert (error.code, error.field) == ("source.connect", "host")


def test_a_query_that_is_wrong(pg: Read, my: Read) -> None:
    for read in (pg, my):
        error = refused(read, "select nothing from facts")
        assert error.code == "source.query_failed"
        assert not isinstance(error, UnreachableError)  # it would be tried again and again
        assert "nothing" in str(error.data["why"])
        assert "(10" not in str(error.data["why"])
    assert refused(pg, "select 'x' || chr(0)").code == "source.query_failed"


def test_the_own_network_is_refused(pg: Read, my: Read, settings: Any) -> None:
    settings.REACHABLE_HOSTS = []
    for read in (pg, my):
        assert refused(read, "select 1").code == "outward.private"


@pytest.mark.parametrize("host", ["/var/run/postgresql", "127.0.0.1,10.0.0.1", "a b"])
def test_no_way_round_the_guard(pg: Read, host: str) -> None:
    assert refused(pg, "select 1", host=host).code == "outward.host"


def test_nothing_of_the_servers_own_environment_goes_out(
    pg: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The library would take a password from there where none is typed."""
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    (tmp_path / "passes").write_text("*:*:*:*:s3cret\n")
    (tmp_path / "passes").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passes"))
    assert refused(pg, "select 1", secret="").code == "source.connect"
