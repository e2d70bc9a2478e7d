"""Which of a platform's formats a post takes: the first that fits its media, or the one that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from gaung.core.posts.schema import nearest
from gaung.core.records import FormatRule, Media, Platform, Problem

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The rule and the media it carries, or why there is none; what is left out are warnings among `problems`."""

    rule: FormatRule | None
    media: tuple[Media, ...] = ()
    problems: tuple[Problem, ...] = ()


def choose(platform: Platform, wish: str, media: Sequence[Media], *, has_text: bool) -> Choice:
    """Apply a platform's rules in order; `wish` is `auto` or the name of a format."""
    if wish != AUTO:
        return _asked_for(platform, wish, media, has_text)
    carried = {kind for rule in platform.formats for kind in _kinds(rule)}
    useful = [item for item in media if item.kind in carried]
    for rule in platform.formats:
        if useful and not _kinds(rule):
            continue  # a text post would drop media that the platform can carry
        if not misfit(rule, media, has_text=has_text):
            return _chosen(platform, rule, media)
    field = f"platform.{platform.name}"
    if not useful:
        needs = " or ".join(dict.fromkeys(_needs(rule) for rule in _smallest(platform.formats))) or "nothing that Gaung knows"
        message = f"{platform.title} needs {needs}; the post has {_amount(media, has_text)} for it. Add it, or leave {platform.name} out"
        return Choice(rule=None, problems=(Problem(code="nothing_to_publish", message=message, field=f"{field}.media"),))
    given = {item.kind for item in useful}
    near = [rule for rule in platform.formats if _kinds(rule) and _kinds(rule) <= given] or [
        rule for rule in platform.formats if given & _kinds(rule)
    ]
    reasons = [f"{rule.name}: {misfit(rule, media, has_text=has_text)}" for rule in near]
    message = f"no format of {platform.title} fits ({'; '.join(reasons)}). Give it other media in [{field}]"
    return Choice(rule=None, problems=(Problem(code="format_unfit", message=message, field=f"{field}.media"),))


def misfit(rule: FormatRule, media: Sequence[Media], *, has_text: bool = True) -> str:
    """Why media and text do not fit a rule; empty when they do. What the rule does not carry at all is no misfit."""
    for kind, (least, most) in (("image", rule.images), ("video", rule.videos)):
        given = sum(item.kind == kind for item in media)
        if given < least or (most and given > most):
            return f"takes {_range(least, most, kind)}, the post has {given or 'none'}"
    for video in (item for item in media if item.kind == "video" and rule.videos != (0, 0)):
        if rule.vertical is not None and video.vertical is not rule.vertical:
            return f"takes {'a vertical' if rule.vertical else 'no vertical'} video; {video.name} is {video.width}x{video.height}"
        if rule.max_seconds is not None and (video.seconds or 0) > rule.max_seconds:
            return f"takes at most {rule.max_seconds:g} s; {video.name} has {video.seconds:g} s"
    return "needs a text" if rule.needs_text and not has_text else ""


def _asked_for(platform: Platform, wish: str, media: Sequence[Media], has_text: bool) -> Choice:
    field = f"platform.{platform.name}.format"
    rules = [rule for rule in platform.formats if rule.name == wish]
    if not rules:
        known = nearest(wish, dict.fromkeys([AUTO, *(rule.name for rule in platform.formats)]))
        return Choice(rule=None, problems=(Problem(code="unknown_format", message=f"{platform.title} has no {wish}{known}", field=field),))
    for rule in rules:
        if not misfit(rule, media, has_text=has_text):
            return _chosen(platform, rule, media)
    kinds = {item.kind for item in media}
    reason = misfit(next((rule for rule in rules if _kinds(rule) == kinds), rules[0]), media, has_text=has_text)
    message = f"{wish} {reason}; choose another format, or other media in [platform.{platform.name}]"
    return Choice(rule=None, problems=(Problem(code="format_unfit", message=message, field=field),))


def _chosen(platform: Platform, rule: FormatRule, media: Sequence[Media]) -> Choice:
    kinds = _kinds(rule)
    said = f"{platform.title} ({rule.name}) goes without "
    left_out = tuple(
        Problem(code="media_left_out", message=said + item.name, field=f"media[{index}]", level="warning")
        for index, item in enumerate(media)
        if item.kind not in kinds
    )
    return Choice(rule=rule, media=tuple(item for item in media if item.kind in kinds), problems=left_out)


def _kinds(rule: FormatRule) -> set[str]:
    return {kind for kind, amount in (("image", rule.images), ("video", rule.videos)) if amount != (0, 0)}


def _range(least: int, most: int | None, kind: str) -> str:
    what = {"image": "picture", "video": "video"}[kind]
    if most is None:
        return f"{least} or more {what}s"
    return f"{least} {what}{'s' if least > 1 else ''}" if least == most else f"{least} to {most} {what}s"


def _needs(rule: FormatRule) -> str:
    parts = [_range(*amount, kind) for kind, amount in (("image", rule.images), ("video", rule.videos)) if amount[0]]
    return " and ".join(parts) or ("a text" if rule.needs_text else "media")


def _smallest(rules: Sequence[FormatRule]) -> list[FormatRule]:
    """Without the rules that need more than another one that takes media: who has one picture need not hear of carousels."""

    def less(one: FormatRule, other: FormatRule) -> bool:
        mine, theirs = (one.images[0], one.videos[0]), (other.images[0], other.videos[0])
        return bool(_kinds(one)) and mine != theirs and mine[0] <= theirs[0] and mine[1] <= theirs[1]

    return [rule for rule in rules if not any(less(other, rule) for other in rules)]


def _amount(media: Sequence[Media], has_text: bool) -> str:
    parts = [f"{count} {what}" for what, count in _count(media) if count]
    return " and ".join([*parts, *(["text"] if has_text else [])]) or "nothing"


def _count(media: Sequence[Media]) -> list[tuple[str, int]]:
    images = sum(item.kind == "image" for item in media)
    return [("picture" if images == 1 else "pictures", images), ("video" if len(media) - images == 1 else "videos", len(media) - images)]
