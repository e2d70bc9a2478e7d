"""Every code of the publishing error table, as an answer to a preparing call, to `media_publish`, and as a container's subcode."""

import json
from typing import Any

import pytest

from gaung.core.errors import Ambiguous, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.core.records import Account, Credentials
from gaung.plugins.instagram.errors import NOT_READY, failure
from gaung.plugins.instagram.parse import Container
from gaung.plugins.meta.graph import Graph

TABLE: list[tuple[int, int, type[PlatformError]]] = [
    (-2, 2207003, Transient),
    (-2, 2207020, Transient),
    (-1, 2207001, Transient),
    (-1, 2207032, Transient),
    (-1, 2207053, Transient),
    (1, 2207057, Rejected),
    (4, 2207051, RateLimited),
    (9, 2207042, RateLimited),
    (24, 2207006, Transient),
    (24, 2207008, Transient),
    (25, 2207050, AuthRevoked),
    (100, 2207023, Rejected),
    (100, 2207028, Rejected),
    (100, 2207035, Rejected),
    (100, 2207036, Rejected),
    (100, 2207037, Rejected),
    (100, 2207040, Rejected),
    (352, 2207026, Rejected),
    (9004, 2207052, Rejected),
    (9007, 2207027, Transient),
    (36000, 2207004, Rejected),
    (36001, 2207005, Rejected),
    (36003, 2207009, Rejected),
    (36004, 2207010, Rejected),
]
"""Source: Instagram platform error codes; fact sheet 3.7."""

IDS = [f"{code}/{subcode}" for code, subcode, _ in TABLE]


def _read(code: int, subcode: int, effect: Effect) -> PlatformError:
    error = {"message": "kata Instagram", "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "X"}
    graph = Graph.of(_account())
    with pytest.raises(PlatformError) as caught:
        graph.read(Reply(400, {}, json.dumps({"error": error}).encode(), effect))
    return caught.value


def _account() -> Account:
    credentials = Credentials({"access_token": "EAAGcontoh"})
    return Account(id=1, office="18", platform="instagram", external_id="17", handle="contoh_a", credentials=credentials)


@pytest.mark.parametrize(("code", "subcode", "kind"), TABLE, ids=IDS)
def test_a_code_while_preparing(code: int, subcode: int, kind: type[PlatformError]) -> None:
    error = _read(code, subcode, Effect.PREPARE)
    assert type(error) is kind
    assert (error.code, "kata Instagram" in error.message) == (f"{code}/{subcode}", True)


@pytest.mark.parametrize(("code", "subcode", "kind"), TABLE, ids=IDS)
def test_a_code_of_the_publishing_call_is_never_merely_transient(code: int, subcode: int, kind: type[PlatformError]) -> None:
    error = _read(code, subcode, Effect.PUBLISH)
    assert type(error) is (Ambiguous if kind is Transient else kind)
    assert (error.code in NOT_READY) == (subcode == 2207027)


@pytest.mark.parametrize(("code", "subcode", "kind"), TABLE, ids=IDS)
def test_a_subcode_in_the_status_of_a_failed_container(code: int, subcode: int, kind: type[PlatformError]) -> None:
    error = failure(Container("1", "ERROR", f"Error: Media upload has failed with error code {subcode}"))
    assert type(error) is kind
    assert error.code == f"{code}/{subcode}"


def test_a_failed_container_without_a_known_subcode_is_rejected_in_instagrams_words() -> None:
    error = failure(Container("1", "ERROR", "Error: the words of tomorrow, error code 2209999"))
    assert isinstance(error, Rejected)
    assert (error.code, error.message) == ("2209999", "Error: the words of tomorrow, error code 2209999")
    assert failure(Container("1", "ERROR", "")).code == "container_error"


def test_the_daily_limit_says_when_to_look_again() -> None:
    error: Any = _read(9, 2207042, Effect.PUBLISH)
    assert error.scope == "account"
    assert error.retry_after > 0
