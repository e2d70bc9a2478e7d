"""The schema of events is documented, complete, and can fail. Each test checks the events it causes (testkit/schema.py)."""

import re
from pathlib import Path
from typing import Any

import pytest

from gaung.core.event_schema import EVENTS, schema
from gaung.core.store import events
from gaung.core.store.db import Store
from gaung.core.testkit.schema import flaws
from gaung.core.testkit.scripts import script

ROOT = Path(__file__).parent.parent.parent
LINE: dict[str, Any] = {
    "id": 7, "event": "delivery.published", "at": "2026-11-25T19:30:00+07:00", "actor": "gaung.worker", "office": "18.01",
    "platform": "toy", "post": 1, "delivery": 2, "attempt": 1, "account": 3, "publication": 4, "data": {"state": "published", "url": None},
}  # fmt: skip


def test_a_line_as_documented_fits() -> None:
    assert list(flaws(LINE, schema())) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"event": "delivery.publised"}, "not among the known values"),
        ({"id": "7"}, "is no integer"),
        ({"id": True}, "is no integer"),
        ({"at": "2026-11-25T19:30:00"}, "has no offset"),
        ({"office": None}, "is what it must not be"),
        ({"handle": "contoh"}, "handle is not documented"),
        ({"data": {"token": "x"}}, "token is not documented"),
        ({"data": {"error": {"kind": "Rejected"}}}, "code is missing"),
        ({"data": {"deliveries": -1}}, "is below 0"),
    ],
)
def test_a_line_that_differs_does_not(change: dict[str, Any], words: str) -> None:
    assert words in " ".join(flaws({**LINE, **change}, schema()))


def test_an_id_that_an_event_always_carries_may_not_be_missing() -> None:
    line = {key: value for key, value in LINE.items() if key != "publication"}
    assert list(flaws(line, schema())) == ["$: publication is missing"]


def test_the_checker_knows_every_keyword_or_says_so() -> None:
    with pytest.raises(KeyError, match="oneOf"):
        list(flaws(1, {"oneOf": []}))


def test_an_undocumented_event_fails_the_test_that_emits_it(store: Store) -> None:
    with pytest.raises(AssertionError, match=r"event_schema\.py"), store.write() as conn:
        events.emit(conn, "delivery.vanished", delivery=1)


@pytest.mark.checkout
def test_every_documented_event_is_emitted_somewhere() -> None:
    written = "\n".join(path.read_text("utf-8") for path in (ROOT / "core").rglob("*.py") if path.name != "event_schema.py")
    written = written.replace('f"delivery.{state}"', '"delivery.failed" "delivery.skipped"')
    assert {name for name in EVENTS if not re.search(rf'"{re.escape(name)}"', written)} == set()


@pytest.mark.checkout
def test_the_page_is_current() -> None:
    docs = script(ROOT / "scripts" / "write_event_docs.py")
    text = docs.PAGE.read_text("utf-8")
    assert docs.page(text) == text, "run: python scripts/write_event_docs.py"
