"""A real server with data, and people with real browsers in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from okapi.base import clock
from okapi.wording import say, speaking
from tests.e2e import house

ROOT = Path(__file__).resolve().parents[2]
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
MOVED = "lamps-moved"  # where a test measures that is about something else
SLUGS = {"en": "lamps-en", "zh": "lamps-zh"}  # one for each language: journeys change what they see
WHOLE = {"en": "whole-en", "zh": "whole-zh"}  # the same, where a journey counts all that is there
SHOWN = "lamps"  # nobody changes anything here, and names are long
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SESSION = "okapi_session"
PATIENCE_MS = 8_000
"""Live changes come within a second on an idle machine."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class House:
    """The server's address, an intake by organisation, and the sessions of those who arrived."""

    url: str
    intakes: dict[str, str]
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def house_of_lamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`okapi serve` with the small organisation, once for each that uses it."""
    home = tmp_path_factory.mktemp("home")
    folders = [
        house.write(home / "files" / slug, slug, clock.today(), crowded=slug == SHOWN)
        for slug in (SHOWN, MOVED, *SLUGS.values(), *WHOLE.values())
    ]
    intakes = json.loads(_run(home, "-m", "tests.e2e.fill", *map(str, folders)))
    port = _port()
    log = home / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "okapi", "serve", "--port", str(port)],
            env=_environment(home),
            cwd=ROOT,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _until_it_answers(f"http://127.0.0.1:{port}/healthz", server, log)
        yield House(f"http://127.0.0.1:{port}", intakes)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    assert "Traceback" not in log.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OKAPI_")}
    return {**kept, "OKAPI_HOME": str(home), "PYTHONWARNINGS": "default"}


def _run(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=_environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is not installed: `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody with a browser of their own; what it complains of is kept in `complaints`."""

    context: BrowserContext
    house: House
    slug: str
    language: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """A new page at an address of the organisation, or (with a /) at any."""
        page = self.tab()
        page.goto(self.at(path))
        return page

    def tab(self) -> Page:
        """A new page with nothing in it."""
        page = self.context.new_page()
        page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        page.on("pageerror", lambda error: self._complain(str(error)))
        return page

    def at(self, path: str) -> str:
        """The whole address."""
        return self.house.url + (path if path.startswith("/") else f"/o/{self.slug}/{path}")

    def says(self, code: str, **data: object) -> str:
        """What a page says in the visitor's language."""
        with speaking(self.language):
            return say(code, **data)

    def sign_in(self, person: str) -> Page:
        """Through the form, to the page that comes first."""
        page = self.open("/")
        page.get_by_label(self.says("sign_in.email")).fill(house.address(self.slug, person))
        page.get_by_label(self.says("sign_in.password")).fill(house.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(self.at(""))
        return page

    def arrive(self, person: str) -> None:
        """Signed in already: with the session of the first who came through the form as them.

        Not for those who sign out, which would end it for all that come later.
        """
        sessions, whose = self.house.sessions, (self.slug, person)
        if whose not in sessions:
            self.sign_in(person).close()
            (sessions[whose],) = (
                one["value"] for one in self.context.cookies() if one["name"] == SESSION
            )
        else:
            self.context.add_cookies(
                [{"name": SESSION, "value": sessions[whose], "url": self.house.url}]
            )

    def _complain(self, text: str) -> None:
        self.complaints.append(text)


@pytest.fixture
def visitor(chromium: Browser, house_of_lamps: House) -> Iterator[Callable[..., Visitor]]:
    """`visitor(slug, language)`; in the end no browser may have complained."""
    opened: list[Visitor] = []

    def come(
        slug: str, language: str, *, theme: str = "light", bypass_csp: bool = False
    ) -> Visitor:
        context = chromium.new_context(
            locale=LOCALES[language],
            timezone_id="UTC",
            viewport=WIDE,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
        )
        context.set_default_timeout(PATIENCE_MS)
        one = Visitor(context, house_of_lamps, slug, language)
        opened.append(one)
        return one

    yield come
    for one in opened:
        one.context.close()
    assert [one.complaints for one in opened] == [[] for _ in opened]


@pytest.fixture(scope="session")
def picture() -> Callable[[Page, str], None]:
    """Keep a picture of a page where OKAPI_TEST_SCREENSHOTS says."""
    wanted = os.environ.get("OKAPI_TEST_SCREENSHOTS", "")

    def take(page: Page, name: str) -> None:
        if wanted:
            page.screenshot(path=Path(wanted) / f"{name}.png", full_page=True)

    return take


@dataclass(frozen=True)
class Fresh:
    """A server on an empty home: its address, and the link that it printed."""

    url: str
    link: str


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    """`okapi serve` where nothing was before."""
    log = tmp_path / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "okapi", "serve", "--port", str(_port())],
            env=_environment(tmp_path / "home"),
            cwd=ROOT,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        link = _link(log, server)
        yield Fresh(link.partition("/setup/")[0], link)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    assert "Traceback" not in log.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _link(log: Path, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"http://\S+/setup/\?key=\S+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.2)
    pytest.fail(log.read_text(encoding="utf-8"))
