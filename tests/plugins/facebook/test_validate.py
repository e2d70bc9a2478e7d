"""Each limit of Facebook's is checked before anything is sent, and the message says what to do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gaung.core.records import Account, Content, Credentials, Media, Problem
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.platform import PLATFORM
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]

PHOTO = Media(sha256="a" * 64, name="poster.jpg", kind="image", mime="image/jpeg", size=9_999_999, width=1080, height=1080)
REEL = Media(
    sha256="b" * 64, name="spot.mp4", kind="video", mime="video/mp4", size=5_000_000, width=1080, height=1920, seconds=30.0, fps=30.0,
    store=Path("/nowhere"),
)  # fmt: skip


ACCOUNT = Account(
    id=1, office="18", platform="facebook", external_id="1", handle="contoh_lampung", credentials=Credentials({"access_token": "t"})
)  # fmt: skip


def check(content: Content) -> list[Problem]:
    return list(facebook.gaung_validate(ACCOUNT, content))


@pytest.mark.parametrize(
    ("kind", "media", "values"),
    [
        ("text", [], {}),
        ("text", [], {"text": "", "link": "https://kpu.go.id"}),
        ("text", [], {"text": "x" * 63206}),
        ("photo", [PHOTO], {"text": ""}),
        ("carousel", [PHOTO, PHOTO], {}),
        ("reel", [REEL], {}),
        ("reel", [replace(REEL, width=540, height=960, seconds=3.0, fps=24.0)], {}),
        ("reel", [replace(REEL, seconds=90.02, fps=23.98)], {}),
        ("reel", [replace(REEL, width=1080, height=1916)], {}),
        ("video", [replace(REEL, width=1920, height=1080, seconds=5000.0)], {}),
    ],
)
def test_what_fits_has_no_problem(kind: str, media: list[Media], values: dict[str, str], content: MakeContent) -> None:
    assert check(content(kind, *media, **values)) == []


@pytest.mark.parametrize(
    ("kind", "media", "values", "code", "field", "says"),
    [
        ("text", [], {"text": "x" * 63207}, "text_too_long", "text", ("63,207", "63,206", "shorten it by 1")),
        ("text", [], {"text": " \n"}, "empty", "text", ("text or a link",)),
        ("photo", [replace(PHOTO, size=10_000_000)], {}, "photo_too_large", "media[0]", ("10.0 MB", "less than 10 MB", "smaller")),
        ("photo", [replace(PHOTO, mime="image/gif", animated=True)], {}, "animated", "media[0]", ("animated", "still")),
        ("photo", [PHOTO, PHOTO], {}, "wrong_count", "media", ("exactly 1", "there are 2")),
        ("photo", [REEL], {}, "wrong_kind", "media[0]", ("spot.mp4", "a video", "a picture")),
        ("photo", [], {}, "wrong_count", "media", ("there are 0",)),
        ("carousel", [PHOTO], {}, "too_few", "media", ("2 pictures", "there are 1", "format photo")),
        ("carousel", [PHOTO, replace(PHOTO, size=11_000_000)], {}, "photo_too_large", "media[1]", ("11.0 MB",)),
        ("reel", [replace(REEL, seconds=2.0)], {}, "reel_seconds", "media[0]", ("2 s long", "3 to 90", 'format = "video"')),
        ("reel", [replace(REEL, seconds=91.0)], {}, "reel_seconds", "media[0]", ("91 s long",)),
        ("reel", [replace(REEL, fps=15.0)], {}, "reel_fps", "media[0]", ("15 frames", "24 to 60")),
        ("reel", [replace(REEL, fps=120.0)], {}, "reel_fps", "media[0]", ("120 frames",)),
        ("reel", [replace(REEL, width=360, height=640)], {}, "reel_too_small", "media[0]", ("360x640", "540x960", "larger")),
        ("reel", [replace(REEL, width=1080, height=1350)], {}, "reel_ratio", "media[0]", ("1080x1350", "9:16", "crop")),
        ("reel", [PHOTO], {}, "wrong_kind", "media[0]", ("poster.jpg",)),
        ("video", [replace(REEL, size=1000)], {}, "video_too_small", "media[0]", ("1000 bytes", "1024")),
        ("video", [replace(REEL, size=11 * 1024**3)], {}, "video_too_large", "media[0]", ("11.8 GB", "compress")),
        ("video", [replace(REEL, seconds=15000.0)], {}, "video_too_long", "media[0]", ("250 minutes", "240")),
    ],
)
def test_each_limit_is_named_with_the_value_and_the_remedy(
    kind: str, media: list[Media], values: dict[str, str], code: str, field: str, says: tuple[str, ...], content: MakeContent
) -> None:
    (problem,) = check(content(kind, *media, **values))
    assert (problem.code, problem.field, problem.level) == (code, field, "error")
    for part in says:
        assert part in problem.message


def test_what_is_changed_is_a_warning(content: MakeContent) -> None:
    (problem,) = check(content("photo", replace(PHOTO, mime="image/webp", name="poster.webp")))
    assert (problem.code, problem.level) == ("converted", "warning")
    assert "JPEG" in problem.message


def test_validation_asks_nobody(sandbox: TestSandbox, page: Account, content: MakeContent, make_media: MediaMaker) -> None:
    facebook.gaung_validate(page, content("reel", make_media.mp4()))
    assert sandbox.journal() == []


def test_every_limit_names_its_source_and_a_guess_says_so() -> None:
    assert all(limit.source for limit in PLATFORM.limits)
    guesses = {limit.name for limit in PLATFORM.limits if limit.source.startswith("unconfirmed")}
    assert guesses == {"message_chars", "video_bytes_max", "video_seconds_max"}


def test_the_auto_order_is_that_of_the_contract() -> None:
    assert [rule.name for rule in PLATFORM.formats] == ["reel", "video", "photo", "carousel", "text"]
    reel = PLATFORM.formats[0]
    assert (reel.vertical, reel.max_seconds, reel.videos) == (True, 90, (1, 1))


def test_what_passes_here_passes_there(side: FacebookSandbox, make_media: MediaMaker) -> None:
    from gaung.plugins.facebook.sandbox_files import video_problem

    assert video_problem(make_media.mp4(540, 960).path.read_bytes(), reel=True) == ""
    assert "540x960" in video_problem(make_media.mp4(360, 640).path.read_bytes(), reel=True)
    assert "no video" in video_problem(make_media.jpeg().path.read_bytes()[:500], reel=False)
