"""What an address of YouTube names, read from its letters alone.

Addresses of one thing become one: `youtu.be/ID`, `/shorts/ID` and `/live/ID` are the video `watch?v=ID`. A watch address that also names
somebody's playlist or a comment stands for that playlist or comment, for this is what its author did.
"""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from gaung.core.records import LinkInfo

SITE = "https://www.youtube.com"
HANDLE = r"[\w.\-·]{3,30}"
"""Letters and digits of many scripts, `_ - .` and the middle dot. Source: support.google.com/youtube/answer/11585688."""
CHANNEL_ID = r"UC[A-Za-z0-9_-]{22}"
"""Source: unconfirmed; the shape of every channel id in YouTube's documentation."""

_HOSTS = frozenset(
    {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com", "www.youtube-nocookie.com"}
)
_SHORT = frozenset({"youtu.be", "www.youtu.be"})
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST = re.compile(r"(?:PL|FL)[A-Za-z0-9_-]{10,62}")
"""What a person filled. Mixes (`RD`), uploads (`UU`), liked (`LL`) and watch later (`WL`) are nobody's sharing."""
_COMMENT = re.compile(r"Ug[A-Za-z0-9_-]{10,60}(?:\.[A-Za-z0-9_-]{5,60})?")
_POST = re.compile(r"Ug[A-Za-z0-9_-]{10,60}")
_VIDEO_PATHS = ("shorts", "live", "embed", "v", "e")

Kind = Literal["video", "playlist", "comment", "post", "clip", "handle", "channel", "name"]


@dataclass(frozen=True, slots=True)
class Link:
    """A read address. `id` is of the thing; for `name` (`/c/x`, `/user/x`) it is a name that is neither handle nor id."""

    kind: Kind
    id: str = field(repr=False)
    video: str = field(default="", repr=False)
    """Of a playlist or a comment: the video that the address names beside it."""


def identify(url: str) -> LinkInfo | None:
    """What an address names; None where it is none of YouTube's, or no profile, video, playlist, comment or post. Never raises.

    >>> identify("https://youtu.be/dQw4w9WgXcQ?si=abc").url
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ'
    """
    link = read(url)
    if link is None:
        return None
    address = address_of(link)
    if link.kind == "handle":
        return LinkInfo(platform="youtube", kind="profile", url=address, author=link.id)
    if link.kind == "channel":
        return LinkInfo(platform="youtube", kind="profile", url=address, author_id=link.id)
    if link.kind == "name":  # resolving it takes a look at YouTube: the handle @x may be somebody else
        return LinkInfo(platform="youtube", kind="profile", url=address)
    return LinkInfo(platform="youtube", kind="post", url=address, external_id=link.id)


def read(url: str) -> Link | None:
    """The parts of an address; None where it is none of YouTube's."""
    text = url.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host, query = (parts.hostname or "").rstrip("."), parse_qs(parts.query, max_num_fields=50)
        _ = parts.port  # raises for one that is none
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return None
    path = [unquote(step) for step in parts.path.split("/") if step]
    if host in _SHORT:
        return _watch(path[0] if path else "", query)
    return _on_site(path, query) if host in _HOSTS else None


def address_of(link: Link) -> str:
    """The address that stands for all others of the same thing."""
    beside = f"v={link.video}&" if link.video else ""
    return {
        "video": f"{SITE}/watch?v={link.id}",
        "playlist": f"{SITE}/watch?{beside}list={link.id}" if beside else f"{SITE}/playlist?list={link.id}",
        "comment": f"{SITE}/watch?{beside}lc={link.id}",
        "post": f"{SITE}/post/{link.id}",
        "clip": f"{SITE}/clip/{link.id}",
        "handle": f"{SITE}/@{quote(link.id)}",
        "channel": f"{SITE}/channel/{link.id}",
        "name": f"{SITE}/{quote(link.id)}",
    }[link.kind]


def mentions(text: str, video: str) -> bool:
    """Whether a text holds an address of the video, or its bare id as a word of its own."""
    return re.search(rf"(?<![A-Za-z0-9_-]){re.escape(video)}(?![A-Za-z0-9_-])", text) is not None


def _on_site(path: list[str], query: dict[str, list[str]]) -> Link | None:
    first, second = (*path, "", "")[:2]
    if first.startswith("@"):
        return _channel_page(first.removeprefix("@"), _one(query, "lb"))
    if first in ("watch", "playlist"):
        return _watch(_one(query, "v"), query)
    if first in _VIDEO_PATHS:
        return _watch(second, query)
    if first == "channel" and re.fullmatch(CHANNEL_ID, second):
        return _channel_page("", _one(query, "lb")) or Link("channel", second)
    if first in ("c", "user") and re.fullmatch(r"[\w.\-· ]{1,100}", second):
        return Link("name", f"{first}/{second}")
    if first in ("post", "clip") and _POST.fullmatch(second):
        return Link("post" if first == "post" else "clip", second)
    return None


def _channel_page(handle: str, post: str) -> Link | None:
    """`/@handle`, whatever tab; `?lb=` opens one community post on it."""
    if _POST.fullmatch(post):
        return Link("post", post)
    return Link("handle", handle) if re.fullmatch(HANDLE, handle) else None


def _watch(video: str, query: dict[str, list[str]]) -> Link | None:
    video = video if _VIDEO.fullmatch(video) else ""
    comment, playlist = _one(query, "lc"), _one(query, "list")
    if video and _COMMENT.fullmatch(comment):
        return Link("comment", comment, video)
    if _PLAYLIST.fullmatch(playlist):
        return Link("playlist", playlist, video)
    return Link("video", video) if video else None


def _one(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0].strip()
