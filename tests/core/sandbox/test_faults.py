"""Every fault does what it says, seen from the client's end of a real connection."""

import email.utils
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

POST = b"POST /toy/1/feed HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n" + b'{"text":"halo"}'


def wait_for(what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not what() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert what()


def test_without_faults_an_answer_comes_and_is_journalled(served: Any) -> None:
    assert served.feed().json() == {"id": "1_1"}
    [entry] = served.sandbox.journal.entries()
    assert (entry.operation, entry.method, entry.path, entry.status, entry.account) == ("toy.feed", "POST", "/toy/1/feed", 200, "1")
    assert (entry.completed, entry.hung_up, entry.fault) == (True, False, None)


def test_hangup_after_processes_and_sends_not_one_byte(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "hangup_after")
    assert served.raw(POST) == b""
    assert served.texts() == ["halo"]
    [entry] = served.sandbox.journal.entries()
    assert (entry.status, entry.fault, entry.completed, entry.hung_up) == (200, "hangup_after", False, True)


def test_hangup_before_processes_nothing_and_sends_not_one_byte(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "hangup_before")
    assert served.raw(POST) == b""
    assert served.texts() == []
    [entry] = served.sandbox.journal.entries()
    assert (entry.status, entry.hung_up) == (None, True)


def test_hangup_before_comes_only_after_the_whole_request_was_read(served: Any) -> None:
    served.sandbox.faults.add("toy.upload", "hangup_before")
    with pytest.raises(httpx2.RemoteProtocolError):
        served.client.put(f"{served.base_url}/toy/upload/a", content=b"x" * 5_000_000)
    assert served.toy.uploads == {}


@pytest.mark.parametrize("do", ["hangup_before", "hangup_after"])
def test_a_kept_alive_connection_is_dropped_too(served: Any, do: str) -> None:
    served.feed("pertama")
    served.sandbox.faults.add("toy.feed", do)
    with pytest.raises(httpx2.HTTPError):
        served.feed("kedua")
    assert served.feed("ketiga").status_code == 200
    assert len(served.sandbox.journal.entries()) == 3


@pytest.mark.parametrize(("do", "texts"), [("error_before", []), ("error_after", ["halo"])])
def test_an_error_is_the_platforms_own_500(served: Any, do: str, texts: list[str]) -> None:
    served.sandbox.faults.add("toy.feed", do)
    answer = served.feed()
    assert (answer.status_code, answer.json()) == (500, {"toy_error": "server_error"})
    assert served.texts() == texts


@pytest.mark.parametrize(("do", "status"), [("refused", 400), ("token_expired", 401), ("token_revoked", 403), ("rate_limited", 429)])
def test_a_refusal_is_the_platforms_own_and_processes_nothing(served: Any, do: str, status: int) -> None:
    served.sandbox.faults.add("toy.feed", do)
    answer = served.feed()
    assert (answer.status_code, answer.json()) == (status, {"toy_error": do})
    assert served.texts() == []


def test_retry_after_comes_in_seconds_as_a_date_or_not_at_all(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "rate_limited", retry_after="17")
    served.sandbox.faults.add("toy.feed", "rate_limited", retry_after="date", seconds=40)
    served.sandbox.faults.add("toy.feed", "rate_limited")
    assert served.feed().headers["retry-after"] == "17"
    dated = served.feed().headers
    ahead = email.utils.parsedate_to_datetime(dated["retry-after"]) - email.utils.parsedate_to_datetime(dated["date"])
    assert 39 <= ahead.total_seconds() <= 41
    assert "retry-after" not in served.feed().headers


def test_slow_waits_before_processing_or_before_the_answer(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "slow", seconds=0.3)
    served.sandbox.faults.add("toy.feed", "slow", seconds=0.3, when="after")
    for text in ("pertama", "kedua"):
        began = time.monotonic()
        assert served.feed(text).status_code == 200
        assert time.monotonic() - began >= 0.3
    first, second = served.sandbox.journal.entries()
    created = {post.text: post.created_at for post in served.toy.posts()}
    assert created["pertama"] - first.at >= 0.3
    assert created["kedua"] - second.at < 0.3


def test_a_slow_answer_is_given_whole(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "slow", when="after")
    assert served.feed().json() == {"id": "1_1"}
    assert served.sandbox.journal.counts["toy.feed"].status == {200: 1}


def test_a_cut_upload_keeps_the_first_bytes_and_drops_the_connection(served: Any) -> None:
    served.sandbox.faults.add("toy.upload", "cut_upload", bytes=100_000)
    with pytest.raises(httpx2.HTTPError):
        served.client.put(f"{served.base_url}/toy/upload/a", content=b"x" * 3_000_000)
    assert len(served.toy.uploads["a"]) == 100_000
    assert served.toy.interrupted == ["a"]
    rest = served.client.put(f"{served.base_url}/toy/upload/a", content=b"y" * 5)
    assert rest.json() == {"size": 100_005}


def test_an_upload_shorter_than_the_cut_is_kept_whole_but_not_answered(served: Any) -> None:
    served.sandbox.faults.add("toy.upload", "cut_upload", bytes=1000)
    with pytest.raises(httpx2.HTTPError):
        served.client.put(f"{served.base_url}/toy/upload/a", content=b"x" * 10)
    assert (served.toy.uploads, served.toy.interrupted) == ({"a": b"x" * 10}, [])


def test_a_client_that_really_goes_away_leaves_what_it_sent(served: Any) -> None:
    head = b"PUT /toy/upload/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    host, _, port = served.base_url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head)
        wait_for(lambda: served.sandbox.journal.entries())
        connection.sendall(b"x" * 10)
        time.sleep(0.1)
    wait_for(lambda: served.toy.interrupted)
    assert served.toy.uploads == {"a": b"x" * 10}
    assert served.sandbox.journal.entries()[0].completed is False


def test_bytes_that_came_before_the_handler_looked_are_not_lost_with_the_client(served: Any) -> None:
    served.sandbox.faults.add("toy.upload", "slow", seconds=0.2)
    host, _, port = served.base_url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"PUT /toy/upload/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"x" * 10)
    wait_for(lambda: served.toy.interrupted)
    assert served.toy.uploads == {"a": b"x" * 10}


def test_a_fault_acts_so_often_and_after_so_many(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "refused", times=2, skip=1)
    assert [served.feed().status_code for _ in range(4)] == [200, 400, 400, 200]


def test_a_fault_can_act_always_on_a_pattern_of_operations(served: Any) -> None:
    served.sandbox.faults.add("toy.*", "refused", times=-1)
    assert [served.feed().status_code for _ in range(3)] == [400, 400, 400]
    assert served.client.get(f"{served.base_url}/toy/1").status_code == 400
    served.sandbox.faults.clear()
    assert served.feed().status_code == 200


def test_a_fault_can_act_on_one_account(served: Any) -> None:
    served.sandbox.faults.add("toy.feed", "refused", times=-1, account="2")
    assert (served.feed(account="1").status_code, served.feed(account="2").status_code) == (200, 400)
