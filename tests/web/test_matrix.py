"""Who may what: every address × everybody of the cast × their own organisation and the other one.

The addresses come from the URL list: one without a row in `TABLE` fails. The stream of events is no
Django view and has its own tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import orjson
import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from okapi.base import changes, clock, scope
from okapi.base.actor import Actor
from okapi.exchange import uploads
from okapi.exchange.goal_files import imports as goal_imports
from okapi.exchange.sources import actions as source_actions
from okapi.exchange.sources.drafts import SourceDraft
from okapi.goals import actions as goal_actions
from okapi.goals.models import KeyResult, Objective
from okapi.kpis import actions as kpi_actions
from okapi.kpis.models import DataRemark, Kpi, Slice
from okapi.orgs.actions import tokens
from okapi.orgs.models import Organisation, Person, Perspective, Pillar
from okapi.talk import actions as talk_actions
from okapi.webhooks import actions as hook_actions
from okapi.webhooks.models import Delivery
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.goals.making import make_kpi
from tests.web.conftest import make_goal
from tests.web.matrix import INSIDE, PEOPLE, TABLE
from tests.web.matrix.row import Row

UPLOAD = b"kpi,period,value\nkpi-O-1,2026-W43,80\n"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNREADABLE = ("nothing", "O-1 ", "a" * 400, "\N{DEER}", "%", "' OR 1=1 --", "\0", "\ud7ff", "..;")


def addresses(patterns: Any = None, space: str = "") -> Iterator[str]:
    """The full names of the URL list."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, inner)


NAMES = sorted(addresses())
API = [name for name in NAMES if name.startswith("api:")]
PAGES = [name for name in NAMES if name not in API]
OUTSIDE = {"healthz", "people", "styleguide", "begin", "developers"}
WITHIN = [name for name in PAGES if name.partition(":")[0] not in OUTSIDE]


def test_every_address_has_a_row() -> None:
    assert set(NAMES) == set(TABLE)


def test_every_row_names_everybody() -> None:
    for row in TABLE.values():
        for expected in row.allowed.values():
            assert tuple(expected) == PEOPLE


@dataclass
class World:
    """Both organisations with a goal and KPI of the same keys, and the way of everybody to them."""

    cast: Cast
    strangers: Cast
    found: dict[str, str]

    def person(self, name: str) -> Person | None:
        if name == "nobody":
            return None
        made: Person = self.strangers.mia if name == "stranger" else getattr(self.cast, name)
        return made

    def path(self, name: str, args: dict[str, str], slug: str = "acme") -> str:
        if name in WITHIN:
            args = {**args, "slug": slug}
        found = {one: self.found.get(value, value) for one, value in args.items()}
        return reverse(name, kwargs=found)

    def ask(self, who: str, method: str, path: str, row: Row | None = None) -> Any:
        """The answer to somebody; what it wrote is taken back."""
        # A view's mistake has to be seen as the status that a visitor would get.
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        person, headers = self.person(who), {"accept-language": "en"}
        data = None if row is None else row.data
        query = "" if row is None else row.query.get(method, "")
        sent: dict[str, Any] = {"data": data or {}}
        outside = scope._current.set(None)
        try:
            with transaction.atomic():
                if path.startswith("/api/"):
                    sent = {
                        "data": orjson.dumps({} if data is None else data),
                        "content_type": "application/json",
                    }
                    if person is not None:
                        headers["authorization"] = f"Bearer {self._token(who, person)}"
                elif person is not None:
                    client.force_login(person.user)  # type: ignore[arg-type]  # everybody of the cast has a user
                if method == "GET":
                    sent = {}
                answer = getattr(client, method.lower())(f"{path}?{query}", headers=headers, **sent)
                if answer.streaming:
                    answer.text_of_stream = b"".join(answer.streaming_content)
                transaction.set_rollback(True)
        finally:
            scope._current.reset(outside)
        return answer

    def _token(self, who: str, person: Person) -> str:
        cast = self.strangers if who == "stranger" else self.cast
        with scope.organisation(cast.organisation.pk):
            return tokens.create(cast.system, person)


def _fill(cast: Cast) -> tuple[Objective, Objective]:
    """O-1 for everybody and O-2 for its owner, each with a KPI alike."""
    goals = make_goal(cast, "O-1"), make_goal(cast, "O-2", visibility="named")
    make_kpi(cast, "cost-O-1")
    Kpi.objects.update(owner=cast.mia, team=cast.service)
    Kpi.objects.filter(key="kpi-O-2").update(visibility="named")
    Organisation.objects.filter(pk=cast.organisation.pk).update(setup={"done": [], "skipped": []})
    Pillar.objects.create(organisation=cast.organisation, key="loved", title="Loved")
    return goals


def _source(cast: Cast) -> UUID:
    """Sten's source, and a run of it that waits."""
    sten = cast.actor(cast.sten)
    place = {"url": "https://data.example/facts.csv"}
    made = source_actions.create(sten, SourceDraft("Facts", "web", place))
    return source_actions.run_now(sten, made.pk).pk


def _remark(key: str) -> UUID:
    kpi = Kpi.objects.get(key=key)
    at = clock.now()
    part = Slice.objects.get_or_create(organisation_id=kpi.organisation_id, kpi=kpi, key="")[0]
    made: DataRemark = DataRemark.objects.create(
        organisation_id=kpi.organisation_id, kpi=kpi, slice=part, kind="missing", severity=2,
        state="open", first=TODAY, last=TODAY, first_label="2026-W40", last_label="2026-W40",
        points=1, evidence="", found_at=at, renewed_at=at,
    )  # fmt: skip
    return made.pk


def _mark(mia: Actor, kpi: str) -> UUID:
    said = kpi_actions.MarkDraft("2026-W40", "Another supplier.")
    mark: UUID = kpi_actions.mark_process(mia, kpi, said).pk
    return mark


def _hook(cast: Cast) -> dict[str, str]:
    """Ada's webhook, and a message to it."""
    url = "https://bridge.example/in"
    made, _ = hook_actions.create(
        cast.actor(cast.ada), name="Bridge", url=url, events=["kpi.changed"]
    )
    told = Delivery.objects.create(
        organisation=cast.organisation,
        webhook=made,
        origin="letter 0",
        type="kpi.changed",
        object_id=made.pk,
        body={"data": {}},
        due_at=clock.now(),
    )
    return {"<webhook>": str(made.pk), "<delivery>": str(told.pk)}


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """All that the table speaks of: made once, since nothing that is asked stays written.

    Each test is a savepoint of this transaction, which is taken back after the last of them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(NOW):
            cast, strangers = make_cast("acme"), make_cast("rival")
            with scope.organisation(cast.organisation.pk):
                found = _found(cast, tmp_path_factory.mktemp("matrix"))
            with scope.organisation(strangers.organisation.pk):
                _fill_with_secrets(strangers)
        with django_db_blocker.block():
            yield World(cast, strangers, found)
        transaction.set_rollback(True)


@pytest.fixture
def world(filled: World, db: None, monday: datetime) -> Iterator[World]:
    """That world on the cast's Monday, with the scope of their organisation open."""
    cast = filled.cast
    with scope.organisation(cast.organisation.pk):
        # Its file is gone for good when somebody has taken it.
        upload = uploads.keep(cast.actor(cast.mia), [UPLOAD], name="a.csv").uid
        yield replace(filled, found={**filled.found, "<upload>": str(upload)})


def _found(cast: Cast, folder: Path) -> dict[str, str]:
    """What stands in an address for each placeholder of the table."""
    mia = cast.actor(cast.mia)
    seen, hidden = _fill(cast)
    row = {"kpi": "kpi-O-1", "period": "2026-W44", "value": "80"}
    secret = {**row, "kpi": "kpi-O-2"}
    return {
        **_hook(cast),
        "<source run>": str(_source(cast)),
        "<intake>": str(kpi_actions.record_measurements(mia, [row]).uid),
        "<private intake>": str(kpi_actions.record_measurements(mia, [secret]).uid),
        "<mark>": str(_mark(mia, "kpi-O-1")),
        "<private mark>": str(_mark(mia, "kpi-O-2")),
        # After the marks, which have the KPIs looked at: these remarks would be gone.
        "<remark>": str(_remark("kpi-O-1")),
        "<private remark>": str(_remark("kpi-O-2")),
        "<import>": str(_import(mia, folder)),
        "<mia>": str(cast.mia.pk),
        "<comment>": str(_comment(cast, seen)),
        "<private comment>": str(_comment(cast, hidden)),
        "<token>": str(_token_of(cast)),
        "<tom>": str(cast.tom.pk),
        "<place>": str(cast.tom.memberships.get().pk),
        "<perspective>": str(Perspective.objects.get(key="learning").pk),
        "<change>": str(_change(cast, seen)),
        "<private change>": str(_change(cast, hidden)),
    }


def _fill_with_secrets(strangers: Cast) -> None:
    """The same keys in the other organisation, with a title that nobody of ours may read."""
    for objective in _fill(strangers):
        objective.title = "Secret of the rival"
        objective.save(update_fields=["title"])
    KeyResult.objects.update(title="Secret of the rival")
    Kpi.objects.update(name="Secret of the rival")


def _import(mia: Actor, folder: Path) -> UUID:
    """A file by which Mia took in a goal of her own."""
    path = folder / "goals.csv"
    path.write_text("ID,Action,Title,Cycle\n,,My own,2026Q4\n", "utf-8")
    return goal_imports.take(mia, path, name="goals.csv")[1]


def _token_of(cast: Cast) -> UUID:
    tokens.create(cast.actor(cast.mia), cast.mia)
    return UUID(str(cast.mia.tokens.get().pk))


def _comment(cast: Cast, about: Objective) -> UUID:
    from okapi.goals import access

    made = talk_actions.add_comment(
        cast.actor(cast.mia), "objective", about.pk, "Well.", audience=access.audience(about)
    )
    return UUID(str(getattr(made, "pk", made)))


def _change(cast: Cast, of: Objective) -> int:
    with changes.gather() as made:
        goal_actions.edit_objective(cast.actor(cast.mia), of.pk, why="Customers wait.")
    return made[0].number


def _content(answer: Any) -> str:
    content: bytes = answer.text_of_stream if answer.streaming else answer.content
    if content.startswith(b"PK"):  # a workbook: the texts of all its sheets
        with ZipFile(BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_everybody_at_every_address(world: World, name: str) -> None:
    row = TABLE[name]
    path = world.path(name, row.args)
    for method, expected in row.allowed.items():
        answers = {who: world.ask(who, method, path, row) for who in PEOPLE}
        assert {who: one.status_code for who, one in answers.items()} == expected, method
        for who in INSIDE:
            text = _content(answers[who])
            assert "Secret of the rival" not in text, who
            assert who == "mia" or "O-2" not in text, who
        if expected["nobody"] == 302 and name != "people:language":
            assert answers["nobody"]["Location"].startswith("/sign-in")


@pytest.mark.parametrize("name", WITHIN)
def test_everybody_in_the_other_organisation(world: World, name: str) -> None:
    row = TABLE[name]
    path = world.path(name, row.args, "rival")
    for method in row.allowed:
        statuses = {who: world.ask(who, method, path, row).status_code for who in INSIDE}
        assert statuses == dict.fromkeys(INSIDE, 404), method


@pytest.mark.parametrize("name", [name for name in WITHIN if TABLE[name].args])
def test_in_their_own_organisation_strangers_do_not_find_our_things(
    world: World, name: str
) -> None:
    row = TABLE[name]
    ours = {one: "cost" if one == "key" else value for one, value in row.args.items()}
    path = world.path(name, ours, "rival")
    for method in row.allowed:
        assert world.ask("stranger", method, path, row).status_code == 404, method


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].private])
def test_private_things_are_not_there_for_others(world: World, name: str) -> None:
    row = TABLE[name]
    path = world.path(name, row.private)
    for method, expected in row.allowed.items():
        statuses = {who: world.ask(who, method, path, row).status_code for who in PEOPLE}
        private = dict.fromkeys(PEOPLE, 404) | {"nobody": expected["nobody"]}
        if name in API and not row.private.keys() & {"uid", "comment"}:
            private["stranger"] = expected["stranger"]  # their own thing of that key
        private |= {who: expected[who] for who in row.private_readers}
        assert statuses == private, method


def test_other_methods_are_refused(world: World) -> None:
    for name in NAMES:
        row = TABLE[name]
        path = world.path(name, row.args)
        wrong = [method for method in METHODS if method not in row.allowed]
        statuses = {method: world.ask("mia", method, path).status_code for method in wrong}
        # The root of the API is only a name for its address: nothing is there, whatever is asked.
        refused = 404 if name == "api:api-root" else 405
        assert statuses == dict.fromkeys(wrong, refused), name


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].args])
def test_ids_of_nothing_are_not_found(world: World, name: str) -> None:
    row = TABLE[name]
    for method, expected in row.allowed.items():
        who = next(one for one in ("mia", *INSIDE) if expected[one] != 403)
        for argument in row.args:
            ids = UNREADABLE if argument == "key" else (str(uuid4()), str(UUID(int=0)))
            for wrong in ids:
                path = world.path(name, {**row.args, argument: wrong})
                status = world.ask(who, method, path, row).status_code
                assert status == 404, (method, argument, wrong)


def test_unknown_organisations_are_not_found(world: World) -> None:
    for slug in ("nowhere", "ACME", "acme-", "0"):
        for name in WITHIN:
            row = TABLE[name]
            for method in row.allowed:
                path = world.path(name, row.args, slug)
                status = world.ask("mia", method, path, row).status_code
                assert status == 404, (slug, name, method)


def test_a_page_session_is_no_way_into_the_api(world: World) -> None:
    client = Client(SERVER_NAME="localhost")
    client.force_login(world.cast.ada.user)  # type: ignore[arg-type]  # everybody of the cast has a user
    for name in API:
        for method, expected in TABLE[name].allowed.items():
            answer = getattr(client, method.lower())(world.path(name, TABLE[name].args))
            assert answer.status_code == expected["nobody"], name
