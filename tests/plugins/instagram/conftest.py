"""`ig`: an Instagram account in the sandbox, contents for it, the hooks behind a worker's fence, and what went over the wire."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.records import Account, Content, Media
from gaung.core.sandbox.base import SandboxPost
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import instagram
from gaung.plugins.instagram.sandbox import InstagramSandbox

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
