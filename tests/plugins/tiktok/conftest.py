"""An account, a video cut into five chunks, and photos: what most tests of the TikTok plugin begin with."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from gaung.core.records import Account, Content, Media
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.tiktok.sandbox import TikTokSandbox

TEXT = "Cek namamu di #DPTOnline 🗳️ @kpu_ri"
PUBLISH = "/v2/post/publish"
PUBLIC = {"privacy_level": "PUBLIC_TO_EVERYONE"}
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


class Client:
    """Calls as the documentation has them; it knows nothing of the plugin's client."""

    def __init__(self, account: Account) -> None:
        self.base = str(account.settings["api_url"])
        self.http = httpx2.Client(trust_env=False, headers={"authorization": f"Bearer {account.credentials['access_token']}"})

    def another(self, account: Account) -> "Client":
        """The same for another account."""
        return Client(account)

    def code(self, path: str, body: Any, **more: Any) -> tuple[int, str]:
        reply = self.http.post(self.base + path, json=body, **more)
        return reply.status_code, reply.json()["error"]["code"]

    def init(self, size: int, chunk: int, count: int, **info: Any) -> tuple[int, str]:
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count}
        return self.code(f"{PUBLISH}/video/init/", {"post_info": {**PUBLIC, **info}, "source_info": source})

    def open(self, size: int, chunk: int, count: int, kind: str = "video", **info: Any) -> dict[str, str]:
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count}
        path = f"{PUBLISH}/{'inbox/' if kind == 'inbox' else ''}video/init/"
        opened: dict[str, str] = self.http.post(self.base + path, json={"post_info": {**PUBLIC, **info}, "source_info": source}).json()[
            "data"
        ]
        return opened

    def put(self, url: str, data: bytes, first: int, total: int, **headers: str) -> httpx2.Response:
        given = {"content-type": "video/mp4", "content-range": f"bytes {first}-{first + len(data) - 1}/{total}", **headers}
        return self.http.put(url, content=data, headers=given)

    def photos(self, urls: list[str], mode: str = "DIRECT_POST", cover: int = 0, **info: Any) -> tuple[int, str]:
        source = {"source": "PULL_FROM_URL", "photo_cover_index": cover, "photo_images": urls}
        body = {"media_type": "PHOTO", "post_mode": mode, "post_info": {**PUBLIC, **info}, "source_info": source}
        return self.code(f"{PUBLISH}/content/init/", body)

    def status(self, publish_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.post(f"{self.base}{PUBLISH}/status/fetch/", json={"publish_id": publish_id}).json()["data"]
        return found

    def pulled(self, publish_id: str) -> dict[str, Any]:
        for _ in range(200):
            found = self.status(publish_id)
            if found["status"] != "PROCESSING_DOWNLOAD":
                return found
            time.sleep(0.02)
        raise AssertionError("still downloading")


@pytest.fixture
def client(sandbox: TestSandbox, account: Account) -> Iterator[Client]:
    names = ("video.init", "content.init", "inbox.init", "status", "creator_info")
    sandbox.world.quotas.update({f"tiktok.{name}.per_minute": 10_000 for name in names})
    made = Client(account)
    yield made
    made.http.close()
