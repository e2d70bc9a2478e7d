"""Looking for a reel or video of unknown outcome."""

from collections.abc import Callable

import pytest

from gaung.core.records import Account, Content, FindAnswer, NotThere, Pending, Published, Unfinished
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]


@pytest.mark.parametrize(("format", "operation", "skip"), [("reel", "facebook.video_reels", 1), ("video", "facebook.videos", 2)])
def test_a_video_is_found_by_its_own_status(
    format: str, operation: str, skip: int, sandbox: TestSandbox, side: FacebookSandbox, content: MakeContent, make_media: MediaMaker,
    page: Account, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    sandbox.world.processing_seconds = 50.0
    what = content(format, make_media.mp4())
    attempt = lose(what, operation, skip=skip)
    assert look(attempt, what) == Unfinished("check", f"Facebook is working on video {attempt.checkpoints['video_id']}")
    assert isinstance(attempt.run(facebook.gaung_check, page, what), Pending)
    sandbox.world.clock_offset += 51
    found = look(attempt, what)
    assert isinstance(found, Published)
    assert found.external_id == attempt.checkpoints["video_id"]
    assert len(side.posts()) == 1
    assert len(sandbox.journal(operation)) == skip + 1


@pytest.mark.parametrize(("format", "operation", "skip"), [("reel", "facebook.video_reels", 1), ("video", "facebook.videos", 2)])
def test_a_video_that_is_there_unpublished_is_finished(
    format: str, operation: str, skip: int, sandbox: TestSandbox, side: FacebookSandbox, content: MakeContent, make_media: MediaMaker,
    page: Account, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    what = content(format, make_media.mp4())
    attempt = lose(what, operation, "hangup_before", skip=skip)
    answer = look(attempt, what)
    assert isinstance(answer, Unfinished)
    assert answer.resume == "finish"
    assert side.posts() == []
    assert isinstance(attempt.run(facebook.gaung_finish, page, what), Pending)
    assert isinstance(attempt.run(facebook.gaung_check, page, what), Published)
    assert len(side.posts()) == 1


def test_a_video_whose_processing_failed_is_not_there(
    sandbox: TestSandbox, content: MakeContent, make_media: MediaMaker, lose: Callable[..., LiveAttempt], look: Callable[..., FindAnswer]
) -> None:
    sandbox.world.processing_fails["facebook"] = 1
    what = content("reel", make_media.mp4())
    attempt = lose(what, "facebook.video_reels", skip=1)
    answer = look(attempt, what)
    assert isinstance(answer, NotThere)
    assert "could not be processed" in answer.note


def test_a_new_attempt_after_a_failed_processing_sends_a_new_video(
    sandbox: TestSandbox,
    side: FacebookSandbox,
    page: Account,
    content: MakeContent,
    make_media: MediaMaker,
    lose: Callable[..., LiveAttempt],
) -> None:
    for kind, operation, skip in (("reel", "facebook.video_reels", 1), ("video", "facebook.videos", 2)):
        sandbox.world.processing_fails["facebook"] = 1
        what = content(kind, make_media.mp4())
        attempt = lose(what, operation, skip=skip)
        sandbox.world.clock_offset += 600
        again = attempt.reborn(number=2)
        again.run(facebook.gaung_publish, page, what)
        assert isinstance(again.run(facebook.gaung_check, page, what), Published)
    assert len(side.posts()) == 2


def test_a_video_sent_in_one_call_is_found_among_the_pages_videos(
    sandbox: TestSandbox, side: FacebookSandbox, content: MakeContent, make_media: MediaMaker, lose: Callable[..., LiveAttempt],
    look: Callable[..., FindAnswer],
) -> None:  # fmt: skip
    what = content("video", make_media.mp4(640, 360))
    sandbox.fault("facebook.videos", "refused")
    attempt = lose(what, skip=0, operation="facebook.videos")
    assert "video_id" not in attempt.checkpoints
    found = look(attempt, what)
    assert isinstance(found, Published)
    assert found.external_id in side.videos
