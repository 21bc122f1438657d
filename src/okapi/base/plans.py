"""What SQLite is told about the sizes of tables, so that it plans for a large organisation.

Nearly every index begins with the organisation, and without figures SQLite takes that column for
as telling as any other: it then walks through all rows of an organisation rather than look up the
few ids that were asked for. The figures are the same on every installation (and never measured,
since a small database would make plans for a small one): plans do not change as data grow.
PostgreSQL measures by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

ROWS = 1_000_000
# Rows that are left when one more column of an index is known, of those that were left before.
FIRST_TELLS = 1_000
NEXT_TELLS = 10
FEWEST = 10


def tell(using: str = "default") -> None:
    """Write the figures for every index of our tables; nothing on PostgreSQL."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sqlite_master")  # makes the table of figures; measures nothing
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute(
            "SELECT t.name, i.name, i.\"unique\", group_concat(c.name, ' ')"
            " FROM sqlite_master t JOIN pragma_index_list(t.name) i"
            " JOIN pragma_index_info(i.name) c"
            " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'django_%'"
            " GROUP BY t.name, i.name ORDER BY t.name, i.name"
        )
        rows = [
            (
                table,
                index,
                " ".join(map(str, figures(str(columns).split(), is_unique=bool(unique)))),
            )
            for table, index, unique, columns in cursor.fetchall()
        ]
        cursor.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", rows)
        cursor.execute("ANALYZE sqlite_master")  # lets this connection read them


def figures(columns: Sequence[str], *, is_unique: bool) -> list[int]:
    """Rows of the table, then rows left once each column of the index is known.

    The organisation tells nothing: one organisation may have all rows.
    """
    left, told, found = ROWS, 0, [ROWS]
    for column in columns:
        if column != "organisation_id":
            left = max(FEWEST, left // (NEXT_TELLS if told else FIRST_TELLS))
            told += 1
        found.append(left)
    if is_unique:
        found[-1] = 1
    return found


def after_migrate(**told: Any) -> None:
    """Django's signal: the tables are as they will be."""
    tell(told["using"])
