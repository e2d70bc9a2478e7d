"""Whatever TikTok would refuse is said before anything is scheduled, with the limit, the value and the remedy."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gaung.core.records import Account, Content, Media, Problem
from gaung.core.testkit.media import MediaMaker
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import tiktok as plugin
from gaung.plugins.tiktok.platform import PLATFORM

EMOJI = "🗳"


def codes(problems: Sequence[Problem], level: str = "error") -> list[str]:
    return [problem.code for problem in problems if problem.level == level]


def only(problems: Sequence[Problem]) -> Problem:
    [problem] = problems
    return problem


def with_options(content: Content, **options: Any) -> Content:
    return replace(content, options={**content.options, **options})


def test_what_fits_has_no_problem_and_validating_asks_nobody(
    sandbox: TestSandbox, account: Account, video: Content, make_media: MediaMaker
) -> None:
    assert plugin.gaung_validate(account, video) == []
    jpegs = Content(format="photo", title="Judul", text="Teks", media=(make_media.jpeg(1080, 1920),), options=video.options)
    assert plugin.gaung_validate(account, jpegs) == []
    assert sandbox.journal() == []


def test_privacy_must_be_chosen_and_the_choices_are_named(account: Account, video: Content) -> None:
    problem = only(plugin.gaung_validate(account, replace(video, options={})))
    assert (problem.code, problem.field) == ("privacy_missing", "platform.tiktok.privacy")
    assert "PUBLIC_TO_EVERYONE" in problem.message
    assert "[platform.tiktok]" in problem.message


def test_privacy_goes_by_what_the_account_was_last_offered(account: Account, video: Content) -> None:
    assert codes(plugin.gaung_validate(account, with_options(video, privacy="EVERYBODY"))) == ["privacy_not_offered"]
    private = replace(account, limits={"privacy_level_options": ["FOLLOWER_OF_CREATOR", "SELF_ONLY"]})
    problem = only(plugin.gaung_validate(private, video))
    assert "FOLLOWER_OF_CREATOR, SELF_ONLY" in problem.message


def test_branded_content_cannot_be_private(account: Account, video: Content) -> None:
    content = with_options(video, privacy="SELF_ONLY", brand_content=True)
    assert only(plugin.gaung_validate(account, content)).field == "platform.tiktok.brand_content"


@pytest.mark.parametrize("name", ["comment", "duet", "stitch"])
def test_what_the_creator_switched_off_is_a_warning(account: Account, video: Content, name: str) -> None:
    strict = replace(account, limits={f"{name}_disabled": True})
    assert plugin.gaung_validate(strict, video) == []
    problem = only(plugin.gaung_validate(strict, with_options(video, **{f"allow_{name}": True})))
    assert (problem.level, problem.field) == ("warning", f"platform.tiktok.allow_{name}")


def test_choices_that_the_format_does_not_have_are_left_out_with_a_warning(account: Account, video: Content, photos: Content) -> None:
    chosen = {"allow_duet": True, "allow_stitch": True, "is_aigc": True, "cover_timestamp_ms": 5}
    found = plugin.gaung_validate(account, with_options(replace(photos, media=photos.media[:1]), **chosen))
    assert {problem.field for problem in found} == {f"platform.tiktok.{name}" for name in chosen}
    assert codes(found) == []
    assert codes(plugin.gaung_validate(account, with_options(video, auto_add_music=True)), "warning") == ["left_out"]


def test_a_caption_has_2200_utf16_units_with_its_link(account: Account, video: Content) -> None:
    fits = replace(video, text="a" * 2198 + EMOJI)
    assert plugin.gaung_validate(account, fits) == []
    problem = only(plugin.gaung_validate(account, replace(video, text="a" * 2199 + EMOJI)))
    assert (problem.code, problem.field) == ("text_too_long", "text")
    assert "2201" in problem.message
    assert "2200" in problem.message
    linked = replace(fits, link="https://kpu.go.id")
    assert codes(plugin.gaung_validate(account, linked)) == ["text_too_long"]


def test_photos_have_a_title_of_90_and_a_description_of_4000_units(account: Account, photos: Content) -> None:
    fits = replace(photos, title="a" * 88 + EMOJI, text="a" * 3998 + EMOJI)
    assert codes(plugin.gaung_validate(account, fits)) == []
    long = replace(photos, title="a" * 91, text="a" * 4001)
    assert codes(plugin.gaung_validate(account, long)) == ["title_too_long", "text_too_long"]


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"mime": "video/x-matroska"}, "video_type", "MP4"),
        ({"video_codec": "mpeg4"}, "video_codec", "H.264"),
        ({"size": 4_000_000_001}, "video_bytes", "4,000,000,000"),
        ({"seconds": 600.1}, "video_seconds", "600 s"),
        ({"fps": 20.0}, "video_fps", "23 to 60"),
        ({"fps": 61.0}, "video_fps", "23 to 60"),
        ({"width": 358}, "video_pixels", "360 to 4096"),
        ({"height": 4098}, "video_pixels", "360 to 4096"),
    ],
)
def test_every_limit_of_a_video_is_checked(
    account: Account, video: Content, spot: Media, changed: dict[str, Any], code: str, said: str
) -> None:
    wrong: Media = replace(spot, **changed)
    problem = only(plugin.gaung_validate(account, replace(video, media=(wrong,))))
    assert (problem.code, problem.field, problem.level) == (code, "media[0]", "error")
    assert said in problem.message
    assert "spot.mp4" in problem.message


@pytest.mark.parametrize(
    "changed", [{"fps": 23.976}, {"fps": 59.94}, {"size": 4_000_000_000}, {"seconds": 600.0}, {"width": 360, "height": 4096}]
)
def test_what_is_just_allowed_passes(account: Account, video: Content, spot: Media, changed: dict[str, Any]) -> None:
    allowed: Media = replace(spot, **changed)
    assert plugin.gaung_validate(account, replace(video, media=(allowed,))) == []


def test_the_longest_video_is_the_accounts(account: Account, video: Content, spot: Media) -> None:
    short = replace(account, limits={"max_video_post_duration_sec": 1})
    assert "may post 1 s" in only(plugin.gaung_validate(short, video)).message


def test_a_video_post_has_one_video(account: Account, video: Content, spot: Media, photos: Content) -> None:
    assert codes(plugin.gaung_validate(account, replace(video, media=(spot, spot)))) == ["one_video"]
    assert codes(plugin.gaung_validate(account, replace(video, media=()))) == ["one_video"]
    beside = replace(video, media=(photos.media[0], replace(spot, fps=5.0)))
    assert only(plugin.gaung_validate(account, beside)).field == "media[1]"


@pytest.mark.parametrize(("count", "fits"), [(0, False), (1, True), (35, True), (36, False)])
def test_a_photo_post_has_1_to_35_photos(account: Account, photos: Content, count: int, fits: bool) -> None:
    found = plugin.gaung_validate(account, replace(photos, media=(photos.media[0],) * count))
    assert codes(found) == ([] if fits else ["photo_count"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mime": "image/png"}, "image/png"),
        ({"animated": True}, "first picture"),
        ({"width": 1921, "height": 1000}, "1920 x 1080"),
        ({"width": 1081, "height": 1200}, "1080 x 1920"),
        ({"size": 20_000_001}, "20,000,000"),
    ],
)
def test_what_is_changed_about_a_photo_is_a_warning(account: Account, photos: Content, changed: dict[str, Any], said: str) -> None:
    photo: Media = replace(photos.media[0], **changed)
    problem = only(plugin.gaung_validate(account, replace(photos, media=(photo,))))
    assert (problem.code, problem.level, problem.field) == ("photo_converted", "warning", "media[0]")
    assert said in problem.message


def test_photos_need_an_https_address_unless_tiktok_is_on_this_machine(account: Account, photos: Content) -> None:
    real = replace(account, settings={"api_url": "https://open.tiktokapis.com"})
    assert codes(plugin.gaung_validate(real, photos)) == ["public_url_not_https"]
    safe = tuple(replace(media, public_base="https://media.kpu.go.id") for media in photos.media)
    assert codes(plugin.gaung_validate(real, replace(photos, media=safe))) == []
    unknown = tuple(replace(media, public_base=None) for media in photos.media)
    assert codes(plugin.gaung_validate(real, replace(photos, media=unknown))) == []


@pytest.mark.parametrize("value", [-1, 2001])
def test_a_cover_lies_within_the_video(account: Account, video: Content, spot: Media, value: int) -> None:
    content = replace(with_options(video, cover_timestamp_ms=value), media=(replace(spot, seconds=2.0),))
    assert only(plugin.gaung_validate(account, content)).code == "cover_outside"


def test_a_format_that_tiktok_does_not_have_is_a_problem(account: Account, video: Content) -> None:
    assert codes(plugin.gaung_validate(account, replace(video, format="text"))) == ["format"]


def test_every_limit_names_its_source_and_no_interaction_is_on_by_default() -> None:
    assert all(limit.source and limit.unit for limit in PLATFORM.limits)
    fields = {field.name: field for field in PLATFORM.post_fields}
    assert fields["privacy"].required
    assert fields["privacy"].default is None
    assert not any(field.default for field in fields.values())
    assert {rule.name for rule in PLATFORM.formats} == {"video", "photo", "carousel"}
    assert PLATFORM.marks_mutation
