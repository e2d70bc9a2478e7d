"""Asking how far a publish is: bounded patience for an id, TikTok's own words for a failure."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.errors import Ambiguous, AuthRevoked, Rejected
from gaung.core.records import Account, Content, Pending, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok import const, errors
from gaung.plugins.tiktok.sandbox import TikTokSandbox

Attempts = Callable[..., LiveAttempt]


def test_a_video_is_pending_while_tiktok_works_on_it_and_never_goes_back(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.processing_seconds = 30
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    assert attempt.run(plugin.gaung_check, account, video) == Pending(1, "PROCESSING_UPLOAD")
    sandbox.world.clock_offset += 31
    assert isinstance(attempt.run(plugin.gaung_check, account, video), Published)
    assert isinstance(attempt.run(plugin.gaung_check, account, video), Published)


def test_the_poll_interval_is_the_settings(account: Account, video: Content, sandbox: TestSandbox, live_attempt: Attempts) -> None:
    sandbox.world.processing_seconds = 30
    slow = replace(account, settings={**account.settings, "poll_seconds": 7})
    attempt = live_attempt()
    assert attempt.run(plugin.gaung_publish, slow, video) == Pending(7, "TikTok has the video and publishes it")


def test_an_id_that_comes_late_is_waited_for(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    sandbox.world.quotas["tiktok.post_id_delay"] = 30
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    assert isinstance(attempt.run(plugin.gaung_check, account, video), Pending)
    sandbox.world.clock_offset += 31
    assert isinstance(attempt.run(plugin.gaung_check, account, video), Published)


def test_an_id_that_never_comes_is_looked_for_among_the_posts_at_the_end(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.quotas["tiktok.post_id_delay"] = 10**9
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    waits = []
    for _ in const.ID_POLLS:
        answer = attempt.run(plugin.gaung_check, account, video)
        assert isinstance(answer, Pending)
        waits.append(answer.check_after)
        attempt = attempt.reborn()
    assert waits == list(const.ID_POLLS)
    [post] = tiktok.posts()
    assert attempt.run(plugin.gaung_check, account, video) == Published(post.id, post.url)


def test_an_id_that_never_comes_and_cannot_be_looked_for_is_done_without(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts
) -> None:
    sandbox.world.quotas["tiktok.post_id_delay"] = 10**9
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    for token in tiktok.state.tokens.values():
        token.scopes = ("user.info.basic", "video.publish")
    attempt.checkpoint("id_polls", len(const.ID_POLLS))
    assert attempt.run(plugin.gaung_check, account, video) == Published(None, None)
    sandbox.fault("tiktok.video.list", "error_before")
    assert attempt.run(plugin.gaung_check, account, video) == Published(None, None)


@pytest.mark.parametrize("privacy", ["SELF_ONLY", "MUTUAL_FOLLOW_FRIENDS"])
def test_a_post_that_is_not_public_is_done_at_once_without_an_id(
    sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts, privacy: str
) -> None:
    private = replace(video, options={"privacy": privacy})
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, private)
    assert attempt.run(plugin.gaung_check, account, private) == Published(None, None)
    assert sandbox.journal("tiktok.video.list") == []


@pytest.mark.parametrize("reason", sorted(errors.FAIL_REASONS))
def test_a_failure_is_told_in_tiktoks_own_code(
    sandbox: TestSandbox, tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts, reason: str
) -> None:
    tiktok.state.fail_reason = reason
    sandbox.world.processing_fails["tiktok"] = 1
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    expected = {"refused": Rejected, "again": Ambiguous, "revoked": AuthRevoked}[errors.FAIL_REASONS[reason]]
    with pytest.raises(expected) as caught:
        attempt.run(plugin.gaung_check, account, video)
    assert caught.value.code == reason
    assert tiktok.posts() == []


def test_a_draft_in_the_inbox_is_no_post(tiktok: TikTokSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    next(iter(tiktok.state.tasks.values())).state = "inbox"
    with pytest.raises(Rejected, match="inbox"):
        attempt.run(plugin.gaung_check, account, video)


def test_without_a_publish_id_the_outcome_is_unknown(account: Account, video: Content, live_attempt: Attempts) -> None:
    with pytest.raises(Ambiguous):
        live_attempt().run(plugin.gaung_check, account, video)


def test_asking_changes_nothing_at_the_platform(sandbox: TestSandbox, account: Account, video: Content, live_attempt: Attempts) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, account, video)
    before = len(sandbox.journal())
    attempt.run(plugin.gaung_check, account, video)
    assert {entry.operation for entry in sandbox.journal()[before:]} == {"tiktok.status"}
    assert attempt.mutations == 1
