"""What there is to measure in the sandbox: curves that can be computed again, and figures set by hand."""

from typing import Any

import pytest

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.numbers import Numbers

DAY = 86_400.0
START = 1_790_000_000.0


def account(external_id: str = "1") -> SandboxAccount:
    return SandboxAccount(external_id=external_id, handle="contoh_kpu", name="Contoh", credentials={})


def post(name: str = "p1", *, visible: bool = True, at: float = START) -> SandboxPost:
    return SandboxPost(id=name, account="1", kind="photo", text="", created_at=at, url="https://example.org", visible=visible)


def test_a_number_of_the_past_is_the_same_whenever_it_is_asked_for() -> None:
    assert Numbers().of_account("toy", account(), "followers", START) == Numbers().of_account("toy", account(), "followers", START)
    assert Numbers().of_account("toy", account("1"), "followers", START) != Numbers().of_account("toy", account("2"), "followers", START)


def test_followers_grow_over_months() -> None:
    numbers = Numbers()
    months = [numbers.of_account("toy", account(), "followers", START + 30 * DAY * month) or 0 for month in range(4)]
    assert months == sorted(months)
    assert months[0] != months[-1]


@pytest.mark.parametrize("name", ["views", "likes", "reach"])
def test_a_post_gathers_fast_at_first_and_never_loses(name: str) -> None:
    numbers = Numbers()
    days = [numbers.of_post("toy", post(), name, START + DAY * day) or 0 for day in range(-1, 20)]
    assert days[:2] == [0, 0]
    assert days == sorted(days)
    assert days[3] - days[1] > days[20] - days[18]


def test_posts_of_an_account_are_those_that_can_be_seen() -> None:
    one = account()
    one.posts += [post("a"), post("b", visible=False), post("c", at=START + DAY)]
    assert Numbers().of_account("toy", one, "posts", START) == 1
    assert Numbers().of_account("toy", one, "posts", START + DAY) == 2


def test_what_is_set_by_hand_holds_from_then_on() -> None:
    numbers = Numbers()
    before = numbers.of_account("toy", account(), "followers", START)
    numbers.put("toy", "1", "followers", 12, START + DAY)
    numbers.put("toy", "1", "followers", None, START + 2 * DAY)
    told = [numbers.of_account("toy", account(), "followers", START + DAY * day) for day in range(4)]
    assert told == [before, 12, None, None]


def test_the_control_api_shows_and_sets_numbers(served: Any) -> None:
    key = {"platform": "toy", "account": "1", "name": "followers"}
    assert served.control("POST", "numbers", {**key, "value": 9}).status_code == 204
    query = "numbers?platform=toy&account=1&name=followers"
    assert served.control("GET", query).json()["value"] == 9
    assert served.control("GET", f"{query}&at={START - 400 * DAY}").json()["value"] > 9


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"platform": "nowhere"}, "platform"),
        ({"account": "0"}, "has no account '0'"),
        ({"post": "x"}, "either account or post"),
        ({"value": "many"}, "value: a number"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(served: Any, change: dict[str, str], says: str) -> None:
    answer = served.control("POST", "numbers", {"platform": "toy", "account": "1", "name": "followers", "value": 1, **change})
    assert answer.status_code == 400
    assert says in answer.json()["error"]
