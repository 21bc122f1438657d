# A word that is only begun is looked for in every list of words that begin so. SQLite keeps such
# lists for one and two letters, where they are long; for more it is told which words there are.

from typing import Any

from django.db import migrations

_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    words, content='search_entry', content_rowid='id', detail=none, columnsize=0,
    tokenize='unicode61 remove_diacritics 0'{more}
)
"""
_FILL = "INSERT INTO search_index(search_index) VALUES ('rebuild')"


def _make(editor: Any, more: str) -> None:
    editor.execute("DROP TABLE search_index")
    editor.execute(_INDEX.format(more=more))
    editor.execute(_FILL)


def keep_beginnings(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        _make(editor, ", prefix='1 2'")
        editor.execute("CREATE VIRTUAL TABLE search_word USING fts5vocab('search_index', 'row')")


def forget_beginnings(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE search_word")
        _make(editor, "")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_first_schema")]

    operations = [
        migrations.RunPython(keep_beginnings, forget_beginnings, hints={"at_once": "run"}),
    ]
