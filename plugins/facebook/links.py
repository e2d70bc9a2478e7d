"""What an address of Facebook's names, read from its letters. No network, and nothing is ever raised.

Facebook documents the shapes of its addresses nowhere in one place; these are those that its own pages and apps hand out.
"""

import re
from dataclasses import replace

from gaung.core.records import HandleShape, LinkInfo
from gaung.plugins.facebook.const import SITE
from gaung.plugins.meta.addresses import Address, split

HANDLES = HandleShape(pattern=r"[a-z0-9.]{5,50}", ignored=".", id_pattern=r"[0-9]{5,20}", example="contohagt.siti")
"""Letters, digits and dots, at least five; dots and capitals do not count. Source: Facebook Help Centre, "username" guidelines."""

_HOST = re.compile(r"(?:(?:www|m|web|mbasic|mobile|touch|[a-z]{2}-[a-z]{2})\.)?(?:facebook|fb)\.com")
_HANDLE = re.compile(HANDLES.pattern, re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"[0-9]{5,20}")
_POST = re.compile(r"[0-9]{5,24}|pfbid[A-Za-z0-9]{10,100}")
_BOTH = re.compile(r"([0-9]{5,20})_([0-9]{5,24})")
_NAMED = re.compile(r"(?:.*[-.])?([0-9]{5,20})")

RESERVED = frozenset((
    "about", "ads", "adsmanager", "allactivity", "api", "app", "apps", "badges", "bookmarks", "buddylist", "business", "careers",
    "checkpoint", "composer", "cookie.php", "cookies", "dating", "developers", "dialog", "directory", "discover", "donate", "editdoc",
    "events", "facebook", "favorites", "feeds", "find-friends", "flx", "fundraisers", "games", "gaming", "groups", "hashtag", "help",
    "home", "home.php", "https", "index.php", "install", "instantgames", "jobs", "l.php", "latest", "legal", "lite", "live", "local",
    "login", "login.php", "logout.php", "marketplace", "me", "media", "memories", "messages", "messenger", "mobile", "music", "myads",
    "nearby", "news", "notes", "notifications", "oauth", "offers", "onthisday", "pages", "people", "permalink.php", "pg", "photo",
    "photo.php", "photos", "places", "plugins", "policies", "policy", "posts", "privacy", "profile.php", "public", "recover", "reel",
    "reels", "reg", "registration", "saved", "search", "security", "settings", "share", "share.php", "sharer", "sharer.php", "shops",
    "sitetour", "stories", "story.php", "support", "terms", "terms.php", "tr", "v2.0", "video", "video.php", "videos", "watch", "weather",
    "work", "zero",
))  # fmt: skip
"""First parts of a path that are Facebook's own pages, and so nobody's handle."""

_THINGS = {"posts": "posts", "videos": "videos", "photos": "photos", "activity": "posts", "reel": "reel"}
_QUERY_PAGES = {"photo.php": "fbid", "photo": "fbid", "video.php": "v", "watch": "v"}


def identify(url: str) -> LinkInfo | None:
    """What an address names, tracking parameters dropped; None where it is none of Facebook's people or posts."""
    address = split(url)
    if address is None:
        return None
    if address.host in ("fb.watch", "www.fb.watch", "fb.me", "www.fb.me"):
        return _short(address)
    if not _HOST.fullmatch(address.host) or not address.parts:
        return None
    return _by_query(address) or _by_path(address)


def _short(address: Address) -> LinkInfo | None:
    """Short addresses hide whose they are and what they show."""
    if not address.parts or not all(re.fullmatch(r"[\w.-]{1,100}", part, re.ASCII) for part in address.parts):
        return None
    return _post(f"https://{address.host.removeprefix('www.')}/{'/'.join(address.parts)}")


def _by_query(address: Address) -> LinkInfo | None:
    first, query = address.part(0).casefold(), address.query
    owner = query.get("id", "")
    if first == "profile.php":
        return _profile(f"{SITE}/profile.php?id={owner}", author_id=owner) if _DIGITS.fullmatch(owner) else None
    if first in ("permalink.php", "story.php"):
        post = query.get("story_fbid", "")
        if not _POST.fullmatch(post) or not _DIGITS.fullmatch(owner):
            return None
        return _post(f"{SITE}/permalink.php?story_fbid={post}&id={owner}", post, author_id=owner)
    key = _QUERY_PAGES.get(first)
    thing = query.get(key, "") if key else ""
    if not _DIGITS.fullmatch(thing):
        return None
    at = f"{SITE}/watch/?v={thing}" if key == "v" else f"{SITE}/photo.php?fbid={thing}"
    return _post(at, thing)


def _by_path(address: Address) -> LinkInfo | None:
    first, second, third = (address.part(index) for index in range(3))
    match first.casefold():
        case "share" if second:
            # One letter says the kind (`p`, `r`, `v`); without it nobody knows before Facebook has been asked.
            tail = "/".join(part for part in (second, third) if re.fullmatch(r"[\w-]{1,60}", part, re.ASCII))
            return _post(f"{SITE}/share/{tail}") if tail else None
        case "reel" | "reels" if _DIGITS.fullmatch(second):
            return _post(f"{SITE}/reel/{second}", second)
        case "groups" if third.casefold() in ("posts", "permalink") and _POST.fullmatch(address.part(3)):
            return _post(f"{SITE}/groups/{second}/posts/{address.part(3)}", address.part(3)) if _plain(second) else None
        case "stories" if _DIGITS.fullmatch(second):
            return _post(f"{SITE}/stories/{second}", author_id=second)
        case "people" | "pages" | "pg":
            return _named(address)
    return _of_somebody(address)


def _named(address: Address) -> LinkInfo | None:
    """`/people/NAME/ID`, `/pages/NAME/ID`, `/pages/category/NAME-ID`, `/pg/HANDLE`."""
    if address.under("pg"):
        return _owner(address.part(1))
    found = _NAMED.fullmatch(address.part(-1)) if len(address.parts) > 2 else None
    return _profile(f"{SITE}/profile.php?id={found[1]}", author_id=found[1]) if found else None


def _of_somebody(address: Address) -> LinkInfo | None:
    first = address.part(0)
    if both := _BOTH.fullmatch(first):
        return _post(f"{SITE}/{both[1]}/posts/{both[2]}", both[2], author_id=both[1])
    owner = _owner(first)
    kind = _THINGS.get(address.part(1).casefold())
    if owner is None or kind is None or len(address.parts) < 3:
        return owner
    thing = next((part for part in reversed(address.parts[2:]) if _POST.fullmatch(part)), None)
    if thing is None:
        return owner
    at = f"{SITE}/reel/{thing}" if kind == "reel" else f"{SITE}/{first}/{kind}/{thing}"
    return replace(owner, kind="post", url=at, external_id=thing)


def _owner(segment: str) -> LinkInfo | None:
    if _DIGITS.fullmatch(segment):
        return _profile(f"{SITE}/profile.php?id={segment}", author_id=segment)
    if segment.casefold() in RESERVED or not _HANDLE.fullmatch(segment) or not segment.strip("."):
        return None
    return _profile(f"{SITE}/{segment}", author=segment)


def _plain(segment: str) -> bool:
    return bool(re.fullmatch(r"[\w.-]{1,100}", segment, re.ASCII))


def _profile(url: str, *, author: str | None = None, author_id: str | None = None) -> LinkInfo:
    return LinkInfo(platform="facebook", kind="profile", url=url, author=author, author_id=author_id)


def _post(url: str, external_id: str | None = None, *, author_id: str | None = None) -> LinkInfo:
    return LinkInfo(platform="facebook", kind="post", url=url, external_id=external_id, author_id=author_id)
