"""docs/alerts.md says all there is, and its receiver of fifteen lines tells Gaung's requests from others."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from gaung.core.alerts.rules import RULES
from gaung.core.config.model import AlertSettings

PAGE = Path(__file__).parents[3] / "docs" / "alerts.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

pytestmark = pytest.mark.checkout


def test_every_alert_and_every_threshold_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (?:`alerts\.(\w+)`|-) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {kind for kind, _ in rows} == set(RULES)
    assert {setting for _, setting in rows if setting} == set(AlertSettings.model_fields)


@pytest.fixture
def verified() -> Any:
    (code,) = re.findall(r"<!-- example: verify -->\n```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)
    return names["verified"]


def sent(house: Any, inbox: Any, secret: str = SECRET) -> Any:
    observers = house.observers(url=inbox.url, secret=secret)
    house.happens(7)
    observers.pump()
    return inbox.got[-1]


@pytest.mark.parametrize("secret", [SECRET, "rahasia-penerima-contoh-0123456789"])
def test_the_receiver_of_the_page_takes_what_gaung_sends_once(house: Any, inbox: Any, verified: Any, secret: str) -> None:
    one = sent(house, inbox, secret)
    assert verified(secret, one["headers"], one["body"]) is True
    assert verified(secret, one["headers"], one["body"]) is False


def test_it_refuses_what_was_changed_or_replayed(house: Any, inbox: Any, verified: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sent(house, inbox)
    head, body = one["headers"], one["body"]
    assert verified(SECRET, head, body.replace(b"18.01", b"18.02")) is False
    assert verified(SECRET, head | {"webhook-id": "evt_9999"}, body) is False
    assert verified("x" * 32, head, body) is False
    later = time.time() + 301
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: later)
        assert verified(SECRET, head, body) is False
        assert verified(SECRET, head | {"webhook-timestamp": str(int(later))}, body) is False
    assert verified(SECRET, head, body) is True
