"""A video goes up in chunks, whose last one is the irreversible call, and is published once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, LeaseLost, RateLimited, Rejected, Transient, Unsupported
from gaung.core.records import Account, Content, Media, NotThere, Pending, Published, Unfinished
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


def test_nothing_irreversible_has_started_before_the_last_chunk(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before", skip=3)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    assert attempt.mutation_started_at is None
    assert tiktok.posts() == []


@pytest.mark.parametrize("do", ["error_before", "error_after", "hangup_before", "hangup_after"])
@pytest.mark.parametrize("lost", [0, 2, 3])
def test_another_process_goes_on_from_the_chunk_that_was_lost(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, spot: Media, live_attempt: Attempts, do: str, lost: int
) -> None:
    sandbox.fault("tiktok.upload", do, skip=lost)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    again = attempt.reborn(number=2)
    again.run(plugin.gaung_publish, account, video)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert len(sandbox.journal("tiktok.video.init")) == 1
    assert len(statuses(sandbox)) == (5 if do.endswith("after") else 6)
    assert [post.files[0].data for post in tiktok.posts()] == [spot.path.read_bytes()]


def test_a_chunk_cut_off_in_the_middle_is_sent_again_in_full(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, spot: Media, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "cut_upload", bytes=700, skip=1)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.reborn(number=2).run(plugin.gaung_publish, account, video)
    assert [post.files[0].data for post in tiktok.posts()] == [spot.path.read_bytes()]


@pytest.mark.parametrize("do", ["hangup_after", "error_after"])
def test_a_lost_answer_to_the_last_chunk_is_found_by_its_publish_id(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, do: str
) -> None:
    sandbox.fault("tiktok.upload", do, skip=4)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.outcome_unknown()
    assert attempt.reborn().run(plugin.gaung_find_published, account, video) == Published(tiktok.posts()[0].id, tiktok.posts()[0].url)
    assert len(sandbox.journal("tiktok.upload")) == 5


@pytest.mark.parametrize("do", ["hangup_before", "error_before"])
def test_a_last_chunk_that_never_arrived_is_finished_on_the_same_upload(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, do: str
) -> None:
    sandbox.fault("tiktok.upload", do, skip=4)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.outcome_unknown()
    again = attempt.reborn()
    found = again.run(plugin.gaung_find_published, account, video)
    assert isinstance(found, Unfinished)
    assert found.resume == "finish"
    assert isinstance(again.run(plugin.gaung_finish, account, video), Pending)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert len(tiktok.posts()) == 1
    assert len(sandbox.journal("tiktok.video.init")) == 1


def test_finishing_twice_sends_nothing_twice(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    before = len(sandbox.journal("tiktok.upload"))
    assert isinstance(attempt.run(plugin.gaung_finish, account, video), Pending)
    assert len(sandbox.journal("tiktok.upload")) == before
    assert len(tiktok.posts()) == 1


def test_publishing_again_with_the_checkpoints_of_a_finished_upload_does_not_post_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    assert isinstance(attempt.reborn(number=2).run(plugin.gaung_publish, account, video), Pending)
    assert len(tiktok.posts()) == 1
    assert len(sandbox.journal("tiktok.video.init")) == 1


def test_finish_without_an_upload_never_begins_one(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    with pytest.raises(Ambiguous):
        live_attempt().run(plugin.gaung_finish, account, video)
    assert sandbox.journal() == []


def test_an_upload_older_than_its_url_begins_anew(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before", skip=2)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    sandbox.world.clock_offset += 3590
    again = attempt.reborn(number=2)
    again.run(plugin.gaung_publish, account, video)
    assert isinstance(again.run(plugin.gaung_check, account, video), Published)
    assert len(sandbox.journal("tiktok.video.init")) == 2
    assert len(tiktok.posts()) == 1


def test_a_half_upload_whose_url_ended_is_not_there(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    sandbox.fault("tiktok.upload", "hangup_before", skip=4)
    attempt = live_attempt()
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    sandbox.world.clock_offset += 3700
    assert isinstance(attempt.run(plugin.gaung_find_published, account, video), NotThere)
    with pytest.raises(Transient, match="upload_over"):
        attempt.run(plugin.gaung_finish, account, video)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_check, account, video)


@pytest.mark.parametrize("last", [False, True])
def test_an_upload_link_that_tiktok_gave_up_is_not_used_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, last: bool
) -> None:
    sandbox.fault("tiktok.upload", "token_expired", skip=4 if last else 1)
    attempt = live_attempt()
    with pytest.raises(Transient, match="upload_403"):
        attempt.run(plugin.gaung_publish, account, video)
    if last:
        assert isinstance(attempt.run(plugin.gaung_find_published, account, video), NotThere)
    attempt.reborn(number=2).run(plugin.gaung_publish, account, video)
    assert len(sandbox.journal("tiktok.video.init")) == 2
    assert len(tiktok.posts()) == 1


def test_progress_that_disagrees_begins_anew_while_nothing_irreversible_started(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before", skip=2)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    [task] = tiktok.state.tasks.values()
    task.sent -= 100  # what TikTok says and what it takes no longer agree with whole chunks
    with pytest.raises(Transient, match="upload_416"):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.run(plugin.gaung_publish, account, video)
    assert len(tiktok.posts()) == 1


def test_a_last_chunk_out_of_step_is_looked_into_and_not_repeated(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    sandbox.fault("tiktok.upload", "hangup_before", skip=4)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, video)
    [task] = tiktok.state.tasks.values()
    task.sent += 50
    with pytest.raises(Ambiguous, match="upload_416"):
        attempt.run(plugin.gaung_finish, account, video)


def test_a_refused_chunk_is_refused_for_good(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    sandbox.fault("tiktok.upload", "refused", skip=4)
    with pytest.raises(Rejected, match="upload_400"):
        live_attempt().run(plugin.gaung_publish, account, video)


def test_an_upload_goes_to_known_hosts_only(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.state.base_url = lambda: "https://upload.example.org"
    attempt = live_attempt()
    with pytest.raises(Rejected) as caught:
        attempt.run(plugin.gaung_publish, account, video)
    assert caught.value.code == "untrusted_url"
    assert "upload_token" not in str(caught.value)
    assert sandbox.journal("tiktok.upload") == []
    assert attempt.mutation_started_at is None


def test_a_tampered_checkpoint_sends_the_video_nowhere_else(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.fault("tiktok.upload", "error_before")
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    attempt.checkpoints["upload"]["url"] = "http://127.0.0.1:9/video/"
    with pytest.raises(Rejected, match="untrusted_url"):
        attempt.run(plugin.gaung_publish, account, video)


class Evicted(LiveAttempt):
    """Loses its lease at one of the fence's checks: the seventh comes when the second chunk is on its way."""

    checks = 0

    def check(self) -> None:
        self.checks += 1
        if self.checks >= 7:
            self.lose_lease()
        super().check()


def test_a_worker_that_lost_its_lease_stops_in_the_middle_of_a_chunk(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content
) -> None:
    with pytest.raises(LeaseLost):
        Evicted(now=sandbox.world.today).run(plugin.gaung_publish, account, video)
    assert next(iter(tiktok.state.tasks.values())).sent == account.settings["chunk_bytes"]
    assert tiktok.posts() == []


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


@pytest.mark.parametrize("do", ["hangup_after", "hangup_before", "error_after", "error_before"])
@pytest.mark.parametrize("operation", ["tiktok.creator_info", "tiktok.video.init"])
def test_a_lost_answer_before_the_upload_is_harmless(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, operation: str, do: str
) -> None:
    sandbox.fault(operation, do)
    attempt = live_attempt()
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, account, video)
    assert len(sandbox.journal(operation)) == 1
    assert attempt.mutation_started_at is None
    attempt.run(plugin.gaung_publish, account, video)
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
