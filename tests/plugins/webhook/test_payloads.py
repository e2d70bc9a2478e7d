"""What is signed is what Standard Webhooks says, and any receiver can check it."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gaung.core.errors import Transient
from gaung.core.event_schema import schema
from gaung.core.records import Event
from gaung.core.testkit.schema import flaws
from gaung.plugins.webhook.const import SETTINGS
from gaung.plugins.webhook.payloads import body, headers, key, wanted

EVENT = Event(
    id=17, event="alert.raised", at=datetime(2026, 11, 24, tzinfo=UTC), actor="gaung.dispatcher", data={"alert": "silent", "days": 8}
)


def test_the_signature_of_the_specification() -> None:
    """The example of the reference implementations: a known secret, id, time and body give a known signature."""
    secret, content = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = hmac.new(key(secret), b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + content, hashlib.sha256)
    assert base64.b64encode(signed.digest()).decode() == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_body_is_a_line_of_events_tail() -> None:
    shown = {
        "id": 17, "event": "alert.raised", "at": "2026-11-24T00:00:00+00:00", "actor": "gaung.dispatcher", "office": None, "platform": None,
        "data": {"alert": "silent", "days": 8},
    }  # fmt: skip
    assert json.loads(body(EVENT)) == EVENT.line() == shown
    assert list(flaws(EVENT.line(), schema())) == []
    assert json.loads(body(replace(EVENT, office="18", post=3)))["post"] == 3
    assert body(EVENT) == body(EVENT)


def test_time_id_and_body_are_all_signed() -> None:
    secret = "x" * 24
    signatures = {
        headers(event, content, secret, now)["webhook-signature"]
        for event, content, now in (
            (EVENT, b"{}", 1), (EVENT, b"{} ", 1), (EVENT, b"{}", 2), (Event(id=18, event="a", at=EVENT.at, actor="x"), b"{}", 1),
        )
    }  # fmt: skip
    assert len(signatures) == 4


@pytest.mark.parametrize("secret", ["", "x" * 23, "whsec_" + base64.b64encode(b"x" * 23).decode(), "whsec_%"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(Transient, match=r"plugins\.webhook\.secret") as caught:
        key(secret)
    assert secret == "" or secret not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "patterns", "yes"),
    [("alert.raised", ["alert.*"], True), ("alert.raised", ["alert.resolved"], False), ("post.scheduled", ["*"], True), ("x", [], False)],
)
def test_patterns(name: str, patterns: list[str], yes: bool) -> None:
    assert wanted(name, patterns) is yes


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.help for field in SETTINGS)
    assert {field.name for field in SETTINGS if field.required} == {"url", "secret"}
