"""What Meta pushes is taken only with a right signature over exactly these bytes; both plugins, all envelopes."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaung.core.errors import WebhookRefused
from gaung.core.records import Account, Credentials, WebhookAnswer, WebhookRequest
from gaung.plugins import facebook, instagram

SECRET, OTHER = "contoh-rahasia", "contoh-rahasia-lain"
MENTION = {"media_id": "17918195224117851"}
BOTH = pytest.mark.parametrize("plugin", [facebook, instagram], ids=["facebook", "instagram"])


def account(external_id: str = "1001", **settings: Any) -> Account:
    given = {"app_secret": SECRET, "webhook_verify_token": "kata-kami", **settings}
    return Account(
        id=1, office="18", platform="x", external_id=external_id, handle="contoh_kpu", credentials=Credentials({}), settings=given
    )


def request(body: bytes, header: str | None = None, *accounts: Account, **headers: str) -> WebhookRequest:
    signed = sign(body) if header is None else header
    return WebhookRequest(
        method="POST", query={}, headers={"x-hub-signature-256": signed, **headers}, body=body, received_at=datetime.now(UTC),
        accounts=accounts or (account(),),
    )  # fmt: skip


def sign(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def envelope(plugin: ModuleType, *updates: tuple[str, str, dict[str, Any]], flat: bool = False) -> bytes:
    def entry(account: str, name: str, value: dict[str, Any]) -> dict[str, Any]:
        head = {"id": account, "time": 1520383571}
        return {**head, "field": name, "value": value} if flat else {**head, "changes": [{"field": name, "value": value}]}

    return json.dumps({"object": "page" if plugin is facebook else "instagram", "entry": [entry(*update) for update in updates]}).encode()


def mention(plugin: ModuleType, account: str = "1001", number: int = 1) -> tuple[str, str, dict[str, Any]]:
    if plugin is instagram:
        return account, "mentions", {"media_id": f"179181952{number}"}
    value = {
        "post_id": f"6155_{number}00000",
        "item": "post",
        "verb": "add",
        "sender_id": "6155",
        "sender_name": "Siti Contoh",
        "message": "x",
    }
    return account, "mention", value


def read(plugin: ModuleType, asked: WebhookRequest) -> WebhookAnswer:
    answer: WebhookAnswer = plugin.gaung_read_webhook(request=asked)
    return answer


@BOTH
def test_a_signed_body_is_read(plugin: ModuleType) -> None:
    [notice] = read(plugin, request(envelope(plugin, mention(plugin)))).notices
    assert (notice.account, notice.kind) == ("1001", "sighting")


@BOTH
def test_one_bit_of_the_signature_or_of_the_body_is_enough_to_refuse(plugin: ModuleType) -> None:
    body = envelope(plugin, mention(plugin))
    digest = bytearray.fromhex(sign(body).removeprefix("sha256="))
    for place in range(0, 256, 7):
        changed = bytearray(digest)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(WebhookRefused):
            read(plugin, request(body, f"sha256={changed.hex()}"))
    for place in range(0, len(body), 11):
        altered = bytearray(body)
        altered[place] ^= 1
        with pytest.raises(WebhookRefused):
            read(plugin, request(bytes(altered), sign(body)))
    assert read(plugin, request(body, sign(body))).notices


@BOTH
@pytest.mark.parametrize(
    "header",
    ["", "sha256=", "sha1=" + "0" * 40, "0" * 64, "sha256=" + "g" * 64, "sha256=" + "0" * 63, "sha256=\u0661" * 8, "sha256=" + "0" * 65],
)
def test_a_header_that_is_no_signature_is_refused(plugin: ModuleType, header: str) -> None:
    with pytest.raises(WebhookRefused):
        read(plugin, request(envelope(plugin, mention(plugin)), header))


@BOTH
def test_the_older_signature_alone_is_refused(plugin: ModuleType) -> None:
    body = envelope(plugin, mention(plugin))
    older = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    with pytest.raises(WebhookRefused):
        read(plugin, request(body, "", **{"x-hub-signature": f"sha1={older}"}))


@BOTH
def test_a_secret_of_any_of_our_apps_will_do_and_a_former_or_foreign_one_will_not(plugin: ModuleType) -> None:
    body = envelope(plugin, mention(plugin, "1002"))
    accounts = (account("1001"), account("1002", app_secret=OTHER), account("1003"))
    assert read(plugin, request(body, sign(body, OTHER), *accounts)).notices
    assert read(plugin, request(body, sign(body), *accounts)).notices
    with pytest.raises(WebhookRefused):
        read(plugin, request(body, sign(body, OTHER)))


@BOTH
def test_without_a_secret_nothing_is_taken_not_even_what_the_empty_secret_signs(plugin: ModuleType) -> None:
    body = envelope(plugin, mention(plugin))
    for accounts in ((account(app_secret=""),), (account(app_secret=None),)):
        with pytest.raises(WebhookRefused, match="app_secret"):
            read(plugin, request(body, sign(body, ""), *accounts))
    with pytest.raises(WebhookRefused):
        read(plugin, WebhookRequest(method="POST", query={}, headers={}, body=body, received_at=datetime.now(UTC), accounts=()))


@BOTH
@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"1", b"\xff\xfe", b"{", b"[" * 100_000])
def test_a_signed_body_that_cannot_be_read_is_refused(plugin: ModuleType, body: bytes) -> None:
    with pytest.raises(WebhookRefused) as caught:
        read(plugin, request(body))
    assert "\\xff" not in str(caught.value)


@BOTH
def test_a_signed_body_about_something_else_is_answered_without_notices(plugin: ModuleType) -> None:
    other = instagram if plugin is facebook else facebook
    for body in (envelope(other, mention(other)), b'{"object":"user","entry":[]}', b"{}"):
        assert read(plugin, request(body)) == WebhookAnswer()


@BOTH
def test_only_our_own_accounts_get_notices(plugin: ModuleType) -> None:
    body = envelope(plugin, mention(plugin, "1001"), mention(plugin, "9999", 2), mention(plugin, "1002", 3))
    answer = read(plugin, request(body, None, account("1001"), account("1002")))
    assert [notice.account for notice in answer.notices] == ["1001", "1002"]


@BOTH
def test_a_thousand_updates_in_one_body_are_read_and_each_once(plugin: ModuleType) -> None:
    updates = [mention(plugin, "1001", number % 900) for number in range(1000)]
    assert len(read(plugin, request(envelope(plugin, *updates))).notices) == 900


@BOTH
def test_the_same_notice_has_the_same_key_whenever_and_however_it_comes(plugin: ModuleType) -> None:
    keys = set()
    for flat in (False, True):
        for when in (1520383571, 1520999999):
            body = envelope(plugin, mention(plugin), flat=flat).replace(b"1520383571", str(when).encode())
            keys |= {notice.key for notice in read(plugin, request(body)).notices}
    assert len(keys) == 1
    others = [mention(plugin, "1001", 2), mention(plugin, "1002", 1)]
    keys |= {notice.key for notice in read(plugin, request(envelope(plugin, *others), None, account("1001"), account("1002"))).notices}
    assert len(keys) == 3
    assert "6155" not in "".join(keys), "whose post it is stands in its id"


@BOTH
def test_no_word_and_no_name_is_kept(plugin: ModuleType) -> None:
    account_id, name, value = mention(plugin)
    value = {**value, "message": "rahasia", "text": "rahasia", "sender_name": "Siti Contoh", "from": {"id": "77", "name": "Siti Contoh"}}
    share = ("1001", "feed", {**value, "item": "share", "share_id": "88", "link": "https://www.facebook.com/contohagt.siti/posts/123456"})
    for notice in read(plugin, request(envelope(plugin, (account_id, name, value), share))).notices:
        told = json.dumps([notice.key, dict(notice.payload)])
        assert "rahasia" not in told
        assert "Contoh" not in told
        assert "contohagt" not in told
        assert "6155" not in repr(notice)
        json.dumps(dict(notice.payload))


def test_stories_and_comments_below_our_own_media_are_left_out() -> None:
    story = {"sender": {"id": "5"}, "recipient": {"id": "1001"}, "message": {"mid": "m", "attachments": [{"type": "story_mention"}]}}
    comment = {"id": "55", "from": {"id": "5", "username": "contoh_agt_siti"}, "text": "@teman lihat", "media": {"id": "9"}}
    body = {"object": "instagram", "entry": [{"id": "1001", "messaging": [story], "changes": [{"field": "comments", "value": comment}]}]}
    assert read(instagram, request(json.dumps(body).encode())).notices == ()


def test_a_comment_and_the_caption_above_it_are_two_notices() -> None:
    body = envelope(instagram, ("1001", "mentions", MENTION), ("1001", "mentions", {**MENTION, "comment_id": "17894227972186120"}))
    assert [notice.payload for notice in read(instagram, request(body)).notices] == [
        MENTION, {**MENTION, "comment_id": "17894227972186120"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        {"item": "share", "verb": "remove", "share_id": "88"}, {"item": "share", "verb": "edited", "share_id": "88"},
        {"item": "comment", "verb": "add", "comment_id": "1_2"}, {"item": "reaction", "verb": "add", "post_id": "1_2"},
        {"item": "share", "verb": "add"}, {"item": "share", "verb": "add", "share_id": {"x": 1}, "post_id": "../me"},
    ],
)  # fmt: skip
def test_what_is_no_new_share_of_the_feed_is_left_out(value: dict[str, Any]) -> None:
    assert read(facebook, request(envelope(facebook, ("1001", "feed", value)))).notices == ()


@pytest.mark.parametrize("value", [{}, {"media_id": "x"}, {"media_id": True}, {"media_id": "1){id,token}"}, {"comment_id": ["1"]}])
def test_what_has_no_id_of_a_media_is_left_out(value: dict[str, Any]) -> None:
    assert read(instagram, request(envelope(instagram, ("1001", "mentions", value)))).notices == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "entry", "changes", "field", "value", "object", "verb", "item", "media_id", "from"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@BOTH
@given(entry=JSON, value=JSON)
def test_no_signed_json_makes_it_fall(plugin: ModuleType, entry: Any, value: Any) -> None:
    obj = "page" if plugin is facebook else "instagram"
    for name in ("feed", "mention", "mentions"):
        inner = {"id": "1001", "changes": [{"field": name, "value": value}, entry]}
        body = json.dumps({"object": obj, "entry": [inner, entry]}).encode()
        read(plugin, request(body))
        read(plugin, request(json.dumps({"object": obj, "entry": entry}).encode()))


def handshake(plugin: ModuleType, query: dict[str, str], *accounts: Account) -> WebhookAnswer:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "kata-kami", "hub.challenge": "1158201444"}
    asked |= {f"hub.{key}": value for key, value in query.items()}
    return read(
        plugin,
        WebhookRequest(method="GET", query=asked, headers={}, body=b"", received_at=datetime.now(UTC), accounts=accounts or (account(),)),
    )


@BOTH
def test_a_handshake_with_our_word_is_answered_by_its_challenge(plugin: ModuleType) -> None:
    assert handshake(plugin, {}) == WebhookAnswer(body="1158201444")
    mixed = (account(webhook_verify_token=""), account(webhook_verify_token="kata-lain"))
    assert handshake(plugin, {"verify_token": "kata-lain"}, *mixed).body == "1158201444"


@BOTH
@pytest.mark.parametrize(
    "query",
    [
        {"verify_token": "kata-lain"}, {"verify_token": ""}, {"verify_token": "kata-kam\u0131"}, {"mode": "unsubscribe"}, {"mode": ""},
        {"challenge": ""}, {"challenge": "<script>alert(1)</script>"}, {"challenge": "1" * 1000},
    ],
)  # fmt: skip
def test_any_other_handshake_is_refused(plugin: ModuleType, query: dict[str, str]) -> None:
    with pytest.raises(WebhookRefused):
        handshake(plugin, query)


@BOTH
def test_without_a_word_of_ours_no_handshake_is_answered(plugin: ModuleType) -> None:
    with pytest.raises(WebhookRefused, match="webhook_verify_token"):
        handshake(plugin, {"verify_token": ""}, account(webhook_verify_token=""))
