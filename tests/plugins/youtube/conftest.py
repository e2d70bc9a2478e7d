"""What the tests of the YouTube plugin share: a channel in the sandbox, a content, and real videos of one and of many chunks."""

import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.records import Account, Content, Media
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.youtube.sandbox import YouTubeSandbox

UNIT = 256 * 1024


@pytest.fixture
def channel(account_for: Callable[..., Account]) -> Account:
    """A channel that sends chunks of 256 KiB."""
    return account_for("youtube", handle="contoh_lampung", external_id="UCcontoh18", chunk_bytes=UNIT)


@pytest.fixture
def youtube(sandbox: TestSandbox) -> YouTubeSandbox:
    """YouTube's side."""
    side = sandbox.platform("youtube")
    assert isinstance(side, YouTubeSandbox)
    return side


@pytest.fixture(scope="session")
def spot(make_media: MediaMaker) -> Media:
    """A real MP4 that fits one chunk."""
    return make_media.mp4(320, 240, 1.0, 10)


@pytest.fixture(scope="session")
def film(make_media: MediaMaker, spot: Media) -> Media:
    """A real MP4 of six chunks: a `free` box, which players skip, makes it long."""
    size = 5 * UNIT
    box = struct.pack(">I4s", size + 8, b"free") + random.Random(18).randbytes(size)
    return make_media.store.add_bytes(spot.path.read_bytes() + box, "film.mp4")


@pytest.fixture
def make_content(spot: Media) -> Callable[..., Content]:
    """Contents as core hands them over."""

    def make(
        title: str = "Cek DPT Online", text: str = "Cek namamu di DPT.", media: Media = spot, link: str | None = None, **options: Any
    ) -> Content:
        return Content(format="video", title=title, text=text, link=link, media=(media,), options=options)

    return make
