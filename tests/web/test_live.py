"""The live stream: who gets one, what it carries, how it resumes, and how it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from okapi.base import outbox, scope
from okapi.base.outbox import Audience, News
from okapi.orgs.models import Person
from okapi.web import live, streams
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def session_of(person: Person) -> str:
    """The key of a session in which this person is signed in."""
    user = person.user
    assert user is not None
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "okapi.orgs.queries.arriving.ArrivingBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


class Browser:
    """One request for a stream: what was sent to it, and a switch to leave."""

    def __init__(self, session: str = "", query: str = "org=acme", last: str = "") -> None:
        headers = (
            [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())] if session else []
        )
        if last:
            headers.append((b"last-event-id", last.encode()))
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/events",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.status = 0
        self.text = ""
        self.ended = False
        self._left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message["body"].decode()
            self.ended = not message.get("more_body", False)

    def leave(self) -> None:
        self._left.set()

    def events(self) -> list[dict[str, Any]]:
        """The data of the change events so far."""
        blocks = [block for block in self.text.split("\n\n") if "event: change" in block]
        return [json.loads(block.rpartition("data: ")[2]) for block in blocks]


async def opened(browser: Browser) -> asyncio.Task[None]:
    """The stream's task, once its first words have come."""
    task = asyncio.create_task(live.application(browser.scope, browser.receive, browser.send))
    async with asyncio.timeout(5):
        while not browser.text and not task.done():  # noqa: ASYNC110 - a browser tells nobody
            await asyncio.sleep(0.01)
    return task


async def until(condition: Any) -> None:
    """Wait, at most five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - a browser tells nobody
            await asyncio.sleep(0.01)


def run(story: Coroutine[Any, Any, None]) -> None:
    """Tell a story in an event loop of its own."""
    asyncio.run(story)


async def in_thread(function: Callable[..., Any], *arguments: Any) -> None:
    """Do it in a thread, whose database connection does not stay behind."""

    def do() -> None:
        try:
            function(*arguments)
        finally:
            connections.close_all()

    await asyncio.to_thread(do)


def tell(cast: Cast, thing: UUID, audience: Audience = outbox.EVERYONE) -> None:
    """Let the outbox say that a KPI changed, and its reader see it."""
    reader = streams.Reader()
    with scope.organisation(cast.organisation.pk):
        outbox.tell(cast.organisation.pk, [News("kpi", thing, 7, audience)])
    streams.hub.announce(reader.read())


@pytest.mark.parametrize("query", ["org=acme", "org=rival", "org=nowhere", ""])
def test_without_a_place_there_is_no_stream(cast: Cast, strangers: Cast, query: str) -> None:
    session = "" if query == "org=acme" else session_of(cast.mia)
    browser = Browser(session, query)

    run(live.application(browser.scope, browser.receive, browser.send))

    assert (browser.status, browser.text) == (204, "")


def test_a_stream_carries_names_and_no_contents(cast: Cast) -> None:
    browser, thing = Browser(session_of(cast.mia)), uuid4()

    async def story() -> None:
        task = await opened(browser)
        await in_thread(tell, cast, thing)
        await until(browser.events)
        browser.leave()
        await task

    run(story())

    assert browser.status == 200
    assert browser.events() == [{"kind": "kpi", "id": str(thing), "version": 7}]
    assert browser.ended


def test_only_the_audience_hears(cast: Cast) -> None:
    mia, tom = Browser(session_of(cast.mia)), Browser(session_of(cast.tom))
    private, public = uuid4(), uuid4()
    service = Audience(everyone=False, teams=frozenset({cast.service.pk}))

    async def story() -> None:
        tasks = [await opened(mia), await opened(tom)]
        await in_thread(tell, cast, private, service)
        await in_thread(tell, cast, public)
        await until(lambda: tom.events() and len(mia.events()) == 2)
        mia.leave()
        tom.leave()
        await asyncio.gather(*tasks)

    run(story())

    assert [event["id"] for event in mia.events()] == [str(private), str(public)]
    assert [event["id"] for event in tom.events()] == [str(public)]


def test_another_organisation_hears_nothing(cast: Cast, strangers: Cast) -> None:
    browser = Browser(session_of(strangers.mia), "org=rival")

    async def story() -> None:
        task = await opened(browser)
        await in_thread(tell, cast, uuid4())
        await in_thread(tell, strangers, strangers.service.pk)
        await until(browser.events)
        browser.leave()
        await task

    run(story())

    assert [event["id"] for event in browser.events()] == [str(strangers.service.pk)]


def test_a_lost_stream_resumes_by_its_last_event(cast: Cast) -> None:
    first, second = uuid4(), uuid4()
    tell(cast, first)
    last = outbox.newest()
    tell(cast, second)
    browser = Browser(session_of(cast.mia), last=str(last))

    async def story() -> None:
        task = await opened(browser)
        browser.leave()
        await task

    run(story())

    assert [event["id"] for event in browser.events()] == [str(second)]


def test_who_missed_too_much_is_told_to_fetch_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RESUME_MOST", 1)
    before = outbox.newest()
    for _ in range(2):
        tell(cast, uuid4())
    browser = Browser(session_of(cast.mia), query=f"org=acme&last={before}")

    async def story() -> None:
        task = await opened(browser)
        browser.leave()
        await task

    run(story())

    assert "event: resync" in browser.text
    assert browser.events() == []


def test_signing_out_ends_the_stream(cast: Cast) -> None:
    key = session_of(cast.mia)
    browser = Browser(key)

    async def story() -> None:
        task = await opened(browser)
        await in_thread(SessionStore(key).delete)
        await in_thread(sign_out_letter, cast)
        async with asyncio.timeout(5):
            await task

    run(story())

    assert browser.ended


def sign_out_letter(cast: Cast) -> None:
    """What signing out tells the person's streams."""
    reader = streams.Reader()
    to_mia = Audience(everyone=False, people=frozenset({cast.mia.pk}))
    with scope.organisation(cast.organisation.pk):
        outbox.tell(cast.organisation.pk, [News(streams.SESSION_KIND, cast.mia.pk, 0, to_mia)])
    streams.hub.announce(reader.read())


def test_a_person_has_so_many_streams_and_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STREAMS_PER_PERSON", 1)
    key = session_of(cast.mia)
    first, second = Browser(key), Browser(key)

    async def story() -> None:
        task = await opened(first)
        await live.application(second.scope, second.receive, second.send)
        first.leave()
        await task

    run(story())

    assert (first.status, second.status) == (200, 429)


def test_letters_that_come_late_by_number_are_not_lost(cast: Cast) -> None:
    """A transaction may commit after one that began later: its letters have lower numbers."""
    reader = streams.Reader()
    tell(cast, uuid4())
    early = reader.read()

    with scope.organisation(cast.organisation.pk):
        row = outbox.Outbox(
            id=early[0].number + 5,
            organisation_id=cast.organisation.pk,
            kind="kpi",
            object_id=uuid4(),
            number=1,
            audience={"everyone": True},
            at=early[0].at,
        )
        row.save(force_insert=True)
        assert [letter.number for letter in reader.read()] == [row.id]
        row.pk = early[0].number + 2
        row.save(force_insert=True)

    assert [letter.number for letter in reader.read()] == [early[0].number + 2]
