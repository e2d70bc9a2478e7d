"""Looking settles an unknown outcome without ever adopting what is not ours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, Rejected, Transient
from gaung.core.records import Account, CannotTell, Content, NotThere, Pending, Published, Unfinished
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.sandbox import TikTokSandbox

Attempts = Callable[..., LiveAttempt]


def lost(sandbox: TestSandbox, attempt: LiveAttempt, account: Account, content: Content, do: str = "hangup_after") -> LiveAttempt:
    """The attempt after its publishing call went unanswered, in another process."""
    operation = "tiktok.upload" if content.format == "video" else "tiktok.content.init"
    sandbox.fault(operation, do, skip=4 if content.format == "video" else 0)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, account, content)
    attempt.outcome_unknown()
    return attempt.reborn()


def fetched(tiktok: TikTokSandbox, sandbox: TestSandbox, count: int) -> None:
    """Wait until photos that are being fetched are posts."""
    import time

    for _ in range(200):
        if len(tiktok.posts()) >= count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{len(tiktok.posts())} posts instead of {count}")


def test_nothing_is_there_when_no_publishing_call_was_made(account: Account, video: Content, live_attempt: Attempts) -> None:
    assert isinstance(live_attempt().run(plugin.gaung_find_published, account, video), NotThere)


def test_a_video_in_processing_is_unfinished_and_to_be_checked(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.processing_seconds = 60
    again = lost(sandbox, live_attempt(), account, video)
    found = again.run(plugin.gaung_find_published, account, video)
    assert isinstance(found, Unfinished)
    assert found.resume == "check"
    assert isinstance(again.run(plugin.gaung_check, account, video), Pending)
    sandbox.world.clock_offset += 61
    assert isinstance(again.run(plugin.gaung_find_published, account, video), Published)


def test_a_public_video_whose_id_is_not_given_yet_is_to_be_checked(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.quotas["tiktok.post_id_delay"] = 600
    again = lost(sandbox, live_attempt(), account, video)
    assert again.run(plugin.gaung_find_published, account, video) == Unfinished("check", "published; TikTok has not given the id yet")


def test_a_private_video_is_published_without_an_id(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    private = replace(video, options={"privacy": "SELF_ONLY"})
    again = lost(sandbox, live_attempt(), account, private)
    assert again.run(plugin.gaung_find_published, account, private) == Published(None, None)


@pytest.mark.parametrize("reason", ["internal", "video_pull_failed", "photo_pull_failed"])
def test_a_failure_that_may_be_tried_again_is_not_there(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, reason: str
) -> None:
    tiktok.state.fail_reason = reason
    sandbox.world.processing_fails["tiktok"] = 1
    again = lost(sandbox, live_attempt(), account, video)
    assert again.run(plugin.gaung_find_published, account, video) == NotThere(reason)
    anew = again.reborn(number=2)
    anew.run(plugin.gaung_publish, account, video)
    assert isinstance(anew.run(plugin.gaung_check, account, video), Published)
    assert len(tiktok.posts()) == 1


def test_a_failure_for_good_is_told_by_check_and_not_tried_again(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    tiktok.state.fail_reason = "spam_risk_text"
    sandbox.world.processing_fails["tiktok"] = 1
    again = lost(sandbox, live_attempt(), account, video)
    assert again.run(plugin.gaung_find_published, account, video) == Unfinished("check", "spam_risk_text")
    with pytest.raises(Rejected, match="spam_risk_text"):
        again.run(plugin.gaung_check, account, video)


def test_a_publish_id_that_tiktok_does_not_know_is_not_there(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, video)
    tiktok.state.tasks.clear()
    assert isinstance(again.run(plugin.gaung_find_published, account, video), NotThere)
    with pytest.raises(Ambiguous, match="invalid_publish_id"):
        again.run(plugin.gaung_check, account, video)


def test_a_publish_id_of_another_token_cannot_tell(
    sandbox: TestSandbox, account: Account, account_for: Callable[..., Account], video: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, video)
    assert isinstance(again.run(plugin.gaung_find_published, account_for("tiktok"), video), CannotTell)


def test_two_videos_of_the_same_text_are_told_apart_by_publish_id(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    first = lost(sandbox, live_attempt(), account, video)
    sandbox.world.clock_offset += 600
    second = lost(sandbox, live_attempt(), account, video)
    newer, older = tiktok.posts()
    assert first.run(plugin.gaung_find_published, account, video) == Published(older.id, older.url)
    assert second.run(plugin.gaung_find_published, account, video) == Published(newer.id, newer.url)


def test_photos_are_found_among_the_accounts_posts(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, photos)
    fetched(tiktok, sandbox, 1)
    [post] = tiktok.posts()
    assert again.run(plugin.gaung_find_published, account, photos) == Published(post.id, post.url)


def test_two_photo_posts_of_the_same_text_ten_minutes_apart_are_told_apart(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    first = lost(sandbox, live_attempt(), account, photos)
    fetched(tiktok, sandbox, 1)
    sandbox.world.clock_offset += 600
    second = lost(sandbox, live_attempt(), account, photos)
    fetched(tiktok, sandbox, 2)
    newer, older = tiktok.posts()
    assert first.run(plugin.gaung_find_published, account, photos) == Published(older.id, older.url)
    assert second.run(plugin.gaung_find_published, account, photos) == Published(newer.id, newer.url)


def test_a_post_that_another_delivery_owns_is_left_out(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, photos, "hangup_before")
    other = tiktok.post_by_hand(account.external_id, photos.text)
    again.owned_ids = frozenset({other.id})
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), CannotTell)


def test_two_candidates_are_never_guessed_between(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, photos)
    fetched(tiktok, sandbox, 1)
    tiktok.post_by_hand(account.external_id, photos.text)
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), CannotTell)


def test_older_and_other_posts_are_not_adopted(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    now = sandbox.world.now()
    tiktok.post_by_hand(account.external_id, photos.text, now - 300)
    tiktok.post_by_hand(account.external_id, photos.text, now - 86_400)
    again = lost(sandbox, live_attempt(), account, photos, "hangup_before")
    tiktok.post_by_hand(account.external_id, f"{photos.text}!")
    tiktok.post_by_hand(account.external_id, photos.text[:-1])
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), CannotTell)


def test_a_hand_made_post_long_after_the_loss_is_not_adopted(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, photos, "hangup_before")
    sandbox.world.clock_offset += 600
    tiktok.post_by_hand(account.external_id, photos.text)
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), CannotTell)


def test_clocks_that_differ_do_not_hide_our_own_post(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(clock_behind=900), account, photos)
    fetched(tiktok, sandbox, 1)
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), Published)


def test_paging_goes_on_until_our_post_is_reached_and_no_further(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    start = sandbox.world.now()
    for step in range(60):
        tiktok.post_by_hand(account.external_id, f"lama {step}", start - 86_400 - step)
    again = lost(sandbox, live_attempt(), account, photos)
    fetched(tiktok, sandbox, 61)
    sandbox.world.clock_offset += 7200
    for step in range(30):
        tiktok.post_by_hand(account.external_id, f"baru {step}", start + 3600 + step)
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), Published)
    assert len(sandbox.journal("tiktok.video.list")) == 2


def test_without_the_scope_to_list_nobody_can_tell(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    again = lost(sandbox, live_attempt(), account, photos)
    for token in tiktok.state.tokens.values():
        token.scopes = ("user.info.basic", "video.publish")
    found = again.run(plugin.gaung_find_published, account, photos)
    assert isinstance(found, CannotTell)
    assert "video.list" in found.note


def test_photos_that_are_not_listed_cannot_be_told(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    tiktok.accounts[account.external_id].extra["lists_photos"] = False
    again = lost(sandbox, live_attempt(), account, photos)
    fetched(tiktok, sandbox, 1)
    assert isinstance(again.run(plugin.gaung_find_published, account, photos), CannotTell)


def test_photos_without_a_text_are_known_by_their_title(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    silent = replace(photos, text="")
    again = lost(sandbox, live_attempt(), account, silent)
    fetched(tiktok, sandbox, 1)
    assert isinstance(again.run(plugin.gaung_find_published, account, silent), Published)
    other = replace(silent, title="Lain")
    assert isinstance(again.run(plugin.gaung_find_published, account, other), CannotTell)


def test_looking_changes_nothing(sandbox: TestSandbox, account: Account, photos: Content, live_attempt: Attempts) -> None:
    again = lost(sandbox, live_attempt(), account, photos)
    before = len(sandbox.journal())
    again.run(plugin.gaung_find_published, account, photos)
    assert {entry.operation for entry in sandbox.journal()[before:]} == {"tiktok.video.list"}
    assert again.mutations == 0


@pytest.mark.parametrize("operation", ["tiktok.status", "tiktok.video.list"])
def test_a_look_that_gets_no_answer_says_nothing(
    sandbox: TestSandbox, account: Account, video: Content, photos: Content, live_attempt: Attempts, operation: str
) -> None:
    content = video if operation == "tiktok.status" else photos
    again = lost(sandbox, live_attempt(), account, content)
    sandbox.fault(operation, "hangup_before")
    with pytest.raises(Transient):
        again.run(plugin.gaung_find_published, account, content)
    sandbox.fault(operation, "token_expired")
    with pytest.raises(AuthExpired):
        again.run(plugin.gaung_find_published, account, content)


def test_the_window_is_the_attempts_own(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, photos: Content, live_attempt: Attempts
) -> None:
    start = sandbox.world.today()
    tiktok.post_by_hand(account.external_id, photos.text, start.timestamp())
    attempt = live_attempt(mutation_started_at=start - timedelta(seconds=5), unknown_since=start)
    assert isinstance(attempt.run(plugin.gaung_find_published, account, photos), Published)
    later = live_attempt(mutation_started_at=start + timedelta(seconds=5), unknown_since=start + timedelta(seconds=9))
    assert isinstance(later.run(plugin.gaung_find_published, account, photos), CannotTell)
