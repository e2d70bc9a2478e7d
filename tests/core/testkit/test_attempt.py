"""The test kit's attempt holds plugins to what a worker holds them to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gaung.core import fence, http
from gaung.core.errors import LeaseLost
from gaung.core.records import Account, Attempt, Content, Credentials, Published
from gaung.core.testkit.attempt import LiveAttempt

ACCOUNT = Account(id=1, office="18", platform="toy", external_id="1", handle="contoh", credentials=Credentials({}))
CONTENT = Content(format="text", title="", text="halo")


def ask(effect: http.Effect, url: str) -> Callable[[Account, Content, Attempt], Published]:
    def hook(account: Account, content: Content, attempt: Attempt) -> Published:
        http.call("GET", url, effect=effect)
        return Published(None, None)

    return hook


def test_it_is_an_attempt_to_a_type_checker() -> None:
    attempt: Attempt = LiveAttempt()
    assert (attempt.number, attempt.mutation_started_at, attempt.owned_ids) == (1, None, frozenset())


def test_a_publishing_request_outside_mutating_fails_the_test(sandbox: Any) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        LiveAttempt().run(ask(http.Effect.PUBLISH, sandbox.base_url), ACCOUNT, CONTENT)


def test_a_publishing_request_inside_mutating_goes_out(sandbox: Any) -> None:
    def hook(account: Account, content: Content, attempt: Attempt) -> Published:
        with attempt.mutating():
            http.call("GET", f"{sandbox.base_url}/_sandbox/counts", effect=http.Effect.PUBLISH)
        return Published("1", None)

    attempt = LiveAttempt()
    assert attempt.run(hook, ACCOUNT, CONTENT) == Published("1", None)
    assert attempt.mutation_started_at is not None
    assert fence.current() is None


def test_after_the_lease_is_lost_nothing_is_written_and_nothing_leaves(sandbox: Any) -> None:
    attempt = LiveAttempt()
    attempt.lose_lease()
    with pytest.raises(LeaseLost):
        attempt.checkpoint("id", "1")
    with pytest.raises(LeaseLost), attempt.mutating():
        pytest.fail("the block ran")
    with pytest.raises(LeaseLost):
        attempt.run(ask(http.Effect.READ, sandbox.base_url), ACCOUNT, CONTENT)
    assert (attempt.checkpoints, attempt.mutation_started_at) == ({}, None)


def test_the_first_mutation_counts() -> None:
    times = iter([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)])
    attempt = LiveAttempt(now=lambda: next(times))
    for _ in range(2):
        with attempt.mutating():
            assert attempt.mutating_now
    assert attempt.mutation_started_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert not attempt.mutating_now
    assert attempt.mutations == 2


def test_a_checkpoint_is_json_and_a_copy() -> None:
    attempt = LiveAttempt()
    ids = ["1"]
    attempt.checkpoint("ids", ids)
    ids.append("2")
    assert attempt.checkpoints == {"ids": ["1"]}
    assert attempt.saved == [("ids", ["1"])]
    with pytest.raises(TypeError):
        attempt.checkpoint("when", datetime.now(UTC))


def test_another_process_gets_what_was_saved_and_the_lease_anew() -> None:
    attempt = LiveAttempt(owned_ids={"7"})
    attempt.checkpoint("id", "1")
    with attempt.mutating():
        attempt.lose_lease()
    attempt.outcome_unknown()
    other = attempt.reborn(number=2)
    assert (other.checkpoints, other.number, other.owned_ids) == ({"id": "1"}, 2, frozenset({"7"}))
    assert (other.mutation_started_at, other.unknown_since) == (attempt.mutation_started_at, attempt.unknown_since)
    other.checkpoint("id", "2")
    assert attempt.checkpoints == {"id": "1"}


def test_time_in_a_test_passes_for_platform_and_worker_alike(sandbox: Any, live_attempt: Callable[..., LiveAttempt]) -> None:
    attempt = live_attempt()
    with attempt.mutating():
        pass
    sandbox.world.clock_offset += 600
    assert attempt.mutation_started_at is not None
    assert timedelta(seconds=599) < attempt.now() - attempt.mutation_started_at < timedelta(seconds=620)
    assert attempt.appeared(sandbox.world.today(), sandbox.world.today())


def test_a_workers_clock_that_is_behind_is_made_up_for(sandbox: Any, live_attempt: Callable[..., LiveAttempt]) -> None:
    attempt = live_attempt(clock_behind=3600)
    with attempt.mutating():
        created = sandbox.world.today()
    attempt.outcome_unknown()
    assert attempt.appeared(created, sandbox.world.today())
    assert not attempt.appeared(created)
