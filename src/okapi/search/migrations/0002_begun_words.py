# A word that is only begun is looked for in every list of words that begin so. SQLite keeps such
# lists for one and two letters, where they are long; for more it is told which words there are.
# PostgreSQL looks at the newest entries of a kind first, before it collects all that hold a word;
# it has the words ready for that, instead of taking them out of the text for each row.

from typing import Any

from django.db import migrations

_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    words, content='search_entry', content_rowid='id', detail=none, columnsize=0,
    tokenize='unicode61 remove_diacritics 0'{more}
)
"""
_LEXEMES = "array_to_tsvector(string_to_array(words, ' '))"
_POSTGRESQL = (
    "DROP INDEX search_entry_words",
    f"ALTER TABLE search_entry ADD COLUMN lexemes tsvector GENERATED ALWAYS AS ({_LEXEMES}) STORED",
    "CREATE INDEX search_entry_lexemes ON search_entry USING gin (lexemes)",
    "CREATE INDEX search_entry_newest ON search_entry (organisation_id, kind, id)",
)
_FILL = "INSERT INTO search_index(search_index) VALUES ('rebuild')"


def _make(editor: Any, more: str) -> None:
    editor.execute("DROP TABLE search_index")
    editor.execute(_INDEX.format(more=more))
    editor.execute(_FILL)


def keep_beginnings(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        _make(editor, ", prefix='1 2'")
        editor.execute("CREATE VIRTUAL TABLE search_word USING fts5vocab('search_index', 'row')")
    else:
        for statement in _POSTGRESQL:
            editor.execute(statement)


def forget_beginnings(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE search_word")
        _make(editor, "")
    else:
        editor.execute("DROP INDEX search_entry_newest")
        editor.execute("ALTER TABLE search_entry DROP COLUMN lexemes")  # and its index
        editor.execute(f"CREATE INDEX search_entry_words ON search_entry USING gin (({_LEXEMES}))")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_first_schema")]

    operations = [
        migrations.RunPython(keep_beginnings, forget_beginnings, hints={"at_once": "run"}),
    ]
