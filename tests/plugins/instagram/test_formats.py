"""Which format a post's media take on Instagram."""

import pytest

from gaung.core.posts.formats import choose
from gaung.core.records import Media
from gaung.plugins.instagram.platform import PLATFORM

IMAGE = Media(sha256="a" * 64, name="poster.jpg", kind="image", mime="image/jpeg", size=1, width=1080, height=1080)
VIDEO = Media(sha256="b" * 64, name="spot.mp4", kind="video", mime="video/mp4", size=1, width=720, height=1280, seconds=5.0)


@pytest.mark.parametrize(
    ("wish", "media", "form", "carried"),
    [
        ("auto", [IMAGE], "photo", [IMAGE]),
        ("auto", [IMAGE, IMAGE], "carousel", [IMAGE, IMAGE]),
        ("auto", [VIDEO], "reel", [VIDEO]),
        ("auto", [IMAGE, VIDEO, IMAGE], "reel", [VIDEO]),
        ("auto", [VIDEO, VIDEO], "carousel", [VIDEO, VIDEO]),
        ("carousel", [IMAGE, VIDEO], "carousel", [IMAGE, VIDEO]),
        ("carousel", [VIDEO, IMAGE, IMAGE], "carousel", [VIDEO, IMAGE, IMAGE]),
        ("photo", [IMAGE, VIDEO], "photo", [IMAGE]),
    ],
)
def test_media_take_the_format_the_design_says(wish: str, media: list[Media], form: str, carried: list[Media]) -> None:
    choice = choose(PLATFORM, wish, media, has_text=True)
    assert choice.rule is not None
    assert (choice.rule.name, list(choice.media)) == (form, carried)


@pytest.mark.parametrize(
    ("wish", "media", "said"),
    [
        ("auto", [], "Instagram needs 1 video or 1 picture"),
        ("auto", [IMAGE] * 11, "takes 2 to 10 pictures, the post has 11"),
        ("carousel", [IMAGE], "carousel takes 2 to 10 pictures, the post has 1"),
        ("carousel", [VIDEO], "carousel takes 2 to 10 videos, the post has 1"),
        ("text", [IMAGE], "Instagram has no text"),
    ],
)
def test_what_fits_no_format_is_told_the_nearest_limit(wish: str, media: list[Media], said: str) -> None:
    choice = choose(PLATFORM, wish, media, has_text=True)
    assert choice.rule is None
    assert said in choice.problems[0].message
