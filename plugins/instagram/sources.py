"""How Instagram gets at a file: it fetches pictures by their address always, videos by address or by resumable upload."""

from typing import Any, Literal
from urllib.parse import urlsplit

from gaung.core import http
from gaung.core.errors import Transient
from gaung.core.http import Effect
from gaung.core.records import Account, Content, Media
from gaung.core.urls import is_loopback
from gaung.plugins.instagram.const import API_URL, INSTAGRAM_LOGIN_HOST

Way = Literal["url", "resumable"]


def api_url(account: Account) -> str:
    """The Graph API's address for this account."""
    return str(account.settings.get("api_url") or API_URL)


def reachable(account: Account, media: Media) -> bool:
    """Whether Instagram can fetch `media`: it has an ASCII address, and not one that only this machine can reach."""
    url = media.url
    return url is not None and url.isascii() and (is_loopback(api_url(account)) or not is_loopback(url))


def serves_later(account: Account, media: Media) -> bool:
    """Whether the built-in media server may still give `media` an address: only a platform on this machine can use that."""
    return media.url is None and is_loopback(api_url(account))


def may_upload(account: Account) -> bool:
    """Whether resumable upload is offered; the guide lists it for Facebook Login only. Source: content publishing guide."""
    return urlsplit(api_url(account)).hostname != INSTAGRAM_LOGIN_HOST


def way_for(account: Account, content: Content, media: Media) -> Way | None:
    """How this file gets to Instagram, None when there is no way. `upload = "auto"` prefers the address where there is one."""
    wish: Any = content.options.get("upload", "auto")
    by_url = reachable(account, media)
    if media.kind == "image" or wish == "url":
        return "url" if by_url else None
    if wish == "resumable" or not by_url:
        return "resumable" if may_upload(account) else None
    return "url"


def require_served(url: str) -> None:
    """Raise `Transient` where the media server itself is away, so that Instagram's failure to fetch `url` says nothing against the post.

    A server that was killed or is being restarted answers nobody, or its proxy answers 5xx; any other answer is the post's own affair.
    """
    reply = http.call("HEAD", url, effect=Effect.READ)
    if reply.status >= 500:
        raise Transient(f"the media server answers HTTP {reply.status}", code="media_server")
