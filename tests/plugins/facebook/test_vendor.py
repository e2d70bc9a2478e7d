"""The imitated Facebook answers with the keys and JSON types that Meta documents, transcribed by hand in `vendor/`.

It guards against one misunderstanding shared by the client and the sandbox, which one hand wrote.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gaung.core.records import Account
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.facebook.sandbox import FacebookSandbox

VENDOR = Path(__file__).parent / "vendor"
OPTIONAL = {"is_transient", "next", "previous"}
"""Documented elsewhere as appearing with some answers only."""


def documented(name: str) -> Any:
    return json.loads((VENDOR / f"{name}.json").read_text())["answer"]


def shape(value: Any) -> Any:
    """Keys and types; of a list the first item's."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items() if key not in OPTIONAL}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


class Caller:
    """Calls the sandbox as the guides' curl lines do."""

    def __init__(self, side: FacebookSandbox, page: Account) -> None:
        self.side, self.page = side, page.external_id
        self.token = page.credentials["access_token"]
        self.http = httpx2.Client(base_url=f"{side.base_url}/v26.0/", timeout=20)

    def get(self, path: str, **params: str) -> Any:
        return self.http.get(path, params={"access_token": self.token, **params}).json()

    def post(self, path: str, files: Any = None, **form: str) -> Any:
        return self.http.post(path, data={"access_token": self.token, **form}, files=files).json()

    def upload(self, video: str, data: bytes) -> Any:
        headers = {"authorization": f"OAuth {self.token}", "offset": "0", "file_size": str(len(data))}
        return self.http.post(f"{self.side.base_url}/video-upload/v26.0/{video}", content=data, headers=headers).json()


@pytest.fixture
def curl(side: FacebookSandbox, page: Account) -> Iterator[Caller]:
    caller = Caller(side, page)
    yield caller
    caller.http.close()


def test_posts_and_photos(curl: Caller, side: FacebookSandbox, make_media: MediaMaker) -> None:
    feed = curl.post(f"{curl.page}/feed", message="Halo")
    assert shape(feed) == shape(documented("feed"))
    picture = {"source": ("a.jpg", make_media.jpeg(400, 300).path.read_bytes(), "image/jpeg")}
    assert shape(curl.post(f"{curl.page}/photos", picture, caption="Foto")) == shape(documented("photo"))
    hidden = curl.post(f"{curl.page}/photos", picture, published="false")
    assert shape(hidden) == shape(documented("photo_unpublished"))
    form = {"attached_media[0]": json.dumps({"media_fbid": hidden["id"]})}
    assert shape(curl.post(f"{curl.page}/feed", message="Album", **form)) == shape(documented("feed"))
    side.world.numbers.put("facebook", side.posts()[0].id, "shares", 3, 0.0)
    fields = "shares,reactions.limit(0).summary(total_count),comments.limit(0).summary(true),permalink_url,created_time"
    assert shape(curl.get(side.posts()[0].id, fields=fields)) == shape(documented("post"))
    listed = curl.get(f"{curl.page}/published_posts", fields="id,message,created_time")
    assert shape(listed) == shape(documented("published_posts"))
    assert shape(curl.http.delete(feed["id"], params={"access_token": curl.token}).json()) == shape(documented("success"))


def test_reels(sandbox: TestSandbox, curl: Caller, make_media: MediaMaker) -> None:
    sandbox.world.processing_seconds = 9.0
    started = curl.post(f"{curl.page}/video_reels", upload_phase="start")
    assert shape(started) == shape(documented("reel_start"))
    data, video = make_media.mp4().path.read_bytes(), started["video_id"]
    assert shape(curl.get(video, fields="status")) == shape(documented("video_status"))
    assert shape(curl.upload(video, data)) == shape(documented("success"))
    form = {"upload_phase": "finish", "video_id": video, "video_state": "PUBLISHED", "description": "Reel"}
    assert shape(curl.post(f"{curl.page}/video_reels", **form)) == shape(documented("success"))
    assert shape(curl.get(video, fields="status")) == shape(documented("video_status"))
    sandbox.world.clock_offset += 10
    assert shape(curl.get(f"{curl.page}/video_reels")) == shape(documented("video_reels"))
    other = curl.post(f"{curl.page}/video_reels", upload_phase="start")["video_id"]
    assert shape(curl.upload(other, b"no video")) == shape(documented("error_upload"))


def test_videos(curl: Caller, make_media: MediaMaker) -> None:
    data = make_media.mp4(640, 360).path.read_bytes()
    started = curl.post(f"{curl.page}/videos", upload_phase="start", file_size=str(len(data)))
    assert shape(started) == shape(documented("video_start"))
    session = {"upload_session_id": started["upload_session_id"]}
    chunk = {"video_file_chunk": ("c", data, "application/octet-stream")}
    sent = curl.post(f"{curl.page}/videos", chunk, upload_phase="transfer", start_offset="0", **session)
    assert shape(sent) == shape(documented("video_transfer"))
    assert sent["start_offset"] == sent["end_offset"]
    assert shape(curl.post(f"{curl.page}/videos", upload_phase="finish", **session)) == shape(documented("success"))
    whole = curl.post(f"{curl.page}/videos", {"source": ("v.mp4", data, "video/mp4")}, description="Video")
    assert shape(whole) == shape(documented("video_at_once"))


def test_tokens_and_pages(curl: Caller, side: FacebookSandbox) -> None:
    assert shape(curl.get(curl.page, fields="followers_count,fan_count,name")) == shape(documented("page"))
    person, app = side.user_token(), f"{side.app_id}|{side.app_secret}"
    assert shape(curl.get("me/accounts", access_token=person)) == shape(documented("accounts"))
    assert shape(curl.get("debug_token", access_token=app, input_token=curl.token)) == shape(documented("debug_token"))
    query = {"grant_type": "fb_exchange_token", "client_id": side.app_id, "client_secret": side.app_secret, "fb_exchange_token": person}
    assert shape(curl.http.get("oauth/access_token", params=query).json()) == shape(documented("access_token"))


def test_errors_and_headers(curl: Caller, side: FacebookSandbox, page: Account) -> None:
    assert shape(curl.get("1")) == shape(documented("error_missing"))
    headers = curl.http.get(curl.page, params={"access_token": curl.token}).headers
    told = {"app": json.loads(headers["x-app-usage"]), "business": json.loads(headers["x-business-use-case-usage"])}
    wanted = documented("usage")
    assert shape(told["app"]) == shape(wanted["app"])
    assert shape(told["business"][curl.page]) == shape(next(iter(wanted["business"].values())))
    side.break_token(page.external_id, "expire")
    assert shape(curl.get(curl.page)) == shape(documented("error_token"))


def test_every_transcribed_answer_is_compared_and_names_its_source() -> None:
    text = Path(__file__).read_text()
    for file in VENDOR.glob("*.json"):
        assert f'documented("{file.stem}")' in text
        assert json.loads(file.read_text())["source"]


def test_the_comparison_can_fail() -> None:
    assert shape({"id": 5}) != shape({"id": "5"})
    assert shape({"data": [{"id": "1"}]}) != shape({"data": [{"id": "1", "name": "x"}]})


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda curl: curl.get(curl.page, access_token=""), (190, None)),
        (lambda curl: curl.get(curl.page, access_token="EAAGnobody"), (190, 467)),
        (lambda curl: curl.get(curl.page, appsecret_proof="wrong"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/feed", message="x", colour="red"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/feed", link="kpu.go.id"), (1609005, None)),
        (lambda curl: curl.post(f"{curl.page}/feed", message="x", attached_media='[{"media_fbid":"1"}]'), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/feed", message="x", attached_media="[1]"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/feed", message="x", published="maybe"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/photos", caption="x"), (324, None)),
        (lambda curl: curl.post(f"{curl.page}/photos", {"source": ("a", b"no picture", "image/jpeg")}), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/photos", {"source": ("a", b"x" * 10_000_000, "image/jpeg")}), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/photos", url="http://127.0.0.1:9/none.jpg"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/video_reels"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/video_reels", upload_phase="complete"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/video_reels", upload_phase="finish", video_id="5", video_state="PUBLISHED"), (100, 33)),
        (lambda curl: curl.post(f"{curl.page}/videos"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/videos", upload_phase="start", file_size="100"), (6000, 1363022)),
        (lambda curl: curl.post(f"{curl.page}/videos", upload_phase="finish", upload_session_id="5"), (6000, 1363026)),
        (lambda curl: curl.post("424242/feed", message="x"), (100, 33)),
        (lambda curl: curl.get(f"{curl.page}/nonsense"), (2500, None)),
        (lambda curl: curl.get(f"{curl.side.base_url}/26/{curl.page}"), (100, None)),
        (lambda curl: curl.get("me/accounts"), (100, 33)),
        (lambda curl: curl.get("debug_token", input_token="x"), (100, None)),
        (lambda curl: curl.post(f"{curl.page}/feed", access_token=curl.side.user_token(), message="x"), (1705, None)),
    ],
)
def test_the_imitation_is_strict(call: Callable[[Caller], Any], code: tuple[int, int | None], curl: Caller) -> None:
    error = call(curl)["error"]
    assert (error["code"], error.get("error_subcode")) == code
    assert error["message"]


def test_a_page_cannot_touch_another_pages_things(curl: Caller, account_for: Callable[..., Account]) -> None:
    other = account_for("facebook", handle="contoh_metro")
    mine = curl.post(f"{curl.page}/feed", message="Halo")["id"]
    theirs = other.credentials["access_token"]
    assert curl.get(mine, access_token=theirs)["error"]["error_subcode"] == 33
    assert curl.post(f"{curl.page}/feed", message="x", access_token=theirs)["error"]["code"] == 200
    assert curl.http.delete(mine, params={"access_token": theirs}).json()["error"]["code"] == 100


def test_scheduled_posts_and_reels_keep_to_their_windows(sandbox: TestSandbox, curl: Caller, make_media: MediaMaker) -> None:
    now = int(sandbox.world.now())

    def feed(ahead: int) -> Any:
        return curl.post(f"{curl.page}/feed", message=f"Nanti {ahead}", published="false", scheduled_publish_time=str(now + ahead))

    assert feed(60)["error"]["code"] == 100
    assert feed(31 * 86400)["error"]["code"] == 100
    planned = feed(3600)["id"]
    assert curl.get(f"{curl.page}/published_posts")["data"] == []
    assert curl.get(planned, fields="is_published")["is_published"] is False
    video = curl.post(f"{curl.page}/video_reels", upload_phase="start")["video_id"]
    curl.upload(video, make_media.mp4().path.read_bytes())
    form = {"upload_phase": "finish", "video_id": video, "video_state": "SCHEDULED"}
    assert curl.post(f"{curl.page}/video_reels", scheduled_publish_time=str(now + 30 * 86400), **form)["error"]["code"] == 100
    assert curl.post(f"{curl.page}/video_reels", scheduled_publish_time=str(now + 3600), **form) == {"success": True}
    assert curl.get(video, fields="published")["published"] is False
    sandbox.world.clock_offset += 3601
    assert curl.get(video, fields="published")["published"] is True
    assert planned in [post["id"] for post in curl.get(f"{curl.page}/published_posts")["data"]]
