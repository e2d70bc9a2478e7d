"""`server`: says exactly what a test tells it to, and remembers what it was asked. `office`: an account on facebook, then on instagram."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gaung.core import http
from gaung.core.http import Effect
from gaung.core.records import Account, Found, Notice, Publication, Sighting
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.sandbox.server import bind, listen
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook, instagram
from gaung.plugins.meta.graph import Graph


@dataclass
class Asked:
    """One request as the server got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Server:
    """Answers `answers` one by one: `(status, body, headers)`."""

    base_url: str = ""
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def say(self, body: Any, status: int = 200, **headers: str) -> None:
        self.answers.append((status, body, {key.replace("_", "-"): value for key, value in headers.items()}))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        headers = dict(request.headers)
        self.asked.append(Asked(request.method, request.url.path, dict(request.query_params), headers, await request.body()))
        status, body, extra = self.answers.pop(0)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        await Response(data, status, extra)(scope, receive, send)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    sock, server.base_url = bind("127.0.0.1", 0)
    listening = listen(server, sock, server.base_url)
    yield server
    listening.stop()


@pytest.fixture
def server(running: Server) -> Server:
    running.answers.clear()
    running.asked.clear()
    return running


@pytest.fixture
def graph(server: Server) -> Graph:
    return Graph(f"{server.base_url}/prefix/", "v26.0", "EAAGtoken", "app-secret")


@dataclass(frozen=True)
class Side:
    """What differs between the two in a test of what they share. `named`: the trait of somebody whom it names."""

    plugin: ModuleType
    named: frozenset[str]
    pushed: frozenset[str]
    found: frozenset[str]
    tag: str
    mention: str
    said: str
    own_posts: str
    looked_up: str


SIDES = {
    "facebook": Side(
        plugin=facebook, named=frozenset({"page"}), pushed=frozenset({"shared_post", "tagged_post", "comment_mention"}),
        found=frozenset({"shared_post", "tagged_post"}), tag="tagged_post", mention="tagged_post", said="message",
        own_posts="facebook.published_posts", looked_up="facebook.node",
    ),
    "instagram": Side(
        plugin=instagram, named=frozenset(), pushed=frozenset({"mention", "comment_mention"}),
        found=frozenset({"tagged_media", "collaborator"}), tag="tagged_media", mention="mention", said="caption",
        own_posts="instagram.media_list", looked_up="instagram.user",
    ),
}  # fmt: skip


class Office:
    """An account of an office on one of the two, its posts, and people who do things with them."""

    def __init__(self, name: str, sandbox: TestSandbox, account_for: Callable[..., Account]) -> None:
        self.side, self.sandbox, self.there, self.world = SIDES[name], sandbox, sandbox.platform(name), sandbox.world
        self.there.grant_all()
        self.account = account_for(name, handle="contoh_kpu")

    def post(self, text: str, later: float = 60) -> Publication:
        """A post, by whatever way; then some time passes."""
        made, now = self.there.post_by_hand(self.account.external_id, text), self.world.today()
        self.later(later)
        return Publication(
            id=1, external_id=made.id, url=made.url, published_at=now, account=self.account.external_id, handle="contoh_kpu", text=text
        )

    def later(self, seconds: float) -> None:
        self.world.clock_offset += seconds

    def person(self, name: str, traits: Collection[str] | None = None) -> SandboxProfile:
        return self.there.add_profile(f"contohagt{name}", self.side.named if traits is None else traits)

    def do(self, who: SandboxProfile, signal: str, what: Publication, said: str | None = None) -> Deed:
        self.later(1)
        deed = self.there.do(who, signal, self.account.external_id, what.external_id or "")
        if said is not None:
            deed.extra[self.side.said] = said
        return deed

    def true(self, signals: Collection[str]) -> set[tuple[str, str, str]]:
        """Signal, post and handle of all that is there and told to the office."""
        return {
            (deed.signal, deed.post, deed.profile.handle)
            for deed in self.world.deeds
            if deed.names and deed.signal in signals and not deed.undone and not deed.profile.gone
        }

    def find(self, what: Publication) -> Found:
        found: Found = self.side.plugin.gaung_find_reshares(account=self.account, publication=what, since=None)
        return found

    def verify(self, what: Publication, url: str) -> Sighting | None:
        one: Sighting | None = self.side.plugin.gaung_verify_reshare(account=self.account, publication=what, url=url)
        return one

    def follow(self, notice: Notice, *publications: Publication) -> Found:
        found: Found = self.side.plugin.gaung_follow_notice(account=self.account, notice=notice, publications=publications)
        return found


@pytest.fixture(params=sorted(SIDES))
def office(request: pytest.FixtureRequest, sandbox: TestSandbox, account_for: Callable[..., Account]) -> Iterator[Office]:
    """On each of the two; whatever a test looks at, every request is a read."""
    seen: set[tuple[str, Effect]] = set()
    with http.watched(lambda method, _url, effect, _reply: seen.add((method, effect))):
        yield Office(request.param, sandbox, account_for)
    assert seen == {("GET", Effect.READ)}
