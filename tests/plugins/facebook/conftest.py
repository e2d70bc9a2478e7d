"""What every test of the facebook plugin needs: the hooks, a Page, contents, and (`fb`) people who do things with its posts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from gaung.core import http
from gaung.core.errors import Ambiguous
from gaung.core.http import Effect
from gaung.core.records import Account, Content, FindAnswer, Found, Media, Publication, Published, Sighting
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat! https://cekdptonline.kpu.go.id #KPULampung"
MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]


@pytest.fixture
def side(sandbox: TestSandbox) -> FacebookSandbox:
    """The imitated Facebook itself."""
    found = sandbox.platform("facebook")
    assert isinstance(found, FacebookSandbox)
    return found


@pytest.fixture
def page(account_for: Callable[..., Account]) -> Account:
    """A Page with a working token."""
    return account_for("facebook", handle="contoh_lampung")


@pytest.fixture
def content() -> MakeContent:
    """`content("photo", media, text=...)`."""

    def make(format: str = "text", *media: Media, text: str = "Cek namamu di DPT #KPULampung", **values: Any) -> Content:
        return Content(format=format, title=values.pop("title", "Cek DPT"), text=text, media=media, **values)

    return make


@pytest.fixture
def lose(sandbox: TestSandbox, page: Account, live_attempt: MakeAttempt) -> Callable[..., LiveAttempt]:
    """Publish with the answer lost: `lose(content, operation, do, skip)`; the attempt as core hands it to the look."""

    def run(content: Content, operation: str = "facebook.feed", do: str = "hangup_after", skip: int = 0, **values: object) -> LiveAttempt:
        sandbox.fault(operation, do, skip=skip)
        attempt = live_attempt(**values)
        with pytest.raises(Ambiguous):
            attempt.run(facebook.gaung_publish, page, content)
        attempt.outcome_unknown()
        return attempt.reborn()

    return run


@pytest.fixture
def look(page: Account) -> Callable[[LiveAttempt, Content], FindAnswer]:
    return lambda attempt, content: attempt.run(facebook.gaung_find_published, page, content)


class Stage:
    """A Page with posts, and people who do things with them."""

    def __init__(self, sandbox: TestSandbox, side: FacebookSandbox, page: Account, live_attempt: Callable[..., LiveAttempt]) -> None:
        self.sandbox, self.side, self.page, self.attempt = sandbox, side, page, live_attempt

    def publish(self, text: str = TEXT, *, content: Content | None = None) -> Publication:
        made = self.attempt().run(facebook.gaung_publish, self.page, content or Content(format="text", title="", text=text))
        assert isinstance(made, Published)
        return self.publication(made.external_id, made.url, (content.text if content else text))

    def publication(self, external_id: str | None, url: str | None, text: str) -> Publication:
        now = self.sandbox.world.today()
        page = self.page
        self.later(60)
        return Publication(
            id=1, external_id=external_id, url=url, published_at=now, account=page.external_id, handle=page.handle, text=text
        )

    def later(self, seconds: float) -> None:
        self.sandbox.world.clock_offset += seconds

    def person(self, name: str, *traits: str) -> SandboxProfile:
        return self.side.add_profile(f"contohagt.{name}", traits)

    def do(self, who: SandboxProfile, signal: str, what: Publication) -> Deed:
        assert what.external_id
        self.later(1)
        return self.side.do(who, signal, self.page.external_id, what.external_id)

    def find(self, what: Publication, page: Account | None = None) -> Found:
        since: datetime | None = None
        return facebook.gaung_find_reshares(account=page or self.page, publication=what, since=since)

    def verify(self, what: Publication, url: str) -> Sighting | None:
        return facebook.gaung_verify_reshare(account=self.page, publication=what, url=url)


@pytest.fixture
def fb(sandbox: TestSandbox, side: FacebookSandbox, page: Account, live_attempt: Callable[..., LiveAttempt]) -> Iterator[Stage]:
    """Whatever a test looks at: every request is a read."""
    effects: set[Effect] = set()
    stage = Stage(sandbox, side, page, live_attempt)
    side.grant_all()

    def watch(method: str, url: str, effect: Effect, reply: Any) -> None:
        if "/feed" not in url and "/photos" not in url and "video" not in url:
            effects.add(effect)
            assert method == "GET"

    with http.watched(watch):
        yield stage
    assert effects <= {Effect.READ}
