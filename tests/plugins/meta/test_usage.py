"""The usage headers, as Meta sends them and when they are broken."""

import json

import pytest

from gaung.core.http import Effect, Reply
from gaung.core.pacing import collect
from gaung.plugins.meta import usage


def reply(app: object = None, business: object = None) -> Reply:
    headers = {"x-app-usage": app, "x-business-use-case-usage": business}
    sent = {key: value if isinstance(value, str) else json.dumps(value) for key, value in headers.items() if value is not None}
    return Reply(200, sent, b"{}", Effect.READ)


def entry(kind: str = "pages", calls: int = 1, cpu: int = 1, total: int = 1, minutes: int = 0) -> dict[str, object]:
    numbers = {"call_count": calls, "total_cputime": cpu, "total_time": total, "estimated_time_to_regain_access": minutes}
    return {"type": kind, **numbers}


@pytest.mark.parametrize(
    ("app", "business", "expected"),
    [
        ({"call_count": 28, "total_time": 25, "total_cputime": 25}, None, []),
        ({"call_count": 28, "total_time": 25, "total_cputime": 90}, None, [("app", 300.0)]),
        (None, {"17": [entry(calls=89)]}, []),
        (None, {"17": [entry(calls=97)]}, [("account", 300.0)]),
        (None, {"17": [entry(total=91)]}, [("account", 300.0)]),
        (None, {"17": [entry(calls=100, minutes=12)]}, [("account", 720.0)]),
        (None, {"17": [entry(calls=10, minutes=2)]}, [("account", 120.0)]),
        (None, {"17": [entry("instagram", calls=95)]}, [("account", 300.0)]),
        (None, {"17": [entry("ads_management", calls=100, minutes=60)]}, []),
        (None, {"17": [entry(calls=1)], "18": [entry(calls=96)]}, [("account", 300.0)]),
        ({"call_count": 99}, {"17": [entry(calls=99)]}, [("app", 300.0), ("account", 300.0)]),
        ("no json", "[]", []),
        ({"call_count": "many"}, {"17": "none", "18": ["x"]}, []),
    ],
)
def test_a_scope_pauses_from_ninety_percent_on(app: object, business: object, expected: list[tuple[str, float]]) -> None:
    with collect() as reports:
        usage.report(reply(app, business))
    assert [(item.scope, item.retry_after) for item in reports] == expected
