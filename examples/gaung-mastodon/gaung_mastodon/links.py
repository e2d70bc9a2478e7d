"""What an address of some instance names. Any host may be an instance: the shape of the path decides, known other sites are left out."""

import re
from urllib.parse import unquote, urlsplit

from gaung.core.records import LinkInfo

NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
HANDLE = rf"{NAME}@{HOST}"
"""A name alone says nothing: every instance may have one of that name. Source: user/signup, username and domain."""

_NOT_MASTODON = (
    "tiktok.com", "youtube.com", "youtu.be", "threads.net", "threads.com", "medium.com", "facebook.com", "instagram.com", "t.me",
)  # fmt: skip
"""Sites whose addresses begin with `/@name` or could be taken for one."""

_PERSON = re.compile(rf"@({NAME})(?:@({HOST}))?")
_STATUS = re.compile(r"\d{6,25}", re.ASCII)


def identify(url: str) -> LinkInfo | None:
    """A profile `/@name` or a status `/@name/ID`; None for anything else. Never raises.

    >>> identify("https://mastodon.contoh/@contoh_agt_1/112233445566778899?x=1").author
    'contoh_agt_1@mastodon.contoh'
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not re.fullmatch(HOST, host) or _other(host):
        return None
    path = [unquote(step) for step in parts.path.split("/") if step]
    if path[:1] == ["users"] and len(path) > 1:  # how ActivityPub itself names people and statuses
        path = [f"@{path[1]}", *path[3:4]] if path[2:3] in ([], ["statuses"]) else []
    found = _PERSON.fullmatch(path[0]) if path else None
    if found is None:
        return None
    author, place = f"{found[1]}@{found[2] or host}", f"https://{parts.netloc.rpartition('@')[2].lower()}/{path[0]}"
    if len(path) > 1 and _STATUS.fullmatch(path[1]):
        return LinkInfo(platform="mastodon", kind="post", url=f"{place}/{path[1]}", author=author, external_id=path[1])
    return LinkInfo(platform="mastodon", kind="profile", url=place, author=author)


def full(acct: str, url: str) -> str:
    """`name@host` of an account: instances leave the host of their own people out. Source: entities/Account, acct."""
    return acct if "@" in acct else f"{acct}@{urlsplit(url).hostname or ''}"


def _other(host: str) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in _NOT_MASTODON)
