"""Our content as parameters of `POST /{ig-user}/media`. Source: IG User media reference."""

from collections.abc import Sequence
from typing import Any

from gaung.core.records import Content, Media

Params = dict[str, Any]


def photo(content: Content, url: str) -> Params:
    """A single feed picture; `media_type` is left out for it."""
    return {"image_url": url, **_caption(content), **_alt_text(content), **_people(content)}


def reel(content: Content, url: str | None) -> Params:
    """A reel, fetched from `url`, or sent by resumable upload when that is None."""
    params: Params = {"media_type": "REELS", **_video(url), **_caption(content), **_people(content)}
    params["share_to_feed"] = content.options.get("share_to_feed") is not False
    if content.options.get("thumb_offset") is not None:
        params["thumb_offset"] = int(content.options["thumb_offset"])
    return params


def child(content: Content, media: Media, url: str | None) -> Params:
    """One item of a carousel. Caption, people and place belong to the carousel, not to its items."""
    if media.kind == "video":
        return {"is_carousel_item": True, "media_type": "VIDEO", **_video(url)}
    return {"is_carousel_item": True, "image_url": url, **_alt_text(content)}


def carousel(content: Content, children: Sequence[str]) -> Params:
    """The carousel around items that exist already, in this order."""
    return {"media_type": "CAROUSEL", "children": ",".join(children), **_caption(content), **_people(content)}


def _video(url: str | None) -> Params:
    return {"upload_type": "resumable"} if url is None else {"video_url": url}


def _caption(content: Content) -> Params:
    caption = content.text_with_link
    return {"caption": caption} if caption else {}


def _alt_text(content: Content) -> Params:
    alt_text = content.options.get("alt_text")
    return {"alt_text": alt_text} if alt_text else {}


def _people(content: Content) -> Params:
    params: Params = {}
    if content.options.get("collaborators"):
        params["collaborators"] = list(content.options["collaborators"])
    if content.options.get("location_id"):
        params["location_id"] = str(content.options["location_id"])
    return params
