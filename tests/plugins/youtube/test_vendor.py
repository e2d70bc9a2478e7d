"""The sandbox's answers have the keys and types of YouTube's own, which were transcribed by hand into `vendor/`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gaung.core.records import Account, Media
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.youtube.sandbox import YouTubeSandbox

VENDOR = Path(__file__).with_name("vendor")
UPLOAD = "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
BODY = {"snippet": {"title": "Judul"}, "status": {"privacyStatus": "public"}}
PARTS = "part=snippet,status,processingDetails,statistics"


def differences(vendor: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Where a key of the vendor's answer is missing in ours, or has another JSON type. More keys than the sample has are fine."""
    if type(vendor) is not type(ours):
        yield f"{path}: {type(vendor).__name__} is {type(ours).__name__}"
    elif isinstance(vendor, dict):
        for key, value in vendor.items():
            if key not in ours:
                yield f"{path}.{key}: missing"
            else:
                yield from differences(value, ours[key], f"{path}.{key}")
    elif isinstance(vendor, list):
        if not ours:
            yield f"{path}: empty"
        for item in ours:
            yield from differences(vendor[0], item, f"{path}[]")


@pytest.fixture
def answers(sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, spot: Media) -> Callable[[str], Any]:
    """Our answer to what a vendor file speaks of."""
    form = {"grant_type": "refresh_token", **channel.credentials}
    token = httpx2.post(f"{youtube.base_url}/token", data=form)
    base, headers = youtube.base_url, {"Authorization": f"Bearer {token.json()['access_token']}"}

    def get(path: str) -> Any:
        return httpx2.get(f"{base}/youtube/v3/{path}", headers=headers).json()

    def upload() -> Any:
        start = httpx2.post(base + UPLOAD, json=BODY, headers={**headers, "X-Upload-Content-Type": "video/mp4"})
        return httpx2.put(start.headers["location"], content=spot.path.read_bytes(), headers=headers).json()

    def processing() -> Any:
        sandbox.world.processing_seconds = 60
        return get(f"videos?{PARTS}&id={upload()['id']}")

    def failed() -> Any:
        sandbox.world.processing_fails["youtube"] = 1
        return get(f"videos?{PARTS}&id={upload()['id']}")

    def listed(path: str) -> Any:
        upload()
        return get(path)

    def beyond() -> Any:
        sandbox.world.quotas["youtube.units"] = 0
        return get("channels?part=id&mine=true")

    made: dict[str, Callable[[], Any]] = {
        "token": token.json,
        "token_refused": lambda: httpx2.post(f"{base}/token", data={**form, "refresh_token": "1//x"}).json(),
        "uploaded": upload,
        "videos_list": lambda: get(f"videos?{PARTS}&id={upload()['id']}"),
        "videos_processing": processing,
        "videos_failed": failed,
        "channels_list": lambda: get("channels?part=snippet,contentDetails,status,statistics&mine=true"),
        "playlist_items": lambda: listed("playlistItems?part=snippet,contentDetails&playlistId=UUcontoh18"),
        "search": lambda: listed("search?part=snippet&forMine=true&type=video"),
        "error": beyond,
    }
    return lambda name: made[name]()


@pytest.mark.parametrize("name", sorted(path.stem for path in VENDOR.glob("*.json")))
def test_the_sandbox_answers_in_youtubes_shape(answers: Callable[[str], Any], name: str) -> None:
    vendor = json.loads((VENDOR / f"{name}.json").read_text())
    assert vendor["source"]
    assert list(differences(vendor["body"], answers(name))) == []


def test_a_missing_key_and_another_type_are_seen() -> None:
    assert list(differences({"a": "1", "b": [{"c": 1}]}, {"a": 1, "b": [{}]})) == [".a: str is int", ".b[].c: missing"]
    assert list(differences([1], [])) == [": empty"]
