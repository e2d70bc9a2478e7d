"""Pushed states of posts: only what TikTok signed is believed, and the same event twice is the same notice."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from gaung.core.errors import WebhookRefused
from gaung.core.records import Account, Content, Credentials, WebhookAnswer, WebhookRequest
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox
from gaung.plugins.tiktok.sandbox_push import sign

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
PUBLISH_ID = "v_pub_file~v2-1.7500000000000000001"


def body(tiktok: TikTokSandbox, **changed: Any) -> bytes:
    content = {"publish_id": PUBLISH_ID, "publish_type": "DIRECT_PUBLISH"}
    plain = {"client_key": tiktok.state.client_key, "event": "post.publish.complete", "create_time": 1795000000, "user_openid": "open-id-1"}
    return json.dumps({**plain, "content": json.dumps(content), **changed}).encode()


def request(tiktok: TikTokSandbox, accounts: list[Account], raw: bytes, at: datetime = NOW, **more: Any) -> WebhookRequest:
    signature = more.pop("signature", sign(tiktok.state.client_secret, int(at.timestamp()), raw))
    values: dict[str, Any] = {"method": "POST", "query": {}, "headers": {"tiktok-signature": signature}, "body": raw, "received_at": NOW}
    return WebhookRequest(**{**values, "accounts": accounts, **more})


@pytest.mark.parametrize("event", ["failed", "complete", "inbox_delivered", "publicly_available"])
def test_the_end_of_a_publish_is_a_notice_about_its_delivery(tiktok: TikTokSandbox, account: Account, event: str) -> None:
    raw = body(tiktok, event=f"post.publish.{event}")
    [notice] = plugin.gaung_read_webhook(request(tiktok, [account], raw)).notices
    assert (notice.kind, notice.account, notice.refers, dict(notice.payload)) == ("delivery", account.external_id, PUBLISH_ID, {})


def test_the_same_event_again_is_the_same_notice_and_another_is_another(tiktok: TikTokSandbox, account: Account) -> None:
    raw = body(tiktok)
    first = plugin.gaung_read_webhook(request(tiktok, [account], raw))
    spaced = json.dumps(json.loads(raw), indent=1).encode()
    assert plugin.gaung_read_webhook(request(tiktok, [account], spaced, NOW - timedelta(hours=1))) == first
    other = body(tiktok, event="post.publish.publicly_available")
    assert plugin.gaung_read_webhook(request(tiktok, [account], other)).notices[0].key != first.notices[0].key


def test_content_may_be_an_object_too(tiktok: TikTokSandbox, account: Account) -> None:
    raw = body(tiktok, content={"publish_id": PUBLISH_ID})
    assert len(plugin.gaung_read_webhook(request(tiktok, [account], raw)).notices) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"event": "authorization.removed", "content": '{"reason": 1}'},
        {"event": "post.publish.no_longer_publicaly_available"},
        {"event": "video.upload.failed"},
        {"event": None},
        {"user_openid": "open-id-of-nobody"},
        {"user_openid": ["open-id-1"]},
        {"event": ["post.publish.complete"]},
        {"content": "not JSON"},
        {"content": "[]"},
        {"content": '{"publish_id": 5}'},
        {"content": '{"publish_id": "a\\nb"}'},
        {"content": None},
    ],
)
def test_what_tells_of_no_delivery_of_ours_is_answered_and_not_kept(
    tiktok: TikTokSandbox, account: Account, changed: dict[str, Any]
) -> None:
    assert plugin.gaung_read_webhook(request(tiktok, [account], body(tiktok, **changed))) == WebhookAnswer()


def test_one_changed_bit_is_refused(tiktok: TikTokSandbox, account: Account) -> None:
    raw = body(tiktok)
    right = request(tiktok, [account], raw)
    for place in range(len(raw)):
        flipped = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(WebhookRefused):
            plugin.gaung_read_webhook(replace(right, body=flipped))


@pytest.mark.parametrize(
    "signature", ["", "t=1", "t=,s=", "s=abc,t=1", "t=1795000000,s=" + "0" * 63, "t=1795000000,s=" + "g" * 64, "t=-1,s=" + "0" * 64]
)
def test_an_unreadable_signature_is_refused(tiktok: TikTokSandbox, account: Account, signature: str) -> None:
    with pytest.raises(WebhookRefused, match="missing or unreadable"):
        plugin.gaung_read_webhook(request(tiktok, [account], body(tiktok), signature=signature))


def test_a_signature_with_another_secret_or_another_time_is_refused(tiktok: TikTokSandbox, account: Account) -> None:
    raw = body(tiktok)
    at = int(NOW.timestamp())
    for signature in (sign("another", at, raw), sign(tiktok.state.client_secret, at, raw).replace(f"t={at}", f"t={at + 1}")):
        with pytest.raises(WebhookRefused, match="not of any of our apps"):
            plugin.gaung_read_webhook(request(tiktok, [account], raw, signature=signature))


@pytest.mark.parametrize(("age", "fine"), [(0, True), (72 * 3600, True), (74 * 3600, False), (-200, True), (-400, False)])
def test_a_signature_is_good_as_long_as_tiktok_tries_and_no_longer(tiktok: TikTokSandbox, account: Account, age: int, fine: bool) -> None:
    late = request(tiktok, [account], body(tiktok), NOW - timedelta(seconds=age))
    if fine:
        assert plugin.gaung_read_webhook(late).notices
    else:
        with pytest.raises(WebhookRefused, match="the signature is"):
            plugin.gaung_read_webhook(late)


def test_without_a_secret_nothing_is_believed(tiktok: TikTokSandbox, account: Account) -> None:
    bare = replace(account, credentials=Credentials({"client_key": tiktok.state.client_key, "client_secret": ""}))
    for accounts in ([], [bare]):
        with pytest.raises(WebhookRefused, match="no account has a client_secret"):
            plugin.gaung_read_webhook(request(tiktok, accounts, body(tiktok)))


def test_an_app_cannot_speak_for_another_one(tiktok: TikTokSandbox, account: Account) -> None:
    other = replace(account, external_id="open-id-2", credentials=Credentials({"client_key": "awother", "client_secret": "their-secret"}))
    at = int(NOW.timestamp())
    raw = body(tiktok)
    with pytest.raises(WebhookRefused, match="another app"):
        plugin.gaung_read_webhook(request(tiktok, [account, other], raw, signature=sign("their-secret", at, raw)))
    theirs = body(tiktok, client_key="awother")  # of their app, about our account
    answer = plugin.gaung_read_webhook(request(tiktok, [account, other], theirs, signature=sign("their-secret", at, theirs)))
    assert answer == WebhookAnswer()


def test_a_client_key_that_is_no_text_is_refused(tiktok: TikTokSandbox, account: Account) -> None:
    with pytest.raises(WebhookRefused, match="another app"):
        plugin.gaung_read_webhook(request(tiktok, [account], body(tiktok, client_key=["awcontohclientkey"])))


def test_a_handshake_and_a_body_that_is_no_object_are_refused(tiktok: TikTokSandbox, account: Account) -> None:
    for raw in (b"", b"[]", b"\xff", b"[" * 100_000):
        with pytest.raises(WebhookRefused, match="the body is"):
            plugin.gaung_read_webhook(request(tiktok, [account], raw))
    with pytest.raises(WebhookRefused, match="handshake"):
        plugin.gaung_read_webhook(request(tiktok, [account], b"", method="GET"))


def test_what_the_sandbox_pushes_is_believed_and_refers_to_the_delivery(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Callable[..., LiveAttempt], receiver: Any
) -> None:
    receiver.serve(sandbox.world, plugin, account)
    receiver.refuse = 1
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    assert tiktok.wait_for_pushes(10)
    [first], [again], [public] = (plugin.gaung_read_webhook(one).notices for one in receiver.requests)
    assert first == again, "the first one is tried twice"
    assert first.key != public.key
    assert {first.refers, public.refers} == {attempt.checkpoints["upload"]["publish_id"]}
    assert [pushed.event for pushed in tiktok.push.sent] == ["post.publish.complete", "post.publish.publicly_available"]


def test_nothing_is_pushed_where_nobody_listens(
    tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Callable[..., LiveAttempt]
) -> None:
    live_attempt().run(plugin.gaung_publish, account, video)
    assert tiktok.wait_for_pushes(0)
    assert tiktok.push.sent == []


def test_an_ordinary_client_reads_the_research_routes_as_documented(tiktok: TikTokSandbox, sandbox: TestSandbox) -> None:
    key, secret = tiktok.research.client
    form = {"client_key": key, "client_secret": secret, "grant_type": "client_credentials"}
    with httpx2.Client(trust_env=False, base_url=tiktok.base_url) as http:
        token = http.post("/v2/oauth/token/", data=form).json()
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 7200)
        headers = {"authorization": f"Bearer {token['access_token']}"}
        path = "/v2/research/user/reposted_videos/"
        refused = http.post(path, params={"fields": "id"}, json={"username": "x"}, headers=headers)
        assert refused.json()["error"]["code"] == "scope_not_authorized"
        sandbox.world.quotas["tiktok.research"] = 1
        assert http.post(path, json={"username": "x"}, headers=headers).json()["error"]["code"] == "invalid_params"
