"""Our values as TikTok's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gaung.core.records import Account, Content, Media
from gaung.core.urls import is_loopback
from gaung.plugins.tiktok import const


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file is cut: `count` chunks of `chunk` bytes, the last of which takes the remainder.

    >>> Plan.of(50_000_123, 10_000_000)
    Plan(size=50000123, chunk=10000000, count=5)
    >>> Plan.of(50_000_123, 10_000_000).span(4)
    (40000000, 50000123)
    """

    size: int
    chunk: int
    count: int

    @classmethod
    def of(cls, size: int, chunk: int) -> "Plan":
        """The plan for `size` bytes: whole up to two chunks, never whole above 64 MB (source: Media Transfer Guide)."""
        if size <= const.CHUNK_MOST and size < 2 * chunk:
            return cls(size, size, 1)
        chunk = min(chunk, size // 2)
        return cls(size, chunk, size // chunk)

    def span(self, index: int) -> tuple[int, int]:
        """First byte of a chunk, and the byte after its last."""
        first = index * self.chunk
        return first, self.size if index == self.count - 1 else first + self.chunk


def chunk_bytes(account: Account) -> int:
    """The chunk size in force. Less than TikTok takes is sent to a loopback address only."""
    wanted = int(account.settings.get("chunk_bytes") or const.CHUNK_BYTES)
    least = 1 if is_loopback(str(account.settings["api_url"])) else const.CHUNK_BYTES
    return max(least, min(wanted, const.CHUNK_MOST))


def utf16_units(text: str) -> int:
    """Length as TikTok counts it: an emoji beyond the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def caption(content: Content) -> str:
    """A video's caption, or the description of a photo post."""
    return content.text_with_link.strip()


def video_init(content: Content, plan: Plan) -> dict[str, Any]:
    """Body of `video/init`: a direct post whose bytes we send. Source: Direct Post reference."""
    option = content.options
    info: dict[str, Any] = {
        "privacy_level": option["privacy"],
        "title": caption(content),
        "disable_comment": not option.get("allow_comment", False),
        "disable_duet": not option.get("allow_duet", False),
        "disable_stitch": not option.get("allow_stitch", False),
        "brand_content_toggle": bool(option.get("brand_content", False)),
        "brand_organic_toggle": bool(option.get("brand_organic", False)),
        "is_aigc": bool(option.get("is_aigc", False)),
    }
    if option.get("cover_timestamp_ms") is not None:
        info["video_cover_timestamp_ms"] = int(option["cover_timestamp_ms"])
    source = {"source": "FILE_UPLOAD", "video_size": plan.size, "chunk_size": plan.chunk, "total_chunk_count": plan.count}
    return {"post_info": info, "source_info": source}


def photo_init(content: Content, urls: Sequence[str]) -> dict[str, Any]:
    """Body of `content/init`: photos that TikTok fetches and posts at once. Source: Photo Post reference."""
    option = content.options
    info = {
        "title": content.title.strip(),
        "description": caption(content),
        "privacy_level": option["privacy"],
        "disable_comment": not option.get("allow_comment", False),
        "auto_add_music": bool(option.get("auto_add_music", False)),
        "brand_content_toggle": bool(option.get("brand_content", False)),
        "brand_organic_toggle": bool(option.get("brand_organic", False)),
    }
    source = {"source": "PULL_FROM_URL", "photo_cover_index": 0, "photo_images": list(urls)}
    return {"media_type": "PHOTO", "post_mode": "DIRECT_POST", "post_info": info, "source_info": source}


def video_of(content: Content) -> Media | None:
    """The video that a video post carries."""
    return next((media for media in content.media if media.kind == "video"), None)


def photos_of(content: Content) -> tuple[Media, ...]:
    """The pictures that a photo post carries."""
    return tuple(media for media in content.media if media.kind == "image")


def photo_box(media: Media) -> tuple[int, int]:
    """Width and height that a photo may have: 1080p, lying or standing as the picture does."""
    short, long = const.PHOTO_PIXELS
    return (short, long) if media.vertical else (long, short)


def profile_url(handle: str) -> str | None:
    """The account's page."""
    name = handle.strip().lstrip("@")
    return f"{const.SITE}/@{name}" if name else None


def post_url(handle: str, content: Content, post_id: str) -> str | None:
    """The page of a post; a photo post's path says `photo`."""
    profile = profile_url(handle)
    return f"{profile}/{'video' if content.format == 'video' else 'photo'}/{post_id}" if profile else None
