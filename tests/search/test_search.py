"""Things are found by their words, by whom they may be read, whatever door they came by."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from okapi.base import clock, scope
from okapi.goals import access, actions
from okapi.goals.queries.asking import Asking
from okapi.orgs import queries as orgs
from okapi.orgs.models import Person, Team
from okapi.search import indexing
from okapi.search.choices import Kind
from okapi.search.models import Entry, Mark
from okapi.search.queries import LOOKED_AT, search
from okapi.search.queries.matching import MOST_WORDS
from okapi.talk import actions as talk
from tests.cast import TODAY, Cast
from tests.goals.making import make_key_result, make_kpi, make_objective


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    indexing._seen.clear()
    yield
    indexing._seen.clear()


def asks(cast: Cast, who: Person | None = None, language: str = "en") -> Asking:
    organisation = cast.organisation
    return Asking(
        cast.actor(who or cast.mia),
        orgs.settings_of(organisation.pk),
        language,
        orgs.working_calendar(organisation.pk),
        TODAY,
    )


def titles(asking: Asking, question: str, **more: Any) -> list[str]:
    found = search(asking, question, **more).found
    return [row.title for rows in found.values() for row in rows]


def index(cast: Cast) -> int:
    return indexing.catch_up(cast.organisation.pk)


def test_each_kind_is_found(cast: Cast) -> None:
    objective = make_objective(cast, key="O-1")
    objective.title, objective.why = "Fix it at the first visit", "Second visits cost 质量"
    objective.save()
    kpi = make_kpi(cast, key="first-fix")
    make_key_result(objective, kpi, key="O-1.1", target=1)
    mia = cast.actor(cast.mia)
    talk.add_comment(mia, "objective", objective.pk, "The first week went well.")
    index(cast)

    found = search(asks(cast), "first").found

    assert {kind: [row.key for row in rows] for kind, rows in found.items()} == {
        Kind.OBJECTIVE: ["O-1"],
        Kind.KPI: ["first-fix"],
        Kind.COMMENT: [""],
    }
    assert found[Kind.COMMENT][0].objective == "O-1"
    assert titles(asks(cast), "质量") == ["Fix it at the first visit"]
    assert titles(asks(cast), "o-1.1", kinds=[Kind.KEY_RESULT]) == ["O-1.1"]
    assert titles(asks(cast), "serv") == ["Service"]
    assert titles(asks(cast), "mia") == ["Mia"]


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("让质量成为口碑", True),
        ("口碑", True),
        ("质量 口碑", True),
        ("碑", True),
        ("量口", False),
        ("H3", True),
        ("h3 让", True),
        ("reput", True),
        ("utation", False),
        ("Ｈ３", True),
        ("", False),
        ("…", False),
        ("' OR 1=1 --", False),
        ('"', False),
        ("* AND NOT", False),
        ("a" * 5000, False),
    ],
)
def test_what_finds_a_chinese_title(cast: Cast, question: str, is_found: bool) -> None:
    made = make_objective(cast, key="O-1")
    made.title, made.title_other = "让质量成为口碑（H3 门锁）", "Reputation by quality"
    made.save()
    index(cast)

    assert bool(titles(asks(cast), question, kinds=[Kind.OBJECTIVE])) is is_found


def test_what_is_private_is_found_by_its_readers_only(cast: Cast) -> None:
    make_objective(cast, key="O-1", owner=cast.mia, visibility="named")
    make_objective(cast, key="O-2", owner=cast.mia)
    index(cast)

    assert titles(asks(cast), "O") == ["O-1", "O-2"]
    assert titles(asks(cast, cast.tom), "O") == ["O-2"]


def test_another_organisation_finds_its_own(cast: Cast, strangers: Cast) -> None:
    make_objective(cast, key="O-1")
    index(cast)
    index(strangers)

    assert titles(asks(strangers), "O-1") == []


def test_the_index_follows_what_people_do(cast: Cast) -> None:
    index(cast)
    lea = cast.actor(cast.lea)
    made = actions.create_objective(lea, title="Faster", cycle="2026Q4", team="service")
    assert titles(asks(cast), "faster") == []
    assert index(cast) == 1
    assert titles(asks(cast), "faster") == ["Faster"]

    actions.edit_objective(lea, made.pk, title="Quicker")
    index(cast)
    assert (titles(asks(cast), "faster"), titles(asks(cast), "quick")) == ([], ["Quicker"])

    actions.archive_objective(lea, made.pk)
    index(cast)
    assert titles(asks(cast), "quick") == []
    assert not Entry.objects.filter(object_id=made.pk).exists()


def test_key_results_go_with_their_objective(cast: Cast) -> None:
    lea = cast.actor(cast.lea)
    made = actions.create_objective(lea, title="Faster", cycle="2026Q4", team="service")
    actions.add_key_result(lea, made.pk, title="Pilot in three cities", kind="yes_no")
    index(cast)
    assert titles(asks(cast), "pilot") == ["Pilot in three cities"]

    actions.archive_objective(lea, made.pk)
    index(cast)

    assert titles(asks(cast), "pilot") == []


def test_a_record_that_appears_late_is_indexed_all_the_same(cast: Cast) -> None:
    """Its id was given before that of a record which was seen already."""
    index(cast)
    lea = cast.actor(cast.lea)
    made = actions.create_objective(lea, title="Faster", cycle="2026Q4", team="service")
    indexing._seen[cast.organisation.pk] = 10**9  # this process has seen higher ones
    assert index(cast) == 0

    with clock.at(clock.now() + indexing.SETTLED + timedelta(seconds=1)):
        index(cast)

    assert titles(asks(cast), "faster") == [made.title]
    assert Mark.objects.get().change_id > 0


def test_the_best_stands_first(cast: Cast) -> None:
    for key, title in (("O-1", "Cost of quality"), ("O-2", "Quality"), ("O-3", "Quality first")):
        objective = make_objective(cast, key=key)
        objective.title = title
        objective.save()
    index(cast)

    assert titles(asks(cast), "quality") == ["Quality", "Quality first", "Cost of quality"]


def test_two_indexers_at_once_index_once(cast: Cast) -> None:
    make_objective(cast, key="O-1")
    index(cast)
    before = Entry.objects.count()
    Mark.objects.all().delete()
    with transaction.atomic():
        index(cast)

    assert Entry.objects.count() == before
    assert access.visible(cast.actor(cast.mia)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_index_is_made_while_others_write(cast: Cast, monkeypatch: Any) -> None:
    """More people than one statement brings at once, and a team renamed between their batches."""
    people = [
        Person(organisation_id=cast.organisation.pk, name=f"P{n}", email=f"p{n}@acme.example")
        for n in range(2_100)
    ]
    Person.objects.bulk_create(people)
    plain = indexing._index_chunk

    def write() -> None:
        with scope.organisation(cast.organisation.pk):
            Team.objects.filter(key="service").update(purpose="Elsewhere")
        connection.close()

    def index_chunk(kind: Kind, ids: Any) -> None:
        plain(kind, ids)
        if kind is Kind.PERSON:
            transaction.on_commit(lambda: _apart(write))

    monkeypatch.setattr(indexing, "_index_chunk", index_chunk)
    monkeypatch.setattr(indexing, "BATCH", 500)
    assert index(cast) > 2_100
    assert titles(asks(cast), "p2099") == ["P2099"]


def _apart(work: Callable[[], None]) -> None:
    """In a thread with a connection of its own, as another request would."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("question", ["o", "of", "off", "offi", "office", "off more", "more off"])
def test_a_begun_word_finds_all_words_that_begin_so(cast: Cast, question: str) -> None:
    """Few of them, as many as are looked for one by one, and more."""
    names = [f"more office{at:02}" for at in range(MOST_WORDS + 10)]
    for some in (names[:3], names[:MOST_WORDS], names):
        for at, name in enumerate(some):
            Team.objects.update_or_create(
                organisation=cast.organisation, key=f"t-{at:02}", defaults={"name": name}
            )
        Mark.objects.filter(organisation=cast.organisation).delete()
        index(cast)
        found = titles(asks(cast), question, kinds=[Kind.TEAM], most=LOOKED_AT)
        assert sorted(found) == some
    assert titles(asks(cast), f"{question}x", kinds=[Kind.TEAM]) == []


def test_words_that_begin_so_are_none(cast: Cast) -> None:
    index(cast)
    assert titles(asks(cast), "unheard of") == []


def test_the_index_forgets_and_keeps_beginnings(cast: Cast) -> None:
    """Both ways of the migration leave an index that finds what is there."""
    index(cast)
    migration = import_module("okapi.search.migrations.0002_begun_words")
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        migration.forget_beginnings(apps, editor)
        migration.keep_beginnings(apps, editor)
    assert titles(asks(cast), "serv") == ["Service"]
