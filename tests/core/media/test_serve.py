import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import uvicorn

from gaung.core.media.renditions import as_jpeg
from gaung.core.media.serve import app
from gaung.core.media.store import MediaStore


@pytest.fixture
def server(store: MediaStore) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app(store), lifespan="off", log_level="critical", ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    running.should_exit = True
    thread.join()
    listener.close()


def test_a_platform_can_fetch_a_stored_file(store: MediaStore, server: str, make_video: Any) -> None:
    media = MediaStore(store.root, f"{server}/media").add(make_video("spot.mp4"))
    assert media.url
    reply = httpx2.get(media.url)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "video/mp4")
    assert reply.content == media.path.read_bytes()
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["etag"] == f'"{media.sha256}"'


def test_a_public_url_without_a_path_leads_to_the_files_too(store: MediaStore, server: str, make_image: Any) -> None:
    media = MediaStore(store.root, server).add(make_image("a.png"))
    assert media.url
    assert httpx2.get(media.url).content == media.path.read_bytes()


def test_head_tells_the_length_without_the_bytes(store: MediaStore, server: str, make_image: Any) -> None:
    media = store.add(make_image("a.png"))
    reply = httpx2.head(f"{server}/media/{media.sha256}.png")
    assert (reply.status_code, reply.headers["content-length"], reply.content) == (200, str(media.size), b"")


def test_a_range_is_answered_with_that_range(store: MediaStore, server: str, make_noise: Any) -> None:
    media = store.add(make_noise("a.png"))
    url = f"{server}/media/{media.sha256}.png"
    reply = httpx2.get(url, headers={"range": "bytes=10-19"})
    assert (reply.status_code, reply.headers["content-range"]) == (206, f"bytes 10-19/{media.size}")
    assert reply.content == media.path.read_bytes()[10:20]
    assert httpx2.get(url, headers={"range": f"bytes={media.size}-"}).status_code == 416


def test_nothing_but_exact_names_is_served(store: MediaStore, server: str, make_image: Any) -> None:
    media = store.add(make_image("a.png"))
    as_jpeg(media, max_bytes=100_000)
    note = next((store.root / "renditions").iterdir()).name
    (store.root / "secret.txt").write_text("rahasia")
    asked = [
        "/", "/media", "/media/", "/media/secret.txt", f"/media/{media.sha256}", f"/media/{media.sha256}.jpg",
        f"/media/{media.sha256}.json",
        f"/media/{media.sha256[:2]}/{media.sha256}.png", f"/media/renditions/{note}", "/media/..%2fsecret.txt", "/media/%2e%2e/secret.txt",
        f"/media/{media.sha256.upper()}.png", f"/media/{media.sha256}.png%00", f"/media/{media.sha256}.png%0a",
    ]  # fmt: skip
    assert {path: httpx2.get(server + path).status_code for path in asked} == dict.fromkeys(asked, 404)
    assert httpx2.post(f"{server}/media/{media.sha256}.png").status_code == 405
