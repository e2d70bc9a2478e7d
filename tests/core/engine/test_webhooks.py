"""What is pushed is in the database before the platform is told so, once, and nothing else is answered with 200."""

import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import uvicorn

from gaung.core.engine import serve, webhooks
from gaung.core.errors import WebhookRefused
from gaung.core.records import Notice, WebhookAnswer, WebhookRequest
from gaung.core.store.db import Store
from gaung.core.store.ledger_tables import chores, notices
from gaung.core.testkit.looking import LookingWorld

SECRET = b"token-of-a18"
AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def read(request: WebhookRequest) -> WebhookAnswer:
    """A platform that signs with the account's token and pushes a list of notices."""
    if request.method == "GET":
        return WebhookAnswer(body=request.query.get("hub.challenge", ""))
    secrets = [account.credentials["token"].encode() for account in request.accounts]
    signature = request.headers.get("x-signature", "")
    if not any(hmac.compare_digest(signature, hmac.new(secret, request.body, hashlib.sha256).hexdigest()) for secret in secrets):
        raise WebhookRefused("the signature does not fit")
    told = json.loads(request.body)
    return WebhookAnswer(notices=tuple(Notice(**one) for one in told))


@pytest.fixture
def served(looking: LookingWorld) -> Iterator[str]:
    """The address of the server that `gaung run` starts."""
    looking.toy.answers["read_webhook"] = read
    looking.account()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(serve.app(looking.engine), lifespan="off", log_level="critical", ws="none")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join()


def push(served: str, *told: dict[str, Any], signature: str = "", platform: str = "toy") -> httpx2.Response:
    """Push notices, signed unless the signature is given."""
    body = json.dumps(told).encode()
    headers = {"x-signature": signature or hmac.new(SECRET, body, hashlib.sha256).hexdigest()}
    return httpx2.post(f"{served}/webhooks/{platform}", content=body, headers=headers)


def sighting(key: str = "n1", account: str = "a18", **payload: str) -> dict[str, Any]:
    """A notice that somebody did something."""
    return {"key": key, "account": account, "kind": "sighting", "payload": payload or {"link": "https://toy.example/contoh_agt_siti/1"}}


def test_a_handshake_is_answered_with_the_platforms_challenge(served: str) -> None:
    reply = httpx2.get(f"{served}/webhooks/toy", params={"hub.challenge": "4711"})
    assert (reply.status_code, reply.text) == (200, "4711")
    assert reply.headers["content-type"].startswith("text/plain")


def test_a_notice_is_kept_sealed_with_a_chore_before_the_answer(served: str, looking: LookingWorld) -> None:
    assert push(served, sighting()).status_code == 200
    [row] = looking.rows(notices)
    [chore] = looking.rows(chores)
    assert (row.platform, row.kind, row.done_at) == ("toy", "sighting", None)
    assert (chore.kind, chore.subject, chore.account_id, chore.lease) == ("notice", row.id, looking.account(), None)
    assert "contoh_agt" not in row.payload
    assert row.key != "n1"
    assert looking.toy.calls == ["read_webhook"], "it is followed by a worker, not in the request"


def test_a_notice_delivered_five_times_at_once_is_kept_once(served: str, looking: LookingWorld) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(push(served, sighting()).status_code)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 5
    assert (len(looking.rows(notices)), len(looking.rows(chores))) == (1, 1)


def test_several_notices_of_one_request_are_kept_and_those_of_strangers_left_out(served: str, looking: LookingWorld) -> None:
    assert push(served, sighting("n1"), sighting("n2"), sighting("n3", account="nobody's")).status_code == 200
    assert len(looking.rows(notices)) == 2


def test_an_account_added_just_now_is_known(served: str, looking: LookingWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_NEW", 0.0)
    assert push(served, sighting("n1")).status_code == 200
    looking.account("18.01")
    assert push(served, sighting("n2", account="a18.01")).status_code == 200
    assert len(looking.rows(notices)) == 2


def test_while_the_database_is_away_the_platform_is_asked_to_send_again(served: str, looking: LookingWorld) -> None:
    assert push(served, sighting("n0")).status_code == 200  # the accounts are known from here on
    here, looking.engine.store = looking.engine.store, Store(AWAY, actor="test")
    reply = push(served, sighting("n1"))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "30")
    looking.engine.store = here
    assert len(looking.rows(notices)) == 1
    assert push(served, sighting("n1")).status_code == 200
    assert len(looking.rows(notices)) == 2


def test_a_bad_signature_is_refused_and_told_once_without_content(served: str, looking: LookingWorld) -> None:
    for _ in range(3):
        reply = push(served, sighting(), signature="00")
        assert (reply.status_code, reply.text) == (403, "")
    assert looking.rows(notices) == []
    [event] = looking.told("webhook.refused")
    assert (event.platform, event.data) == ("toy", {"reason": "the signature does not fit"})


@pytest.mark.parametrize("platform", ["nothing", "..%2Ftoy", "toy/more"])
def test_other_addresses_are_nobodys(served: str, platform: str) -> None:
    assert push(served, sighting(), platform=platform).status_code == 404


def test_a_platform_that_pushes_nothing_has_no_address(served: str, looking: LookingWorld) -> None:
    looking.toy.looks = False
    from gaung.core.manager import Manager

    looking.engine.manager = Manager([looking.toy.source()])
    assert push(served, sighting()).status_code == 404


def test_a_body_that_is_too_large_is_not_read(served: str, looking: LookingWorld) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    with contextlib.suppress(httpx2.HTTPError):
        assert httpx2.post(f"{served}/webhooks/toy", content=endless()).status_code == 413
    assert looking.toy.calls == []


def test_a_body_that_does_not_come_is_not_waited_for(served: str, looking: LookingWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SLOWEST_BODY", 0.2)
    host, port = served.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"POST /webhooks/toy HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc")
        slow.settimeout(5)
        assert slow.recv(100).startswith(b"HTTP/1.1 408")
    assert looking.toy.calls == []


def test_a_plugin_that_fails_keeps_nothing_and_its_words_are_not_logged(
    served: str, looking: LookingWorld, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_request: WebhookRequest) -> WebhookAnswer:
        raise KeyError("contoh_agt_siti")

    looking.toy.answers["read_webhook"] = failing
    assert push(served, sighting()).status_code == 503
    assert "KeyError" in caplog.text
    assert "contoh_agt_siti" not in caplog.text


def test_the_answer_does_not_wait_for_what_follows(served: str, looking: LookingWorld) -> None:
    looking.toy.answers["follow_notice"] = lambda *_: time.sleep(30)
    begun = time.monotonic()
    push(served, sighting())
    assert time.monotonic() - begun < 10


def test_the_address_stands_beside_the_medias() -> None:
    assert webhooks.address("https://kpu.example/media/", "toy") == "https://kpu.example/webhooks/toy"
    assert webhooks.address("https://kpu.example", "toy") == "https://kpu.example/webhooks/toy"
