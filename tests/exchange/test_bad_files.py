"""Every mistake in the files is told with its file, line, field and value; nothing is written."""

from __future__ import annotations

import os

import pytest

from okapi.base import scope
from okapi.base.models import Change
from okapi.core.errors import OkapiError, Refusals, Refused, TooLarge
from okapi.exchange import nodes, texts
from okapi.exchange.applying import apply_files
from okapi.kpis.models import Intake
from okapi.orgs.models import Organisation
from okapi.wording import refusal_lines
from tests.exchange import folders

GOALS, KPIS, VALUES = "objectives/2026Q4.yaml", "kpis/service.yaml", "measurements/service.csv"


@pytest.fixture
def small(tmp_path):
    return folders.write(tmp_path / "small", folders.SMALL)


@pytest.fixture
def full(tmp_path):
    return folders.write(tmp_path / "full", folders.FULL)


def refusals(folder, slug="acme", **how) -> list[OkapiError]:
    """What an apply refuses; nothing may be left of it, and every line has its sentence."""
    existed = Organisation.objects.filter(slug=slug).exists()
    with pytest.raises(OkapiError) as caught:
        apply_files(folder, slug, **how)
    assert Organisation.objects.filter(slug=slug).exists() == existed
    for language in ("en", "zh"):
        assert all(refusal_lines(caught.value, language=language))
    error = caught.value
    return list(error.errors) if isinstance(error, Refusals) else [error]


def places(errors) -> list[tuple]:
    return [(e.code, e.data.get("file"), e.data.get("line"), e.data.get("field")) for e in errors]


SMALL_MISTAKES = [
    # file, what stands there, what stands there instead, code, line, field
    ("organisation.yaml", "name: Acme\n", "name:\n", "field.missing", 2, "name"),
    ("organisation.yaml", "format: 1", "format: 2", "value.whole", 1, "format"),
    ("organisation.yaml", "Europe/London", "Atlantis", "value.zone", 4, "time_zone"),
    ("organisation.yaml", "language: en", "language: fr", "value.choice", 3, "language"),
    ("organisation.yaml", "language: en", "langauge: en", "field.unknown", 3, "langauge"),
    ("organisation.yaml", "language: en", "settings: {pace: 1}",
     "field.unknown", 3, "settings.pace"),
    ("organisation.yaml", "name: Acme\n", "name: ' '\n", "field.missing", 2, "name"),
    ("organisation.yaml", "language: en", "settings: {pace_on: fast}",
     "number.unreadable", 3, "settings.pace_on"),
    ("organisation.yaml", "language: en", "settings: {pace_on: 1.5}",
     "threshold.share", 3, "settings.pace_on"),
    ("organisation.yaml", "language: en", "settings: {pace_risk: 0.95}",
     "threshold.order", 3, "settings.pace_on"),
    ("organisation.yaml", "language: en", "settings: {guard_at_once: 1}",
     "value.flag", 3, "settings.guard_at_once"),
    ("organisation.yaml", "language: en", "settings: {missed_cadences: 0.5}",
     "value.whole", 3, "settings.missed_cadences"),
    ("organisation.yaml", "language: en", "settings: {confidence_on: 11}",
     "number.outside", 3, "settings.confidence_on"),
    ("organisation.yaml", "language: en", "currency: '£'", "currency.unreadable", 3, "currency"),
    (KPIS, "[region]", "[region, Note]", "definition.dimension", 15, "dimensions"),
    (GOALS, "Answer within 20 hours", "A\n    keep_share: 0",
     "key_result.keep_share", 12, "keep_share"),
    ("teams.yaml", "key: service", 'key: "se\\ufeffrvice"', "value.key", 4, "key"),
    (KPIS, "key: answer-time\n", "key: answer-time\n  marks: never\n", "value.list", 2, "marks"),
    (KPIS, "key: answer-time\n", "key: answer-time\n  marks: [never]\n",
     "value.mapping", 2, "marks"),
    ("people.csv", "mia@acme", "mia acme", "value.email", 3, "email"),
    ("people.csv", "administrator", "king", "value.choice", 2, "roles"),
    ("people.csv", "Mia,", "Mia", "table.cells", 3, None),
    ("people.csv", "email,name", "email,name,name", "table.column", 1, "name"),
    ("people.csv", "email,name,roles", "email,name,rolls", "field.unknown", 1, "rolls"),
    ("people.csv", ",Ada,", ',"Ada,', "table.malformed", 2, None),
    ("people.csv", "mia@acme", "ADA@acme", "record.twice", 3, None),
    ("teams.yaml", "parent: company", "parent: nobody", "team.not_here", 6, "parent"),
    ("teams.yaml", "kind: company", "kind: company\n  parent: service", "team.circle", 4, "parent"),
    ("teams.yaml", "mia@acme", "tom@acme", "person.not_here", 7, "lead"),
    ("teams.yaml", "name: Service", "name: [Service]", "value.text", 5, "name"),
    ("teams.yaml", "key: service", "key: a/b", "value.key", 4, "key"),
    ("teams.yaml", "key: service", "key: company", "record.twice", 4, None),
    ("teams.yaml", "- key: company", "- key: company\n  key: x", "yaml.twice", 2, "key"),
    ("teams.yaml", "name: Acme", 'name: "Acme', "yaml.malformed", 2, None),
    ("teams.yaml", "name: Acme", "name: &a Acme", "yaml.alias", 2, None),
    ("teams.yaml", "name: Acme", "name: !!python/name:os.system x", "yaml.tag", 2, None),
    ("teams.yaml", "name: Acme", "name: " + "[" * 100_000, "yaml.too_deep", 2, None),
    ("teams.yaml", "name: Acme", "name: Acme\n---\n- key: x", "yaml.documents", 3, None),
    ("teams.yaml", "kind: company", "? [a]\n  : company", "yaml.name", 3, None),
    ("teams.yaml", "name: Acme", "name: A\x01", "yaml.malformed", 2, None),
    ("cycles.yaml", "2026-10-01", "2026-13-01", "value.day", 9, "starts"),
    ("cycles.yaml", "ends: 2026-12-31\n  parent",
     "ends: 2026-01-31\n  parent", "span.ends_first", 10, "ends"),
    ("cycles.yaml", "ends: 2026-12-31\n  parent",
     "ends: 2027-01-31\n  parent", "cycle.outside", 11, "parent"),
    (KPIS, "direction: down", "direction: sideways", "value.choice", 7, "direction"),
    (KPIS, "    direction: down\n", "", "field.missing", 6, "direction"),
    (KPIS, "team: service", "team: nowhere", "team.not_here", 3, "team"),
    (KPIS, "team: service", "readers: [mia@acme.example]", "visibility.readers", 3, "readers"),
    (KPIS, "[region]", "[region]\n    total: false", "slice.no_total", 4, "slice"),
    (VALUES, "2026-09,30", "2026-99,30", "period.unreadable", 2, "period"),
    (VALUES, "2026-09,30", "2026-09,3O", "number.unreadable", 2, "value"),
    (VALUES, "2026-09,30", "2026-10,30", "row.twice", 3, "value"),
    (VALUES, "answer-time,,2026-09", "answer,,2026-09", "kpi.unknown", 2, "kpi"),
    (VALUES, "region,", "colour,", "slice.unknown_dimension", 5, "slice"),
    (GOALS, "cycle: 2026Q4", "cycle: 2027Q1", "cycle.not_here", 3, "cycle"),
    (GOALS, "team: service", "team: sales", "team.not_here", 5, "team"),
    (GOALS, "  team: company\n", "", "objective.no_owner", 17, "team"),
    (GOALS, "kpi: answer-time", "kpi: anger", "kpi.not_here", 13, "kpi"),
    (GOALS, "target: 20", "target: 40", "key_result.wrong_side", 16, "target"),
    (GOALS, "target: 20", "target: 20\n      low: 20", "moves.target", 16, "target"),
    (GOALS, "      start_reason: the month before\n", "", "moves.start_reason", 14, "start"),
    (GOALS, "Answer within 20 hours", "Answer\n    weight: -1", "value.outside", 12, "weight"),
    (GOALS, "Answer within 20 hours", "A\n    weight: 0",
     "objective.all_weights_zero", 3, "key_results"),
    (GOALS, "Answer within 20 hours", "A\n    kind: levels", "key_result.parts", 12, "kind"),
    (GOALS, "Answer within 20 hours", "A\n    due: 2026-09-01", "span.backwards", 12, "due"),
    (GOALS, "state: agreed", "grade: 0.5", "goal.grade", 7, "grade"),
    (GOALS, "objective: O-1", "objective: O-9", "objective.not_here", 21, "objective"),
    (GOALS, "objective: O-1", "key_result: KR-9", "key_result.not_here", 21, "key_result"),
    (GOALS, "objective: O-1", "objective: O-2", "alignment.circle", 21, "objective"),
    (GOALS, "cycle: 2026Q4\n", "cycle: 2026Q4\nextra: 1\n", "objectives.shape", 1, None),
]  # fmt: skip


@pytest.mark.parametrize("mistake", SMALL_MISTAKES, ids=lambda row: f"{row[0]}:{row[3]}")
def test_each_mistake_is_told_at_its_place(db, monday, small, mistake):
    file, old, new, code, line, field = mistake
    folders.edit(small, file, old, new)
    found = refusals(small)
    told = (code, VALUES if code.startswith("slice.") else file, line, field)
    assert told in places(found), [str(error) for error in found]
    assert Organisation.objects.count() == 0


FULL_MISTAKES = [
    ("people.csv", "Director,,", "Director,mia@acme.example,", "person.circle", 2, "manager"),
    ("memberships.csv", "service,2026-02-01", "service,2026-02-30", "value.day", 3, "starts"),
    ("memberships.csv", "service,2026-02-01", "service,0206-02-01", "day.outside", 3, "starts"),
    ("memberships.csv", "2026-01-31,no", "2024-01-31,no", "span.ends_first", 5, "ends"),
    ("memberships.csv", "2026-01-31,no", ",yes", "membership.two_homes", 5, "home"),
    ("calendars.yaml", "working: false", "working: perhaps", "value.flag", 11, "working"),
    ("pillars.yaml", "perspective: customer", "perspective: moon",
     "perspective.not_here", 8, "perspective"),
    (KPIS, "  - number: 2", "  - number: 1", "record.twice", 17, None),
    ("targets/all.csv", "1200,1100.5", "1200,1300", "target.amber_side", 2, "amber"),
    (KPIS, "first: 2026-03-01", "first: 2027-03-01", "mark.in_future", 25, "first"),
    ("targets/all.csv", "answer-time,,2026-10,month", "answer-time,,2026-W40,week",
     "target.shorter", 5, "period"),
    ("targets/all.csv", "answer-time,,2026-10", "revenue,,2026,,1,,,,,,,,,,\nanswer-time,,2026-10",
     "record.twice", 5, None),
    (KPIS, "    direction: down\n    frequency: month\n    valid_from",
     "    direction: down\n    frequency: moth\n    valid_from", "value.choice", 20, "frequency"),
    ("check_ins/2026Q4.csv", "mia@acme.example,5,,,,", "mia@acme.example,5,,yes,,",
     "check_in.not_yes_no", 3, "done"),
    ("targets/all.csv", "18,22,17", "22,18,17", "band.backwards", 6, "value"),
    ("targets/all.csv", "2026Q4,quarter,600", "2026Q4,quarter,", "target.empty", 4, "value"),
    ("targets/all.csv", ",,,2026,\n", ",,,2027,\n", "target.no_whole", 3, "part_of"),
    ("targets/all.csv", "room=A", "wing=A", "slice.dimensions", 6, "slice"),
    ("targets/all.csv", "revenue,,2026,year", "revenue,,soon,year",
     "period.unreadable", 2, "period"),
    (GOALS, "definition: 1", "definition: 7", "definition.unknown", 33, "definition"),
    (GOALS, "amber_low: -80.5", "amber_low: -180", "guard.order", 15, "low"),
    (GOALS, "region: East, product: A}\n    low",
     "region: East}\n    low", "slice.dimensions", 14, "slice"),
    (GOALS, "title: Second", "due: never", "field.missing", 62, "title"),
    (GOALS, "value: 0.3", "value: 1.3", "value.outside", 72, "value"),
    (GOALS, "visibility: named", "visibility: hidden", "value.choice", 93, "visibility"),
    (GOALS, "informs: [revenue]", "informs: [temperature]", "link.hidden", 19, "kpi"),
    ("objectives/2026.yaml", "closed_on: 2026-11-01", "closed_on: 9999-12-31",
     "day.outside", 14, "closed_on"),
    ("objectives/2026.yaml", "  closed_on: 2026-11-01\n", "", "field.missing", 3, "closed_on"),
    ("check_ins/2026Q4.csv", "commit", "stretch", "value.choice", 2, "level"),
    ("check_ins/2026Q4.csv", "09:30:00+00:00", "09:30:00", "value.moment", 2, "at"),
    ("check_ins/2026Q4.csv", "2026-", "9999-", "day.outside", 2, "at"),
    ("check_ins/2026Q4.csv", "KR-1,", "KR-9,", "key_result.not_here", 3, "key_result"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", FULL_MISTAKES, ids=lambda row: f"{row[0]}:{row[3]}")
def test_each_mistake_of_a_rich_organisation_is_told(db, monday, full, mistake):
    file, old, new, code, line, field = mistake
    folders.edit(full, file, old, new)
    found = refusals(full)
    assert (code, file, line, field) in places(found), [str(error) for error in found]


def test_all_bad_lines_of_all_files_are_told_at_once(db, monday, small):
    folders.edit(small, "people.csv", "administrator", "king")
    folders.edit(small, "cycles.yaml", "2026-10-01", "soon")
    folders.edit(small, GOALS, "kpi: answer-time", "kpi: anger")
    folders.edit(small, VALUES, "2026-09,30", "2026-99,x")
    assert {
        ("value.choice", "people.csv", 2, "roles"),
        ("value.day", "cycles.yaml", 9, "starts"),
        ("kpi.not_here", GOALS, 13, "kpi"),
        ("period.unreadable", VALUES, 2, "period"),
        ("number.unreadable", VALUES, 2, "value"),
    } <= set(places(refusals(small)))


def test_bad_measurements_leave_the_structure_unwritten_too(db, monday, small):
    apply_files(small, "acme")
    organisation = Organisation.objects.get(slug="acme")
    folders.edit(small, "teams.yaml", "name: Service", "name: Other")
    folders.edit(small, VALUES, "2026-09,30", "2026-09,x")
    with scope.organisation(organisation.pk):
        before = (Change.objects.count(), Intake.objects.count())
    assert places(refusals(small)) == [("number.unreadable", VALUES, 2, "value")]
    with scope.organisation(organisation.pk):
        assert (Change.objects.count(), Intake.objects.count()) == before


def test_errors_in_the_second_file_of_measurements_name_that_file(db, monday, small):
    (small / "measurements/a.csv").write_text("kpi,period,value\nanswer-time,2026-08,31\n")
    (small / "measurements/z.csv").write_text("kpi,period,value\n\nanswer-time,2026-08,32\nx,1,2\n")
    found = refusals(small)
    assert {
        ("row.twice", "measurements/z.csv", 3, "value"),
        ("kpi.unknown", "measurements/z.csv", 4, "kpi"),
    } <= set(places(found))
    twice = next(error for error in found if error.code == "row.twice")
    assert (twice.data["first_file"], twice.data["first_line"]) == ("measurements/a.csv", 2)


@pytest.mark.parametrize("file", ["teams.yaml", "people.csv", VALUES])
def test_another_encoding_is_told_with_its_byte(db, monday, small, file):
    text = (small / file).read_text()
    (small / file).write_bytes((text + "# café\n").encode("latin-1"))
    codes = {error.code for error in refusals(small) if error.data.get("file") == file}
    assert codes <= {"files.not_utf8", "file.encoding", "table.cells", "csv.cells"}
    assert codes & {"files.not_utf8", "file.encoding"}


def test_utf_16_is_called_so(db, monday, small):
    (small / "teams.yaml").write_text("- key: a\n", encoding="utf-16")
    (found,) = [error for error in refusals(small) if error.code == "files.not_utf8"]
    assert (found.data["found"], found.data["line"]) == ("UTF-16", 1)


def test_a_byte_order_mark_is_read_over(db, monday, small):
    for file in ("teams.yaml", "people.csv", VALUES):
        text = (small / file).read_text()
        (small / file).write_text(text, encoding="utf-8-sig")
    assert apply_files(small, "acme").is_new


def test_a_file_that_is_too_large_is_not_even_read(db, monday, small, monkeypatch):
    monkeypatch.setattr(texts, "LARGEST_YAML", 40)
    found = refusals(small)
    assert ("files.too_large", "teams.yaml", None, None) in places(found)
    assert all(isinstance(e, TooLarge) for e in found if e.code == "files.too_large")


def test_a_sparse_file_of_a_gigabyte_is_refused_at_once(db, monday, small):
    with (small / VALUES).open("r+b") as stream:
        stream.truncate(1 << 30)
    assert ("files.too_large", VALUES, None, None) in places(refusals(small))


def test_a_truncated_file_is_told_with_its_line(db, monday, small):
    path = small / "people.csv"
    path.write_text(path.read_text() + '"tom@acme.ex')
    assert ("table.malformed", "people.csv", 4, None) in places(refusals(small))


def test_a_file_with_a_name_that_means_nothing_is_told(db, monday, small):
    (small / "team.yaml").write_text("- key: x\n")
    (small / "README.md").write_text("anything")
    (small / ".hidden.yaml").write_text("anything: [")
    assert places(refusals(small)) == [("files.unknown", "team.yaml", None, None)]


def test_no_folder_and_an_empty_one_are_told(db, monday, tmp_path):
    assert places(refusals(tmp_path / "nowhere"))[0][0] == "folder.missing"
    (tmp_path / "empty").mkdir()
    assert places(refusals(tmp_path / "empty"))[0][0] == "folder.empty"


@pytest.mark.parametrize("slug", ["", "Acme", "a b", "-a", "a" * 61, "../x"])
def test_a_short_name_must_be_one(db, monday, small, slug):
    with pytest.raises(Refused, match=r"organisation\.slug"):
        apply_files(small, slug)


def test_a_new_organisation_needs_its_file(db, monday, small):
    (small / "organisation.yaml").unlink()
    assert "organisation.no_file" in [error.code for error in refusals(small)]


def test_another_organisations_keys_lead_nowhere(db, monday, small, tmp_path):
    apply_files(small, "acme")
    rival = folders.write(
        tmp_path / "rival",
        {
            "organisation.yaml": "format: 1\nname: Rival\n",
            "teams.yaml": "- key: own\n  name: Own\n  parent: company\n  lead: mia@acme.example\n",
            "measurements/a.csv": "kpi,period,value\nanswer-time,2026-10,1\n",
        },
    )
    assert set(places(refusals(rival, "rival"))) == {
        ("team.not_here", "teams.yaml", 3, "parent"),
        ("person.not_here", "teams.yaml", 4, "lead"),
        ("kpi.unknown", "measurements/a.csv", 2, "kpi"),
    }
    (rival / "teams.yaml").unlink()
    assert places(refusals(rival, "rival")) == [("kpi.unknown", "measurements/a.csv", 2, "kpi")]


def test_a_stored_definition_or_check_in_is_never_edited(db, monday, full):
    apply_files(full, "acme")
    folders.edit(full, KPIS, "text: Mean", "text: Median")
    folders.edit(full, "check_ins/2026Q4.csv", "Some, at last", "Nothing")
    assert {
        ("definition.changed", KPIS, 15, "text"),
        ("check_in.changed", "check_ins/2026Q4.csv", 2, "happened"),
    } == set(places(refusals(full)))


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("measurements/gone.csv", lambda path: path.symlink_to("nowhere.csv"), "files.unreadable"),
        ("measurements/self.csv", lambda path: path.symlink_to("self.csv"), "files.unreadable"),
        ("people.csv", os.mkfifo, "files.unreadable"),
        ("measurements/zero.csv", lambda path: path.symlink_to("/dev/zero"), "files.unreadable"),
        ("targets", lambda path: path.symlink_to("measurements"), "files.folder_link"),
        ("kpis/more", lambda path: path.symlink_to("."), "files.folder_link"),
    ],
)
def test_what_is_no_file_is_told(db, small, name, make, code):
    place = small / name
    place.unlink(missing_ok=True)
    make(place)
    (error,) = [one for one in refusals(small) if one.code.startswith("files.")]
    assert (error.code, error.data["file"]) == (code, name)


def test_a_folder_may_be_called_like_a_file_and_links_elsewhere_are_left_alone(db, small):
    (small / "measurements/x.csv").mkdir()
    (small / VALUES).rename(small / "measurements/x.csv/y.csv")
    (small / "pictures").symlink_to("/")
    assert apply_files(small, "acme").new == 4


def test_line_ends_of_old_macs(db, small):
    for name in ("people.csv", VALUES):
        path = small / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    (error,) = refusals(small)
    assert places([error]) == [("csv.line_ends", VALUES, 1, None)]


def test_more_values_than_memory_should_hold(db, small, monkeypatch):
    monkeypatch.setattr(nodes, "MOST", 30)
    errors = refusals(small)
    assert ("yaml.too_many", KPIS, 14, None) in places(errors)
