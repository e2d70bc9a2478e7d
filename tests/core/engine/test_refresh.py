"""Fresh tokens: one refresh at a time, and a token that the platform has rotated is never lost."""

import threading
from typing import Any

import pytest

from gaung.core.errors import AuthExpired, LeaseLost
from gaung.core.records import Credentials, Published


def expired_once() -> Any:
    """Refuse the first token, publish with the next."""
    seen: list[str] = []

    def step(account: Any, content: Any, attempt: Any) -> Published:
        seen.append(account.credentials["token"])
        if len(seen) == 1:
            raise AuthExpired("expired")
        with attempt.mutating():
            return Published("x1", None)

    return step


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_rotated_token_survives_a_database_that_is_away(world: Any, postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = world.store.url.database

    def allow(yes: bool) -> None:
        postgres.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {yes}")
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def refresh(account: Any) -> Credentials:
        allow(False)
        threading.Timer(0.7, allow, [True]).start()
        return Credentials({"token": "fresh-token-123"})

    monkeypatch.setattr(world.engine.manager, "refresh_credentials", refresh)
    world.toy.script("publish", expired_once())
    delivery = world.delivery()
    world.tick()
    account = world.account_row(delivery)
    assert (account.credentials_version, world.engine.box.open(account.credentials)["token"]) == (2, "fresh-token-123")
    assert world.row(delivery).state == "published"


def test_a_worker_that_loses_its_lease_during_a_refresh_stops_and_gives_the_right_back(world: Any) -> None:
    world.toy.script("publish", expired_once())
    world.toy.refreshes = [LeaseLost("the lease is gone")]
    delivery = world.delivery()
    world.tick()
    assert (world.row(delivery).state, world.row(delivery).error_kind) == ("publishing", None)
    assert (world.account_row(delivery).status, world.account_row(delivery).refreshing_until) == ("active", None)
