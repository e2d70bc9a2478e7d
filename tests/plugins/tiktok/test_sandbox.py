"""The imitation is as strict as TikTok: an independent client that errs is told so, in TikTok's codes."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.records import Account, Media
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.tiktok.sandbox import TikTokSandbox

PUBLISH = "/v2/post/publish"
PUBLIC = {"privacy_level": "PUBLIC_TO_EVERYONE"}
OK = (200, "ok")
INVALID = (400, "invalid_params")


@pytest.mark.parametrize(
    ("size", "chunk", "count", "answer"),
    [
        (4_000_000, 4_000_000, 1, OK),
        (4_000_000, 2_000_000, 2, INVALID),
        (50_000_123, 10_000_000, 5, OK),
        (50_000_123, 10_000_000, 6, INVALID),
        (50_000_123, 10_000_000, 4, INVALID),
        (64_000_000, 64_000_000, 1, OK),
        (67_108_865, 67_108_865, 1, INVALID),
        (100_000_000, 60_000_000, 1, INVALID),
        (100_000_000, 50_000_000, 2, OK),
        (12_000_000, 4_000_000, 3, INVALID),
        (4_294_967_297, 64_000_000, 67, INVALID),
        (10_000_000, 20_000_000, 0, INVALID),
        (10_000_000, 0, 1, INVALID),
        (-1, 1, 1, INVALID),
    ],
)
def test_the_arithmetic_of_chunks_is_enforced(
    sandbox: TestSandbox, client: Any, size: int, chunk: int, count: int, answer: tuple[int, str]
) -> None:
    del sandbox.world.quotas["tiktok.min_chunk"]
    assert client.init(size, chunk, count) == answer


@pytest.mark.parametrize(
    ("info", "answer"),
    [
        ({"privacy_level": None}, INVALID),
        ({"privacy_level": "FOLLOWER_OF_CREATOR"}, (403, "privacy_level_option_mismatch")),
        ({"title": "a" * 2200}, OK),
        ({"title": "🗳" * 1101}, INVALID),
        ({"title": 5}, INVALID),
        ({"disable_duet": "yes"}, INVALID),
        ({"brand_content_toggle": True, "privacy_level": "SELF_ONLY"}, INVALID),
        ({"video_cover_timestamp_ms": 2**31}, INVALID),
        ({"video_cover_timestamp_ms": True}, INVALID),
    ],
)
def test_what_a_post_says_is_checked(client: Any, info: dict[str, Any], answer: tuple[int, str]) -> None:
    assert client.init(5000, 5000, 1, **info) == answer


def test_a_call_needs_a_token_a_scope_and_json(client: Any, tiktok: TikTokSandbox, account: Account) -> None:
    path = f"{PUBLISH}/creator_info/query/"
    assert client.code(path, {}, headers={"authorization": "Bearer act.falsch"}) == (401, "access_token_invalid")
    assert client.code(path, {}, headers={"authorization": ""}) == (401, "access_token_invalid")
    assert client.http.post(f"{client.base}{PUBLISH}/status/fetch/", content=b"publish_id=1").json()["error"]["code"] == "invalid_params"
    assert client.http.post(f"{client.base}{PUBLISH}/status/fetch/", content=b"{", headers={"content-type": "application/json"}).json()[
        "error"
    ]["code"] == ("invalid_params")
    assert client.code(f"{PUBLISH}/status/fetch/", []) == INVALID
    tiktok.state.tokens[account.credentials["access_token"]].scopes = ("user.info.basic",)
    assert client.code(path, {}) == (401, "scope_not_authorized")
    assert client.code("/v2/video/list/", {}, params={"fields": "id"}) == (401, "scope_not_authorized")
    reply = client.http.get(f"{client.base}/v2/user/info/", params={"fields": "open_id,username"})
    assert reply.json()["error"]["code"] == "scope_not_authorized"


@pytest.mark.parametrize(
    ("name", "path", "limit"),
    [
        ("creator_info", "/creator_info/query/", 20),
        ("video.init", "/video/init/", 6),
        ("content.init", "/content/init/", 6),
        ("status", "/status/fetch/", 30),
    ],
)
def test_calls_of_a_user_are_limited_by_a_sliding_minute(
    sandbox: TestSandbox, client: Any, account_for: Callable[..., Account], name: str, path: str, limit: int
) -> None:
    del sandbox.world.quotas[f"tiktok.{name}.per_minute"]
    for _ in range(limit):
        assert client.code(PUBLISH + path, {})[0] != 429
    assert client.code(PUBLISH + path, {}) == (429, "rate_limit_exceeded")
    other = client.another(account_for("tiktok"))
    assert other.code(PUBLISH + path, {})[0] != 429
    other.http.close()
    sandbox.world.clock_offset += 61
    assert client.code(PUBLISH + path, {})[0] != 429


def test_an_unknown_path_is_tiktoks_own_404(client: Any) -> None:
    assert client.code("/v2/post/publish/delete/", {}) == (404, "unsupported_path")


def test_fifteen_posts_a_day_and_no_more(sandbox: TestSandbox, client: Any, tiktok: TikTokSandbox, spot: Media) -> None:
    data = spot.path.read_bytes()
    for _ in range(15):
        opened = client.open(len(data), len(data), 1)
        assert client.put(opened["upload_url"], data, 0, len(data)).status_code == 201
    assert client.init(5000, 5000, 1) == (403, "spam_risk_too_many_posts")
    assert client.code(f"{PUBLISH}/creator_info/query/", {}) == (200, "spam_risk_too_many_posts")
    sandbox.world.clock_offset += 86_401
    fresh = tiktok.add_account("open-id-1", "contoh_lampung")
    client.http.headers["authorization"] = f"Bearer {fresh.credentials['access_token']}"
    assert client.init(5000, 5000, 1) == OK
    assert len(tiktok.posts()) == 15


def test_a_publish_of_another_user_is_nobodys_business(client: Any, account_for: Callable[..., Account]) -> None:
    opened = client.open(5000, 5000, 1)
    other = client.another(account_for("tiktok"))
    answer = other.code(f"{PUBLISH}/status/fetch/", {"publish_id": opened["publish_id"]})
    other.http.close()
    assert answer == (400, "token_not_authorized_for_specified_publish_id")
