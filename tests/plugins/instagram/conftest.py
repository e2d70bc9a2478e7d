"""`ig`: an Instagram account in the sandbox, contents for it, the hooks behind a worker's fence, and what went over the wire.
`people`: media on it, and people who do things with them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from gaung.core import http
from gaung.core.http import Effect
from gaung.core.records import Account, Content, Found, Media, Publication, Sighting
from gaung.core.sandbox.base import SandboxPost
from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import instagram
from gaung.plugins.instagram.sandbox import InstagramSandbox

TEXT = "Sudah terdaftar sebagai pemilih? Cek namamu hari ini, jangan sampai terlewat!\n\n#KPULampung #KPUMelayani"
CAPTION = "#TemanPemilih, sudah terdaftar? Cek namamu.\n#KPULampung #KPUMelayani"


class Stage:
    """Everything that a test of the plugin needs, by short names."""

    def __init__(
        self, sandbox: TestSandbox, account_for: Callable[..., Account], live_attempt: Callable[..., LiveAttempt], media: MediaMaker
    ) -> None:
        side = sandbox.platform("instagram")
        assert isinstance(side, InstagramSandbox)
        self.sandbox, self.side, self.world = sandbox, side, sandbox.world
        self.account_for, self.attempt, self.media = account_for, live_attempt, media
        self.account = account_for("instagram", handle="contoh_kpulampung")

    def content(self, form: str, *media: Media, text: str = CAPTION, link: str | None = None, **options: Any) -> Content:
        return Content(format=form, title="Cek DPT Online", text=text, link=link, media=media, options=options)

    def photo(self, text: str = CAPTION, **options: Any) -> Content:
        return self.content("photo", self.media.jpeg(), text=text, **options)

    def reel(self, text: str = CAPTION, **options: Any) -> Content:
        return self.content("reel", self.media.mp4(), text=text, **options)

    def publish(self, content: Content, attempt: LiveAttempt | None = None) -> Any:
        return (attempt or self.attempt()).run(instagram.gaung_publish, self.account, content)

    def check(self, content: Content, attempt: LiveAttempt) -> Any:
        return attempt.run(instagram.gaung_check, self.account, content)

    def finish(self, content: Content, attempt: LiveAttempt) -> Any:
        return attempt.run(instagram.gaung_finish, self.account, content)

    def find(self, content: Content, attempt: LiveAttempt) -> Any:
        return attempt.run(instagram.gaung_find_published, self.account, content)

    def pass_time(self, seconds: float) -> None:
        self.world.clock_offset += seconds

    def posts(self) -> list[SandboxPost]:
        return self.side.posts()

    def calls(self) -> list[str]:
        return [entry.operation.removeprefix("instagram.") for entry in self.sandbox.journal("instagram.*")]

    def count(self, operation: str) -> int:
        return self.calls().count(operation)


@pytest.fixture
def ig(
    sandbox: TestSandbox, account_for: Callable[..., Account], live_attempt: Callable[..., LiveAttempt], make_media: MediaMaker
) -> Stage:
    return Stage(sandbox, account_for, live_attempt, make_media)


class People:
    """Media on an account, and people who do things with them."""

    def __init__(self, ig: Any) -> None:
        self.ig, self.side, self.account, self.world = ig, ig.side, ig.account, ig.world

    def post(self, text: str = TEXT) -> Publication:
        made = self.side.post_by_hand(self.account.external_id, text)
        now = self.world.today()
        self.ig.pass_time(60)
        return Publication(
            id=1,
            external_id=made.id,
            url=made.url,
            published_at=now,
            account=self.account.external_id,
            handle=self.account.handle,
            text=text,
        )

    def person(self, name: str, *traits: str) -> SandboxProfile:
        profile: SandboxProfile = self.side.add_profile(f"contoh_agt_{name}", traits)
        return profile

    def do(self, who: SandboxProfile, signal: str, what: Publication) -> Deed:
        self.ig.pass_time(1)
        deed: Deed = self.side.do(who, signal, self.account.external_id, what.external_id)
        return deed

    def find(self, what: Publication, account: Account | None = None) -> Found:
        since: datetime | None = None
        return instagram.gaung_find_reshares(account=account or self.account, publication=what, since=since)

    def verify(self, what: Publication, url: str) -> Sighting | None:
        return instagram.gaung_verify_reshare(account=self.account, publication=what, url=url)


@pytest.fixture
def people(ig: Any) -> Iterator[People]:
    """Whatever a test looks at: every request is a read."""
    seen: set[tuple[str, Effect]] = set()

    def watch(method: str, url: str, effect: Effect, reply: Any) -> None:
        seen.add((method, effect))

    with http.watched(watch):
        yield People(ig)
    assert seen <= {("GET", Effect.READ)}
