"""Why a content cannot go to an account, before anything is sent. Limits are the instance's own where `account check` has read them."""

import re
import unicodedata
from collections.abc import Iterator

from gaung.core.records import Account, Content, Media, Problem
from gaung_mastodon.const import IMAGE_TYPES, VIDEO_TYPES
from gaung_mastodon.platform import PLATFORM

_LINK = re.compile(r"https?://\S*[^\s.,;:!?)\]}'\"]")
_MENTION = re.compile(r"(?<![\w/])(@\w+)@[\w.-]*\w")
_JOINER = "\u200d"


def problems(account: Account, content: Content) -> list[Problem]:
    """All problems of text, files and post fields."""
    found = [*_text(account, content), *_files(account, content)]
    if not account.settings.get("api_url"):
        message = "no instance is set; set plugins.mastodon.api_url to its address"
        found.append(Problem(code="no_api_url", message=message, field="plugins.mastodon.api_url"))
    return found


def limit(account: Account, name: str) -> int:
    """The instance's own limit, else the default of a fresh instance."""
    own = account.limits.get(name)
    return own if isinstance(own, int) and own > 0 else int(PLATFORM.limit(name))


def length(text: str, link_chars: int) -> int:
    """Characters as an instance counts them: a link always alike, of `@name@server` the name, an accent none. Source: user/posting."""
    plain = _MENTION.sub(r"\1", _LINK.sub("x" * link_chars, text))
    joined = plain.count(_JOINER)
    return sum(not unicodedata.combining(char) and unicodedata.category(char) not in ("Mn", "Me", "Cf") for char in plain) - joined


def _text(account: Account, content: Content) -> Iterator[Problem]:
    warning = str(content.options.get("spoiler_text") or "")
    given = length(content.text_with_link, limit(account, "link_chars")) + length(warning, limit(account, "link_chars"))
    most = limit(account, "text_chars")
    if given > most:
        more = " with the content warning" if warning else ""
        message = f"the text has {given} characters{more}; the instance takes {most}. Shorten it"
        yield Problem(code="text_chars", message=message, field="text")
    alt_text, most = str(content.options.get("alt_text") or ""), limit(account, "alt_text_chars")
    if len(alt_text) > most:
        message = f"the description has {len(alt_text)} characters; the instance takes {most}. Shorten it"
        yield Problem(code="alt_text_chars", message=message, field="platform.mastodon.alt_text")


def _files(account: Account, content: Content) -> Iterator[Problem]:
    most = limit(account, "files")
    moving = sum(media.kind == "video" or media.animated for media in content.media)
    if len(content.media) > most:
        message = f"the post has {len(content.media)} files; the instance takes {most}. Leave some out"
        yield Problem(code="files", message=message, field="media")
    if moving and len(content.media) > 1:
        yield Problem(code="mixed", message="a video or an animated picture goes alone. Leave the other files out", field="media")
    for index, media in enumerate(content.media):
        yield from _file(account, media, f"media[{index}]")


def _file(account: Account, media: Media, field: str) -> Iterator[Problem]:
    types = VIDEO_TYPES if media.kind == "video" else IMAGE_TYPES
    if media.mime not in types:
        known = ", ".join(one.partition("/")[2] for one in types)
        yield Problem(code="type", message=f"{media.name} is {media.mime}; Mastodon takes {known}. Convert it", field=field)
    most = limit(account, f"{media.kind}_bytes")
    if media.size > most:
        message = f"{media.name} has {media.size:,} bytes; the instance takes {most:,}. Make it smaller"
        yield Problem(code=f"{media.kind}_bytes", message=message, field=field)
