"""What counts as one statement that only reads."""

from __future__ import annotations

import pytest

from okapi.core.errors import Refused
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.statements import checked

PG, MY, LITE, DUCK = (
    SourceKind.POSTGRESQL, SourceKind.MYSQL, SourceKind.SQLITE, SourceKind.DUCKDB,
)  # fmt: skip

GOOD = [
    (PG, "select kpi, period, value from facts"),
    (PG, "SELECT 1;"),
    (PG, "with a as (select 1 as x) select x from a union all select 2 order by 1 limit 5"),
    (PG, "select to_char(date_trunc('month', d), 'YYYY-MM') as p, count(*) from t group by 1"),
    (PG, "select percentile_cont(0.5) within group (order by v), count(*) filter (where v) from t"),
    (PG, "select sum(v) over (partition by k order by d) from t"),
    (PG, "select v from facts where d > now() - interval '90 days' group by 1, k, v, ok"),
    (PG, "select coalesce(a, b), round(c::numeric, 2), extract(isoyear from d) from t -- fine"),
    (PG, "select * from t where note = 'drop table x; -- pg_sleep(9)'"),
    (PG, "(select 1)"),
    (MY, "select date_format(d, '%Y-%m') as period, sum(v) from t group by 1"),
    (MY, "select week(d), ifnull(v, 0) from t where d > date_sub(now(), interval 1 month)"),
    (LITE, "select strftime('%Y-%m', d) as period, total(v) as value from t group by 1"),
    (DUCK, "select * from 'sales/*.parquet'"),
    (DUCK, "from read_csv('a.csv') select kpi, period, value"),
]  # fmt: skip

BAD = [
    (PG, ""), (PG, "   ;"), (PG, "hello world"), (PG, "select 1; select 2"),
    (PG, "select 1; drop table t"), (PG, "select 1;;select 2"), (PG, "select (1"),
    (PG, "insert into t values (1)"), (PG, "update t set a = 1"), (PG, "delete from t"),
    (PG, "merge into t using s on a = b when matched then delete"), (PG, "truncate t"),
    (PG, "create table t (a int)"), (PG, "create table t as select 1"), (PG, "drop table t"),
    (PG, "alter table t add column b int"), (PG, "grant all on t to x"), (PG, "vacuum"),
    (PG, "with x as (delete from t returning *) select * from x"),
    (PG, "with x as (insert into t values (1) returning *) select * from x"),
    (PG, "with x as (update t set a = 1 returning *) select * from x"),
    (PG, "select * from (with x as (delete from t returning 1) select * from x) y"),
    (PG, "select 1 into t2"), (PG, "select * into temp t2 from t"),
    (PG, "select * from t for update"),
    (PG, "select * from t for share"), (PG, "copy t to '/tmp/x'"),
    (PG, "copy (select 1) to program 'sh'"), (PG, "set role x"), (PG, "reset all"),
    (PG, "show all"),
    (PG, "begin"), (PG, "commit"), (PG, "rollback"), (PG, "do $$ begin end $$"), (PG, "call p()"),
    (PG, "explain analyze delete from t"), (PG, "explain select 1"), (PG, "listen x"),
    (PG, "notify x"), (PG, "prepare p as select 1"), (PG, "execute p"), (PG, "lock table t"),
    (PG, "declare c cursor for select 1"), (PG, "values (1), (2)"), (PG, "discard all"),
    (PG, "select pg_sleep(10)"), (PG, "select pg_catalog.pg_sleep(10)"),
    (PG, 'select "pg_sleep"(9)'),
    (PG, "select PG_Sleep/**/(10)"), (PG, "select nextval('s')"), (PG, "select setval('s', 1)"),
    (PG, "select lo_import('/etc/passwd')"), (PG, "select lo_export(1, '/tmp/x')"),
    (PG, "select pg_read_file('/etc/passwd')"), (PG, "select * from pg_ls_dir('/')"),
    (PG, "select pg_terminate_backend(1)"), (PG, "select pg_reload_conf()"),
    (PG, "select set_config('statement_timeout', '0', false)"),
    (PG, "select current_setting('x')"),
    (PG, "select dblink_exec('x', 'drop table t')"),
    (PG, "select * from dblink('a', 'b') as t(x int)"),
    (PG, "select query_to_xml('delete from t', true, true, '')"),
    (PG, "select pg_advisory_lock(1)"),
    (PG, "select * from t where a = (select pg_sleep(5))"), (PG, "select pg_notify('x', 'y')"),
    (PG, "select 1 from t order by pg_sleep(1)"), (PG, "select * from t, lateral pg_sleep(1) as x"),
    (PG, "select 1 \0"), (PG, "select '" + "x" * 20_000 + "'"), (PG, "select " + "(" * 3_000 + "1"),
    (MY, "select sleep(5)"), (MY, "select benchmark(1000000000, md5('x'))"),
    (MY, "select load_file('/etc/passwd')"), (MY, "select get_lock('x', 100)"),
    (MY, "select * from t into outfile '/tmp/x'"), (MY, "select 1 into dumpfile '/tmp/x'"),
    (MY, "select a into @x from t"), (MY, "select @@secure_file_priv"), (MY, "select @a := 1"),
    (MY, "select * from t lock in share mode"), (MY, "select * from t for update"),
    (MY, "handler t open"), (MY, "load data infile '/x' into table t"), (MY, "set global x = 1"),
    (MY, "select /*+ SET_VAR(max_execution_time=0) */ 1"), (MY, "show tables"), (MY, "use other"),
    (MY, "kill 1"), (MY, "select 1; delete from t"), (MY, "replace into t values (1)"),
    (MY, "select * from t tablesample system (1)"),  # would be left out
    (MY, "describe t"), (MY, "select sys_exec('id')"), (MY, "select master_pos_wait('a', 1)"),
    (LITE, "attach 'x.db' as y"), (LITE, "detach y"), (LITE, "pragma query_only = off"),
    (LITE, "pragma table_info(t)"), (LITE, "vacuum into 'x'"), (LITE, "select 1; attach 'x' as y"),
    (LITE, "replace into t values (1)"), (LITE, "reindex"), (LITE, "analyze"),
    (DUCK, "copy (select 1) to 'x.csv'"), (DUCK, "export database 'x'"), (DUCK, "install httpfs"),
    (DUCK, "load httpfs"), (DUCK, "attach 'x.db'"), (DUCK, "set enable_external_access = true"),
    (DUCK, "call pragma_version()"), (DUCK, "import database 'x'"), (DUCK, "checkpoint"),
    (DUCK, "create macro f() as 1"), (DUCK, "select 1; copy t to 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "query"), GOOD)
def test_a_query_is_taken(kind: SourceKind, query: str) -> None:
    assert checked(query, kind)


@pytest.mark.parametrize(("kind", "query"), BAD)
def test_what_is_no_query_is_refused_at_its_field(kind: SourceKind, query: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(query, kind)
    assert refused.value.field == "query"


@pytest.mark.parametrize(
    "query",
    [
        "select 1 /*!50000 , sleep(9) */",
        "select 1 /*M!100100 , sleep(9) */",
        "select 1 -- x\n, 2",
        "select 1 # sleep\n",
        "select 1 --1\n",
    ],
)
def test_a_server_is_sent_no_comment(query: str) -> None:
    """MySQL runs what stands in some comments; and where a comment begins, servers differ."""
    try:
        sent = checked(query, MY)
    except Refused:
        return
    assert not [mark for mark in ("/*", "*/", "--", "#") if mark in sent]
    assert "sleep" not in sent.lower()


def test_a_server_is_sent_what_was_understood() -> None:
    sent = checked("select  a ,b from t where c='it''s' -- all of it", PG)
    assert sent == "SELECT a, b FROM t WHERE c = 'it''s'"


def test_files_are_asked_as_it_was_written() -> None:
    assert checked("select  1 ;", LITE) == "select  1"
