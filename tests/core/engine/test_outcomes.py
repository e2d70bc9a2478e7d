"""From each answer or error of a plugin to the state that follows, on both databases."""

from typing import Any

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, AuthRevoked, RateLimited, Rejected, Transient, Unsupported
from gaung.core.records import CannotTell, Credentials, NotThere, Pending, Problem, Published, Ready, Unfinished
from gaung.core.store.types import db_now


def published(account: Any, content: Any, attempt: Any) -> Published:
    """Publish under a mutation, as a one-call platform does."""
    with attempt.mutating():
        return Published("x1", "https://toy/x1")


def fails(error: Exception) -> Any:
    """A step that raises before any mutation."""

    def step(account: Any, content: Any, attempt: Any) -> Any:
        raise error

    return step


def fails_mutating(error: Exception) -> Any:
    """A step that raises after *mutation started*."""

    def step(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            raise error

    return step


def answers(value: Any) -> Any:
    """A step that answers `value`."""
    return lambda account, content, attempt: value


def test_a_published_answer_is_kept_with_id_url_attempt_publication_and_events(world: Any) -> None:
    world.toy.script("publish", published)
    delivery = world.delivery()
    world.settle()
    row = world.row(delivery)
    assert (row.state, row.external_id, row.url, row.attempts, row.lease) == ("published", "x1", "https://toy/x1", 1, None)
    assert world.told(delivery) == ["delivery.queued", "delivery.publishing", "delivery.published"]


def test_a_transient_error_is_retried_until_it_works(world: Any) -> None:
    world.toy.script("publish", fails(Transient("down", code="503")), fails(Transient("down")), published)
    delivery = world.delivery()
    world.settle()
    row = world.row(delivery)
    assert (row.state, row.attempts, row.number, row.error_kind) == ("published", 3, 3, None)
    assert world.told(delivery).count("delivery.retrying") == 2


def test_retries_end_at_the_deadline(make_world: Any) -> None:
    world = make_world(retry_base=0.05)
    world.toy.script("publish", fails(Transient("down", code="503")))
    delivery = world.delivery()
    world.tick()
    world.change(delivery, deadline_at=db_now(0.3))
    world.settle()
    row = world.row(delivery)
    assert (row.state, row.reason) == ("missed", "deadline")
    assert row.error_code == "503"


def test_a_rejection_is_final_and_keeps_the_platforms_words(world: Any) -> None:
    world.toy.script("publish", fails_mutating(Rejected("duplicate status message", code="506")))
    delivery = world.delivery()
    world.settle()
    row = world.row(delivery)
    assert (row.state, row.error_kind, row.error_code, row.error_message) == ("failed", "Rejected", "506", "duplicate status message")
    assert world.toy.calls == ["publish"]


def test_what_the_platform_cannot_do_is_skipped(world: Any) -> None:
    world.toy.script("publish", fails(Unsupported("no such format", code="format")))
    delivery = world.delivery()
    world.settle()
    assert world.row(delivery).state == "skipped"


def test_a_problem_found_by_validation_stops_the_delivery_before_any_call(world: Any) -> None:
    world.toy.script("publish", published)
    world.toy.problems = [Problem(code="too_long", message="2201 characters, at most 2200: shorten it", field="text")]
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).error_code, world.toy.calls) == ("failed", "too_long", [])


@pytest.mark.parametrize(
    "error",
    [
        Ambiguous("no answer", code="no_answer"),
        Transient("HTTP 500"),
        RateLimited("slow down", scope="account", retry_after=0.05),
        AuthExpired("expired"),
        ValueError("a bug"),
    ],
)
def test_after_mutation_started_nothing_is_tried_again_before_the_platform_was_asked(world: Any, error: Exception) -> None:
    world.toy.script("publish", fails_mutating(error))
    world.toy.script("find", answers(Published("x9", "https://toy/x9")))
    world.toy.refreshes = [Credentials({"token": "fresh-token-123"})]
    delivery = world.delivery()
    world.settle()
    row = world.row(delivery)
    assert (row.state, row.external_id) == ("published", "x9")
    assert row.attempts == (0 if isinstance(error, RateLimited) else 1)
    assert [call for call in world.toy.calls if call != "refresh"] == ["publish", "find"]
    assert "delivery.unconfirmed" in world.told(delivery)
    assert "delivery.reconciled" in world.told(delivery)


def test_a_revoked_token_after_mutation_waits_for_the_person_and_then_looks(world: Any) -> None:
    world.toy.script("publish", fails_mutating(AuthRevoked("password changed", code="190/460")))
    world.toy.script("find", answers(NotThere()))
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.account_row(delivery).status, world.toy.calls) == ("unconfirmed", "needs_reauth", ["publish"])


def test_not_there_at_the_last_look_starts_a_new_attempt_and_only_then(make_world: Any) -> None:
    world = make_world(reconcile_after=[0.1, 0.6, 1.2])  # far enough apart that a busy machine leaves no look out
    world.toy.script("publish", fails_mutating(Ambiguous("no answer")), published)
    world.toy.script("find", answers(NotThere()))
    delivery = world.delivery()
    world.settle()
    assert world.toy.calls == ["publish", "find", "find", "find", "publish"]
    assert (world.row(delivery).state, world.row(delivery).attempts) == ("published", 2)


def test_not_there_after_the_deadline_is_missed(world: Any) -> None:
    def cut(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            world.change(delivery, deadline_at=db_now(-1))
            raise Ambiguous("no answer")

    world.toy.script("publish", cut)
    world.toy.script("find", answers(NotThere()))
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.toy.calls.count("publish")) == ("missed", 1)


def test_cannot_tell_rests_visibly_and_counts_as_idle(world: Any) -> None:
    world.toy.script("publish", fails_mutating(Ambiguous("no answer")))
    world.toy.script("find", answers(CannotTell("two candidates")))
    delivery = world.delivery()
    world.settle()
    row = world.row(delivery)
    assert (row.state, row.reason, row.due_at, row.error_kind) == ("unconfirmed", "cannot_tell", None, "Ambiguous")


def test_a_look_that_fails_is_repeated_a_bounded_number_of_times(world: Any) -> None:
    world.toy.script("publish", fails_mutating(Ambiguous("no answer")))
    world.toy.script("find", fails(Transient("down")))
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).reason) == ("unconfirmed", "look_failed")
    assert world.toy.calls.count("publish") == 1


def test_an_unfinished_upload_is_finished_not_started_again(world: Any) -> None:
    def half(account: Any, content: Any, attempt: Any) -> Any:
        attempt.checkpoint("session", "s1")
        with attempt.mutating():
            raise Ambiguous("cut")

    def finish(account: Any, content: Any, attempt: Any) -> Any:
        assert attempt.checkpoints == {"session": "s1"}
        with attempt.mutating():
            return Published("x3", None)

    world.toy.script("publish", half)
    world.toy.script("find", answers(Unfinished(resume="finish")))
    world.toy.script("finish", finish)
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.toy.calls) == ("published", ["publish", "find", "finish"])


def test_waiting_holds_no_worker_and_ready_calls_finish(world: Any) -> None:
    def begin(account: Any, content: Any, attempt: Any) -> Any:
        attempt.checkpoint("container", "c1")
        return Pending(0.01)

    world.toy.script("publish", begin)
    world.toy.script("check", answers(Pending(0.01)), answers(Ready()))
    world.toy.script("finish", published)
    delivery = world.delivery()
    assert world.tick() == 1
    assert (world.row(delivery).state, world.row(delivery).lease) == ("processing", None)
    world.settle()
    assert world.toy.calls == ["publish", "check", "check", "finish"]
    assert world.row(delivery).checkpoints == {"container": "c1"}
    told = world.told(delivery)
    assert told == ["delivery.queued", "delivery.publishing", "delivery.processing", "delivery.publishing", "delivery.published"]


def test_processing_without_a_mutation_is_missed_at_the_deadline_and_not_finished(world: Any) -> None:
    def begin(account: Any, content: Any, attempt: Any) -> Any:
        world.change(delivery, deadline_at=db_now(-1))
        return Pending(0.01)

    world.toy.script("publish", begin)
    world.toy.script("check", answers(Ready()))
    world.toy.script("finish", published)
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.toy.calls) == ("missed", ["publish"])


def test_processing_with_a_mutation_is_followed_to_its_end_however_late(world: Any) -> None:
    def begin(account: Any, content: Any, attempt: Any) -> Any:
        with attempt.mutating():
            world.change(delivery, deadline_at=db_now(-1))
            return Pending(0.01)

    world.toy.script("publish", begin)
    world.toy.script("check", answers(Published("x4", None)))
    delivery = world.delivery()
    world.settle()
    assert world.row(delivery).state == "published"


def test_the_deadline_stops_the_irreversible_call_itself(world: Any) -> None:
    import time

    def slow(account: Any, content: Any, attempt: Any) -> Any:
        time.sleep(0.15)
        with attempt.mutating():
            raise AssertionError("called after the deadline")

    world.toy.script("publish", slow)
    delivery = world.delivery(deadline_in=0.1)
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).mutation_at) == ("missed", None)


def test_an_expired_token_is_refreshed_once_stored_and_used(world: Any) -> None:
    used: list[str] = []

    def step(account: Any, content: Any, attempt: Any) -> Any:
        used.append(account.credentials["token"])
        if len(used) == 1:
            raise AuthExpired("expired", code="access_token_invalid")
        return published(account, content, attempt)

    world.toy.script("publish", step)
    world.toy.refreshes = [Credentials({"token": "fresh-token-123"})]
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.row(delivery).attempts) == ("published", 1)
    assert used == ["token-of-a1", "fresh-token-123"]
    account = world.account_row(delivery)
    assert account.credentials_version == 2
    assert world.engine.box.open(account.credentials)["token"] == "fresh-token-123"
    assert "fresh-token-123" not in account.credentials


def test_a_token_that_stays_bad_flags_the_account_and_holds_its_deliveries(world: Any) -> None:
    world.toy.script("publish", fails(AuthExpired("expired", code="190")))
    world.toy.refreshes = [Credentials({"token": "fresh-token-123"})]
    first = world.delivery()
    second = world.delivery()
    world.settle()
    assert world.account_row(first).status == "needs_reauth"
    assert [(world.row(one).state, world.row(one).reason) for one in (first, second)] == [("held", "needs_reauth")] * 2
    assert world.toy.calls == ["publish", "refresh", "publish"]


def test_a_rate_limit_pauses_the_account_for_everybody_and_is_no_attempt(world: Any) -> None:
    world.toy.script("publish", fails(RateLimited("slow down", scope="account", retry_after=0.3, code="4")), published)
    first, second = world.delivery(), world.delivery()
    other = world.delivery(external_id="a2")
    world.tick()
    assert world.toy.calls.count("publish") == 2  # the first and the other account's, not the second
    assert world.row(other).state == "published"
    assert world.row(second).state in ("held", "scheduled")
    world.settle()
    assert [world.row(one).state for one in (first, second)] == ["published", "published"]
    assert [world.row(one).attempts for one in (first, second)] == [1, 1]


def test_a_plugin_that_marks_no_mutation_is_taken_to_have_started_on_entry(make_world: Any) -> None:
    world = make_world(marks_mutation=False)
    world.toy.script("publish", fails(ConnectionResetError("reset")))
    world.toy.script("find", answers(Published("x7", None)))
    delivery = world.delivery()
    world.settle()
    assert (world.row(delivery).state, world.toy.calls) == ("published", ["publish", "find"])
