"""A reply that never came: each changing call was made once, and the error says what core may do."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gaung.core.errors import Ambiguous, AuthExpired, PlatformError, RateLimited, Rejected, Transient
from gaung.core.http import Effect, Reply
from gaung.core.records import Account, Content, Media, Pending, Publication, Published, Unfinished
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube import parse
from gaung.plugins.youtube.sandbox import YouTubeSandbox

Make = Callable[..., Content]
Attempts = Callable[..., LiveAttempt]
LOST = ["hangup_after", "hangup_before", "error_after", "error_before"]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("operation", ["youtube.videos.insert", "youtube.upload.chunk"])
def test_a_lost_reply_before_the_last_bytes_is_transient_and_asked_once(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media, operation: str, fault: str
) -> None:
    attempt = live_attempt()
    sandbox.fault(operation, fault)
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    assert len(sandbox.journal(operation)) == 1
    assert attempt.mutation_started_at is None


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_reply_to_the_last_bytes_is_ambiguous_and_asked_once(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media, fault: str
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", fault)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    assert len(sandbox.journal("youtube.upload.last")) == 1
    assert attempt.mutation_started_at is not None


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_reply_to_a_delete_is_transient_and_asked_once(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, fault: str
) -> None:
    live_attempt().run(plugin.gaung_publish, channel, make_content())
    publication = Publication(id=1, external_id=youtube.posts()[0].id, url=None, published_at=datetime.now(UTC))
    sandbox.fault("youtube.videos.delete", fault)
    with pytest.raises(Transient):
        plugin.gaung_delete(channel, publication)
    assert len(sandbox.journal("youtube.videos.delete")) == 1
    plugin.gaung_delete(channel, publication)
    assert youtube.posts() == []


@pytest.mark.parametrize("fault", ["hangup_after", "error_after"])
def test_after_a_lost_reply_the_session_tells_that_the_video_is_there(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media, fault: str
) -> None:
    attempt, content = live_attempt(), make_content(media=film)
    sandbox.fault("youtube.upload.last", fault)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, content)
    attempt.outcome_unknown()
    found = attempt.reborn().run(plugin.gaung_find_published, channel, content)
    assert found == Published(youtube.posts()[0].id, youtube.posts()[0].url)
    assert not sandbox.journal("youtube.playlistItems.list")


@pytest.mark.parametrize(("fault", "more"), [("hangup_before", {}), ("error_before", {}), ("cut_upload", {"bytes": 1000})])
def test_a_half_upload_is_unfinished_and_finish_sends_the_rest(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media,
    fault: str, more: dict[str, int],
) -> None:  # fmt: skip
    attempt, content = live_attempt(), make_content(media=film)
    sandbox.fault("youtube.upload.last", fault, **more)
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, content)
    attempt.outcome_unknown()
    found = attempt.run(plugin.gaung_find_published, channel, content)
    assert isinstance(found, Unfinished)
    assert found.resume == "finish"
    again = attempt.reborn()
    again.mutation_started_at = None
    assert isinstance(again.run(plugin.gaung_finish, channel, content), Pending)
    assert isinstance(again.run(plugin.gaung_check, channel, content), Published)
    assert again.mutations == 1
    assert [post.files[0].sha256 for post in youtube.posts()] == [film.sha256]


def test_a_video_that_is_still_processed_after_a_lost_reply_is_followed_by_check(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    sandbox.world.processing_seconds = 60
    attempt, content = live_attempt(), make_content()
    sandbox.fault("youtube.upload.last", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, content)
    attempt.outcome_unknown()
    found = attempt.run(plugin.gaung_find_published, channel, content)
    assert isinstance(found, Unfinished)
    assert found.resume == "check"
    sandbox.world.clock_offset += 61
    assert isinstance(attempt.reborn().run(plugin.gaung_check, channel, content), Published)


def test_a_video_that_failed_after_a_lost_reply_is_told_by_check(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    sandbox.world.processing_fails["youtube"] = 1
    attempt, content = live_attempt(), make_content()
    sandbox.fault("youtube.upload.last", "hangup_after")
    with pytest.raises(Ambiguous):
        attempt.run(plugin.gaung_publish, channel, content)
    found = attempt.run(plugin.gaung_find_published, channel, content)
    assert isinstance(found, Unfinished)
    assert found.resume == "check"
    with pytest.raises(Rejected):
        attempt.run(plugin.gaung_check, channel, content)


@pytest.mark.parametrize(("fault", "kind"), [("rate_limited", RateLimited), ("token_expired", AuthExpired), ("refused", Rejected)])
def test_a_definite_refusal_of_the_last_bytes_is_no_riddle(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, fault: str, kind: type[PlatformError]
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", fault)
    with pytest.raises(kind):
        attempt.run(plugin.gaung_publish, channel, make_content())
    assert len(sandbox.journal("youtube.upload.last")) == 1


def test_a_last_reply_that_is_no_video_is_ambiguous() -> None:
    for content in (b"<html>", b"[]", b"{}"):
        reply = Reply(201, {}, content, Effect.PUBLISH)
        with pytest.raises(Ambiguous):
            parse.video(reply.json(), reply.effect)
