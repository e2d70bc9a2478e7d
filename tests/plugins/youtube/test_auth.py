"""Access tokens: fetched once, kept in memory, dropped on 401, never shown; google-auth repeats nothing."""

import time
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import AuthExpired, AuthRevoked, PlatformError, RateLimited, Transient
from gaung.core.records import Account, Content, Credentials, Pending
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube import auth
from gaung.plugins.youtube.sandbox import YouTubeSandbox

Make = Callable[..., Content]
Attempts = Callable[..., LiveAttempt]


def test_one_access_token_serves_many_calls(sandbox: TestSandbox, channel: Account) -> None:
    for _ in range(3):
        plugin.gaung_check_account(channel)
    assert len(sandbox.journal("youtube.token")) == 1


def test_a_token_within_four_minutes_of_its_end_is_renewed(sandbox: TestSandbox, channel: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    first = auth.access_token(channel)
    assert 3590 < first.ends_at - time.time() <= 3599
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3599 - 250)
    assert auth.access_token(channel) == first
    monkeypatch.setattr(time, "time", lambda: now + 3599 - 230)
    assert auth.access_token(channel) != first
    assert len(sandbox.journal("youtube.token")) == 2


def test_new_credentials_never_meet_the_token_of_the_old_ones(sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account) -> None:
    old = auth.access_token(channel)
    renewed = replace(channel, credentials=Credentials(youtube.add_account(channel.external_id, channel.handle).credentials))
    assert auth.access_token(renewed) != old
    assert plugin.gaung_check_account(renewed).external_id == channel.external_id


def test_a_401_drops_the_token_and_a_refresh_makes_the_next_call_work(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    auth.access_token(channel)
    youtube.break_token(channel.external_id, "expire")
    attempt = live_attempt()
    with pytest.raises(AuthExpired) as caught:
        attempt.run(plugin.gaung_publish, channel, make_content())
    assert caught.value.code == "authError"
    assert plugin.gaung_refresh_credentials(channel) == channel.credentials
    assert isinstance(attempt.run(plugin.gaung_publish, channel, make_content()), Pending)
    assert len(sandbox.journal("youtube.token")) == 2


def test_a_401_lets_the_next_call_of_this_process_ask_for_a_new_token(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account
) -> None:
    """Core calls the refresh hook in one process only; the others go on with the stored credentials."""
    auth.access_token(channel)
    youtube.break_token(channel.external_id, "expire")
    with pytest.raises(AuthExpired):
        plugin.gaung_check_account(channel)
    assert plugin.gaung_check_account(channel).external_id == channel.external_id
    assert len(sandbox.journal("youtube.token")) == 2


def test_a_refresh_gets_a_new_token_even_while_the_old_one_is_good(channel: Account) -> None:
    old = auth.access_token(channel)
    plugin.gaung_refresh_credentials(channel)
    assert auth.access_token(channel) != old


def test_a_revoked_grant_needs_a_person(youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts) -> None:
    auth.access_token(channel)
    youtube.break_token(channel.external_id, "revoke")
    with pytest.raises(AuthExpired):
        live_attempt().run(plugin.gaung_publish, channel, make_content())
    for call in (plugin.gaung_refresh_credentials, plugin.gaung_check_account):
        with pytest.raises(AuthRevoked) as caught:
            call(channel)
        assert caught.value.code == "invalid_grant"


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("error_before", Transient, "internal_failure"),
        ("error_after", Transient, "internal_failure"),
        ("hangup_after", Transient, "no_answer"),
        ("rate_limited", RateLimited, "rate_limit_exceeded"),
        ("token_revoked", AuthRevoked, "invalid_grant"),
        ("refused", AuthRevoked, "invalid_client"),
    ],
)
def test_google_auth_asks_the_token_host_once_whatever_it_answers(
    sandbox: TestSandbox, channel: Account, fault: str, kind: type[PlatformError], code: str
) -> None:
    sandbox.fault("youtube.token", fault)
    with pytest.raises(kind) as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.code == code
    assert len(sandbox.journal("youtube.token")) == 1
    assert plugin.gaung_check_account(channel).external_id == channel.external_id


def test_a_rate_limited_token_host_says_when(sandbox: TestSandbox, channel: Account) -> None:
    sandbox.fault("youtube.token", "rate_limited", retry_after="17")
    with pytest.raises(RateLimited) as caught:
        plugin.gaung_check_account(channel)
    assert (caught.value.retry_after, caught.value.scope) == (17, "app")


def test_no_token_is_asked_for_between_mutation_started_and_the_last_bytes(
    sandbox: TestSandbox, channel: Account, make_content: Make
) -> None:
    class Watched(LiveAttempt):
        asked_before = -1

        def mutating(self):  # type: ignore[no-untyped-def]
            auth._slots.clear()
            self.asked_before = len(sandbox.journal("youtube.token"))
            return super().mutating()

    attempt = Watched()
    attempt.run(plugin.gaung_publish, channel, make_content())
    assert len(sandbox.journal("youtube.token")) == attempt.asked_before


def test_no_secret_is_in_any_error_repr_or_traceback(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    token = auth.access_token(channel)
    secrets = [token.value, channel.credentials["refresh_token"], channel.credentials["client_secret"]]
    said = [repr(token), repr(channel), str(channel.credentials)]
    operations = ("youtube.token", "youtube.videos.insert", "youtube.upload.last", "youtube.upload.status")
    for operation in operations:
        for fault in ("hangup_after", "error_before", "refused", "rate_limited", "token_expired", "token_revoked"):
            attempt = live_attempt()
            if operation == "youtube.upload.status":
                sandbox.fault("youtube.upload.last", "hangup_after")
                with pytest.raises(PlatformError):
                    attempt.run(plugin.gaung_publish, channel, make_content())
            auth._slots.clear()
            sandbox.fault(operation, fault)
            with pytest.raises(PlatformError) as caught:
                attempt.run(plugin.gaung_publish, channel, make_content())
            said += [str(caught.value), repr(caught.value), *traceback.format_exception(caught.value)]
            sandbox.sandbox.faults.clear()
            fresh = youtube.add_account(channel.external_id, channel.handle)
            channel = replace(channel, credentials=Credentials(fresh.credentials))
            secrets += [fresh.credentials["refresh_token"], *youtube.tokens.access, *youtube.uploads.sessions]
    assert len(secrets) > 50
    assert not [secret for secret in secrets if any(secret in text for text in said)]


def test_a_token_address_that_leads_nowhere_is_told_with_its_status(sandbox: TestSandbox, channel: Account) -> None:
    elsewhere = replace(channel, settings={**channel.settings, "token_url": f"{sandbox.base_url}/youtube/nothing"})
    with pytest.raises(AuthRevoked) as caught:
        plugin.gaung_check_account(elsewhere)
    assert caught.value.code == "http_404"
