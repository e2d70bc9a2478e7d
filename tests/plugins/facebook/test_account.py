"""Who a token is: a Page's, another Page's, a person's, or nobody's."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import AuthRevoked, Transient
from gaung.core.records import Account, Credentials
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import SCOPES, FacebookSandbox


def with_token(page: Account, token: str) -> Account:
    return replace(page, credentials=Credentials({"access_token": token}))


def test_a_page_token_tells_who_it_is_and_what_it_may(page: Account, side: FacebookSandbox) -> None:
    side.world.numbers.put("facebook", page.external_id, "followers", 1234, 0.0)
    info = facebook.gaung_check_account(page)
    assert (info.external_id, info.handle) == (page.external_id, "contoh_lampung")
    assert info.who == "Contoh Lampung (https://www.facebook.com/contoh_lampung)"
    assert info.scopes == SCOPES
    assert info.expires_at is None
    assert info.limits == {"followers_count": 1234}


def test_without_the_apps_secret_scopes_stay_unknown(sandbox: TestSandbox, page: Account) -> None:
    info = facebook.gaung_check_account(replace(page, settings={**page.settings, "app_id": "", "app_secret": ""}))
    assert (info.external_id, info.scopes) == (page.external_id, ())
    assert sandbox.journal("facebook.debug_token") == []


def test_an_end_of_the_token_is_told(side: FacebookSandbox, page: Account) -> None:
    side.tokens[page.credentials["access_token"]].expires_at = 2_000_000_000.0
    info = facebook.gaung_check_account(page)
    assert info.expires_at is not None
    assert info.expires_at.isoformat() == "2033-05-18T03:33:20+00:00"


def test_the_token_of_a_person_shows_the_person(side: FacebookSandbox, page: Account) -> None:
    info = facebook.gaung_check_account(with_token(page, side.user_token()))
    assert info.external_id != page.external_id  # core refuses it: it reads the Page, but cannot post as the Page


def test_the_token_of_another_page_is_refused(page: Account, account_for: Callable[..., Account]) -> None:
    other = account_for("facebook", handle="contoh_metro")
    info = facebook.gaung_check_account(with_token(page, other.credentials["access_token"]))
    assert info.external_id == other.external_id


@pytest.mark.parametrize("token", ["EAAGnobody", ""])
def test_a_token_that_is_none_is_refused_and_not_repeated(token: str, page: Account) -> None:
    with pytest.raises(AuthRevoked) as caught:
        facebook.gaung_check_account(with_token(page, token))
    assert caught.value.code.startswith("190")
    assert "nobody" not in str(caught.value)


def test_debug_token_may_know_first_that_a_token_has_ended(sandbox: TestSandbox, side: FacebookSandbox, page: Account) -> None:
    side.tokens[page.credentials["access_token"]].expires_at = sandbox.world.now() + 100
    sandbox.fault("facebook.debug_token", "slow")
    facebook.gaung_check_account(page)
    sandbox.world.clock_offset += 101
    with pytest.raises(AuthRevoked):
        facebook.gaung_check_account(page)


@pytest.mark.parametrize("do", ["error_before", "hangup_before", "refused"])
def test_a_failing_debug_token_leaves_scopes_unknown(do: str, sandbox: TestSandbox, page: Account) -> None:
    sandbox.fault("facebook.debug_token", do)
    info = facebook.gaung_check_account(page)
    assert (info.external_id, info.scopes) == (page.external_id, ())


def test_a_platform_that_does_not_answer_is_no_verdict_on_the_token(sandbox: TestSandbox, page: Account) -> None:
    sandbox.fault("facebook.node", "hangup_before", times=-1)
    with pytest.raises(Transient):
        facebook.gaung_check_account(page)


def test_a_page_token_cannot_be_refreshed(page: Account) -> None:
    with pytest.raises(AuthRevoked, match="gaung account add"):
        facebook.gaung_refresh_credentials(page)


def test_a_wrong_app_secret_is_named(page: Account) -> None:
    from gaung.core.errors import Rejected

    with pytest.raises(Rejected, match="appsecret_proof") as caught:
        facebook.gaung_check_account(replace(page, settings={**page.settings, "app_secret": "salah"}))
    assert "salah" not in str(caught.value)
