"""Every limit is told before anything is sent, with the limit, the value and what to do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gaung.core.records import Account, Content, Credentials, Media
from gaung.core.testkit.media import MediaMaker
from gaung.plugins import youtube as plugin

Make = Callable[..., Content]


@pytest.fixture
def unknown() -> Account:
    """A channel that nobody has asked for its limits yet."""
    return Account(id=1, office="18", platform="youtube", external_id="UC1", handle="contoh_lampung", credentials=Credentials({}))


def found(account: Account, content: Content) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in plugin.gaung_validate(account, content)]


def test_a_good_post_has_no_problem(unknown: Account, make_content: Make) -> None:
    content = make_content(title="T" * 100, text="é" * 2500, tags=["cek dpt", *["a" * 9] * 49])
    assert found(unknown, content) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": ""}, ("title_missing", "title")),
        ({"title": "  "}, ("title_missing", "title")),
        ({"title": "T" * 101}, ("title_chars", "title")),
        ({"title": "a < b"}, ("angle_brackets", "title")),
        ({"text": "é" * 2501}, ("description_bytes", "text")),
        ({"text": "é" * 2490, "link": "https://cekdptonline.kpu.go.id"}, ("description_bytes", "text")),
        ({"text": "a > b"}, ("angle_brackets", "text")),
        ({"tags": ["a" * 250, "b" * 250]}, ("tags_chars", "platform.youtube.tags")),
        ({"tags": ["a" * 496 + " b"]}, None),
        ({"tags": ["a" * 497 + " b"]}, ("tags_chars", "platform.youtube.tags")),
        ({"tags": ["<dpt>"]}, ("angle_brackets", "platform.youtube.tags")),
    ],
)
def test_each_limit_of_the_words_is_told_with_its_field(
    unknown: Account, make_content: Make, change: dict[str, object], problem: tuple[str, str] | None
) -> None:
    assert found(unknown, make_content(**change)) == ([problem] if problem else [])


def test_a_message_names_limit_value_and_remedy(unknown: Account, make_content: Make) -> None:
    (problem,) = plugin.gaung_validate(unknown, make_content(title="T" * 107))
    assert problem.message == "the title has 107 characters; YouTube takes 100; shorten it by 7"
    assert problem.level == "error"


def test_a_post_without_a_video_cannot_go_to_youtube(unknown: Account, make_content: Make, make_media: MediaMaker) -> None:
    content = make_content()
    assert found(unknown, replace(content, media=())) == [("video_missing", "media")]
    assert found(unknown, replace(content, media=(make_media.jpeg(64, 64),))) == [("video_missing", "media")]


def test_two_videos_are_one_too_many(unknown: Account, make_content: Make, spot: Media) -> None:
    assert found(unknown, replace(make_content(), media=(spot, spot))) == [("too_many_videos", "media")]


def test_a_picture_beside_the_video_is_no_problem_here(unknown: Account, make_content: Make, spot: Media, make_media: MediaMaker) -> None:
    content = replace(make_content(), media=(make_media.jpeg(64, 64), replace(spot, size=0)))
    assert found(unknown, content) == [("video_bytes", "media[1]")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": 274_877_906_944}, None),
        ({"size": 274_877_906_945}, "video_bytes"),
        ({"size": 0}, "video_bytes"),
        ({"seconds": 43_200.0}, None),
        ({"seconds": 43_200.5}, "video_seconds"),
        ({"seconds": None}, None),
        ({"mime": "application/x-shockwave-flash"}, "video_type"),
    ],
)
def test_each_limit_of_the_file_is_told(
    unknown: Account, make_content: Make, spot: Media, change: dict[str, object], code: str | None
) -> None:
    content = make_content(media=replace(spot, **change))  # type: ignore[arg-type]
    assert found(unknown, content) == ([(code, "media[0]")] if code else [])


def test_a_channel_that_is_not_verified_takes_fifteen_minutes(unknown: Account, make_content: Make, spot: Media) -> None:
    short = replace(unknown, limits={"max_seconds": 900})
    assert found(short, make_content(media=replace(spot, seconds=900.0))) == []
    (problem,) = plugin.gaung_validate(short, make_content(media=replace(spot, seconds=901.0)))
    assert "901.0 s" in problem.message
    assert "@contoh_lampung may upload at most 900 s" in problem.message
    assert "verify the channel" in problem.message
