"""Write docs/schema/*.json from the format of the files; a test says when that is due."""

from __future__ import annotations

from pathlib import Path

from okapi.exchange import schema

FOLDER = Path(__file__).parents[1] / "docs" / "schema"

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in schema.documents():
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"docs/schema/{name}.json")
