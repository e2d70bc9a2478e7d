"""Who the token is, what it may do and how long its videos may be; and what the record says of YouTube."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import AuthRevoked, RateLimited
from gaung.core.records import Account
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.parse import channel as parse_channel
from gaung.plugins.youtube.sandbox import YouTubeSandbox


def test_the_channel_its_scopes_and_its_longest_video_are_told(channel: Account) -> None:
    info = plugin.gaung_check_account(channel)
    assert (info.external_id, info.handle, info.who) == ("UCcontoh18", "contoh_lampung", "contoh_lampung")
    assert "https://www.googleapis.com/auth/youtube.upload" in info.scopes
    assert info.limits == {"max_seconds": 43_200, "long_uploads": "allowed"}
    assert info.expires_at is None


@pytest.mark.parametrize("status", ["eligible", "disallowed", "longUploadsUnspecified"])
def test_a_channel_without_long_uploads_is_bound_to_fifteen_minutes(youtube: YouTubeSandbox, channel: Account, status: str) -> None:
    youtube.accounts[channel.external_id].extra["long_uploads"] = status
    assert plugin.gaung_check_account(channel).limits == {"max_seconds": 900, "long_uploads": status}


def test_what_youtube_does_not_tell_is_left_out() -> None:
    assert parse_channel({"id": "UC1", "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}}}).long_uploads == ""


def test_a_token_of_another_channel_shows_that_channel(channel: Account, account_for: Callable[..., Account]) -> None:
    other = account_for("youtube", external_id="UCcontoh99")
    assert plugin.gaung_check_account(replace(channel, credentials=other.credentials)).external_id == "UCcontoh99"


def test_an_account_without_a_channel_needs_a_person(youtube: YouTubeSandbox, channel: Account) -> None:
    youtube.accounts[channel.external_id].extra["closed"] = True
    with pytest.raises(AuthRevoked) as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.code == "youtubeSignupRequired"


def test_missing_scopes_need_a_person(youtube: YouTubeSandbox, channel: Account) -> None:
    youtube.tokens.grants[channel.credentials["refresh_token"]].scopes = ("youtube.upload",)
    with pytest.raises(AuthRevoked) as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.code == "insufficientPermissions"


def test_a_consent_without_uploading_needs_a_person(youtube: YouTubeSandbox, channel: Account) -> None:
    youtube.tokens.grants[channel.credentials["refresh_token"]].scopes = ("youtube.readonly",)
    with pytest.raises(AuthRevoked, match=r"youtube\.upload") as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.code == "insufficientPermissions"


@pytest.mark.parametrize(("retry_after", "least", "most"), [("17", 17, 17), ("date", 28, 30), (None, 60, 60)])
def test_a_rate_limit_pauses_the_app_as_long_as_youtube_says(
    sandbox: TestSandbox, channel: Account, retry_after: str | None, least: float, most: float
) -> None:
    sandbox.fault("youtube.channels.list", "rate_limited", retry_after=retry_after)
    with pytest.raises(RateLimited) as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.scope == "app"
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


def test_a_used_up_quota_pauses_the_app_until_midnight_in_california(sandbox: TestSandbox, channel: Account) -> None:
    sandbox.world.quotas["youtube.units"] = 1
    plugin.gaung_check_account(channel)
    with pytest.raises(RateLimited) as caught:
        plugin.gaung_check_account(channel)
    assert caught.value.code == "quotaExceeded"
    assert caught.value.retry_after is not None
    sandbox.world.clock_offset += caught.value.retry_after + 2
    plugin.gaung_refresh_credentials(channel)
    plugin.gaung_check_account(channel)
    assert 0 < caught.value.retry_after <= 25 * 3600


def test_the_record_is_complete_and_every_limit_has_its_source() -> None:
    record = plugin.gaung_platform()
    assert (record.name, record.app_key, record.marks_mutation) == ("youtube", "credentials.client_id", True)
    assert record.capabilities.deletes
    assert record.capabilities.refreshes_credentials
    assert all(limit.source and limit.unit for limit in record.limits)
    assert [field.name for field in record.credential_fields] == ["client_id", "client_secret", "refresh_token"]
    defaults = {field.name: field.default for field in record.setting_fields}
    assert defaults == {
        "api_url": "https://youtube.googleapis.com",
        "analytics_url": "https://youtubeanalytics.googleapis.com",
        "token_url": "https://oauth2.googleapis.com/token",
        "oembed_url": "https://www.youtube.com/oembed",
        "poll_seconds": 30,
        "chunk_bytes": 8_388_608,
        "sweep_requests": 4000,
        "measure_requests": 3000,
    }
    assert {field.name: field.default for field in record.post_fields} == {
        "privacy": "public", "made_for_kids": False, "category": "22", "tags": (), "notify_subscribers": True,
    }  # fmt: skip


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    heavy = "{'httpx2', 'google', 'av', 'starlette', 'PIL'}"
    code = f"import sys, gaung.plugins.youtube as p; p.gaung_platform(); print([m for m in sys.modules if m.split('.')[0] in {heavy}])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
