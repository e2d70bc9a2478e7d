"""Why a content cannot go to an Instagram account, before anything is sent. No network."""

import re
from collections.abc import Iterator

from gaung.core.records import Account, Content, Problem
from gaung.plugins.instagram.check_media import media_problems
from gaung.plugins.instagram.platform import PLATFORM

_HASHTAG = re.compile(r"(?<![\w&])#\w")
_MENTION = re.compile(r"(?<![\w.])@\w")


def problems(account: Account, content: Content) -> list[Problem]:
    """All problems of text, choice of media, each file, and Instagram's own fields."""
    return [
        *_caption(content),
        *_count(content),
        *(problem for index in range(len(content.media)) for problem in media_problems(account, content, index)),
        *_options(content),
    ]


def _over(name: str, value: int, unit: str) -> str | None:
    limit = PLATFORM.limit(name)
    return f"{value:,} {unit}, Instagram allows {limit:,.0f}" if value > limit else None


def _caption(content: Content) -> Iterator[Problem]:
    caption = content.text_with_link
    if said := _over("caption_chars", len(caption), "characters with the link"):
        yield Problem(code="caption_chars", message=f"The caption has {said}. Shorten the text.", field="text")
    if said := _over("hashtags", len(_HASHTAG.findall(caption)), "hashtags"):
        yield Problem(code="hashtags", message=f"The caption has {said}. Take some out.", field="text")
    if said := _over("mentions", len(_MENTION.findall(caption)), "@ mentions"):
        yield Problem(code="mentions", message=f"The caption has {said}. Take some out.", field="text")


def _count(content: Content) -> Iterator[Problem]:
    images = sum(media.kind == "image" for media in content.media)
    videos = len(content.media) - images
    if content.format == "reel" and (images, videos) != (0, 1):
        yield _media("reel_media", f"A reel is exactly one video; here are {videos} videos and {images} pictures. Give one video.")
    if content.format == "photo" and (images, videos) != (1, 0):
        message = f"A photo post is exactly one picture; here are {images} pictures and {videos} videos. Use format carousel for several."
        yield _media("photo_media", message)
    least, most = PLATFORM.limit("carousel_min"), PLATFORM.limit("carousel_max")
    if content.format == "carousel" and not least <= len(content.media) <= most:
        message = f"A carousel has {least:.0f} to {most:.0f} items, here are {len(content.media)}. Add or leave out files."
        yield _media("carousel_items", message)
    if content.format not in ("photo", "carousel", "reel"):
        message = f"Instagram has no format {content.format}; it publishes pictures and videos only. Add a picture or a video."
        yield Problem(code="format", message=message, field="format")


def _media(code: str, message: str) -> Problem:
    return Problem(code=code, message=message, field="media")


def _options(content: Content) -> Iterator[Problem]:
    options = content.options
    alt_text = options.get("alt_text") or ""
    if said := _over("alt_text_chars", len(alt_text), "characters"):
        yield _option("alt_text", f"The alt text has {said}. Shorten it.")
    elif alt_text and not any(media.kind == "image" for media in content.media):
        yield _option("alt_text", "Instagram takes an alt text for pictures only; it is left out of this video.", "warning")
    if said := _over("collaborators", len(options.get("collaborators") or ()), "collaborators"):
        yield _option("collaborators", f"The post names {said}. Leave some out.")
    if content.format == "reel":
        yield from _cover(content)
    elif options.get("thumb_offset") is not None:
        yield _option("thumb_offset", "A cover frame is for reels only; it is left out.", "warning")


def _cover(content: Content) -> Iterator[Problem]:
    offset = content.options.get("thumb_offset")
    seconds = next((media.seconds for media in content.media if media.seconds is not None), None)
    if offset is None or (offset >= 0 and (seconds is None or offset <= seconds * 1000)):
        return
    length = f"0 to {seconds * 1000:,.0f}" if seconds is not None else "0 or more"
    yield _option("thumb_offset", f"thumb_offset is {offset} ms, it must be {length} ms, within the video. Choose another frame.")


def _option(name: str, message: str, level: str = "error") -> Problem:
    field = f"platform.instagram.{name}"
    return Problem(code=name, message=message, field=field, level="warning" if level == "warning" else "error")
