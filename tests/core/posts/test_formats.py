from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaung.core.manager import load
from gaung.core.posts.formats import Choice, choose, misfit
from gaung.core.records import Capabilities, FormatRule, Media, Platform

IMAGE = Media(sha256="a" * 64, name="poster.jpg", kind="image", mime="image/jpeg", size=9, width=1080, height=1350)


def video(seconds: float = 30.0, size: tuple[int, int] = (720, 1280)) -> Media:
    return Media(sha256="b" * 64, name="spot.mp4", kind="video", mime="video/mp4", size=9, width=size[0], height=size[1], seconds=seconds)


def platform(*rules: FormatRule) -> Platform:
    return Platform(name="wall", title="Wall", formats=rules, capabilities=Capabilities())


WALL = platform(
    FormatRule(name="reel", videos=(1, 1), vertical=True, max_seconds=90),
    FormatRule(name="video", videos=(1, 1)),
    FormatRule(name="photo", images=(1, 1)),
    FormatRule(name="carousel", images=(2, 10)),
    FormatRule(name="text", needs_text=True),
)
WIDE, LONG = video(size=(1280, 720)), video(seconds=90.1)


def chosen(choice: Choice) -> str:
    return choice.rule.name if choice.rule else choice.problems[0].code


@pytest.mark.parametrize(
    ("name", "media", "wanted"),
    [
        ("facebook", [IMAGE], "photo"), ("facebook", [IMAGE, IMAGE], "carousel"), ("facebook", [video()], "reel"),
        ("facebook", [video(90.0)], "reel"), ("facebook", [LONG], "video"), ("facebook", [WIDE], "video"),
        ("facebook", [IMAGE, video()], "reel"), ("facebook", [IMAGE, WIDE, IMAGE], "video"), ("facebook", [], "text"),
        ("instagram", [IMAGE], "photo"), ("instagram", [IMAGE, IMAGE], "carousel"), ("instagram", [video()], "reel"),
        ("instagram", [WIDE], "reel"), ("instagram", [LONG], "reel"), ("instagram", [IMAGE, video()], "reel"),
        ("instagram", [], "nothing_to_publish"),
        ("youtube", [video()], "video"), ("youtube", [WIDE, IMAGE], "video"), ("youtube", [IMAGE], "nothing_to_publish"),
        ("youtube", [], "nothing_to_publish"),
        ("tiktok", [video()], "video"), ("tiktok", [WIDE, IMAGE], "video"), ("tiktok", [IMAGE], "photo"),
        ("tiktok", [], "nothing_to_publish"),
    ],
)  # fmt: skip
def test_auto_chooses_as_the_design_says_for_the_four_platforms(name: str, media: Sequence[Media], wanted: str) -> None:
    choice = choose(load(third_party=False).platform(name), "auto", media, has_text=True)
    assert chosen(choice) == wanted
    kept = [item for item in media if item.kind == "video"] or list(media)
    assert list(choice.media) == (kept if choice.rule else [])


def test_several_photos_are_photos_for_tiktok() -> None:
    choice = choose(load(third_party=False).platform("tiktok"), "auto", [IMAGE, IMAGE], has_text=True)
    assert chosen(choice) in ("photo", "carousel")
    assert choice.media == (IMAGE, IMAGE)


def test_what_is_not_carried_is_left_out_with_a_warning_that_names_it() -> None:
    choice = choose(WALL, "auto", [IMAGE, video()], has_text=True)
    (warning,) = choice.problems
    assert (warning.level, warning.field, warning.message) == ("warning", "media[0]", "Wall (reel) goes without poster.jpg")


def test_a_target_left_with_nothing_is_told_what_is_needed() -> None:
    (problem,) = choose(platform(FormatRule(name="video", videos=(1, 1))), "auto", [IMAGE], has_text=True).problems
    assert problem.code == "nothing_to_publish"
    assert problem.message == "Wall needs 1 video; the post has 1 picture and text for it. Add it, or leave wall out"
    (nothing,) = choose(WALL, "auto", [], has_text=False).problems
    assert nothing.code == "nothing_to_publish"
    assert "a text" in nothing.message
    assert "the post has nothing" in nothing.message


def test_too_much_of_what_is_carried_is_a_problem_not_a_text_post() -> None:
    (problem,) = choose(WALL, "auto", [video(), video()], has_text=True).problems
    assert (problem.code, problem.field) == ("format_unfit", "platform.wall.media")
    assert "video: takes 1 video, the post has 2" in problem.message
    (pictures,) = choose(WALL, "auto", [IMAGE] * 11, has_text=True).problems
    assert "carousel: takes 2 to 10 pictures, the post has 11" in pictures.message


def test_a_platform_that_carries_no_media_goes_by_text_alone() -> None:
    choice = choose(platform(FormatRule(name="text", needs_text=True)), "auto", [IMAGE], has_text=True)
    assert (chosen(choice), choice.media, choice.problems[0].level) == ("text", (), "warning")


@pytest.mark.parametrize(
    ("wish", "media", "wanted"),
    [
        ("video", [video()], "video"),
        ("text", [IMAGE], "text"),
        ("photo", [IMAGE, video()], "photo"),
        ("carousel", [IMAGE, IMAGE], "carousel"),
    ],
)
def test_a_format_that_is_asked_for_is_taken(wish: str, media: Sequence[Media], wanted: str) -> None:
    assert chosen(choose(WALL, wish, media, has_text=True)) == wanted


@pytest.mark.parametrize(
    ("wish", "media", "code", "said"),
    [
        ("reel", [WIDE], "format_unfit", "a vertical video; spot.mp4 is 1280x720"),
        ("reel", [LONG], "format_unfit", "takes at most 90 s; spot.mp4 has 90.1 s"),
        ("reel", [], "format_unfit", "takes 1 video, the post has none"),
        ("photo", [IMAGE, IMAGE], "format_unfit", "takes 1 picture, the post has 2"),
        ("carousel", [IMAGE], "format_unfit", "takes 2 to 10 pictures, the post has 1"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_with_the_limit(wish: str, media: Sequence[Media], code: str, said: str) -> None:
    (problem,) = choose(WALL, wish, media, has_text=True).problems
    assert (problem.code, problem.field) == (code, "platform.wall.format")
    assert said in problem.message


def test_a_format_the_platform_has_not_is_refused() -> None:
    (problem,) = choose(platform(FormatRule(name="video", videos=(1, 1))), "reel", [video()], has_text=True).problems
    assert (problem.code, problem.message) == ("unknown_format", "Wall has no reel; known: auto, video")
    (text,) = choose(WALL, "text", [], has_text=False).problems
    assert "needs a text" in text.message


AMOUNT = st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(2, 5))) | st.just((0, 0)) | st.just((1, 1))
RULE = st.builds(
    FormatRule, name=st.sampled_from(["text", "photo", "carousel", "reel", "video"]), images=AMOUNT, videos=AMOUNT,
    vertical=st.sampled_from([None, True, False]), max_seconds=st.sampled_from([None, 60.0]), needs_text=st.booleans(),
)  # fmt: skip
MEDIA = st.lists(st.sampled_from([IMAGE, video(), WIDE, LONG]), max_size=6)


@given(st.lists(RULE, min_size=1, max_size=5), MEDIA, st.booleans(), st.sampled_from(["auto", "text", "photo", "reel"]))
def test_a_choice_is_a_fitting_rule_with_the_media_it_carries_or_an_error(
    rules: list[FormatRule], media: list[Media], has_text: bool, wish: str
) -> None:
    choice = choose(platform(*rules), wish, media, has_text=has_text)
    errors = [problem for problem in choice.problems if problem.level == "error"]
    if choice.rule is None:
        assert len(errors) == 1
        assert choice.media == ()
        return
    assert errors == []
    assert wish in ("auto", choice.rule.name)
    assert misfit(choice.rule, choice.media, has_text=has_text) == ""
    assert len(choice.media) + len(choice.problems) == len(media)
    left = [media[int(problem.field[6:-1])] for problem in choice.problems]
    assert all((choice.rule.images if item.kind == "image" else choice.rule.videos) == (0, 0) for item in left)
    if wish == "auto" and media:
        earlier = rules[: rules.index(choice.rule)]
        carrying = [rule for rule in earlier if rule.images != (0, 0) or rule.videos != (0, 0)]
        assert all(misfit(rule, media, has_text=has_text) for rule in carrying)
