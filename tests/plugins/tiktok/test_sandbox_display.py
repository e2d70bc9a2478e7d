"""The imitation lists public posts, names their authors and rotates tokens."""

from typing import Any

import pytest

from gaung.core.records import Account
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.tiktok.sandbox import TikTokSandbox

PUBLISH = "/v2/post/publish"
PUBLIC = {"privacy_level": "PUBLIC_TO_EVERYONE"}
OK = (200, "ok")
INVALID = (400, "invalid_params")


def test_only_public_posts_of_the_user_are_listed_newest_first(sandbox: TestSandbox, client: Any, tiktok: TikTokSandbox) -> None:
    now = sandbox.world.now()
    for step in range(25):
        tiktok.post_by_hand("open-id-1", f"teks {step}", now - step)
    tiktok.accounts["open-id-1"].posts[3].visible = False
    seen: list[str] = []
    cursor, more = None, True
    while more:
        body = {"max_count": 10} | ({} if cursor is None else {"cursor": cursor})
        reply = client.http.post(f"{client.base}/v2/video/list/", json=body, params={"fields": "id,video_description"})
        page = reply.json()["data"]
        seen += [row["video_description"] for row in page["videos"]]
        cursor, more = page["cursor"], page["has_more"]
    assert seen == [f"teks {step}" for step in range(25) if step != 3]
    assert client.code("/v2/video/list/", {"max_count": 21}, params={"fields": "id"}) == INVALID
    assert client.code("/v2/video/list/", {}) == INVALID
    assert client.code("/v2/video/list/", {}, params={"fields": "password"}) == INVALID
    assert client.code("/v2/video/query/", {"filters": {"video_ids": []}}, params={"fields": "id"}) == INVALID


def test_oembed_names_the_author_of_a_public_post_only(client: Any, tiktok: TikTokSandbox) -> None:
    post = tiktok.post_by_hand("open-id-1", "teks")
    found = client.http.get(f"{client.base}/oembed", params={"url": f"{post.url}?lang=id"}).json()
    assert (found["author_url"], found["title"]) == ("https://www.tiktok.com/@contoh_lampung", "teks")
    post.visible = False
    assert client.http.get(f"{client.base}/oembed", params={"url": post.url}).status_code == 400


def test_the_permission_can_be_taken_back(client: Any, account: Account) -> None:
    held = account.credentials
    form = {"client_key": held["client_key"], "client_secret": held["client_secret"], "token": held["access_token"]}
    reply = client.http.post(f"{client.base}/v2/oauth/revoke/", data=form)
    assert (reply.status_code, reply.content) == (200, b"")
    assert client.code(f"{PUBLISH}/creator_info/query/", {}) == (401, "access_token_invalid")
    assert client.http.post(f"{client.base}/v2/oauth/revoke/", data=form).json()["error"] == "invalid_request"
    assert client.http.post(f"{client.base}/v2/oauth/revoke/", data={}).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "rft.falsch"}, "invalid_grant"),
        ({"client_secret": "falsch"}, "invalid_client"),
    ],
)
def test_the_token_endpoint_refuses_in_flat_errors(client: Any, account: Account, form: dict[str, str], error: str) -> None:
    held = account.credentials
    given = {"client_key": held["client_key"], "client_secret": held["client_secret"], **form}
    reply = client.http.post(f"{client.base}/v2/oauth/token/", data=given)
    assert (reply.status_code, reply.json()["error"]) == (200, error)


def test_an_account_added_again_keeps_its_posts_and_gets_new_tokens(client: Any, tiktok: TikTokSandbox, account: Account) -> None:
    tiktok.post_by_hand("open-id-1", "teks")
    fresh = tiktok.add_account("open-id-1", "contoh_baru")
    assert fresh.credentials["access_token"] != account.credentials["access_token"]
    assert client.code(f"{PUBLISH}/creator_info/query/", {}) == (401, "access_token_invalid")
    assert [post.made_by for post in fresh.posts] == ["hand"]
