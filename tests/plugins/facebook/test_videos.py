"""Reels and ordinary videos, end to end, also when the process dies in between."""

from collections.abc import Callable

import pytest

from gaung.core.errors import Rejected, Transient
from gaung.core.records import Account, Content, Pending, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]


@pytest.fixture
def reel(content: MakeContent, make_media: MediaMaker) -> Content:
    return content("reel", make_media.mp4(), text="Reel DPT")


@pytest.fixture
def video(content: MakeContent, make_media: MediaMaker) -> Content:
    return content("video", make_media.mp4(640, 360), text="Video DPT")


def test_a_reel_is_published_with_its_bytes_unchanged(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, reel: Content, live_attempt: MakeAttempt
) -> None:
    attempt = live_attempt()
    answer = attempt.run(facebook.gaung_publish, page, reel)
    assert isinstance(answer, Pending)
    assert answer.check_after == 1
    done = attempt.run(facebook.gaung_check, page, reel)
    (post,) = side.posts()
    assert done == Published(attempt.checkpoints["video_id"], f"https://www.facebook.com/reel/{attempt.checkpoints['video_id']}/")
    assert (post.text, post.title, post.kind) == ("Reel DPT", "Cek DPT", "reel")
    assert post.files[0].data == reel.media[0].path.read_bytes()
    assert attempt.mutations == 1
    assert [entry.operation for entry in sandbox.journal("facebook.video_reels")] == ["facebook.video_reels"] * 2


@pytest.mark.parametrize("kind", ["reel", "video"])
def test_waiting_never_makes_a_second_publishing_call(
    kind: str, sandbox: TestSandbox, side: FacebookSandbox, page: Account, live_attempt: MakeAttempt, request: pytest.FixtureRequest
) -> None:
    sandbox.world.processing_seconds = 60.0
    what, attempt = request.getfixturevalue(kind), live_attempt()
    attempt.run(facebook.gaung_publish, page, what)
    assert isinstance(attempt.run(facebook.gaung_check, page, what), Pending)
    assert side.posts() == []
    sandbox.world.clock_offset += 61
    assert isinstance(attempt.run(facebook.gaung_check, page, what), Published)
    assert len(side.posts()) == 1
    assert attempt.mutations == 1


def test_a_video_goes_up_in_chunks_and_arrives_unchanged(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, video: Content, live_attempt: MakeAttempt
) -> None:
    sandbox.world.quotas["facebook.chunk"] = 5000
    attempt = live_attempt()
    attempt.run(facebook.gaung_publish, page, video)
    done = attempt.run(facebook.gaung_check, page, video)
    (post,) = side.posts()
    assert isinstance(done, Published)
    assert done.external_id == attempt.checkpoints["video_id"]
    assert done.url == f"https://www.facebook.com/{page.external_id}/videos/{done.external_id}/"
    assert post.files[0].data == video.media[0].path.read_bytes()
    chunks = -(-video.media[0].size // 5000)
    assert chunks > 2
    assert len(sandbox.journal("facebook.videos")) == chunks + 2


def test_a_chunked_upload_goes_on_in_a_new_process(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, video: Content, live_attempt: MakeAttempt
) -> None:
    sandbox.world.quotas["facebook.chunk"] = 5000
    first = live_attempt()
    sandbox.fault("facebook.videos", "hangup_after", skip=2)  # the second chunk arrives, its answer does not
    with pytest.raises(Transient):
        first.run(facebook.gaung_publish, page, video)
    assert first.checkpoints["upload"]["start"] == 5000
    assert first.mutation_started_at is None
    second = first.reborn()
    second.run(facebook.gaung_publish, page, video)
    assert isinstance(second.run(facebook.gaung_check, page, video), Published)
    (post,) = side.posts()
    assert post.files[0].data == video.media[0].path.read_bytes()
    assert len(side.videos) == 1


def test_a_session_that_the_platform_forgot_is_begun_anew(
    side: FacebookSandbox, page: Account, video: Content, live_attempt: MakeAttempt
) -> None:
    attempt = live_attempt(checkpoints={"video_id": "1", "upload": {"session": "gone", "start": 0, "end": 9}})
    attempt.run(facebook.gaung_publish, page, video)
    assert attempt.checkpoints["upload"]["session"] != "gone"
    assert len(side.posts()) == 1


def test_where_chunks_are_refused_the_video_goes_in_one_call(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, video: Content, live_attempt: MakeAttempt
) -> None:
    sandbox.fault("facebook.videos", "refused")
    attempt = live_attempt()
    attempt.run(facebook.gaung_publish, page, video)
    assert isinstance(attempt.run(facebook.gaung_check, page, video), Published)
    (post,) = side.posts()
    assert post.files[0].data == video.media[0].path.read_bytes()
    assert (post.text, post.title) == ("Video DPT", "Cek DPT")


def test_an_interrupted_reel_goes_on_where_it_was(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, reel: Content, live_attempt: MakeAttempt
) -> None:
    first = live_attempt()
    sandbox.fault("facebook.upload", "cut_upload", bytes=3000)
    with pytest.raises(Transient):
        first.run(facebook.gaung_publish, page, reel)
    assert len(side.videos[first.checkpoints["video_id"]].received) == 3000
    second = first.reborn()
    second.run(facebook.gaung_publish, page, reel)
    (post,) = side.posts()
    assert post.files[0].data == reel.media[0].path.read_bytes()
    assert len(side.videos) == 1


def test_an_uploaded_reel_is_not_sent_again(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, reel: Content, live_attempt: MakeAttempt
) -> None:
    first = live_attempt()
    sandbox.fault("facebook.upload", "hangup_after")
    with pytest.raises(Transient):
        first.run(facebook.gaung_publish, page, reel)
    first.reborn().run(facebook.gaung_publish, page, reel)
    assert len(sandbox.journal("facebook.upload")) == 1
    assert len(side.posts()) == 1


@pytest.mark.parametrize("kind", ["reel", "video"])
def test_processing_that_fails_is_rejected_with_the_platforms_words(
    kind: str, sandbox: TestSandbox, side: FacebookSandbox, page: Account, live_attempt: MakeAttempt, request: pytest.FixtureRequest
) -> None:
    sandbox.world.processing_fails["facebook"] = 1
    what, attempt = request.getfixturevalue(kind), live_attempt()
    attempt.run(facebook.gaung_publish, page, what)
    with pytest.raises(Rejected, match="could not be processed") as caught:
        attempt.run(facebook.gaung_check, page, what)
    assert caught.value.code == "1363026"
    assert side.posts() == []


def test_a_reel_that_the_platform_cannot_take_is_rejected_before_anything_started(
    page: Account, content: MakeContent, live_attempt: MakeAttempt, make_media: MediaMaker
) -> None:
    attempt = live_attempt()
    with pytest.raises(Rejected, match="540x960") as caught:
        attempt.run(facebook.gaung_publish, page, content("reel", make_media.mp4(360, 640)))
    assert caught.value.code == "ProcessingFailedError"
    assert attempt.mutation_started_at is None


def test_an_upload_address_elsewhere_gets_neither_token_nor_bytes(
    sandbox: TestSandbox, page: Account, reel: Content, live_attempt: MakeAttempt
) -> None:
    attempt = live_attempt()
    sandbox.fault("facebook.upload", "error_before")
    with pytest.raises(Transient):
        attempt.run(facebook.gaung_publish, page, reel)
    again = live_attempt(checkpoints={**attempt.checkpoints, "upload_url": "https://evil.example/video-upload/1"})
    with pytest.raises(Rejected) as caught:
        again.run(facebook.gaung_publish, page, reel)
    assert caught.value.code == "untrusted_url"


def test_metas_own_upload_address_is_taken_to_the_configured_host(
    sandbox: TestSandbox, side: FacebookSandbox, page: Account, reel: Content, live_attempt: MakeAttempt
) -> None:
    attempt = live_attempt()
    sandbox.fault("facebook.upload", "error_before")
    with pytest.raises(Transient):
        attempt.run(facebook.gaung_publish, page, reel)
    again = live_attempt(checkpoints={**attempt.checkpoints, "upload_url": "https://rupload.facebook.com/video-upload/1"})
    again.run(facebook.gaung_publish, page, reel)
    assert len(side.posts()) == 1


def test_the_daily_cap_of_reels_pauses_the_account(sandbox: TestSandbox, page: Account, reel: Content, live_attempt: MakeAttempt) -> None:
    from gaung.core.errors import RateLimited

    sandbox.world.quotas["facebook.reels"] = 1
    live_attempt().run(facebook.gaung_publish, page, reel)
    attempt = live_attempt()
    with pytest.raises(RateLimited) as caught:
        attempt.run(facebook.gaung_publish, page, reel)
    assert caught.value.scope == "account"
    assert attempt.mutation_started_at is None
    sandbox.world.clock_offset += 86401
    assert isinstance(live_attempt().run(facebook.gaung_publish, page, reel), Pending)


@pytest.mark.parametrize("kind", ["reel", "video"])
def test_a_video_that_is_published_already_is_not_sent_again(
    kind: str, sandbox: TestSandbox, side: FacebookSandbox, page: Account, live_attempt: MakeAttempt, request: pytest.FixtureRequest
) -> None:
    what, attempt = request.getfixturevalue(kind), live_attempt()
    attempt.run(facebook.gaung_publish, page, what)
    again = attempt.reborn().run(facebook.gaung_publish, page, what)
    assert isinstance(again, Published)
    assert again.external_id == attempt.checkpoints["video_id"]
    assert len(side.posts()) == 1


def test_a_video_that_vanished_is_told(side: FacebookSandbox, page: Account, reel: Content, live_attempt: MakeAttempt) -> None:
    attempt = live_attempt()
    attempt.run(facebook.gaung_publish, page, reel)
    side.videos.clear()
    with pytest.raises(Rejected, match="does not exist any more") as caught:
        attempt.run(facebook.gaung_check, page, reel)
    assert caught.value.code == "video_gone"
