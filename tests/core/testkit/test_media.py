"""Media of the test kit are real files, made once, that a platform can fetch."""

from typing import Any

import httpx2
import pytest

from gaung.core.media.facts import read_facts
from gaung.core.testkit.media import MediaMaker


@pytest.mark.parametrize(("kind", "mime"), [("jpeg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp")])
def test_a_picture_is_what_it_says(make_media: MediaMaker, kind: str, mime: str) -> None:
    media = getattr(make_media, kind)(320, 400)
    facts = read_facts(media.path)
    assert (facts.mime, facts.width, facts.height, facts.size) == (mime, 320, 400, media.size)
    assert (media.mime, media.kind) == (mime, "image")


def test_a_video_is_what_it_says(make_media: MediaMaker) -> None:
    media = make_media.mp4(144, 256, 2.0, 25)
    assert (media.mime, media.width, media.height, media.fps) == ("video/mp4", 144, 256, 25)
    assert media.seconds == pytest.approx(2.0, abs=0.1)
    assert (media.video_codec, media.audio_codec) == ("h264", "aac")
    assert make_media.mp4(144, 256, 2.0, 25, audio=False).audio_codec is None


def test_the_same_call_answers_the_same_file_and_another_seed_another(make_media: MediaMaker) -> None:
    assert make_media.jpeg(100, 100) is make_media.jpeg(100, 100)
    assert make_media.jpeg(100, 100, seed=1).sha256 != make_media.jpeg(100, 100).sha256


def test_a_platform_can_fetch_it(sandbox: Any, make_media: MediaMaker) -> None:
    media = make_media.jpeg(100, 100)
    assert media.url is not None
    answer = httpx2.get(media.url)
    assert (answer.headers["content-type"], answer.content) == ("image/jpeg", media.path.read_bytes())
    assert httpx2.get(media.url.replace(media.sha256, "0" * 64)).status_code == 404
