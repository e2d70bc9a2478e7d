"""The imitated Instagram is strict: it really fetches, really looks, counts, and answers wrong calls with Meta's codes."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

HEADERS = ("x-app-usage", "x-business-use-case-usage", "date")


class Api:
    """Plain HTTP, as anybody may speak it."""

    def __init__(self, ig: Any) -> None:
        self.user = ig.account.external_id
        self.base = f"{ig.side.base_url}/v26.0"
        self.token = ig.account.credentials["access_token"]

    def get(self, path: str, **params: Any) -> Any:
        return self._read(httpx2.get(f"{self.base}/{path}", params={"access_token": self.token, **params}))

    def post(self, path: str, **form: Any) -> Any:
        return self._read(httpx2.post(f"{self.base}/{path}", data={"access_token": self.token, **form}))

    def make(self, **form: Any) -> Any:
        return self.post(f"{self.user}/media", **form)

    def upload(self, uri: str, data: bytes, offset: int = 0, size: int | None = None, token: str = "") -> Any:
        whole = len(data) if size is None else size
        headers = {"authorization": f"OAuth {token or self.token}", "offset": str(offset), "file_size": str(whole)}
        return httpx2.post(uri, content=data, headers=headers).json()

    def status(self, box: str) -> str:
        return str(self.get(box, fields="status_code")["status_code"])

    def _read(self, reply: httpx2.Response) -> Any:
        assert all(name in reply.headers for name in HEADERS)
        return reply.json()


@pytest.fixture
def api(ig: Any) -> Api:
    return Api(ig)


def _code(body: Any) -> tuple[int, int | None]:
    return body["error"]["code"], body["error"].get("error_subcode")


REFUSED: list[tuple[tuple[int, int | None], Callable[[Any], dict[str, Any]]]] = [
    ((100, None), lambda ig: {}),
    ((100, None), lambda ig: {"image_url": ig.media.jpeg().url, "colour": "red"}),
    ((100, 2207023), lambda ig: {"media_type": "POSTCARD", "image_url": ig.media.jpeg().url}),
    ((100, 2207023), lambda ig: {"media_type": "VIDEO", "video_url": ig.media.mp4().url}),
    ((9004, 2207052), lambda ig: {"image_url": f"{ig.media.jpeg().url}x"}),
    ((9004, 2207052), lambda ig: {"image_url": "ftp://127.0.0.1/poster.jpg"}),
    ((9004, 2207052), lambda ig: {"image_url": "http://127.0.0.1:1/poster.jpg"}),
    ((36001, 2207005), lambda ig: {"image_url": ig.media.png().url}),
    ((36001, 2207005), lambda ig: {"image_url": ig.media.mp4().url}),
    ((36003, 2207009), lambda ig: {"image_url": ig.media.jpeg(1000, 400).url}),
    ((36003, 2207009), lambda ig: {"image_url": ig.media.jpeg(400, 1000).url}),
    ((36004, 2207010), lambda ig: {"image_url": ig.media.jpeg().url, "caption": "x" * 2201}),
    ((36004, 2207010), lambda ig: {"image_url": ig.media.jpeg().url, "caption": "#a " * 31}),
    ((36004, 2207010), lambda ig: {"image_url": ig.media.jpeg().url, "caption": "@a " * 21}),
    ((100, None), lambda ig: {"image_url": ig.media.jpeg().url, "is_carousel_item": "true", "caption": "x"}),
    ((100, None), lambda ig: {"image_url": ig.media.jpeg().url, "alt_text": "x" * 1001}),
    ((100, None), lambda ig: {"image_url": ig.media.jpeg().url, "collaborators": "a,b,c,d"}),
    ((100, 2207040), lambda ig: {"image_url": ig.media.jpeg().url, "user_tags": str([1] * 21)}),
    ((1, 2207057), lambda ig: {"media_type": "REELS", "video_url": ig.media.mp4().url, "thumb_offset": "99999"}),
    ((1, 2207057), lambda ig: {"media_type": "REELS", "video_url": ig.media.mp4().url, "thumb_offset": "awal"}),
    ((100, 2207028), lambda ig: {"media_type": "CAROUSEL", "children": "1"}),
    ((100, 2207028), lambda ig: {"media_type": "CAROUSEL", "children": ",".join(map(str, range(11)))}),
    ((24, 2207006), lambda ig: {"media_type": "CAROUSEL", "children": "1,2"}),
]


@pytest.mark.parametrize(("code", "form"), REFUSED, ids=[f"{code}-{index}" for index, ((code, _), _) in enumerate(REFUSED)])
def test_a_wrong_container_is_refused_with_metas_code(
    ig: Any, api: Api, code: tuple[int, int | None], form: Callable[[Any], dict[str, Any]]
) -> None:
    assert _code(api.make(**form(ig))) == code
    assert ig.side.containers.all == {}


@pytest.mark.parametrize(
    "video",
    [
        lambda media: media.mp4(720, 1280, 1.0),
        lambda media: media.mp4(2000, 1000, 3.0),
        lambda media: media.mp4(720, 1280, 3.0, 12),
        lambda media: media.jpeg(),
    ],
    ids=["too short", "too wide", "too slow", "no video"],
)
def test_a_wrong_video_fails_in_processing(ig: Any, api: Api, video: Callable[[Any], Any]) -> None:
    ig.world.processing_seconds = 10.0
    box = api.make(media_type="REELS", video_url=video(ig.media).url)["id"]
    assert api.status(box) == "IN_PROGRESS"
    ig.pass_time(11)
    told = api.get(box, fields="status_code,status")
    assert told["status_code"] == "ERROR"
    assert "2207026" in told["status"]
    assert _code(api.post(f"{api.user}/media_publish", creation_id=box)) == (-1, 2207053)


def test_a_container_goes_its_way_by_the_worlds_clock(ig: Any, api: Api) -> None:
    ig.world.processing_seconds = 30.0
    box = api.make(media_type="REELS", video_url=ig.media.mp4().url)["id"]

    def publish() -> Any:
        return api.post(f"{api.user}/media_publish", creation_id=box)

    assert (api.status(box), _code(publish())) == ("IN_PROGRESS", (9007, 2207027))
    ig.pass_time(30)
    assert api.status(box) == "FINISHED"
    assert ig.side.media[publish()["id"]].kind == "reel"
    assert (api.status(box), _code(publish())) == ("PUBLISHED", (24, 2207008))
    ig.pass_time(90000)
    assert api.status(box) == "PUBLISHED"


def test_a_container_expires_after_a_day(ig: Any, api: Api) -> None:
    box = api.make(image_url=ig.media.jpeg().url)["id"]
    ig.pass_time(86401)
    assert api.status(box) == "EXPIRED"
    assert _code(api.post(f"{api.user}/media_publish", creation_id=box)) == (-2, 2207020)


def test_items_of_a_carousel_cannot_be_published_alone_nor_used_twice(ig: Any, api: Api) -> None:
    first, second = (api.make(image_url=ig.media.jpeg(seed=n).url, is_carousel_item="true")["id"] for n in (1, 2))
    assert _code(api.post(f"{api.user}/media_publish", creation_id=first)) == (24, 2207006)
    box = api.make(media_type="CAROUSEL", children=f'["{first}","{second}"]')["id"]
    assert "id" in api.post(f"{api.user}/media_publish", creation_id=box)
    assert _code(api.make(media_type="CAROUSEL", children=f"{first},{second}")) == (-2, 2207020)


def test_a_plain_picture_or_a_reel_is_no_item(ig: Any, api: Api) -> None:
    first, second = (api.make(image_url=ig.media.jpeg(seed=n).url)["id"] for n in (1, 2))
    assert _code(api.make(media_type="CAROUSEL", children=f"{first},{second}")) == (24, 2207006)
    assert _code(api.make(media_type="REELS", video_url=ig.media.mp4().url, is_carousel_item="true")) == (100, None)


def test_the_fifty_first_post_of_a_day_is_refused(ig: Any, api: Api) -> None:
    url = ig.media.jpeg().url
    for _ in range(50):
        assert "id" in api.post(f"{api.user}/media_publish", creation_id=api.make(image_url=url)["id"])
    box = api.make(image_url=url)["id"]
    assert _code(api.post(f"{api.user}/media_publish", creation_id=box)) == (9, 2207042)
    [row] = api.get(f"{api.user}/content_publishing_limit", fields="quota_usage,config")["data"]
    assert row == {"quota_usage": 50, "config": {"quota_total": 50, "quota_duration": 86400}}
    assert api.get(f"{api.user}/content_publishing_limit")["data"] == [{"quota_usage": 50}]


def test_containers_have_a_daily_quota_of_their_own(ig: Any, api: Api) -> None:
    ig.world.quotas["instagram.containers"] = 1
    assert "id" in api.make(image_url=ig.media.jpeg().url)
    assert _code(api.make(image_url=ig.media.jpeg().url)) == (9, 2207042)


def test_bytes_may_come_in_pieces_at_the_right_offset(ig: Any, api: Api) -> None:
    data = ig.media.mp4().path.read_bytes()
    made = api.make(media_type="REELS", upload_type="resumable")
    assert api.status(made["id"]) == "IN_PROGRESS"
    half = len(data) // 2
    assert api.upload(made["uri"], data[:half], 0, len(data))["debug_info"]["type"] == "PartialRequestError"
    assert api.upload(made["uri"], data, 0)["debug_info"]["type"] == "OffsetInvalidError"
    assert api.upload(made["uri"], data[half:], half, len(data))["success"] is True
    assert api.status(made["id"]) == "FINISHED"
    assert api.upload(made["uri"], data)["debug_info"]["retriable"] is False


def test_the_upload_can_fetch_instead(ig: Any, api: Api) -> None:
    made = api.make(media_type="REELS", upload_type="resumable")
    headers = {"authorization": f"OAuth {api.token}", "file_url": ig.media.mp4().url}
    assert httpx2.post(made["uri"], headers=headers).json()["success"] is True
    assert api.status(made["id"]) == "FINISHED"
    other = api.make(media_type="REELS", upload_type="resumable")
    headers["file_url"] = "http://127.0.0.1:1/x.mp4"
    assert httpx2.post(other["uri"], headers=headers).json()["debug_info"]["type"] == "ProcessingFailedError"


def test_another_accounts_token_gets_nothing(ig: Any, api: Api) -> None:
    other = ig.account_for("instagram", handle="contoh_lain").credentials["access_token"]
    made = api.make(media_type="REELS", upload_type="resumable")
    assert "unauthorized" in api.upload(made["uri"], b"x", token=other)["debug_info"]["message"]
    assert "unauthorized" in api.upload(made["uri"], b"x", token="lain")["debug_info"]["message"]
    picture = api.make(image_url=ig.media.jpeg().url)["id"]
    media = api.post(f"{api.user}/media_publish", creation_id=picture)["id"]
    api.token = other
    for path in (picture, media, api.user, f"{api.user}/media"):
        assert _code(api.get(path)) == (100, 33)
    assert _code(api.make(image_url=ig.media.jpeg().url)) == (100, 33)


def test_without_a_good_token_every_call_is_refused(ig: Any, api: Api) -> None:
    api.token = ""
    assert _code(api.get(api.user))[0] == 190
    api.token = "EAAGsalah"
    assert _code(api.get(api.user)) == (190, 467)


def test_what_is_not_there_is_a_graph_error(api: Api) -> None:
    assert _code(api.get("17")) == (100, 33)
    assert _code(api.post(f"{api.user}/teleport")) == (100, 33)
    assert httpx2.delete(f"{api.base}/18010000000000000", params={"access_token": api.token}).json()["error"]["code"] == 100
    assert _code(api.get(api.user, fields="id,shoe_size")) == (100, None)
    assert _code(api.post(f"{api.user}/media_publish")) == (100, None)


def test_recent_media_come_newest_first_page_by_page_without_a_key_that_has_no_value(ig: Any, api: Api) -> None:
    for number in range(3):
        ig.side.post_by_hand(api.user, f"kiriman {number}", ig.world.now() - number)
    ig.side.post_by_hand(api.user, "", ig.world.now() - 10)
    page = api.get(f"{api.user}/media", fields="caption,timestamp", limit=2)
    assert [row["caption"] for row in page["data"]] == ["kiriman 0", "kiriman 1"]
    last = httpx2.get(page["paging"]["next"]).json()
    assert [row.get("caption") for row in last["data"]] == ["kiriman 2", None]
    assert "next" not in last["paging"]
    assert "after" in last["paging"]["cursors"]
    since = api.get(f"{api.user}/media", since=str(ig.world.now() - 5), fields="caption")
    assert len(since["data"]) == 3


def test_me_is_the_account_of_the_token(api: Api) -> None:
    assert api.get("me", fields="user_id,username") == {"user_id": api.user, "username": "contoh_kpulampung", "id": api.user}


def test_a_new_token_keeps_the_posts_and_the_spent_quota(ig: Any) -> None:
    ig.publish(ig.photo())
    again = ig.side.add_account(ig.account.external_id, "contoh_kpulampung")
    assert len(again.posts) == 1
    assert again.credentials != dict(ig.account.credentials)
    assert len(again.extra["published"]) == 1


def test_a_story_is_made_of_a_picture_or_a_video(ig: Any, api: Api) -> None:
    for form in ({"image_url": ig.media.jpeg().url}, {"video_url": ig.media.mp4().url}):
        box = api.make(media_type="STORIES", **form)["id"]
        media = api.post(f"{api.user}/media_publish", creation_id=box)["id"]
        assert api.get(media, fields="media_product_type")["media_product_type"] == "STORY"
