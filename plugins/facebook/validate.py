"""Why a content cannot go to a Page, by the limits of `platform.py`. No network."""

from collections.abc import Iterator

from gaung.core.records import Content, Media, Problem
from gaung.plugins.facebook.const import PHOTO_TYPES
from gaung.plugins.facebook.platform import PLATFORM

RATIO_TOLERANCE = 0.02
"""Share by which a reel may miss 9:16: encoders round sides to even numbers."""


def problems(content: Content) -> list[Problem]:
    """Every problem, in the order of the post file."""
    return [*_text(content), *_media(content)]


def _text(content: Content) -> Iterator[Problem]:
    text = content.text if content.format == "text" else content.text_with_link
    limit = int(PLATFORM.limit("message_chars"))
    if len(text) > limit:
        yield Problem(
            code="text_too_long",
            message=f"the text is {len(text):,} characters long, Facebook takes {limit:,}: shorten it by {len(text) - limit:,}",
            field="text",
        )
    if content.format == "text" and not content.text.strip() and not content.link:
        yield Problem(
            code="empty", message="a Facebook post without media needs a text or a link: add one, or a picture or video", field="text"
        )


def _media(content: Content) -> Iterator[Problem]:
    if content.format == "carousel" and len(content.media) < 2:
        yield _problem("too_few", f"format carousel needs 2 pictures or more, there are {len(content.media)}: use format photo", "media")
    if content.format in ("photo", "reel", "video") and len(content.media) != 1:
        yield _problem("wrong_count", f"format {content.format} takes exactly 1 file, there are {len(content.media)}: leave one", "media")
    wanted = {"photo": "image", "carousel": "image", "reel": "video", "video": "video"}.get(content.format)
    for index, media in enumerate(content.media):
        field = f"media[{index}]"
        if wanted is not None and media.kind != wanted:
            yield _problem("wrong_kind", f"{media.name} is {_a(media.kind)}; format {content.format} takes {_a(wanted)}", field)
        elif media.kind == "image":
            yield from _photo(media, field)
        else:
            yield from _reel(media, field) if content.format == "reel" else _video(media, field)


def _photo(media: Media, field: str) -> Iterator[Problem]:
    limit = PLATFORM.limit("photo_bytes")
    if media.size >= limit:
        yield _problem(
            "photo_too_large",
            f"{media.name} is {media.size / 1e6:.1f} MB, Facebook takes less than {limit / 1e6:g} MB: save it smaller",
            field,
        )
    if media.animated:
        yield _problem("animated", f"{media.name} is animated, Facebook takes no animated pictures: use a still one, or a video", field)
    elif media.mime not in PHOTO_TYPES:
        yield Problem(code="converted", message=f"{media.name} ({media.mime}) is sent as a JPEG", field=field, level="warning")


def _reel(media: Media, field: str) -> Iterator[Problem]:
    yield from _between(media, media.seconds, "reel_seconds", "s long", 'shorten or lengthen it, or set format = "video"', field)
    yield from _between(media, media.fps, "reel_fps", "frames per second", 'export it anew, or set format = "video"', field)
    least = int(PLATFORM.limit("reel_width_min")), int(PLATFORM.limit("reel_height_min"))
    if media.width < least[0] or media.height < least[1]:
        size = f"{media.name} is {media.width}x{media.height}, a Facebook reel is {least[0]}x{least[1]} at least"
        yield _problem("reel_too_small", f'{size}: export it larger, or set format = "video"', field)
    wanted = PLATFORM.limit("reel_ratio")
    if media.height and abs(media.width / media.height / wanted - 1) > RATIO_TOLERANCE:
        shape = f"{media.name} is {media.width}x{media.height} ({media.width / media.height:.2f}), a Facebook reel is 9:16 ({wanted:.2f})"
        yield _problem("reel_ratio", f'{shape}: crop it, or set format = "video"', field)


def _video(media: Media, field: str) -> Iterator[Problem]:
    least, most = PLATFORM.limit("video_bytes_min"), PLATFORM.limit("video_bytes_max")
    if media.size < least:
        yield _problem("video_too_small", f"{media.name} has {media.size} bytes, Facebook takes {least:g} at least: check the file", field)
    if media.size > most:
        size = f"{media.name} is {media.size / 1e9:.1f} GB, Facebook takes {most / 1e9:.1f} GB"
        yield _problem("video_too_large", f"{size}: compress it", field)
    longest = PLATFORM.limit("video_seconds_max")
    if media.seconds is not None and media.seconds > longest:
        length = f"{media.name} is {media.seconds / 60:.0f} minutes long, Facebook takes {longest / 60:g}"
        yield _problem("video_too_long", f"{length}: shorten it", field)


def _between(media: Media, value: float | None, limit: str, unit: str, remedy: str, field: str) -> Iterator[Problem]:
    least, most = PLATFORM.limit(f"{limit}_min"), PLATFORM.limit(f"{limit}_max")
    # A container's length and rate are not exact: 23.98 frames a second are 24, and 90.02 s are 90.
    if value is not None and not least - 0.05 <= value <= most + 0.05:
        yield _problem(limit, f"{media.name}: {value:g} {unit}, a Facebook reel has {least:g} to {most:g}: {remedy}", field)


def _problem(code: str, message: str, field: str) -> Problem:
    return Problem(code=code, message=message, field=field)


def _a(kind: str) -> str:
    return "a picture" if kind == "image" else "a video"
