"""The control API answers what was asked, and says in one message what is wrong with bad input."""

from typing import Any

import pytest


def test_an_account_is_added_with_working_credentials(served: Any) -> None:
    answer = served.control("POST", "accounts", {"platform": "toy", "external_id": "9", "handle": "contoh_baru"})
    assert answer.status_code == 201
    assert answer.json() == {"platform": "toy", "external_id": "9", "handle": "contoh_baru", "credentials": {"access_token": "toy-9"}}
    assert served.feed(account="9").status_code == 200


def test_many_accounts_are_added_at_once_and_listed_without_credentials(served: Any) -> None:
    wanted = [{"platform": "toy", "external_id": str(number), "handle": f"contoh_{number}"} for number in range(100, 164)]
    answer = served.control("POST", "accounts", {"accounts": wanted}).json()
    assert [one["credentials"]["access_token"] for one in answer["accounts"]] == [f"toy-{number}" for number in range(100, 164)]
    listed = served.control("GET", "accounts?platform=toy").json()
    assert len(listed) == 66
    assert listed[0] == {"platform": "toy", "external_id": "1", "handle": "contoh_satu", "posts": 0}


def test_one_bad_account_of_many_leaves_none_behind(served: Any) -> None:
    wanted = [{"platform": "toy", "external_id": "100", "handle": "contoh_100"}, {"platform": "toy", "external_id": "101"}]
    answer = served.control("POST", "accounts", {"accounts": wanted})
    assert (answer.status_code, answer.json()) == (400, {"error": "handle: a text is needed, not None"})
    assert set(served.toy.accounts) == {"1", "2"}


def test_posts_tell_who_made_them(served: Any) -> None:
    served.feed("lewat API")
    served.control("POST", "posts", {"platform": "toy", "external_id": "2", "text": "buatan tangan", "created_at": 5})
    posts = served.control("GET", "posts").json()
    assert [(post["text"], post["account"], post["made_by"], post["visible"], post["files"]) for post in posts] == [
        ("lewat API", "1", "api", True, []),
        ("buatan tangan", "2", "hand", True, []),
    ]
    assert posts[1]["created_at"] == 5
    assert posts[0]["url"].startswith(served.base_url)
    assert [post["account"] for post in served.control("GET", "posts?platform=toy&account=2").json()] == ["2"]


def test_the_journal_is_filtered_and_cleared(served: Any) -> None:
    served.feed()
    served.client.get(f"{served.base_url}/toy/1")
    assert [entry["operation"] for entry in served.control("GET", "journal").json()] == ["toy.feed", "toy.read"]
    assert len(served.control("GET", "journal?operation=toy.r*").json()) == 1
    assert served.control("GET", "journal?platform=other").json() == []
    assert served.control("DELETE", "journal").status_code == 204
    assert served.control("GET", "journal").json() == []
    assert served.control("GET", "counts").json()["operations"] == {}


def test_counts_tell_requests_posts_and_accounts(served: Any) -> None:
    served.feed()
    served.sandbox.faults.add("toy.feed", "hangup_after")
    served.raw(b'POST /toy/1/feed HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n\r\n{"text":"ya"}')
    counts = served.control("GET", "counts").json()
    assert counts["operations"]["toy.feed"] == {"requests": 2, "completed": 1, "hung_up": 1, "status": {"200": 2}}
    assert counts["posts"] == {"toy": {"api": 2, "hand": 0, "hidden": 0}}
    assert counts["accounts"] == {"toy": 2}
    assert counts["crashes"] == []


def test_faults_are_added_listed_and_cleared(served: Any) -> None:
    added = served.control("POST", "faults", {"operation": "toy.feed", "do": "rate_limited", "retry_after": 17})
    assert (added.status_code, added.json()["id"], added.json()["retry_after"]) == (201, 1, "17")
    assert served.feed().headers["retry-after"] == "17"
    assert [(one["id"], one["applied"]) for one in served.control("GET", "faults").json()] == [(1, 1)]
    assert served.control("DELETE", "faults").status_code == 204
    assert served.control("GET", "faults").json() == []


def test_operations_are_listed_by_the_names_that_faults_use(served: Any) -> None:
    listed = served.control("GET", "operations").json()
    assert listed[0] == {"operation": "toy.feed", "methods": ["POST"], "path": "/toy/{account}/feed"}
    assert [one["operation"] for one in listed] == ["toy.feed", "toy.read", "toy.upload", "toy.crash"]


def test_clock_processing_and_quotas_are_set(served: Any) -> None:
    before = served.sandbox.world.now()
    served.control("POST", "clock", {"advance": 600})
    served.control("POST", "clock", {"advance": -100.5})
    assert 499 <= served.sandbox.world.now() - before <= 530
    served.control("POST", "processing", {"platform": "toy", "fails": 2, "seconds": 0.5})
    served.control("POST", "quota", {"toy.feed": 3, "toy.read": 10_000})
    world = served.control("GET", "world").json()
    assert (world["processing_seconds"], world["processing_fails"], world["clock_offset"]) == (0.5, {"toy": 2}, 499.5)
    assert world["quotas"] == {"toy.feed": 3, "toy.read": 10_000}


def test_the_date_header_follows_the_sandboxs_clock(served: Any) -> None:
    from email.utils import parsedate_to_datetime

    first = parsedate_to_datetime(served.feed().headers["date"])
    served.control("POST", "clock", {"advance": 600})
    second = parsedate_to_datetime(served.feed().headers["date"])
    assert 599 <= (second - first).total_seconds() <= 620


def test_a_token_is_broken(served: Any) -> None:
    answer = served.control("POST", "tokens", {"platform": "toy", "external_id": "2", "do": "revoke"})
    assert answer.status_code == 200
    assert served.toy.accounts["2"].extra == {"token": "revoke"}


def test_settings_aim_every_plugin_here(served: Any) -> None:
    assert served.control("GET", "settings").json() == {"toy": {"api_url": f"{served.base_url}/toy"}}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("accounts", [], "the body: a JSON object is needed"),
        ("accounts", {"accounts": 3}, "accounts: a list is needed"),
        ("accounts", {"accounts": ["x"]}, "accounts[0]: a JSON object is needed"),
        ("accounts", {"platform": "x", "external_id": "1", "handle": "h"}, "platform: one of toy is needed, not 'x'"),
        ("accounts", {"platform": "toy", "external_id": 1, "handle": "h"}, "external_id: a text is needed, not 1"),
        ("accounts", {"platform": "toy", "external_id": "1", "handle": " "}, "handle: a text is needed, not ' '"),
        ("posts", {"platform": "toy", "external_id": "77", "text": "x"}, "external_id: toy has no account '77'"),
        (
            "posts",
            {"platform": "toy", "external_id": "1", "text": "x", "created_at": "now"},
            "created_at: a number of at least 0 is needed, not 'now'",
        ),
        ("faults", {"operation": "toy.feed"}, "do: one of hangup_before, "),
        ("faults", {"operation": "toy.feed", "do": "explode"}, "do: one of hangup_before, "),
        ("faults", {"do": "slow"}, "operation: a text is needed, not None"),
        ("faults", {"operation": "toy.fede", "do": "slow"}, "operation: nothing is called 'toy.fede'"),
        ("faults", {"operation": "toy.feed", "do": "slow", "seconds": -1}, "seconds: a number of at least 0 is needed, not -1"),
        ("faults", {"operation": "toy.feed", "do": "slow", "times": -2}, "times: a whole number of at least -1 is needed, not -2"),
        ("faults", {"operation": "toy.feed", "do": "slow", "times": True}, "times: a whole number of at least -1 is needed, not True"),
        ("faults", {"operation": "toy.feed", "do": "slow", "tmies": 2}, "fault: unknown field 'tmies'"),
        ("faults", {"operation": "toy.feed", "do": "slow", "when": "later"}, "when: one of before, after is needed, not 'later'"),
        ("faults", {"operation": "toy.feed", "do": "rate_limited", "retry_after": "soon"}, "fault: retry_after must be whole seconds or"),
        ("faults", {"operation": "toy.feed", "do": "rate_limited", "retry_after": -5}, "fault: retry_after must be whole seconds or"),
        ("processing", {}, "processing: seconds, or platform and fails, are needed"),
        ("processing", {"fails": 1}, "platform: one of toy is needed, not None"),
        ("processing", {"seconds": "1"}, "seconds: a number of at least 0 is needed, not '1'"),
        ("quota", {"toy.feed": "many"}, "toy.feed: a whole number of at least 0 is needed, not 'many'"),
        ("clock", {}, "advance: a number of at least"),
        ("tokens", {"platform": "toy", "external_id": "1", "do": "lose"}, "do: one of expire, revoke is needed, not 'lose'"),
    ],
)
def test_bad_input_is_400_with_one_clear_message_and_changes_nothing(served: Any, path: str, body: Any, said: str) -> None:
    before = served.control("GET", "world").json()
    answer = served.control("POST", path, body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)
    after = served.control("GET", "world").json()
    assert {**before, "now": ""} == {**after, "now": ""}
    assert (served.sandbox.faults.rules, set(served.toy.accounts), served.toy.posts()) == ([], {"1", "2"}, [])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"advance": NaN}'])
def test_a_body_that_is_no_json_is_400(served: Any, content: bytes) -> None:
    answer = served.client.post(f"{served.base_url}/_sandbox/clock", content=content)
    assert answer.status_code == 400
    assert served.sandbox.world.clock_offset == 0


@pytest.mark.parametrize("path", ["posts", "accounts"])
def test_an_unknown_platform_in_a_query_is_400(served: Any, path: str) -> None:
    assert served.control("GET", f"{path}?platform=other").json() == {"error": "platform: one of toy is needed, not 'other'"}


def test_an_unknown_control_path_is_404(served: Any) -> None:
    assert served.control("GET", "nothing").status_code == 404
