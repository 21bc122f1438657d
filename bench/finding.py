"""Full-text search: what finding takes, from the question to the whole page, by kinds of words."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils.http import urlencode

from bench import words
from bench.seed import as_kept
from bench.timing import Line, taken
from okapi.base import scope
from okapi.base.arrays import table_of
from okapi.goals.models import KeyResult, Objective
from okapi.kpis.models import Kpi
from okapi.orgs.models import Organisation, Person, User
from okapi.search import indexing
from okapi.search.models import Mark
from okapi.talk.models import Comment

TIMES = 40
LIMIT_MS = 50.0
COMMENTED = 5
"""One objective in so many has a comment."""
BATCH = 5_000

QUESTIONS = (
    ("two Chinese characters", "客户"),
    ("one Chinese character", "率"),
    ("Chinese phrase", "提升客户满意度"),
    ("two Chinese words", "门锁 交付"),
    ("English word", "delivery"),
    ("English words", "raise delivery east"),
    ("begun word", "deli"),
    ("begun with a letter", "o"),
    ("begun key", "kpi-000"),
    ("a key", "O-004711"),
    ("word in nearly every title", "objective"),
    ("words in every key result", "key result"),
    ("rare word", "phoenix"),
    ("rare Chinese word", "凤凰"),
    ("word of comments", "unblocked"),
    ("Chinese word of comments", "延期"),
    ("word in none", "zzyzx"),
    ("Chinese word in none", "麒麟"),
    ("common words that never meet", "unblocked 毛利率"),
)


def measure(found: Organisation) -> Iterator[Line]:
    """Each question on the page of all results, the index being up to date."""
    _prepare(found)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=f"{found.slug}@bench.example"))
    for name, question in QUESTIONS:
        path = f"/o/{found.slug}/search/?{urlencode({'q': question})}"
        if (answer := client.get(path)).status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        cost = taken(lambda _, path=path: client.get(path), TIMES)
        what = f"search, {name}: whole answer"
        yield Line(what, cost.median, "ms", LIMIT_MS, best=cost.least, note=cost.note)
        yield Line(f"search, {name}: p95", cost.p95, "ms", LIMIT_MS, best=cost.least)


def _prepare(found: Organisation) -> None:
    """Give the seeded things words, once, and index them."""
    with scope.organisation(found.pk):
        if not Comment.objects.exists():
            with transaction.atomic():
                _write_words()
                Mark.objects.filter(organisation_id=found.pk).delete()
            _analyse()
        indexing.catch_up(found.pk)


def _write_words() -> None:
    chance = random.Random(1)
    _describe(Objective, ("title_other", "why"), chance)
    _describe(KeyResult, ("title_other", "description"), chance)
    _describe(Kpi, ("name_other", "description"), chance)
    author = Person.objects.order_by("pk").values_list("pk", flat=True)[0]
    subjects = Objective.objects.order_by("pk").values_list("pk", flat=True)
    said = (
        Comment(kind="objective", object_id=pk, author_id=author, text=words.comment(at, chance))
        for at, pk in enumerate(list(subjects)[::COMMENTED])
    )
    Comment.objects.bulk_create(said, batch_size=1_000)


def _describe(model: Any, columns: tuple[str, str], chance: random.Random) -> None:
    """A Chinese title as the other name of each row, and the English one in its description."""
    chinese, english = columns
    update = f"UPDATE {table_of(model)} SET {chinese} = %s, {english} = %s WHERE id = %s"
    ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for begin in range(0, len(ids), BATCH):
            cursor.executemany(update, _rows(ids[begin : begin + BATCH], begin, chance))


def _rows(ids: Iterable[Any], begin: int, chance: random.Random) -> list[tuple[Any, ...]]:
    rows = []
    for at, pk in enumerate(ids, begin):
        english, chinese = words.title(at, chance)
        rows.append((chinese, english, as_kept(pk)))
    return rows


def _analyse() -> None:
    """As after an organisation's years: what was written over is gone."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
