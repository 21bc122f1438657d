"""One mistake hides no other: rules, parts of broken things and measurements are told together."""

from __future__ import annotations

import pytest

from okapi.core.errors import Refusals
from okapi.exchange import telling
from okapi.exchange.applying import apply_files
from okapi.exchange.format import TABLES
from okapi.orgs.models import Organisation
from okapi.wording import refusal_lines, say
from tests.exchange import folders

GOALS, KPIS, VALUES = "objectives/2026Q4.yaml", "kpis/service.yaml", "measurements/service.csv"


@pytest.fixture
def small(tmp_path):
    return folders.write(tmp_path / "small", folders.SMALL)


@pytest.fixture
def full(tmp_path):
    return folders.write(tmp_path / "full", folders.FULL)


def told(folder) -> set[tuple]:
    """The places of all refusals, each of which has its sentence in both languages."""
    with pytest.raises(Refusals) as caught:
        apply_files(folder, "acme")
    assert not Organisation.objects.exists()
    for language in ("en", "zh"):
        assert all(refusal_lines(caught.value, language=language))
    return {
        (error.code, error.data.get("file"), error.data.get("line"), error.data.get("field"))
        for error in caught.value.errors
    }


def test_a_reference_that_leads_nowhere_hides_no_broken_rule(db, monday, small):
    folders.edit(small, "teams.yaml", "mia@acme", "tom@acme")
    folders.edit(small, GOALS, "target: 20", "target: 40")
    folders.edit(small, VALUES, "answer-time,,2026-10", "answer-time,East,2026-10")
    folders.edit(
        small, VALUES, "revenue,,2026-10,100.50", "revenue,,2026-10,1,\nrevenue,,2026-10,2"
    )
    assert told(small) == {
        ("person.not_here", "teams.yaml", 7, "lead"),
        ("key_result.wrong_side", GOALS, 16, "target"),
        ("slice.unknown_dimension", VALUES, 3, "slice"),
        ("row.twice", VALUES, 5, "value"),
    }


def test_periods_that_do_not_fit_are_told_beside_other_mistakes(db, monday, small):
    folders.edit(small, "teams.yaml", "mia@acme", "tom@acme")
    folders.edit(small, VALUES, "answer-time,,2026-09", "answer-time,,2027-09")
    folders.edit(small, VALUES, "answer-time,,2026-10", "answer-time,,2026Q3")
    assert told(small) == {
        ("person.not_here", "teams.yaml", 7, "lead"),
        ("period.future", VALUES, 2, "period"),
        ("period.other_frequency", VALUES, 3, "period"),
    }


def test_of_a_definition_that_cannot_be_read_slices_are_not_judged(db, monday, small):
    folders.edit(
        small, KPIS, "    dimensions: [region]", "    dimensions: [region]\n    decimals: x"
    )
    folders.edit(small, VALUES, "revenue,,2026-10,100.50", "revenue,,2026-10,ten")
    assert told(small) == {
        ("value.whole", KPIS, 16, "decimals"),
        ("number.unreadable", VALUES, 4, "value"),
    }


def test_what_rests_on_a_key_that_cannot_be_read_is_looked_at(db, monday, small):
    folders.edit(small, GOALS, "key: O-1\n", "key: O 1\n")
    folders.edit(small, GOALS, "objective: O-1", "objective: O-0")
    folders.edit(small, GOALS, "start: 30", "start: thirty")
    folders.edit(small, GOALS, "    title: Answer", "    weight: much\n    title: Answer")
    assert told(small) == {
        ("value.key", GOALS, 3, "key"),
        ("number.unreadable", GOALS, 11, "weight"),
        ("number.unreadable", GOALS, 15, "start"),
        ("objective.not_here", GOALS, 22, "objective"),
    }


def test_each_circle_is_told(db, monday, small):
    text = (small / GOALS).read_text(encoding="utf-8")
    more = "".join(
        f"- key: {key}\n  title: T\n  team: company\n  contributes_to:\n  - objective: {above}\n"
        for key, above in (("X", "Y"), ("Y", "X"), ("Z", "Z"))
    )
    (small / GOALS).write_text(text + more, encoding="utf-8")
    assert told(small) == {
        ("alignment.circle", GOALS, 26, "objective"),
        ("alignment.circle", GOALS, 36, "objective"),
    }


def test_what_is_in_the_middle_of_a_broken_organisation_file_is_told_once(db, monday, small):
    folders.edit(small, "organisation.yaml", "name: Acme", 'name: "Acme')
    assert told(small) == {("yaml.malformed", "organisation.yaml", 2, None)}


def test_a_formula_of_a_kpi_that_cannot_be_read_is_not_judged(db, monday, small):
    folders.edit(small, KPIS, "    frequency: month\n- key", "    frequency: moth\n- key")
    text = (small / KPIS).read_text(encoding="utf-8")
    formula = '    formula: "[answer-time] * 2"\n'
    doubled = "- key: doubled\n  name: D\n  definition:\n    direction: up\n    frequency: month\n"
    (small / KPIS).write_text(text + doubled + formula, encoding="utf-8")
    assert told(small) == {("value.choice", KPIS, 8, "frequency")}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_name(table):
    assert say(f"files.table.{table}")


def test_a_dry_run_tells_every_thing_of_a_rich_organisation(db, monday, full):
    lines: list[str] = []
    apply_files(full, "acme", dry_run=True, announce=lambda plan: lines.extend(telling.lines(plan)))
    assert "+ what was said of a process answer-time / 2026-03-01" in lines
