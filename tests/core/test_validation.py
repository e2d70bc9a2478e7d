from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gaung.core.errors import PluginError
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.media.store import MediaStore
from gaung.core.plugin_loading import Source
from gaung.core.records import Account, Capabilities, Content, Credentials, Field, FormatRule, Media, Platform, Problem
from gaung.core.testkit.media import MediaMaker
from gaung.core.validation import examined, prepared, problems

WALL = Platform(
    name="wall",
    title="Wall",
    capabilities=Capabilities(),
    formats=(FormatRule(name="photo", images=(1, 1)), FormatRule(name="text", needs_text=True)),
    post_fields=(Field(name="privacy", help="who sees it", required=True, choices=("public", "private")),),
)
ACCOUNT = Account(id=1, office="18", platform="wall", external_id="1", handle="contoh_wall", credentials=Credentials({}))
TEXT = Content(format="text", title="", text="halo", options={"privacy": "public"})


class Quiet:
    """Plugins that have nothing to say."""

    def prepare(self, account: Account, content: Content) -> Content:
        return content

    def validate(self, account: Account, content: Content) -> list[Problem]:
        return []


@pytest.fixture
def photo(tmp_path: Path) -> Media:
    return MediaMaker(tmp_path / "store").jpeg(64, 48)


def test_a_good_content_has_no_problems(photo: Media) -> None:
    assert problems(Quiet(), ACCOUNT, TEXT, WALL) == []
    assert problems(Quiet(), ACCOUNT, replace(TEXT, format="photo", media=(photo,)), WALL) == []


@pytest.mark.parametrize(
    ("change", "code", "field", "said"),
    [
        ({"format": "reel"}, "unknown_format", "platform.wall.format", "Wall has no reel; known: photo, text"),
        ({"format": "photo"}, "format_unfit", "platform.wall.format", "takes 1 picture, the post has none"),
        ({"text": ""}, "format_unfit", "platform.wall.format", "needs a text"),
        ({"options": {}}, "missing", "platform.wall.privacy", "one of public, private"),
        ({"options": {"privacy": "publik"}}, "wrong_value", "platform.wall.privacy", "did you mean public?"),
        ({"options": {"privacy": "public", "privasi": "x"}}, "unknown_key", "platform.wall.privasi", "did you mean privacy?"),
    ],
)
def test_core_has_rules_of_its_own(change: dict[str, Any], code: str, field: str, said: str) -> None:
    (problem,) = problems(Quiet(), ACCOUNT, replace(TEXT, **change), WALL)
    assert (problem.code, problem.field, problem.level) == (code, field, "error")
    assert said in problem.message


def test_media_that_the_format_does_not_carry_is_a_problem(photo: Media) -> None:
    (problem,) = problems(Quiet(), ACCOUNT, replace(TEXT, media=(photo,)), WALL)
    assert "text carries no image, but poster.jpg is in the post" in problem.message


def test_media_that_is_gone_from_the_store_is_a_problem(photo: Media, tmp_path: Path) -> None:
    elsewhere = MediaStore(tmp_path / "empty").from_json(MediaStore.to_json(photo))
    (problem,) = problems(Quiet(), ACCOUNT, replace(TEXT, format="photo", media=(elsewhere,)), WALL)
    assert (problem.code, problem.field) == ("media_missing", "media[0]")
    assert "poster.jpg is not in the media store" in problem.message


class Wall:
    @hookimpl
    def gaung_platform(self) -> Platform:
        return WALL

    @hookimpl
    def gaung_validate(self, content: Content) -> list[Problem]:
        said = [Problem(code="privacy_missing", message="choose the privacy", field="platform.wall.privacy")] if not content.options else []
        return [Problem(code="short", message="pendek", field="text", level="warning"), *said]


class Hashtags:
    @hookimpl
    def gaung_prepare(self, content: Content) -> Content:
        return replace(content, text=f"{content.text} #TemanPemilih")


class Broken:
    @hookimpl
    def gaung_prepare(self, content: Content) -> Content:
        raise KeyError("hashtags")

    @hookimpl
    def gaung_validate(self) -> Any:
        return {"text": "too long"}


def manager(**plugins: Any) -> Manager:
    return Manager([Source(name=name, package="gaung-uji", version="1", load=partial(plugins.get, name)) for name in plugins])


def test_all_plugins_are_heard_and_errors_come_first() -> None:
    plugins = manager(wall=Wall(), tags=Hashtags())
    content, found = examined(plugins, ACCOUNT, replace(TEXT, format="reel"), WALL)
    assert content.text == "halo #TemanPemilih"
    assert [(problem.code, problem.level) for problem in found] == [("unknown_format", "error"), ("short", "warning")]


def test_one_mistake_is_told_once() -> None:
    found = problems(manager(wall=Wall()), ACCOUNT, replace(TEXT, options={}), WALL)
    assert [problem.code for problem in found] == ["missing", "short"]


def test_a_plugin_that_fails_is_a_problem_not_a_crash() -> None:
    plugins = manager(wall=Wall(), broken=Broken())
    content, found = examined(plugins, ACCOUNT, TEXT, WALL)
    assert content == TEXT
    assert [problem.code for problem in found] == ["plugin_error", "plugin_error", "short"]
    assert "plugin broken (package gaung-uji 1): gaung_prepare failed: KeyError: 'hashtags'" in found[0].message
    assert "gaung_validate answered dict" in found[1].message
    with pytest.raises(PluginError, match="gaung-uji"):
        prepared(plugins, ACCOUNT, TEXT)


def test_any_hooks_that_raise_a_plugin_error_are_a_problem() -> None:
    class Raises(Quiet):
        def validate(self, account: Account, content: Content) -> list[Problem]:
            raise PluginError("wall", "is not loaded", "gaung-wall")

    (problem,) = problems(Raises(), ACCOUNT, TEXT, WALL)
    assert (problem.code, problem.field) == ("plugin_error", "plugin.wall")
