"""Alerts reach the receiver, signed, at least once, and a dead or slow one costs nothing but its own time."""

import base64
import hashlib
import hmac
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.engine.observers import Observers
from gaung.core.redaction import redact

SECRET = "rahasia-penerima-contoh-0123456789"

DISPATCHER = """
import sys
from gaung.core.config import load
from gaung.core.engine.context import Engine
from gaung.core.engine.observers import Observers
from pathlib import Path
observers = Observers(Engine(load(Path(sys.argv[1])), "dispatcher"))
print("ready", flush=True)
sys.stdin.readline()
observers.pump()
"""


def until(observers: Observers, there: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not there() and time.monotonic() < end:
        observers.pump()
        time.sleep(0.005)
    assert there()


def test_an_alert_arrives_once_signed_over_id_time_and_body(house: Any, inbox: Any) -> None:
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(7)
    observers.pump()
    observers.pump()
    (one,) = inbox.got
    head, body = one["headers"], one["body"]
    assert one["path"] == "/gaung/masuk"
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    assert head["webhook-signature"] == "v1," + base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert abs(int(head["webhook-timestamp"]) - time.time()) < 60
    told = json.loads(body)
    assert (told["event"], told["office"], told["data"]) == ("alert.raised", "18.01", {"alert": "silent", "days": 7})
    assert head["webhook-id"] == f"evt_{told['id']}"
    assert SECRET not in str(one)


def test_only_what_is_wanted_is_sent(house: Any, inbox: Any) -> None:
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(1, name="alert.resolved")
    house.happens(2, name="training.added", office=None)
    house.happens(3, office=None)
    observers.pump()
    assert inbox.told() == [1, 3]
    assert [str(json.loads(one["body"])["event"]) for one in inbox.got] == ["alert.resolved", "alert.raised"]
    wide = house.observers(url=inbox.url, secret=SECRET, events='["training.*"]')
    house.happens(4, name="training.added", office=None)
    house.happens(5)
    wide.pump()
    assert inbox.told() == [1, 3, 4]


def test_it_is_off_until_it_is_set_up_and_then_tells_nothing_old(house: Any, inbox: Any) -> None:
    off = house.observers()
    house.happens(1)
    off.pump()
    on = house.observers(url=inbox.url, secret=SECRET)
    on.pump()
    house.happens(2)
    on.pump()
    assert inbox.told() == [2]


def test_500_and_then_200_is_one_alert_with_one_id(house: Any, inbox: Any) -> None:
    inbox.answers = lambda number: (500, {}) if number <= 3 else (200, {})
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(1, 2)
    until(observers, lambda: len(inbox.got) >= 5)
    assert inbox.told() == [1, 1, 1, 1, 2]
    assert len(set(inbox.ids()[:4])) == 1
    assert len({one["body"] for one in inbox.got[:4]}) == 1


@pytest.mark.parametrize("status", [301, 401, 404, 408, 410, 429, 503])
def test_what_may_end_is_sent_again(house: Any, inbox: Any, status: int) -> None:
    inbox.answers = lambda number: (status, {"location": inbox.url}) if number == 1 else (204, {"content-length": "0"})
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(1)
    until(observers, lambda: len(inbox.got) >= 2)
    assert inbox.told() == [1, 1]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_the_receiver_will_never_take_stops_nothing(house: Any, inbox: Any, status: int, caplog: pytest.LogCaptureFixture) -> None:
    inbox.answers = lambda number: (status, {}) if number == 1 else (200, {})
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(1, 2)
    observers.pump()
    assert inbox.told() == [1, 2]
    assert f"plugin webhook (package gaung 0.1.0): gaung_event failed: Rejected: {status}: 127.0.0.1 answered HTTP {status}" in caplog.text


def test_retry_after_is_heeded(house: Any, inbox: Any) -> None:
    inbox.answers = lambda number: (429, {"retry-after": "600"}) if number == 1 else (200, {})
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(1)
    for _ in range(5):
        observers.pump()
    assert len(inbox.got) == 1
    house.forget()
    observers.pump()
    assert inbox.told() == [1, 1]


def test_a_dead_receiver_loses_nothing_floods_nothing_and_is_caught_up_with(
    house: Any, inbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    inbox.server.server_close()
    inbox.server.shutdown()
    observers = house.observers(url=inbox.url + "/tempat-rahasia?kunci=sangat-rahasia", secret=SECRET)
    house.happens(*range(1, 51))
    begun = time.monotonic()
    for _ in range(10):
        house.forget()
        observers.pump()
    assert time.monotonic() - begun < 10
    warnings = [record for record in caplog.records if record.name == "gaung.observers"]
    assert len(warnings) == 1
    assert "webhook" in warnings[0].getMessage()
    alive = type(inbox)()
    try:
        house.engines[-1].switchboard._merged.clear()
        house.engines[-1].switchboard._settings.plugins["webhook"]["url"] = alive.url
        until(observers, lambda: len(alive.got) >= 50)
        assert alive.told() == list(range(1, 51))
    finally:
        alive.close()
    for hidden in ("rahasia?", "sangat-rahasia", SECRET, "tempat-rahasia"):
        assert hidden not in caplog.text


def test_a_slow_receiver_is_given_up_on_and_told_again_with_the_same_id(house: Any, inbox: Any) -> None:
    def slowly(number: int) -> tuple[int, dict[str, str]]:
        if number == 1:
            time.sleep(1.0)
        return 200, {}

    inbox.answers = slowly
    observers = house.observers(url=inbox.url, secret=SECRET, timeout_seconds=0.2)
    house.happens(1, 2)
    until(observers, lambda: len(inbox.got) >= 3)
    assert inbox.told() == [1, 1, 2]
    assert inbox.ids()[0] == inbox.ids()[1]


def test_a_dispatcher_killed_in_the_middle_loses_nothing(house: Any, inbox: Any) -> None:
    (house.home / "gaung.toml").write_text(f'[plugins.webhook]\nurl = "{inbox.url}"\nsecret = "{SECRET}"\n', "utf-8")
    observers = house.observers()
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", DISPATCHER, str(house.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def deadly(number: int) -> tuple[int, dict[str, str]]:
        if number == 4:
            process.send_signal(signal.SIGKILL)
            process.wait()
        return 200, {}

    inbox.answers = deadly
    house.happens(*range(1, 11))
    process.stdin.write(b"\n")
    process.stdin.flush()
    assert process.wait(30) == -signal.SIGKILL
    process.stdin.close()
    process.stdout.close()
    assert inbox.told() == [1, 2, 3, 4]
    observers.pump()
    assert len(inbox.got) == 4  # the dead one's right has not ended yet
    house.forget()
    observers.pump()
    assert set(inbox.told()) == set(range(1, 11))
    by_id: dict[str, set[bytes]] = {}
    for one in inbox.got:
        by_id.setdefault(one["headers"]["webhook-id"], set()).add(one["body"])
    assert len(by_id) == 10
    assert all(len(bodies) == 1 for bodies in by_id.values())


def test_what_is_too_old_is_given_up(house: Any, inbox: Any, caplog: pytest.LogCaptureFixture) -> None:
    observers = house.observers(url=inbox.url, secret=SECRET, keep_hours=0.0000001)
    house.happens(1)
    time.sleep(0.01)
    observers.pump()
    assert inbox.got == []
    assert "too_old: could not be sent" in caplog.text


@pytest.mark.parametrize("given", [{"keep_hours": float("inf")}, {"keep_hours": 1e9}, {"timeout_seconds": float("inf")}])
def test_for_ever_is_a_time_too(house: Any, inbox: Any, given: dict[str, float]) -> None:
    observers = house.observers(url=inbox.url, secret=SECRET, **given)
    house.happens(1)
    observers.pump()
    assert inbox.told() == [1]


@pytest.mark.parametrize("given", [{"keep_hours": float("nan")}, {"timeout_seconds": -1.0}, {"timeout_seconds": 0}])
def test_a_time_that_is_none_loses_nothing(house: Any, inbox: Any, given: dict[str, float], caplog: pytest.LogCaptureFixture) -> None:
    observers = house.observers(url=inbox.url, secret=SECRET, **given)
    house.happens(1)
    observers.pump()
    assert inbox.got == []
    assert f"plugins.webhook.{next(iter(given))}" in caplog.text
    house.engines[-1].switchboard._merged.clear()
    house.engines[-1].switchboard._settings.plugins["webhook"] |= {"keep_hours": 72.0, "timeout_seconds": 10.0}
    until(observers, lambda: inbox.told() == [1])


def test_a_slash_at_the_end_of_the_address_stays(house: Any, inbox: Any) -> None:
    observers = house.observers(url=inbox.url + "/", secret=SECRET)
    house.happens(1)
    observers.pump()
    assert [one["path"] for one in inbox.got] == ["/gaung/masuk/"]


@pytest.mark.parametrize("secret", ["pendek", "whsec_!!", "whsec_cGVuZGVr"])
def test_a_bad_secret_sends_nothing_and_loses_nothing(house: Any, inbox: Any, secret: str, caplog: pytest.LogCaptureFixture) -> None:
    observers = house.observers(url=inbox.url, secret=secret)
    house.happens(1)
    observers.pump()
    assert inbox.got == []
    assert "plugins.webhook.secret" in caplog.text
    assert secret not in caplog.text
    house.engines[-1].switchboard._merged.clear()
    house.engines[-1].switchboard._settings.plugins["webhook"]["secret"] = SECRET
    until(observers, lambda: inbox.told() == [1])


def test_the_secret_is_hidden_in_any_text(house: Any, inbox: Any) -> None:
    observers = house.observers(url=inbox.url, secret=SECRET)
    house.happens(1)
    observers.pump()
    assert redact(f"it was {SECRET}") == "it was ***"
