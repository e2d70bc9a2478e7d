"""Chores and who may not be called: paused scopes, limits that a platform reports, bad tokens, switches, and nothing but reads."""

import socket
from typing import Any

import pytest
from sqlalchemy import update

from gaung.core import http, pacing
from gaung.core.errors import AuthExpired, AuthRevoked, RateLimited
from gaung.core.records import Credentials
from gaung.core.store import pauses, switches
from gaung.core.store.tables import accounts
from gaung.core.store.tables import pauses as pause_table
from gaung.core.testkit.looking import LookingWorld, found, raising


def test_a_rate_limit_pauses_the_scope_for_all_and_is_no_failure(looking: LookingWorld) -> None:
    looking.due_sweep()
    looking.publication(account=looking.account("18.01"), external_id="p2", hours_ago=2)
    looking.plan_sweeps()
    looking.toy.answers["find_reshares"] = raising(RateLimited("slow down", scope="app", retry_after=60))
    [first, second] = looking.claim()
    looking.chores.run(first.id, first.lease)
    looking.chores.run(second.id, second.lease)
    assert looking.toy.calls == ["find_reshares"], "the second was claimed before, and must not call a paused scope either"
    [pause] = looking.rows(pause_table)
    assert (pause.scope, pause.kind) == ("app:toy:", "auto")
    assert (looking.tick(), looking.busy()) == (0, 0)
    with looking.store.write() as conn:
        pauses.lift(conn, "app:toy:")
    assert looking.tick() == 2
    assert looking.toy.calls == ["find_reshares"] * 3
    assert looking.told("sweep.failed") == []


def test_a_usage_report_pauses_after_the_look(looking: LookingWorld) -> None:
    looking.due_sweep()

    def reported(*_: Any) -> Any:
        pacing.report("account", 600, "92 percent used")
        return found(total=1)

    looking.toy.answers["find_reshares"] = reported
    looking.tick()
    assert looking.rows(pause_table)[0].scope == f"account:{looking.account()}"
    assert len(looking.told("sweep.done")) == 1


def test_an_expired_token_is_refreshed_once(looking: LookingWorld) -> None:
    looking.due_sweep()
    looking.toy.refreshes = [Credentials({"token": "a-fresh-token"})]
    looking.toy.answers["find_reshares"] = raising(AuthExpired("expired", code="190"))
    looking.tick()
    assert looking.toy.calls == ["find_reshares", "refresh", "find_reshares"]
    assert [event.event for event in looking.told("account.refreshed", "sweep.done")] == ["account.refreshed", "sweep.done"]


def test_a_revoked_token_flags_the_account_and_its_chores_wait(looking: LookingWorld) -> None:
    looking.due_sweep()
    looking.toy.answers["find_reshares"] = raising(AuthRevoked("gone", code="190/458"))
    looking.tick()
    [account] = looking.rows(accounts)
    assert account.status == "needs_reauth"
    assert (looking.tick(), looking.busy()) == (0, 0)
    with looking.store.write() as conn:
        conn.execute(update(accounts).values(status="active"))
    assert looking.tick() == 1
    assert len(looking.told("sweep.done")) == 1


@pytest.mark.parametrize("scope", ["all", "platform:toy", "office:18", "account:1", "app:toy:"])
def test_nothing_calls_a_paused_scope(looking: LookingWorld, scope: str) -> None:
    looking.due_sweep()
    with looking.store.write() as conn:
        pauses.pause(conn, scope, kind="manual", reason="test")
    assert (looking.tick(), looking.busy(), looking.toy.calls) == (0, 0, [])


def test_a_pause_between_claim_and_start_is_seen(looking: LookingWorld) -> None:
    looking.due_sweep()
    [claim] = looking.claim()
    with looking.store.write() as conn:
        pauses.pause(conn, "office:18", kind="manual", reason="test")
    looking.chores.run(claim.id, claim.lease)
    assert looking.toy.calls == []


def test_a_platform_that_is_off_for_the_office_is_not_asked_until_it_is_on(looking: LookingWorld) -> None:
    looking.due_sweep()
    looking.toy.answers["find_reshares"] = lambda *_: found()
    with looking.store.write() as conn:
        switches.switch(conn, "toy", "18", enabled=False)
    assert (looking.tick(), looking.busy()) == (0, 0)
    with looking.store.write() as conn:
        switches.switch(conn, "toy", "18", enabled=True)
    assert looking.tick() == 1


@pytest.mark.parametrize("effect", [http.Effect.PREPARE, http.Effect.PUBLISH])
def test_a_plugin_that_changes_something_while_looking_fails_and_sends_nothing(looking: LookingWorld, effect: http.Effect) -> None:
    chore = looking.due_sweep()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/like"
        looking.toy.answers["find_reshares"] = lambda *_: http.call("POST", url, effect=effect)
        looking.tick()
        with pytest.raises(TimeoutError):
            server.accept()
    row = looking.chore("sweep", chore.subject)
    assert (row.error_kind, row.error_code, row.tries) == ("Unforeseen", "ReadsOnly", 1)
    assert "only reads" in row.error_message
