"""Accounts: credentials are checked and never shown; reconnecting lets go on what was held."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gaung.core.errors import AuthExpired, AuthRevoked, UserError
from gaung.core.records import Account, AccountInfo, Credentials
from gaung.core.services import accounts, checking, credentials
from gaung.core.store.tables import accounts as table
from gaung.core.store.types import db_now

SECRET = "sangat-rahasia-123"


def row(world: Any, account: int) -> Any:
    with world.ctx.store.read() as conn:
        return conn.execute(select(table).where(table.c.id == account)).one()


def test_an_account_is_stored_sealed_and_listed_without_its_token(world: Any) -> None:
    made = world.account("18.01", external_id="abc")
    assert "token-of" not in row(world, made).credentials
    assert world.ctx.account(row(world, made)).credentials["token"] == "token-of-abc"
    assert accounts.list_accounts(world.ctx) == [
        {
            "id": made,
            "office": "18.01",
            "platform": "toy",
            "external_id": "abc",
            "handle": "contoh_abc",
            "status": "active",
            "limits": {},
        }
    ]
    assert world.told(account=made) == ["account.added"]


def test_adding_it_again_replaces_the_credentials_and_releases_what_was_held(world: Any) -> None:
    made = world.account()
    delivery = world.rows(world.post())[0].id
    world.set(delivery, state="held", reason="needs_reauth", due_at=None)
    with world.ctx.store.write() as conn:
        conn.execute(table.update().values(status="needs_reauth", refreshing_until=db_now(60)))
    values = {"token": "fresh-token-1"}
    done = accounts.add(world.ctx, office="18", platform="toy", external_id="toy-18", handle="@contoh_baru", values=values, where="x")
    assert done == {"id": made, "replaced": True, "released": 1}
    fresh = row(world, made)
    assert (fresh.status, fresh.handle, fresh.refreshing_until, fresh.credentials_version) == ("active", "contoh_baru", None, 2)
    assert world.ctx.account(fresh).credentials == {"token": "fresh-token-1"}
    assert world.rows(1)[0].state == "scheduled"
    assert world.told(delivery=delivery) == ["delivery.released"]


def test_an_account_of_another_office_is_not_taken_over(world: Any) -> None:
    made = world.account("18.01", external_id="abc")
    with pytest.raises(UserError, match=rf"belongs to office 18\.01\. .*gaung account remove {made}"):
        world.account("18.02", external_id="abc")
    accounts.remove(world.ctx, made)
    assert world.account("18.02", external_id="abc") == made


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "field token is missing"),
        ({"token": ""}, "field token is not a text, or is empty"),
        ({"token": 12345678901}, "field token is not a text"),
        ({"token": SECRET, "tokne": SECRET}, 'no field tokne. Did you mean "token"'),
    ],
)
def test_wrong_credentials_are_refused_without_showing_them(world: Any, values: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError) as caught:
        accounts.add(world.ctx, office="18", platform="toy", external_id="x", handle="contoh_x", values=values, where="kunci.json")
    assert words in str(caught.value)
    assert "kunci.json" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert accounts.list_accounts(world.ctx) == []


@pytest.mark.parametrize("text", [f'{{"token": "{SECRET}"', f'["{SECRET}"]', f'"{SECRET}"', SECRET])
def test_text_that_is_no_json_object_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UserError, match=r"kunci\.json is not") as caught:
        credentials.parse(text, "kunci.json")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"office": "18.99"}, "Unknown office 18.99"),
        ({"platform": "toi"}, "Did you mean toy"),
        ({"external_id": " "}, "is no Toy id"),
        ({"external_id": "a b"}, "is no Toy id"),
        ({"handle": "@"}, "handle is empty"),
    ],
)
def test_bad_input_names_what_is_wrong(world: Any, change: dict[str, str], words: str) -> None:
    given: dict[str, Any] = {"office": "18", "platform": "toy", "external_id": "x", "handle": "contoh_x", **change}
    with pytest.raises(UserError, match=words):
        accounts.add(world.ctx, **given, values={"token": SECRET}, where="x")


def test_removing_forgets_the_token_and_cancels_what_was_planned(world: Any) -> None:
    made = world.account()
    post = world.post()
    assert accounts.remove(world.ctx, made) == {"id": made, "cancelled": 1}
    assert row(world, made).credentials == ""
    assert (world.rows(post)[0].state, world.rows(post)[0].reason) == ("cancelled", "account_removed")
    assert accounts.list_accounts(world.ctx) == []
    assert [one["status"] for one in accounts.list_accounts(world.ctx, status="removed")] == ["removed"]
    assert world.told(account=made) == ["account.added", "delivery.cancelled", "account.removed"]
    with pytest.raises(UserError, match="removed already"):
        accounts.remove(world.ctx, made)


@pytest.mark.parametrize("values", [{"state": "unconfirmed"}, {"state": "publishing", "lease": "x"}, {"state": "processing"}])
def test_an_account_at_work_is_not_removed(world: Any, values: dict[str, str]) -> None:
    made = world.account()
    delivery = world.rows(world.post())[0].id
    world.set(delivery, **values)
    with pytest.raises(UserError, match=f"gaung explain delivery {delivery}"):
        accounts.remove(world.ctx, made)
    assert row(world, made).status == "active"


def test_an_office_changes_only_its_own_accounts(world: Any, scoped: Callable[[str], Any]) -> None:
    mine, other = world.account("18.01"), world.account("18.02")
    view = scoped("18.01")
    assert [one["id"] for one in accounts.list_accounts(view.ctx)] == [mine]
    with pytest.raises(UserError, match="out of sight"):
        view.account("18.02", external_id="new")
    with pytest.raises(UserError, match=f"no account {other}"):
        accounts.remove(view.ctx, other)


def test_checking_asks_the_platform_and_keeps_what_it_says(world: Any) -> None:
    made = world.account()
    info = AccountInfo(external_id="toy-18", handle="contoh_lain", who="KPU", scopes=("post",), limits={"max_seconds": 90})
    world.ctx.manager.check_account = lambda account: info
    found = next(checking.check(world.ctx, None))
    assert found == {
        "id": made,
        "ok": True,
        "who": "KPU",
        "scopes": ["post"],
        "expires_at": None,
        "limits": {"max_seconds": 90},
        "problem": None,
        "office": "18",
        "platform": "toy",
        "handle": "contoh_toy-18",
    }
    assert accounts.list_accounts(world.ctx)[0]["limits"] == {"max_seconds": 90}
    assert accounts.list_accounts(world.ctx)[0]["handle"] == "contoh_lain"


def test_a_token_of_another_account_is_a_problem_and_nothing_goes_out_by_it(world: Any) -> None:
    made = world.account()
    world.ctx.manager.check_account = lambda account: AccountInfo(external_id="777", handle="contoh_orang", who="Orang")
    found = next(checking.check(world.ctx, [made]))
    assert not found["ok"]
    assert "contoh_orang (777), not of toy-18" in found["problem"]
    assert row(world, made).status == "needs_reauth"


def test_a_revoked_token_flags_the_account_and_one_that_works_again_releases(world: Any) -> None:
    made = world.account()
    delivery = world.rows(world.post())[0].id
    world.set(delivery, state="held", reason="needs_reauth", due_at=None)
    good = world.ctx.manager.check_account

    def revoked(account: Account) -> AccountInfo:
        raise AuthRevoked("session invalid token-of-toy-18", code="190/463")

    world.ctx.manager.check_account = revoked
    found = next(checking.check(world.ctx, [made]))
    assert "190/463: session invalid ***" in found["problem"]
    assert "gaung account add" in found["problem"]
    assert row(world, made).status == "needs_reauth"
    world.ctx.manager.check_account = good
    assert next(checking.check(world.ctx, [made]))["ok"]
    assert row(world, made).status == "active"
    assert world.rows(1)[0].state == "scheduled"


def test_an_expired_token_is_refreshed_once_and_stored(world: Any) -> None:
    made = world.account()
    world.toys["toy"].refreshes = [Credentials({"token": "fresh-token-9"})]
    good = world.ctx.manager.check_account

    def once(account: Account) -> AccountInfo:
        if account.credentials["token"] != "fresh-token-9":
            raise AuthExpired("expired", code="190")
        return AccountInfo(**{key: getattr(good(account), key) for key in ("external_id", "handle", "who")})

    world.ctx.manager.check_account = once
    assert next(checking.check(world.ctx, [made]))["ok"]
    assert world.ctx.account(row(world, made)).credentials == {"token": "fresh-token-9"}
    assert "account.refreshed" in world.told(account=made)


def test_the_app_that_rate_limits_go_by_is_read_from_settings_or_credentials(world: Any) -> None:
    from dataclasses import replace

    record = world.ctx.manager.platform("toy")
    assert credentials.app_scope(record, {"app_id": "9"}, {"client_id": "7"}) == ""
    assert credentials.app_scope(replace(record, app_key="settings.app_id"), {"app_id": "9"}, {}) == "9"
    assert credentials.app_scope(replace(record, app_key="settings.app_id"), {"app_id": None}, {}) == ""
    assert credentials.app_scope(replace(record, app_key="credentials.client_id"), {}, {"client_id": "7"}) == "7"
