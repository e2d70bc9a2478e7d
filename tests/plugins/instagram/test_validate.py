"""Every limit: what is refused before anything is sent, naming limit, value, remedy and field."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gaung.core.records import Account, Content, Credentials, Media, Problem
from gaung.plugins.instagram import gaung_validate
from gaung.plugins.instagram.platform import PLATFORM

PUBLIC = "https://media.contoh.id"


def _account(api_url: str = "https://graph.facebook.com") -> Account:
    credentials = Credentials({"access_token": "EAAGcontoh"})
    return Account(
        id=1, office="18", platform="instagram", external_id="17", handle="contoh_a", credentials=credentials, settings={"api_url": api_url}
    )


def _image(**facts: Any) -> Media:
    base = {"sha256": "a" * 64, "name": "poster.jpg", "kind": "image", "mime": "image/jpeg", "size": 9000, "width": 1080, "height": 1080}
    return Media(**{**base, "public_base": PUBLIC, **facts})


def _video(**facts: Any) -> Media:
    base = {"sha256": "b" * 64, "name": "spot.mp4", "kind": "video", "mime": "video/mp4", "size": 9000, "width": 720, "height": 1280}
    more = {"seconds": 30.0, "fps": 30.0, "video_codec": "h264", "audio_codec": "aac", "public_base": PUBLIC}
    return Media(**{**base, **more, **facts})


def _content(form: str, *media: Media, text: str = "Cek DPT", link: str | None = None, **options: Any) -> Content:
    return Content(format=form, title="", text=text, link=link, media=media, options=options)


def _problems(content: Content, account: Account | None = None) -> list[Problem]:
    return list(gaung_validate(account or _account(), content))


@pytest.mark.parametrize(
    "content",
    [
        _content("photo", _image()),
        _content("photo", _image(width=1080, height=1350)),
        _content("photo", _image(width=955, height=500)),
        _content("carousel", _image(), _image()),
        _content("carousel", *[_image()] * 10),
        _content("carousel", _image(), _video()),
        _content("reel", _video(seconds=3.0)),
        _content("reel", _video(seconds=900.0, fps=60.0, width=1920, height=1080)),
        _content("reel", _video(audio_codec=None, video_codec="hevc", mime="video/quicktime")),
        _content("photo", _image(), text="x" * 2200),
        _content("photo", _image(), text="#a " * 30 + "@b " * 20),
        _content("photo", _image(), text="surel: humas@kpu.go.id " * 25),
    ],
)
def test_what_instagram_takes_has_no_problem(content: Content) -> None:
    assert _problems(content) == []


ERRORS: list[tuple[str, str, Content]] = [
    ("caption_chars", "text", _content("photo", _image(), text="x" * 2201)),
    ("caption_chars", "text", _content("photo", _image(), text="x" * 2190, link="https://kpu.go.id")),
    ("hashtags", "text", _content("photo", _image(), text="#a " * 31)),
    ("mentions", "text", _content("photo", _image(), text="@a " * 21)),
    ("carousel_items", "media", _content("carousel", _image())),
    ("carousel_items", "media", _content("carousel", *[_image()] * 11)),
    ("photo_media", "media", _content("photo", _image(), _image())),
    ("photo_media", "media", _content("photo")),
    ("reel_media", "media", _content("reel", _image())),
    ("format", "format", _content("text")),
    ("image_ratio", "media[0]", _content("photo", _image(width=1080, height=1351))),
    ("image_ratio", "media[1]", _content("carousel", _image(), _image(width=1400, height=700))),
    ("image_width", "media[0]", _content("photo", _image(width=319, height=319))),
    ("reel_seconds", "media[0]", _content("reel", _video(seconds=2.9))),
    ("reel_seconds", "media[0]", _content("reel", _video(seconds=900.1))),
    ("reel_fps", "media[0]", _content("reel", _video(fps=22.0))),
    ("reel_fps", "media[0]", _content("reel", _video(fps=61.0))),
    ("reel_ratio", "media[0]", _content("reel", _video(width=1100, height=100))),
    ("reel_bytes", "media[0]", _content("reel", _video(size=300 * 1024 * 1024 + 1))),
    ("reel_width", "media[0]", _content("reel", _video(width=1921, height=1080))),
    ("video_type", "media[0]", _content("reel", _video(mime="video/webm"))),
    ("video_codec", "media[0]", _content("reel", _video(video_codec="vp9"))),
    ("audio_codec", "media[0]", _content("reel", _video(audio_codec="opus"))),
    ("alt_text", "platform.instagram.alt_text", _content("photo", _image(), alt_text="x" * 1001)),
    ("collaborators", "platform.instagram.collaborators", _content("photo", _image(), collaborators=list("abcd"))),
    ("thumb_offset", "platform.instagram.thumb_offset", _content("reel", _video(), thumb_offset=30_001)),
    ("thumb_offset", "platform.instagram.thumb_offset", _content("reel", _video(), thumb_offset=-1)),
]


@pytest.mark.parametrize(("code", "field", "content"), ERRORS, ids=[f"{code}-{index}" for index, (code, _, _) in enumerate(ERRORS)])
def test_what_instagram_refuses_is_one_problem_with_field_and_remedy(code: str, field: str, content: Content) -> None:
    [problem] = _problems(content)
    assert (problem.code, problem.field, problem.level) == (code, field, "error")
    assert problem.message.endswith(".")
    assert problem.message.count(". ") >= 1


def test_every_limit_of_the_record_names_its_page() -> None:
    assert all(limit.source and limit.unit for limit in PLATFORM.limits)


WARNINGS: list[tuple[str, Content]] = [
    ("image_scaled", _content("photo", _image(width=2000, height=2000))),
    ("image_jpeg", _content("photo", _image(mime="image/png", name="poster.png"))),
    ("image_still", _content("photo", _image(mime="image/gif", animated=True))),
    ("image_bytes", _content("photo", _image(size=9 * 1024 * 1024))),
    ("alt_text", _content("reel", _video(), alt_text="Poster")),
    ("thumb_offset", _content("photo", _image(), thumb_offset=1)),
]


@pytest.mark.parametrize(("code", "content"), WARNINGS, ids=[code for code, _ in WARNINGS])
def test_what_will_be_changed_or_left_out_is_a_warning(code: str, content: Content) -> None:
    [problem] = _problems(content)
    assert (problem.code, problem.level) == (code, "warning")


@pytest.mark.parametrize("base", ["http://127.0.0.1:8085", "http://localhost:8085", "http://[::1]:8085"])
def test_a_loopback_address_is_refused_when_instagram_is_not_on_this_machine(base: str) -> None:
    [problem] = _problems(_content("photo", _image(public_base=base)))
    assert (problem.code, problem.field) == ("public_url", "media[0]")
    assert "media.public_url" in problem.message


@pytest.mark.parametrize("api_url", ["http://127.0.0.1:9/instagram", "http://localhost:9"])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8085", None])
def test_a_loopback_platform_may_fetch_from_loopback_and_gets_an_address_later(api_url: str, base: str | None) -> None:
    assert _problems(_content("photo", _image(public_base=base)), _account(api_url)) == []


def test_a_picture_without_any_address_names_the_setting() -> None:
    [problem] = _problems(_content("photo", _image(public_base=None)))
    assert problem.code == "no_public_url"
    assert "media.public_url" in problem.message


def test_an_address_beyond_ascii_is_refused() -> None:
    [problem] = _problems(_content("photo", _image(public_base="https://média.contoh.id")))
    assert problem.code == "public_url"


def test_a_video_needs_no_address_unless_the_post_says_so() -> None:
    video = _video(public_base=None)
    assert _problems(_content("reel", video)) == []
    assert _problems(_content("reel", video, upload="resumable")) == []
    [problem] = _problems(_content("reel", video, upload="url"))
    assert problem.code == "no_public_url"


def test_instagram_login_offers_no_resumable_upload() -> None:
    account = _account("https://graph.instagram.com")
    assert _problems(_content("reel", _video()), account) == []
    [problem] = _problems(_content("reel", _video(), upload="resumable"), account)
    assert problem.field == "platform.instagram.upload"
    [problem] = _problems(_content("reel", _video(public_base=None)), account)
    assert "media.public_url" in problem.message


def test_what_validation_lets_through_the_sandbox_takes(ig: Any, make_media: Any) -> None:
    edges: list[Callable[[], Any]] = [
        lambda: ig.content("photo", make_media.jpeg(1080, 1350), text="x" * 2200),
        lambda: ig.content("photo", make_media.jpeg(1528, 800), text="#a " * 30 + "@b " * 20),
        lambda: ig.content("photo", make_media.jpeg(320, 320), alt_text="y" * 1000),
        lambda: ig.content("photo", replace(make_media.png(3000, 3750))),
    ]
    for make in edges:
        content = make()
        assert [problem for problem in gaung_validate(ig.account, content) if problem.level == "error"] == []
        ig.publish(content)
    assert len(ig.posts()) == len(edges)
