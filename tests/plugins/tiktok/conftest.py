"""An account, a video cut into five chunks, and photos: what most tests of the TikTok plugin begin with."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.records import Account, Content, Media
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.tiktok.sandbox import TikTokSandbox

TEXT = "Cek namamu di #DPTOnline 🗳️ @kpu_ri"
OPTIONS: dict[str, Any] = {"privacy": "PUBLIC_TO_EVERYONE"}


@pytest.fixture
def tiktok(sandbox: TestSandbox) -> TikTokSandbox:
    """The imitation itself. Chunks may be tiny in it, so that a small file makes many."""
    sandbox.world.quotas["tiktok.min_chunk"] = 1000
    platform = sandbox.platform("tiktok")
    assert isinstance(platform, TikTokSandbox)
    return platform


@pytest.fixture
def spot(make_media: MediaMaker) -> Media:
    """A short upright video."""
    return make_media.mp4(360, 640, 2, 24)


@pytest.fixture
def account(tiktok: TikTokSandbox, account_for: Callable[..., Account], spot: Media) -> Account:
    """An account whose uploads of `spot` take five chunks."""
    return account_for("tiktok", handle="contoh_lampung", external_id="open-id-1", chunk_bytes=spot.size // 5)


@pytest.fixture
def video(spot: Media) -> Content:
    """A video for everyone."""
    return Content(format="video", title="Cek DPT Online", text=TEXT, media=(spot,), options=OPTIONS)


@pytest.fixture
def photos(make_media: MediaMaker) -> Content:
    """Two photos, one of which TikTok does not take as it is."""
    media = (make_media.jpeg(1080, 1350), make_media.png(800, 600))
    return Content(format="carousel", title="Cek DPT Online", text=TEXT, media=media, options=OPTIONS)
