"""The sandbox answers with the keys and JSON types of TikTok's own pages, transcribed by hand into `vendor/`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gaung.core.records import Account
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.tiktok.sandbox import TikTokSandbox

VENDOR = Path(__file__).with_name("vendor")
PUBLISH = "/v2/post/publish"
INFO = {"privacy_level": "PUBLIC_TO_EVERYONE", "title": "teks"}
PHOTOS = {"source": "PULL_FROM_URL", "photo_cover_index": 0, "photo_images": ["https://127.0.0.1:9/a.jpg"]}


class Api:
    """A plain client that knows nothing of the plugin's."""

    def __init__(self, account: Account) -> None:
        self.base = str(account.settings["api_url"])
        self.headers = {"authorization": f"Bearer {account.credentials['access_token']}"}
        self.client = httpx2.Client(trust_env=False)

    def post(self, path: str, body: dict[str, Any], fields: str = "") -> Any:
        params = {"fields": fields} if fields else None
        return self.client.post(self.base + path, json=body, params=params, headers=self.headers).json()

    def file(self, size: int, path: str = "/video/init/", **more: Any) -> Any:
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": size, "total_chunk_count": 1}
        return self.post(PUBLISH + path, {"post_info": INFO, "source_info": source, **more})

    def put(self, url: str, data: bytes) -> int:
        headers = {"content-type": "video/mp4", "content-range": f"bytes 0-{len(data) - 1}/{len(data)}"}
        return self.client.put(url, content=data, headers=headers).status_code


@pytest.fixture
def api(account: Account) -> Iterator[Api]:
    made = Api(account)
    yield made
    made.client.close()


def published(api: Api, data: bytes) -> str:
    opened = api.file(len(data))["data"]
    assert api.put(opened["upload_url"], data) == 201
    return str(opened["publish_id"])


def token(api: Api, account: Account, **changed: str) -> Any:
    held = account.credentials
    form = {"client_key": held["client_key"], "client_secret": held["client_secret"], "grant_type": "refresh_token"}
    form |= {"refresh_token": held["refresh_token"], **changed}
    return api.client.post(f"{api.base}/v2/oauth/token/", data=form).json()


def answers(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, api: Api, data: bytes) -> dict[str, Any]:
    """One answer of each kind, in the order that the state needs."""
    found: dict[str, Any] = {}
    found["error_token"] = httpx2.post(f"{api.base}{PUBLISH}/creator_info/query/", json={}, trust_env=False).json()
    found["creator_info"] = api.post(f"{PUBLISH}/creator_info/query/", {})
    found["video_init"] = opened = api.file(len(data))
    found["status_uploading"] = api.post(f"{PUBLISH}/status/fetch/", {"publish_id": opened["data"]["publish_id"]})
    sandbox.fault("tiktok.oembed", "slow", seconds=1)  # a download that lasts until it is cancelled
    pull = {"source": "PULL_FROM_URL", "video_url": f"{api.base}/oembed"}
    found["video_init_pull"] = pulling = api.post(f"{PUBLISH}/video/init/", {"post_info": INFO, "source_info": pull})
    found["cancel"] = api.post(f"{PUBLISH}/cancel/", {"publish_id": pulling["data"]["publish_id"]})
    found["inbox_init"] = api.file(len(data), "/inbox/video/init/")
    photo = {"media_type": "PHOTO", "post_mode": "DIRECT_POST", "post_info": INFO, "source_info": PHOTOS}
    found["content_init"] = api.post(f"{PUBLISH}/content/init/", photo)
    found["status_complete"] = api.post(f"{PUBLISH}/status/fetch/", {"publish_id": published(api, data)})
    sandbox.world.processing_fails["tiktok"] = 1
    found["status_failed"] = api.post(f"{PUBLISH}/status/fetch/", {"publish_id": published(api, data)})
    fields = "open_id,display_name,follower_count,following_count,likes_count,video_count"
    found["user_info"] = api.client.get(f"{api.base}/v2/user/info/", params={"fields": fields}, headers=api.headers).json()
    fields = "id,create_time,share_url,title,view_count,like_count,comment_count,share_count"
    found["video_list"] = listed = api.post("/v2/video/list/", {}, fields)
    ids = [listed["data"]["videos"][0]["id"]]
    found["video_query"] = api.post("/v2/video/query/", {"filters": {"video_ids": ids}}, "id,share_count")
    sandbox.world.quotas["tiktok.unaudited"] = 1
    found["error_unaudited"] = api.file(len(data))
    sandbox.world.quotas["tiktok.posts.per_day"] = 0
    found["creator_info_capped"] = api.post(f"{PUBLISH}/creator_info/query/", {})
    found["token"] = token(api, account)
    found["token_error"] = token(api, account)
    return found


def differences(theirs: Any, ours: Any, place: str) -> list[str]:
    if type(theirs) is not type(ours):
        return [f"{place}: {type(ours).__name__} instead of {type(theirs).__name__}"]
    if isinstance(theirs, dict):
        missing = [f"{place}.{key}: missing" for key in theirs if key not in ours]
        extra = [f"{place}.{key}: not on the page" for key in ours if key not in theirs and (place, key) != ("error", "data")]
        inner = [line for key in theirs if key in ours for line in differences(theirs[key], ours[key], f"{place}.{key}")]
        return missing + extra + inner
    if isinstance(theirs, list) and theirs:
        return [f"{place}: empty"] if not ours else differences(theirs[0], ours[0], f"{place}[0]")
    return []


def test_each_answer_has_the_keys_and_types_of_the_vendors_page(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, api: Api, video: Any
) -> None:
    ours = answers(sandbox, tiktok, account, api, video.media[0].path.read_bytes())
    pages = {path.stem: json.loads(path.read_text()) for path in VENDOR.glob("*.json")}
    assert set(ours) == set(pages)
    assert all(page["source"] and page["as_of"] for page in pages.values())
    wrong = []
    for name, page in pages.items():
        # Whether an error comes with an empty `data` is not said: both will do.
        answer = {key: value for key, value in ours[name].items() if key != "data" or "data" in page["answer"]}
        wrong += differences(page["answer"], answer, name)
    assert wrong == []


def test_codes_and_ids_are_those_of_the_pages(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, api: Api, video: Any) -> None:
    ours = answers(sandbox, tiktok, account, api, video.media[0].path.read_bytes())
    for path in VENDOR.glob("*.json"):
        page = json.loads(path.read_text())["answer"]
        error, answered = page.get("error"), ours[path.stem].get("error")
        assert answered == error if isinstance(error, str) else (error or {}).get("code") == (answered or {}).get("code"), path.stem
        theirs = (page.get("data") or {}).get("publish_id", "").partition(".")[0]
        assert (ours[path.stem].get("data") or {}).get("publish_id", "").partition(".")[0] == theirs, path.stem


def test_the_comparison_can_fail() -> None:
    assert differences({"a": 1, "b": [{"c": "x"}]}, {"a": "1", "b": [{}], "d": 0}, "x") == [
        "x.d: not on the page",
        "x.a: str instead of int",
        "x.b[0].c: missing",
    ]
    assert differences([1], [], "x") == ["x: empty"]
