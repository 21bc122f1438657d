"""`okapi apply` and `okapi export` as somebody types them, in a home of their own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.exchange import folders


@pytest.fixture
def okapi(tmp_path):
    """Run a command: its exit status, and the lines of both streams."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OKAPI_")}
    environment = {**kept, "OKAPI_HOME": str(tmp_path / "home"), "OKAPI_LANGUAGE": "en"}

    def run(*arguments: str, language: str = "en") -> tuple[int, list[str], list[str]]:
        done = subprocess.run(
            [sys.executable, "-m", "okapi", *arguments],
            env={**environment, "OKAPI_LANGUAGE": language},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    return run


def test_from_an_empty_home_to_an_export(okapi, tmp_path):
    files = folders.write(tmp_path / "in", folders.SMALL)
    status, out, _ = okapi("apply", str(files), "--org", "acme", "--dry-run")
    assert status == 0
    assert "+ objective O-1" in out
    assert "Nothing was written. An apply would do this:" in out
    status, out, _ = okapi("apply", str(files), "--org", "acme")
    assert (status, out[0], out[1]) == (0, "Done.", "New organisation: Acme")
    assert out[-1] == "Measurements: 4 in the files, 4 new, 0 revised"
    assert okapi("apply", str(files), "--org", "acme")[1] == ["Everything is as the files say."]

    folders.edit(files, "teams.yaml", "parent: company", "parent: nobody")
    status, out, errors = okapi("apply", str(files), "--org", "acme")
    assert (status, out) == (2, [])
    told = "There is no team nobody, neither in the files nor in the organisation."
    assert errors == [f"teams.yaml, line 6, parent: {told}"]
    chinese = okapi("apply", str(files), "--org", "acme", language="zh")[2]
    assert chinese == ["teams.yaml 第 6 行，parent：文件和组织里都没有团队 nobody。"]

    status, out, _ = okapi("export", str(tmp_path / "out"), "--org", "acme")
    assert (status, out) == (0, [f"10 files written to {tmp_path / 'out'}"])
    header = "kind,key,as_of,current,progress,expected,health,reason"
    assert (tmp_path / "out/standings.csv").read_text().splitlines()[0] == header
    assert okapi("export", str(tmp_path / "out"), "--org", "nobody")[0] == 2


def test_goals_go_out_as_a_workbook_and_come_in_from_a_file(okapi, tmp_path):
    files = folders.write(tmp_path / "in", folders.SMALL)
    assert okapi("apply", str(files), "--org", "acme")[0] == 0
    book = tmp_path / "goals.xlsx"
    status, out, errors = okapi("goals", str(book), "--org", "acme", "--write", "--cycle", "2026Q4")
    assert (status, out, errors) == (0, [f"Written to {book}"], [])
    status, out, _ = okapi("goals", str(book), "--org", "acme", "--dry-run")
    assert (status, out[0]) == (0, "Read as: Okapi's workbook")
    assert out[-1].startswith("Nothing was written. It would be: 0 added, 0 changed, 0 archived")

    goals = tmp_path / "goals.csv"
    goals.write_text("name,type,owner_email,end_date\nQuick,goal,gone@x.example,2026-12-31\n")
    status, _, errors = okapi("goals", str(goals), "--org", "acme", "--cycle", "2026Q4")
    assert (status, len(errors)) == (2, 1)
    assert "C2" in errors[0]
    assert "gone@x.example" in errors[0]
    assert okapi("goals", str(tmp_path / "none.csv"), "--org", "acme")[0] == 2
