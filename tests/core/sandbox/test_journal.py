"""The journal shows every request and no token; unknown calls and crashing handlers are told apart from answers."""

from collections.abc import Callable
from typing import Any

from gaung.core.sandbox.journal import Journal, masked


def test_values_that_could_be_tokens_are_masked() -> None:
    query = "fields=id,name&access_token=rahasia&appsecret_proof=x&client_secret=y&limit=5&flag"
    assert masked(query) == "fields=id,name&access_token=***&appsecret_proof=***&client_secret=***&limit=5&flag"


def test_no_token_of_a_query_reaches_the_journal(served: Any) -> None:
    served.client.get(f"{served.base_url}/toy/1?access_token=rahasia&fields=id")
    served.client.get(f"{served.base_url}/toy/1", params={"input_token": "rahasia"})
    assert "rahasia" not in served.control("GET", "journal").text
    assert [entry.path for entry in served.sandbox.journal.entries()] == ["/toy/1?access_token=***&fields=id", "/toy/1?input_token=***"]


def test_a_bounded_journal_keeps_the_last_and_counts_all(make_served: Callable[..., Any]) -> None:
    served = make_served(keep=2)
    for text in ("satu", "dua", "tiga"):
        served.feed(text)
    assert [entry.seq for entry in served.sandbox.journal.entries()] == [2, 3]
    assert served.sandbox.journal.counts["toy.feed"].requests == 3


def test_a_counting_journal_keeps_no_entry_and_faults_of_one_account_still_act(make_served: Callable[..., Any]) -> None:
    served = make_served(keep=0)
    served.sandbox.faults.add("toy.feed", "refused", account="2")
    assert (served.feed(account="1").status_code, served.feed(account="2").status_code) == (200, 400)
    assert served.sandbox.journal.entries() == []
    assert served.sandbox.journal.counts["toy.feed"].as_json() == {
        "requests": 2,
        "completed": 2,
        "hung_up": 0,
        "status": {"200": 1, "400": 1},
    }


def test_a_cleared_journal_goes_on_counting_its_sequence() -> None:
    journal = Journal()
    journal.open(0, "toy", "toy.feed", "POST", "/")
    journal.clear()
    assert journal.open(0, "toy", "toy.feed", "POST", "/").seq == 2


def test_clearing_while_a_request_is_under_way_harms_nothing() -> None:
    journal = Journal()
    entry = journal.open(0, "toy", "toy.feed", "POST", "/")
    journal.clear()
    journal.answered(entry, 200)
    journal.completed(entry)
    assert journal.counts["toy.feed"].as_json() == {"requests": 0, "completed": 1, "hung_up": 0, "status": {"200": 1}}


def test_an_unknown_call_of_a_platform_is_named_in_a_501(served: Any) -> None:
    answer = served.client.delete(f"{served.base_url}/toy/a/b/c?access_token=rahasia")
    assert (answer.status_code, answer.json()["method"], answer.json()["path"]) == (501, "DELETE", "/toy/a/b/c")
    assert [entry.operation for entry in served.sandbox.journal.entries()] == ["toy.unknown"]


def test_a_known_path_with_another_method_is_405_under_its_operation(served: Any) -> None:
    assert served.client.patch(f"{served.base_url}/toy/1/feed").status_code == 405
    assert served.sandbox.journal.entries()[0].operation == "toy.feed"


def test_an_unknown_platform_is_404(served: Any) -> None:
    assert served.client.get(f"{served.base_url}/other/1").status_code == 404


def test_a_handler_that_crashes_is_named_and_answers_500(served: Any) -> None:
    answer = served.client.get(f"{served.base_url}/toy/crash/now")
    assert (answer.status_code, answer.json()) == (500, {"sandbox_crashed": "toy.crash: KeyError: 'a bug of the sandbox'"})
    assert served.sandbox.crashes == ["toy.crash: KeyError: 'a bug of the sandbox'"]
    assert served.sandbox.journal.entries()[0].error == "toy.crash: KeyError: 'a bug of the sandbox'"
