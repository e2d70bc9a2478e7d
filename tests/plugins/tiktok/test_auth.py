"""Tokens are renewed with rotation, and an account says who it is and what it may do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, RateLimited, Rejected, Transient
from gaung.core.records import Account, Content, Credentials
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox


def with_credentials(account: Account, **changed: str) -> Account:
    return replace(account, credentials=Credentials({**account.credentials, **changed}))


def test_a_refresh_brings_both_tokens_and_the_old_refresh_token_is_dead(tiktok: TikTokSandbox, account: Account) -> None:
    fresh = plugin.gaung_refresh_credentials(account)
    assert fresh["access_token"] != account.credentials["access_token"]
    assert fresh["refresh_token"] != account.credentials["refresh_token"]
    assert (fresh["client_key"], fresh["client_secret"]) == (account.credentials["client_key"], account.credentials["client_secret"])
    with pytest.raises(AuthRevoked, match="invalid_grant"):
        plugin.gaung_refresh_credentials(account)
    plugin.gaung_refresh_credentials(replace(account, credentials=fresh))


def test_the_end_of_the_new_refresh_token_is_kept_and_told(sandbox: TestSandbox, account: Account) -> None:
    fresh = replace(account, credentials=plugin.gaung_refresh_credentials(account))
    info = plugin.gaung_check_account(fresh)
    assert info.expires_at is not None
    assert abs(info.expires_at - sandbox.world.today() - timedelta(days=365)) < timedelta(seconds=5)
    assert "video.list" in info.scopes


@pytest.mark.parametrize("status", [200, 400, 401])
def test_a_flat_error_counts_whatever_its_status(sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, status: int) -> None:
    sandbox.world.quotas["tiktok.oauth_error_status"] = status
    tiktok.break_token(account.external_id, "revoke")
    with pytest.raises(AuthRevoked) as caught:
        plugin.gaung_refresh_credentials(account)
    assert caught.value.code == "invalid_grant"
    assert "connect the account again" in caught.value.message


def test_a_wrong_app_secret_is_for_a_person(account: Account) -> None:
    with pytest.raises(AuthRevoked, match="invalid_client"):
        plugin.gaung_refresh_credentials(with_credentials(account, client_secret="falsch"))


@pytest.mark.parametrize("name", ["client_key", "client_secret", "refresh_token"])
def test_credentials_that_lack_something_are_named_before_any_request(sandbox: TestSandbox, account: Account, name: str) -> None:
    with pytest.raises(AuthRevoked, match=name):
        plugin.gaung_refresh_credentials(with_credentials(account, **{name: ""}))
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    ("do", "kind"),
    [("hangup_before", Transient), ("error_before", Transient), ("token_revoked", AuthRevoked), ("rate_limited", Transient)],
)
def test_a_refresh_that_fails_is_called_once(sandbox: TestSandbox, account: Account, do: str, kind: type[Exception]) -> None:
    sandbox.fault("tiktok.oauth.token", do)
    with pytest.raises(kind):
        plugin.gaung_refresh_credentials(account)
    assert len(sandbox.journal("tiktok.oauth.token")) == 1


def test_an_expired_token_is_renewed_and_a_revoked_one_is_not(tiktok: TikTokSandbox, account: Account) -> None:
    tiktok.break_token(account.external_id, "expire")
    with pytest.raises(AuthExpired):
        plugin.gaung_check_account(account)
    fresh = replace(account, credentials=plugin.gaung_refresh_credentials(account))
    assert plugin.gaung_check_account(fresh).external_id == account.external_id
    tiktok.break_token(account.external_id, "revoke")
    with pytest.raises(AuthExpired):
        plugin.gaung_check_account(fresh)
    with pytest.raises(AuthRevoked):
        plugin.gaung_refresh_credentials(fresh)


def test_an_access_token_ends_after_a_day(sandbox: TestSandbox, account: Account) -> None:
    plugin.gaung_check_account(account)
    sandbox.world.clock_offset += 86_401
    with pytest.raises(AuthExpired):
        plugin.gaung_check_account(account)


def test_an_account_says_who_it_is_and_what_it_may_choose(sandbox: TestSandbox, account: Account) -> None:
    info = plugin.gaung_check_account(account)
    assert (info.external_id, info.handle, info.who) == ("open-id-1", "contoh_lampung", "Contoh Lampung (@contoh_lampung)")
    assert info.limits == {
        "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        "comment_disabled": False,
        "duet_disabled": False,
        "stitch_disabled": False,
        "max_video_post_duration_sec": 300,
    }
    assert {entry.operation for entry in sandbox.journal()} == {"tiktok.user_info", "tiktok.creator_info"}


def test_an_account_at_its_cap_keeps_what_is_known_of_it(sandbox: TestSandbox, account: Account) -> None:
    known = replace(account, limits=plugin.gaung_check_account(account).limits)
    sandbox.world.quotas["tiktok.posts.per_day"] = 0
    info = plugin.gaung_check_account(known)
    assert info.limits == {**known.limits, "blocked": "spam_risk_too_many_posts"}
    assert info.handle == "contoh_lampung"


def test_a_rate_limit_is_no_answer_about_an_account(sandbox: TestSandbox, account: Account) -> None:
    sandbox.fault("tiktok.creator_info", "rate_limited")
    with pytest.raises(RateLimited):
        plugin.gaung_check_account(account)


def test_a_banned_account_and_one_without_permission_are_problems(tiktok: TikTokSandbox, account: Account) -> None:
    tiktok.accounts[account.external_id].extra["banned"] = True
    with pytest.raises(Rejected, match="banned"):
        plugin.gaung_check_account(account)
    for token in tiktok.state.tokens.values():
        token.scopes = ("user.info.basic",)
    with pytest.raises(AuthRevoked, match=r"video\.publish"):
        plugin.gaung_check_account(account)


def test_a_date_that_nobody_can_read_is_no_date(account: Account) -> None:
    assert plugin.gaung_check_account(with_credentials(account, refresh_expires_at="besok")).expires_at is None


def test_no_token_is_in_any_error_or_repr(
    sandbox: TestSandbox,
    tiktok: TikTokSandbox,
    account: Account,
    video: Content,
    photos: Content,
    live_attempt: Callable[..., LiveAttempt],
) -> None:
    secrets = [value for name, value in account.credentials.items() if name != "client_key"]
    texts = [repr(account)]

    def refresh(account: Account, content: Content, attempt: LiveAttempt) -> object:
        return plugin.gaung_refresh_credentials(account)

    faults = ("hangup_before", "error_before", "refused", "rate_limited", "token_expired", "token_revoked")
    for operation in ("tiktok.creator_info", "tiktok.video.init", "tiktok.upload", "tiktok.content.init", "tiktok.oauth.token"):
        for do in faults:
            sandbox.world.quotas.update({f"tiktok.{name}.per_minute": 1000 for name in ("creator_info", "video.init", "content.init")})
            sandbox.fault(operation, do)
            attempt = live_attempt()
            content = photos if operation == "tiktok.content.init" else video
            with pytest.raises(PlatformError) as caught:
                attempt.run(refresh if operation == "tiktok.oauth.token" else plugin.gaung_publish, account, content)
            half = attempt.checkpoints.get("upload")
            secrets += [half["url"].partition("upload_token=")[2]] if half else []
            error: BaseException | None = caught.value
            while error is not None:
                texts.append(f"{error} {error!r} {vars(error)}")
                error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert len(texts) > len(faults) * 5
    assert not [secret for secret in secrets for text in texts if secret and secret in text]
