"""Sources of the cast: files of SQLite in a folder of their organisation, and the worker's turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from okapi.base.actor import Actor, Door
from okapi.exchange.models import Source, SourceRun
from okapi.exchange.sources import actions, due, running
from okapi.exchange.sources.drafts import SourceDraft
from tests.cast import Cast

QUERY = "select kpi, period, value from facts order by rowid"


def make_file(folder: Path, rows: Sequence[Sequence[Any]], name: str = "facts.db") -> Path:
    """A file of SQLite with these facts in place of those before."""
    path = folder / name
    with sqlite3.connect(path) as connection:
        connection.execute("drop table if exists facts")
        connection.execute("create table facts (kpi, period, value)")
        connection.executemany("insert into facts values (?, ?, ?)", rows)
    connection.close()
    return path


def draft(**more: Any) -> SourceDraft:
    """A source that reads those facts."""
    given: dict[str, Any] = {
        "name": "Facts",
        "kind": "sqlite",
        "place": {"file": "facts.db"},
        "query": QUERY,
        **more,
    }
    return SourceDraft(**given)


def web(url: str, **place: str) -> dict[str, Any]:
    """What a draft says of a file at an address."""
    return {"kind": "web", "place": {"url": url, **place}, "query": ""}


def make_source(cast: Cast, **more: Any) -> Source:
    return actions.create(steward(cast), draft(**more))


def steward(cast: Cast) -> Actor:
    return cast.actor(cast.sten, Door.PAGE)


def turn() -> list[SourceRun]:
    """What a worker does once, in this thread: every run that is due, as it ended."""
    due.plan()
    done = []
    for run in due.claim(100):
        running.carry_out(run)
        run.refresh_from_db()
        done.append(run)
    return done


def run(cast: Cast, source: Source) -> SourceRun:
    """Run it because somebody asked for it."""
    actions.run_now(steward(cast), source.pk)
    (done,) = turn()
    return done


Make = Callable[..., Source]
