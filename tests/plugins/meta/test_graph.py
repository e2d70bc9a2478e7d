"""The Graph client: where token and proof go, and what an answer becomes."""

import hashlib
import hmac
import logging
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect
from gaung.core.pacing import collect
from gaung.core.records import Account, Credentials
from gaung.plugins.meta.graph import Graph

Server = Any
"""The class of that name in conftest.py: folders of tests are no packages."""

PROOF = hmac.new(b"app-secret", b"EAAGtoken", hashlib.sha256).hexdigest()
FULL = '{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":3}]}'


def test_a_read_carries_token_proof_and_fields_in_the_query(server: Server, graph: Graph) -> None:
    server.say({"id": "1"})
    assert graph.get("1", fields=["id", "name"], params={"limit": 5}).body == {"id": "1"}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/prefix/v26.0/1")
    assert asked.query == {"fields": "id,name", "limit": "5", "access_token": "EAAGtoken", "appsecret_proof": PROOF}


def test_a_post_carries_the_token_in_its_form(server: Server, graph: Graph) -> None:
    server.say({"id": "1_2"})
    graph.post("1/feed", {"message": "Halo & #DPT"}, effect=Effect.PREPARE)
    (asked,) = server.asked
    assert asked.form == {"message": "Halo & #DPT", "access_token": "EAAGtoken"}
    assert asked.query == {"appsecret_proof": PROOF}


def test_a_multipart_post_carries_the_token_too(server: Server, graph: Graph) -> None:
    server.say({"id": "5"})
    graph.post("1/photos", {"published": "false"}, effect=Effect.PREPARE, files={"source": ("a.jpg", b"bytes", "image/jpeg")})
    (asked,) = server.asked
    assert asked.headers["content-type"].startswith("multipart/form-data")
    assert b'name="access_token"\r\n\r\nEAAGtoken' in asked.body
    assert b"bytes" in asked.body


def test_without_a_secret_there_is_no_proof(server: Server) -> None:
    server.say({"success": True})
    Graph(server.base_url, "v26.0", "EAAGtoken").delete("1_2")
    assert server.asked[0].query == {"access_token": "EAAGtoken"}
    assert (server.asked[0].method, server.asked[0].path) == ("DELETE", "/v26.0/1_2")


def test_each_token_has_its_own_proof() -> None:
    one, other = (Graph("http://x", "v26.0", token, "app-secret") for token in ("a", "b"))
    assert one.secrets[2] != other.secrets[2]


def test_the_accounts_settings_say_where_and_missing_ones_have_defaults() -> None:
    def account(**settings: str) -> Account:
        return Account(
            id=1, office="18", platform="facebook", external_id="1", handle="contoh", credentials=Credentials({"access_token": "t"}),
            settings=settings,
        )  # fmt: skip

    assert Graph.of(account()) == Graph("https://graph.facebook.com", "v26.0", "t", "")
    assert Graph.of(account(api_url="http://h", api_version="v27.0", app_secret="s")) == Graph("http://h", "v27.0", "t", "s")


@pytest.mark.parametrize("effect", [Effect.READ, Effect.PREPARE])
@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (502, b"<html>"), (200, [1]), (404, {}), (304, b"")])
def test_an_answer_that_is_no_graph_object_is_transient(status: int, body: object, effect: Effect, server: Server, graph: Graph) -> None:
    server.say(body, status)
    with pytest.raises(Transient) as caught:
        graph.post("1/feed", {}, effect=effect)
    assert caught.value.code == "bad_reply"


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (502, b"<html>"), (200, [1]), (404, {})])
def test_for_a_publishing_call_it_is_ambiguous(status: int, body: object, server: Server, graph: Graph) -> None:
    server.say(body, status)
    with pytest.raises(Ambiguous):
        graph.post("1/feed", {}, effect=Effect.PUBLISH)


def test_an_error_in_a_200_is_an_error(server: Server, graph: Graph) -> None:
    server.say({"error": {"message": "Service Unavailable", "type": "OAuthException", "code": 2}})
    with pytest.raises(Transient, match="Service Unavailable"):
        graph.get("1")


def test_a_429_without_a_graph_body_pauses_the_app(server: Server, graph: Graph) -> None:
    server.say(b"slow down", 429, retry_after="9")
    with pytest.raises(RateLimited) as caught:
        graph.get("1")
    assert (caught.value.scope, caught.value.retry_after) == ("app", 9)


def test_usage_is_read_on_good_answers_and_on_refusals_that_are_no_limit(server: Server, graph: Graph) -> None:
    server.say({"id": "1"}, x_business_use_case_usage=FULL)
    server.say({"error": {"message": "m", "code": 100}}, 400, x_business_use_case_usage=FULL)
    server.say({"error": {"message": "m", "code": 80001}}, 400, x_business_use_case_usage=FULL)
    with collect() as reports:
        graph.get("1")
        with pytest.raises(Rejected):
            graph.get("1")
        with pytest.raises(RateLimited) as caught:
            graph.get("1")
    assert [(item.scope, item.retry_after) for item in reports] == [("account", 180.0)] * 2
    assert caught.value.retry_after == 180


def test_the_platforms_clock_comes_with_the_answer(server: Server, graph: Graph) -> None:
    server.say({"id": "1"}, date="Tue, 24 Nov 2026 10:00:00 GMT")
    now = graph.get("1").server_now
    assert now is not None
    assert now.isoformat() == "2026-11-24T10:00:00+00:00"


def test_no_secret_is_in_repr_error_or_log(server: Server, graph: Graph, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.say({"error": {"message": f"Malformed access token EAAGtoken {PROOF} app-secret", "code": 190}}, 400)
    with pytest.raises(AuthRevoked) as caught:
        graph.get("1")
    server.answers.clear()
    texts = [repr(graph), str(caught.value), repr(caught.value), repr(caught.value.__cause__)]
    texts += [record.getMessage() for record in caplog.records if not record.name.startswith(("uvicorn", "httpcore"))]
    assert not [text for text in texts if "EAAGtoken" in text or "app-secret" in text or PROOF in text]
    assert "***" in str(caught.value)


def test_an_unreachable_server_is_named_without_the_token() -> None:
    with pytest.raises(PlatformError) as caught:
        Graph("http://127.0.0.1:9", "v26.0", "EAAGtoken").get("1")
    assert isinstance(caught.value, Transient)
    assert "127.0.0.1:9" in str(caught.value)
    assert "EAAGtoken" not in str(caught.value)
