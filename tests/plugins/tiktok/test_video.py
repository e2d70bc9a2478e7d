"""A video goes up in chunks, whose last one is the irreversible call, and is published once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import AuthExpired, RateLimited, Rejected, Transient, Unsupported
from gaung.core.records import Account, Content, Media, Pending, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox

Attempts = Callable[..., LiveAttempt]


def statuses(sandbox: TestSandbox) -> list[int | None]:
    return [entry.status for entry in sandbox.journal("tiktok.upload")]


def test_a_video_is_published_with_its_id_url_and_unchanged_bytes(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, spot: Media, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    assert isinstance(attempt.run(plugin.gaung_publish, account, video), Pending)
    found = attempt.run(plugin.gaung_check, account, video)
    [post] = tiktok.posts()
    assert found == Published(post.id, f"https://www.tiktok.com/@contoh_lampung/video/{post.id}")
    assert post.visible
    assert post.text == video.text
    assert post.files[0].data == spot.path.read_bytes()
    assert statuses(sandbox) == [206, 206, 206, 206, 201]
    assert attempt.mutations == 1


def test_the_creator_is_asked_before_each_post(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    for _ in range(2):
        live_attempt().run(plugin.gaung_publish, account, video)
    operations = [entry.operation for entry in sandbox.journal() if entry.operation in ("tiktok.creator_info", "tiktok.video.init")]
    assert operations == ["tiktok.creator_info", "tiktok.video.init"] * 2


def test_the_choices_of_the_post_file_reach_tiktok(tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    chosen = {"allow_duet": True, "brand_organic": True, "is_aigc": True, "cover_timestamp_ms": 1200}
    live_attempt().run(plugin.gaung_publish, account, replace(video, options={**video.options, **chosen}))
    assert tiktok.posts()[0].extra["post_info"] == {
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "title": video.text,
        "disable_comment": True,
        "disable_duet": False,
        "disable_stitch": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": True,
        "is_aigc": True,
        "video_cover_timestamp_ms": 1200,
    }


def test_what_the_creator_switched_off_is_not_asked_for(
    tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.accounts[account.external_id].extra["comment_disabled"] = True
    live_attempt().run(plugin.gaung_publish, account, replace(video, options={**video.options, "allow_comment": True}))
    assert tiktok.posts()[0].extra["post_info"]["disable_comment"] is True


def test_a_small_file_is_one_chunk_and_that_one_is_irreversible(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    whole = replace(account, settings={**account.settings, "chunk_bytes": 10_000_000})
    sandbox.world.quotas.clear()
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, whole, video)
    assert statuses(sandbox) == [201]
    assert attempt.mutations == 1


def test_a_video_longer_than_the_creator_may_post_is_refused_before_anything_is_opened(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.accounts[account.external_id].extra["max_video_post_duration_sec"] = 1
    with pytest.raises(Rejected, match="duration_check_failed"):
        live_attempt().run(plugin.gaung_publish, account, video)
    assert sandbox.journal("tiktok.video.init") == []


def test_a_privacy_that_is_not_offered_is_refused(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.accounts[account.external_id].extra["private"] = True
    with pytest.raises(Rejected, match="privacy_level_option_mismatch") as caught:
        live_attempt().run(plugin.gaung_publish, account, video)
    assert "FOLLOWER_OF_CREATOR" in caught.value.message
    assert sandbox.journal("tiktok.video.init") == []


def test_privacy_is_never_chosen_for_the_creator(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    with pytest.raises(Rejected, match="privacy_missing"):
        live_attempt().run(plugin.gaung_publish, account, replace(video, options={}))
    assert sandbox.journal() == []


def test_an_app_without_audit_is_told_what_to_do(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    sandbox.world.quotas["tiktok.unaudited"] = 1
    with pytest.raises(Rejected, match="audit") as caught:
        live_attempt().run(plugin.gaung_publish, account, video)
    assert caught.value.code == "unaudited_client_can_only_post_to_private_accounts"


def test_an_app_without_audit_posts_privately_to_a_private_account(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.quotas["tiktok.unaudited"] = 1
    tiktok.accounts[account.external_id].extra["private"] = True
    private = replace(video, options={"privacy": "SELF_ONLY"})
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, private)
    assert attempt.run(plugin.gaung_check, account, private) == Published(None, None)
    assert not tiktok.posts()[0].visible


def test_the_cap_of_the_day_pauses_the_account_for_a_day(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.quotas["tiktok.posts.per_day"] = 1
    live_attempt().run(plugin.gaung_publish, account, video)
    with pytest.raises(RateLimited) as caught:
        live_attempt().run(plugin.gaung_publish, account, video)
    assert (caught.value.scope, caught.value.retry_after, caught.value.code) == ("account", 86_400, "spam_risk_too_many_posts")
    assert len(sandbox.journal("tiktok.video.init")) == 1


def test_a_cap_of_the_app_pauses_the_app(
    sandbox: TestSandbox, account: Account, account_for: Callable[..., Account], video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.quotas["tiktok.active_users"] = 1
    live_attempt().run(plugin.gaung_publish, account, video)
    with pytest.raises(RateLimited) as caught:
        live_attempt().run(plugin.gaung_publish, account_for("tiktok"), video)
    assert (caught.value.scope, caught.value.code) == ("app", "reached_active_user_cap")


@pytest.mark.parametrize(("retry_after", "seconds"), [("17", 17), ("date", 45), (None, 60)])
@pytest.mark.parametrize("operation", ["tiktok.creator_info", "tiktok.video.init", "tiktok.upload"])
def test_a_rate_limit_says_how_long_the_account_pauses(
    sandbox: TestSandbox,
    account: Account,
    video: Content,
    live_attempt: Attempts,
    operation: str,
    retry_after: str | None,
    seconds: int,
) -> None:
    sandbox.fault(operation, "rate_limited", retry_after=retry_after, seconds=45)
    attempt = live_attempt()
    with pytest.raises(RateLimited) as caught:
        attempt.run(plugin.gaung_publish, account, video)
    assert caught.value.scope == "account"
    assert caught.value.retry_after == pytest.approx(seconds, abs=2)
    assert len(sandbox.journal(operation)) == 1
    assert attempt.mutation_started_at is None


def test_an_expired_token_is_known_before_anything_is_opened(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.break_token(account.external_id, "expire")
    attempt = live_attempt()
    with pytest.raises(AuthExpired):
        attempt.run(plugin.gaung_publish, account, video)
    fresh = replace(account, credentials=plugin.gaung_refresh_credentials(account))
    attempt.run(plugin.gaung_publish, fresh, video)
    assert len(tiktok.posts()) == 1


def test_a_video_that_is_not_on_this_machine_can_be_tried_on_another(
    sandbox: TestSandbox, account: Account, video: Content, spot: Media, live_attempt: Attempts
) -> None:
    missing = replace(video, media=(replace(spot, sha256="0" * 64),))
    with pytest.raises(Transient, match="no_file"):
        live_attempt().run(plugin.gaung_publish, account, missing)
    assert sandbox.journal() == []


def test_what_tiktok_cannot_carry_is_unsupported_before_any_request(
    sandbox: TestSandbox, account: Account, video: Content, photos: Content, live_attempt: Attempts
) -> None:
    for content in (replace(video, format="text"), replace(photos, format="video"), replace(video, format="photo")):
        with pytest.raises(Unsupported):
            live_attempt().run(plugin.gaung_publish, account, content)
    with pytest.raises(Unsupported):
        plugin.gaung_delete()
    assert sandbox.journal() == []


def test_a_url_setting_with_a_trailing_slash_does_no_harm(
    tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    slashed = replace(account, settings={**account.settings, "api_url": account.settings["api_url"] + "/"})
    live_attempt().run(plugin.gaung_publish, slashed, video)
    assert len(tiktok.posts()) == 1
