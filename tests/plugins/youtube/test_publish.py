"""A video goes up, is processed, and is published; what arrives is what was written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from gaung.core.errors import Ambiguous, Rejected, Transient
from gaung.core.records import Account, CannotTell, Content, Media, Pending, Publication, Published
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import youtube as plugin
from gaung.plugins.youtube.sandbox import YouTubeSandbox

Make = Callable[..., Content]
Attempts = Callable[..., LiveAttempt]


def test_a_small_video_is_one_publishing_request_and_published_once_processed(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, spot: Media
) -> None:
    sandbox.world.processing_seconds = 60
    attempt, content = live_attempt(), make_content()
    assert attempt.run(plugin.gaung_publish, channel, content) == Pending(1, "being processed (uploaded)")
    assert attempt.run(plugin.gaung_check, channel, content) == Pending(1, "being processed (processing)")
    sandbox.world.clock_offset += 61
    (post,) = youtube.posts()
    expected = Published(post.id, f"https://www.youtube.com/watch?v={post.id}")
    assert attempt.run(plugin.gaung_check, channel, content) == expected
    assert post.files[0].sha256 == spot.sha256
    assert [entry.operation for entry in sandbox.journal("youtube.upload.*")] == ["youtube.upload.last"]
    assert attempt.mutations == 1


def test_all_chunks_but_the_last_are_sent_before_mutation_starts(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, film: Media
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.chunk", "error_before", skip=4)
    with pytest.raises(Transient):
        attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    assert attempt.mutation_started_at is None
    assert len(sandbox.journal("youtube.upload.chunk")) == 5
    attempt.run(plugin.gaung_publish, channel, make_content(media=film))
    assert attempt.mutations == 1
    assert [post.files[0].sha256 for post in youtube.posts()] == [film.sha256]


def test_the_session_is_saved_before_any_byte_is_sent(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    sandbox.fault("youtube.upload.last", "hangup_before")
    with pytest.raises(Ambiguous, match="no answer"):
        attempt.run(plugin.gaung_publish, channel, make_content())
    saved = attempt.checkpoints["session"]
    assert saved["uri"].startswith(f"{sandbox.base_url}/youtube/upload/youtube/v3/videos?")
    assert saved["metadata"]["snippet"]["title"] == "Cek DPT Online"


def test_title_text_link_tags_category_privacy_and_audience_arrive_as_written(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    content = make_content(
        text="Cek namamu.\n",
        link="https://cekdptonline.kpu.go.id",
        privacy="unlisted",
        made_for_kids=True,
        category="25",
        tags=["DPT", "cek dpt"],
    )
    live_attempt().run(plugin.gaung_publish, channel, content)
    (post,) = youtube.posts()
    assert (post.title, post.text) == ("Cek DPT Online", "Cek namamu.\nhttps://cekdptonline.kpu.go.id")
    assert (post.extra["privacy"], post.extra["kids"], post.extra["category"]) == ("unlisted", True, "25")
    assert post.extra["tags"] == ["DPT", "cek dpt"]
    assert not post.visible


@pytest.mark.parametrize(
    ("options", "asked"), [({}, "true"), ({"notify_subscribers": True}, "true"), ({"notify_subscribers": False}, "false")]
)
def test_whether_subscribers_are_told_is_always_said(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, options: dict[str, bool], asked: str
) -> None:
    live_attempt().run(plugin.gaung_publish, channel, make_content(**options))
    (entry,) = sandbox.journal("youtube.videos.insert")
    assert f"notifySubscribers={asked}" in entry.path


def test_privacy_is_public_unless_the_post_says_otherwise(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt = live_attempt()
    attempt.run(plugin.gaung_publish, channel, make_content())
    assert attempt.checkpoints["session"]["metadata"]["status"] == {"privacyStatus": "public", "selfDeclaredMadeForKids": False}
    assert youtube.posts()[0].visible


def test_processing_that_fails_is_rejected_with_youtubes_own_reason(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    sandbox.world.processing_seconds, sandbox.world.processing_fails["youtube"] = 5, 1
    attempt, content = live_attempt(), make_content()
    attempt.run(plugin.gaung_publish, channel, content)
    sandbox.world.clock_offset += 6
    with pytest.raises(Rejected, match="codec") as caught:
        attempt.run(plugin.gaung_check, channel, content)
    assert caught.value.code == "codec"


def test_a_file_that_is_no_video_fails_in_processing(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, spot: Media
) -> None:
    data = b"this is no video"
    fake = replace(spot, sha256=sha256(data).hexdigest(), size=len(data))
    fake.path.parent.mkdir(parents=True, exist_ok=True)
    fake.path.write_bytes(data)
    attempt, content = live_attempt(), make_content(media=fake)
    attempt.run(plugin.gaung_publish, channel, content)
    with pytest.raises(Rejected) as caught:
        attempt.run(plugin.gaung_check, channel, content)
    assert caught.value.code == "invalidFile"


def test_a_video_too_long_for_the_channel_is_rejected_by_youtube(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts, make_media: MediaMaker
) -> None:
    youtube.accounts[channel.external_id].extra["long_uploads"] = "eligible"
    attempt, content = live_attempt(), make_content(media=make_media.mp4(32, 32, 901, 1, audio=False))
    attempt.run(plugin.gaung_publish, channel, content)
    with pytest.raises(Rejected) as caught:
        attempt.run(plugin.gaung_check, channel, content)
    assert caught.value.code == "length"


def test_a_video_that_vanished_after_its_upload_is_never_uploaded_again(
    sandbox: TestSandbox, youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    attempt, content = live_attempt(), make_content()
    attempt.run(plugin.gaung_publish, channel, content)
    youtube.accounts[channel.external_id].posts.clear()
    with pytest.raises(Ambiguous, match="lists it no longer"):
        attempt.run(plugin.gaung_check, channel, content)
    attempt.outcome_unknown()
    assert isinstance(attempt.run(plugin.gaung_find_published, channel, content), CannotTell)
    attempt.run(plugin.gaung_publish, channel, content)
    attempt.run(plugin.gaung_finish, channel, content)
    assert len(sandbox.journal("youtube.upload.last")) == 1


def test_a_file_that_is_missing_or_cut_in_the_store_is_told_before_anything_is_irreversible(
    sandbox: TestSandbox, channel: Account, make_content: Make, live_attempt: Attempts, spot: Media
) -> None:
    for broken in (replace(spot, sha256="0" * 64), replace(spot, size=spot.size + 1)):
        attempt = live_attempt()
        with pytest.raises(Transient) as caught:
            attempt.run(plugin.gaung_publish, channel, make_content(media=broken))
        assert caught.value.code == "media_store"
        assert attempt.mutation_started_at is None
    assert not sandbox.journal("youtube.upload.*")


def _publication(external_id: str | None) -> Publication:
    return Publication(id=1, external_id=external_id, url=None, published_at=datetime.now(UTC))


def test_deleting_removes_the_video_and_deleting_again_is_no_error(
    youtube: YouTubeSandbox, channel: Account, make_content: Make, live_attempt: Attempts
) -> None:
    live_attempt().run(plugin.gaung_publish, channel, make_content())
    video = youtube.posts()[0].id
    assert plugin.gaung_delete(channel, _publication(video)).note == ""
    assert youtube.posts() == []
    assert plugin.gaung_delete(channel, _publication(video)).note == "it was gone already"


def test_deleting_anothers_video_is_refused(youtube: YouTubeSandbox, channel: Account, account_for: Callable[..., Account]) -> None:
    other = account_for("youtube", external_id="UCcontoh99")
    video = youtube.post_by_hand(other.external_id, "milik orang lain")
    with pytest.raises(Rejected) as caught:
        plugin.gaung_delete(channel, _publication(video.id))
    assert caught.value.code == "forbidden"
    with pytest.raises(Rejected, match="not known"):
        plugin.gaung_delete(channel, _publication(None))
