"""The one choke point for "can this go there": `post check`, `post schedule` and the worker all ask here."""

from collections.abc import Iterator
from typing import Protocol

from gaung.core.errors import PluginError
from gaung.core.posts.formats import misfit
from gaung.core.posts.options import missing_options, option_problems
from gaung.core.records import Account, Content, Platform, Problem


class Hooks(Protocol):
    """What is asked of the plugins; `gaung.core.manager.Manager` offers it."""

    def prepare(self, account: Account, content: Content) -> Content:
        """Let plugins change the content. Raises `PluginError`."""

    def validate(self, account: Account, content: Content) -> list[Problem]:
        """All plugins' problems."""


def examined(hooks: Hooks, account: Account, content: Content, platform: Platform) -> tuple[Content, list[Problem]]:
    """Prepare and check a content for an account: what will be sent, and its problems. A plugin that fails is one of them."""
    try:
        content = prepared(hooks, account, content)
    except PluginError as error:
        return content, [_plugin_problem(error), *problems(hooks, account, content, platform)]
    return content, problems(hooks, account, content, platform)


def prepared(hooks: Hooks, account: Account, content: Content) -> Content:
    """The content after every plugin's `gaung_prepare`, in order of name. Raises `PluginError` naming a plugin that fails."""
    return hooks.prepare(account, content)


def problems(hooks: Hooks, account: Account, content: Content, platform: Platform) -> list[Problem]:
    """Core's own rules and all plugins' problems, errors first. Never raises for what a plugin did.

    Where core finds an error in a field, plugins are not heard on that field: two lines on one mistake help nobody.
    """
    own = list(_own(content, platform))
    try:
        theirs = hooks.validate(account, content)
    except PluginError as error:
        theirs = [_plugin_problem(error)]
    settled = {problem.field for problem in own}
    found = [*own, *(problem for problem in theirs if problem.field not in settled)]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.level)


def _own(content: Content, platform: Platform) -> Iterator[Problem]:
    field = f"platform.{platform.name}.format"
    rules = [rule for rule in platform.formats if rule.name == content.format]
    if not rules:
        names = ", ".join(dict.fromkeys(rule.name for rule in platform.formats))
        yield Problem(code="unknown_format", message=f"{platform.title} has no {content.format}; known: {names}", field=field)
    else:
        text = bool(content.text or content.link)
        reasons = [misfit(rule, content.media, has_text=text) or _too_much(rule.images, rule.videos, content) for rule in rules]
        if all(reasons):
            yield Problem(code="format_unfit", message=f"{content.format} {reasons[0]}; give other media or another format", field=field)
    for index, media in enumerate(content.media):
        if not media.path.is_file():
            said = f"{media.name} is not in the media store {media.store}; point media.store at the folder it was added to"
            yield Problem(code="media_missing", message=said, field=f"media[{index}]")
    yield from option_problems(platform, content.options)
    yield from missing_options(platform, content.options)


def _too_much(images: tuple[int, int | None], videos: tuple[int, int | None], content: Content) -> str:
    """A content holds only what its format carries; a policy may have added media."""
    for media in content.media:
        if (images if media.kind == "image" else videos) == (0, 0):
            return f"carries no {media.kind}, but {media.name} is in the post"
    return ""


def _plugin_problem(error: PluginError) -> Problem:
    return Problem(code="plugin_error", message=str(error), field=f"plugin.{error.plugin}")
