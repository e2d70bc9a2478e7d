"""What an address of TikTok names, read from its letters alone. A short link (`vm.tiktok.com/CODE`) hides everything, its author too."""

import re
from urllib.parse import unquote, urlsplit

from gaung.core.records import LinkInfo
from gaung.plugins.tiktok import const

HANDLE = r"[A-Za-z0-9_.]{2,24}"
"""Letters, digits, underscores and periods, at most 24. Source: support.tiktok.com, "Changing your username"."""

_HOSTS = frozenset({"tiktok.com", "www.tiktok.com", "m.tiktok.com"})
_SHORT = frozenset({"vm.tiktok.com", "vt.tiktok.com"})
_CODE = re.compile(r"[A-Za-z0-9]{5,20}")
_POST = re.compile(r"\d{15,20}", re.ASCII)


def identify(url: str) -> LinkInfo | None:
    """What an address names; None where it is none of TikTok's, or no profile and no post. Never raises.

    >>> identify("https://m.tiktok.com/@contoh/video/7400000000000000001?_r=1&_t=x").url
    'https://www.tiktok.com/@contoh/video/7400000000000000001'
    """
    text = url.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").rstrip("."), parts.port  # the port raises where it is none
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return None
    path = [unquote(step) for step in parts.path.split("/") if step]
    if host in _SHORT:
        return _short(host, path)
    return _on_site(path) if host in _HOSTS else None


def _short(host: str, path: list[str]) -> LinkInfo | None:
    if len(path) == 1 and _CODE.fullmatch(path[0]):
        return LinkInfo(platform=const.NAME, kind="post", url=f"https://{host}/{path[0]}/")
    return None


def _on_site(path: list[str]) -> LinkInfo | None:
    first, second, third = (*path, "", "", "")[:3]
    if first == "t" and _CODE.fullmatch(second):
        return LinkInfo(platform=const.NAME, kind="post", url=f"{const.SITE}/t/{second}/")
    if first in ("v", "embed") and _POST.fullmatch(second.removesuffix(".html")):
        return _old(second.removesuffix(".html"))
    if first == "embed" and second == "v2" and _POST.fullmatch(third):
        return _old(third)
    return _of_somebody(first.removeprefix("@"), second, third) if first.startswith("@") else None


def _old(post: str) -> LinkInfo:
    """`m.tiktok.com/v/ID.html`, which names no author and is served on that host only."""
    return LinkInfo(platform=const.NAME, kind="post", url=f"https://m.tiktok.com/v/{post}.html", external_id=post)


def _of_somebody(handle: str, kind: str, post: str) -> LinkInfo | None:
    if not re.fullmatch(HANDLE, handle):
        return None
    profile = f"{const.SITE}/@{handle}"
    if kind in ("video", "photo"):
        if not _POST.fullmatch(post):
            return None
        return LinkInfo(platform=const.NAME, kind="post", url=f"{profile}/{kind}/{post}", author=handle, external_id=post)
    return LinkInfo(platform=const.NAME, kind="profile", url=profile, author=handle)
