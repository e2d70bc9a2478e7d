"""Fixtures for tests of plugins and of Gaung itself; load them with `pytest_plugins = ["gaung.core.testkit.fixtures"]`.

    sandbox       a fresh sandbox of all platforms, on a real loopback server: `.base_url`, `.platform(name)`, `.world`,
                  `.journal(operation)`, `.fault(operation, do, times=1, ...)`. A handler that raised fails the test at its end
                  (`.sandbox.crashes`).
    account_for   `account_for("facebook", handle="contoh_lampung")`: an account in the sandbox, as plugins are handed it
    live_attempt  `live_attempt(checkpoints={...}, owned_ids={...})`: an attempt in memory; call hooks by
                  `attempt.run(plugin.gaung_publish, account, content)`, which raises the fence as a worker does
    make_media    `make_media.jpeg(w, h)`, `.png`, `.webp`, `.mp4(w, h, seconds, fps)`: real files, made once a session, that a
                  platform can fetch at `media.url`

Time: attempts tell the time by the sandbox's clock, so `sandbox.world.clock_offset += 600` lets ten minutes pass for both sides.
`live_attempt(clock_behind=90)` makes the worker's own clock lag behind the platform's by 90 s.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from gaung.core import http
from gaung.core.records import Account, Credentials
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.platforms import installed
from gaung.core.testkit.server import MEDIA, TestSandbox, TestServer

POLL_SECONDS = 1


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """The one server of the session."""
    server = TestServer(tmp_path_factory.mktemp("media"))
    yield server
    http.close()
    server.stop()


@pytest.fixture
def sandbox(sandbox_server: TestServer) -> Iterator[TestSandbox]:
    """A fresh sandbox; its world works on a video for 0 seconds unless the test says otherwise."""
    from gaung.core.sandbox.app import assemble, load
    from gaung.core.sandbox.base import PlatformSandbox
    from gaung.core.sandbox.world import World

    records, reasons = installed()
    broken, world = dict(reasons), World(base_url=sandbox_server.base_url, processing_seconds=0.0)
    platforms: dict[str, PlatformSandbox] = {}
    for name, record in records.items():
        if record.sandbox:
            try:
                platforms[name] = load(record)(world)
            except Exception as error:  # noqa: BLE001 - as in `installed`
                broken[name] = f"{type(error).__name__}: {error}"
    fresh = assemble(platforms, world)
    sandbox_server.current = fresh
    yield TestSandbox(sandbox_server.base_url, fresh, broken)
    sandbox_server.current = None
    assert not fresh.crashes, f"handlers of the sandbox crashed: {fresh.crashes}"


@pytest.fixture
def account_for(sandbox: TestSandbox) -> Callable[..., Account]:
    """Make accounts: `account_for(platform, handle=..., external_id=..., **settings)`."""
    made = 0

    def make(platform: str, handle: str = "", external_id: str = "", office: str = "18", **settings: Any) -> Account:
        nonlocal made
        made += 1
        handle = handle or f"contoh_{platform}_{made}"
        side = sandbox.platform(platform)
        kept = side.add_account(external_id or f"{1000000 + made}", handle)
        record = installed()[0][platform]
        defaults = {field.name: field.default for field in record.setting_fields if field.default is not None}
        return Account(
            id=made, office=office, platform=platform, external_id=kept.external_id, handle=handle,
            credentials=Credentials(kept.credentials),
            settings={**defaults, **side.settings(), "poll_seconds": POLL_SECONDS, **settings},
        )  # fmt: skip

    return make


@pytest.fixture
def live_attempt(sandbox: TestSandbox) -> Callable[..., LiveAttempt]:
    """Make attempts; takes what `LiveAttempt` takes, and `clock_behind` seconds."""
    made = 0

    def make(*, clock_behind: float = 0.0, **values: Any) -> LiveAttempt:
        nonlocal made
        made += 1

        def now() -> datetime:
            return sandbox.world.today() - timedelta(seconds=clock_behind)

        return LiveAttempt(**{"delivery": made, "now": now, **values})

    return make


@pytest.fixture(scope="session")
def make_media(sandbox_server: TestServer) -> MediaMaker:
    """Make real pictures and videos, fetchable from the session's server."""
    return MediaMaker(sandbox_server.media_root, f"{sandbox_server.base_url}{MEDIA}")
