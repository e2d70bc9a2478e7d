"""What YouTube will not take, found before anything is sent. The numbers are those of `PLATFORM.limits` and `account.limits`."""

from collections.abc import Iterator

from gaung.core.records import Account, Content, Media, Problem
from gaung.plugins.youtube import payloads
from gaung.plugins.youtube.platform import PLATFORM


def problems(account: Account, content: Content) -> list[Problem]:
    """Every reason why this content cannot go to this channel. No network."""
    return [*_media(account, content), *_title(content), *_description(content), *_tags(content)]


def _media(account: Account, content: Content) -> Iterator[Problem]:
    videos = [(index, media) for index, media in enumerate(content.media) if media.kind == "video"]
    if not videos:
        yield Problem(code="video_missing", message="YouTube takes a video only and there is none; add one video", field="media")
    if len(videos) > 1:
        message = f"YouTube takes one video a post, not {len(videos)}; leave {len(videos) - 1} out"
        yield Problem(code="too_many_videos", message=message, field="media")
    for index, media in videos:
        yield from _video(account, media, f"media[{index}]")


def _video(account: Account, media: Media, field: str) -> Iterator[Problem]:
    if not media.mime.startswith("video/"):
        yield Problem(code="video_type", message=f"{media.name} is {media.mime}; YouTube takes video/* only", field=field)
    most = int(PLATFORM.limit("video_bytes"))
    if not 0 < media.size <= most:
        message = f"{media.name} has {media.size} bytes; YouTube takes 1 to {most}; export it again"
        yield Problem(code="video_bytes", message=message, field=field)
    longest = _longest(account)
    if media.seconds is not None and media.seconds > longest:
        remedy = "shorten it" if longest >= PLATFORM.limit("video_seconds") else "shorten it or verify the channel at youtube.com/verify"
        message = f"{media.name} lasts {media.seconds:.1f} s; @{account.handle} may upload at most {longest:.0f} s; {remedy}"
        yield Problem(code="video_seconds", message=message, field=field)


def _longest(account: Account) -> float:
    return min(float(account.limits.get("max_seconds") or PLATFORM.limit("video_seconds")), PLATFORM.limit("video_seconds"))


def _title(content: Content) -> Iterator[Problem]:
    title = payloads.title(content)
    most = int(PLATFORM.limit("title_chars"))
    if not title:
        yield Problem(code="title_missing", message="YouTube needs a title; add title = ...", field="title")
    if len(title) > most:
        message = f"the title has {len(title)} characters; YouTube takes {most}; shorten it by {len(title) - most}"
        yield Problem(code="title_chars", message=message, field="title")
    yield from _brackets(title, "title")


def _description(content: Content) -> Iterator[Problem]:
    description = payloads.description(content)
    size, most = len(description.encode()), int(PLATFORM.limit("description_bytes"))
    if size > most:
        message = f"the text (with its link) has {size} bytes; YouTube takes {most}; shorten it by {size - most}"
        yield Problem(code="description_bytes", message=message, field="text")
    yield from _brackets(description, "text")


def _tags(content: Content) -> Iterator[Problem]:
    tags = payloads.tags(content)
    # A tag with a space is stored in quotes, and commas between tags count. Source: videos resource, snippet.tags[].
    size = sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(0, len(tags) - 1)
    most = int(PLATFORM.limit("tags_chars"))
    if size > most:
        message = f"the tags have {size} characters, commas and quotes included; YouTube takes {most}; leave some out"
        yield Problem(code="tags_chars", message=message, field="platform.youtube.tags")
    for tag in tags:
        yield from _brackets(tag, "platform.youtube.tags")


def _brackets(text: str, field: str) -> Iterator[Problem]:
    found = [mark for mark in "<>" if mark in text]
    if found:
        message = f"YouTube refuses {' and '.join(found)} in the {field.rpartition('.')[2]}; write it another way"
        yield Problem(code="angle_brackets", message=message, field=field)
