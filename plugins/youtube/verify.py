"""Whether a link that a member handed in refers to our video, and whose it is, as YouTube says it.

    playlist      playlistItems.list(playlistId, videoId=ours)   the item is there; `snippet.channelId` put it there
    other video   videos.list(id)                                its description names our video; `snippet.channelId` uploaded it
    comment       comments.list(id)                              its text names our video; `authorChannelId` wrote it

Then channels.list(id) tells the channel's handle, for members register handles: 2 units in all. A comment below our own video proves
that somebody commented, not that they shared it: its text must name the video. Source: Data API reference of these methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gaung.core.errors import Rejected, Unsupported
from gaung.core.records import Account, Publication, Sighting
from gaung.plugins.youtube import const, links, parse
from gaung.plugins.youtube.client import Client
from gaung.plugins.youtube.parse_playlists import in_playlist
from gaung.plugins.youtube.reshares import CLOSED, PLAYLIST_ITEM

VIDEO_LINK = "video_link"
COMMENT_LINK = "comment_link"

_NOT_THERE = CLOSED | {"videoNotFound", "commentNotFound"}
_TOLD_BY_NOBODY = {
    "post": "YouTube's API has no call for community posts",
    "clip": "YouTube's API has no call for clips",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """The thing behind the link, which does name our video."""

    signal: str
    evidence: str = field(repr=False)
    channel: str = field(repr=False)
    at: datetime


def verify(account: Account, publication: Publication, url: str) -> Sighting | None:
    """A sighting with the channel that YouTube names; None where the link does not refer to the publication or shows nothing.

    Raises `Unsupported` for a community post or a clip, and for a comment where the consent leaves out `youtube.force-ssl`.
    """
    link, video = links.read(url), publication.external_id
    if link is None or not video:
        return None
    if link.kind in _TOLD_BY_NOBODY:
        raise Unsupported(_TOLD_BY_NOBODY[link.kind], code="no_call")
    client = Client(account)
    try:
        seen = _look(client, link, video)
    except Rejected as error:
        if error.code not in _NOT_THERE:
            raise
        return None
    if seen is None or seen.channel in (account.external_id, publication.account):
        return None
    return Sighting(
        signal=seen.signal,
        publication=video,
        evidence=seen.evidence,
        author=_handle(client, seen.channel),
        author_id=seen.channel,
        url=links.address_of(link),
        at=seen.at,
    )


def _look(client: Client, link: links.Link, video: str) -> _Seen | None:
    if link.kind == "playlist":
        return _playlist(client, link.id, video)
    if link.kind == "video" and link.id != video:
        return _video(client, link.id, video)
    return _comment(client, link.id, video) if link.kind == "comment" else None


def _playlist(client: Client, playlist: str, video: str) -> _Seen | None:
    items, _ = client.listed(const.PLAYLIST_ITEMS_PATH, {"part": "snippet", "playlistId": playlist, "videoId": video})
    for item in map(in_playlist, items):
        if item is not None and item.video == video:
            return _Seen(PLAYLIST_ITEM, item.id, item.channel, item.at)
    return None


def _video(client: Client, other: str, video: str) -> _Seen | None:
    items, _ = client.listed(const.VIDEOS_PATH, {"part": "snippet", "id": other})
    return _named(VIDEO_LINK, items, other, video, "description", ("channelId",))


def _comment(client: Client, comment: str, video: str) -> _Seen | None:
    granted = client.scopes()
    if granted and const.COMMENT_SCOPE not in granted:
        raise Unsupported(
            "the channel's consent leaves out youtube.force-ssl, without which no comment is read", code="insufficientPermissions"
        )
    items, _ = client.listed(const.COMMENTS_PATH, {"part": "snippet", "id": comment, "textFormat": "plainText"})
    return _named(COMMENT_LINK, items, comment, video, "textDisplay", ("authorChannelId", "value"))


def _named(signal: str, items: list[Any], wanted: str, video: str, text: str, author: tuple[str, ...]) -> _Seen | None:
    """The first item, if it is the one asked for, its text names our video, and YouTube says whose it is."""
    item = next((one for one in items if isinstance(one, Mapping) and one.get("id") == wanted), None)
    if item is None:
        return None
    snippet = parse.need(item, "snippet")
    channel: Any = snippet
    for key in author:
        channel = channel.get(key) if isinstance(channel, Mapping) else None
    if not channel or not links.mentions(str(snippet.get(text) or ""), video):
        return None
    return _Seen(signal, wanted, str(channel), parse.moment(str(parse.need(item, "snippet", "publishedAt"))))


def _handle(client: Client, channel: str) -> str | None:
    """The channel's handle now, without `@`; None where it has none."""
    items, _ = client.listed(const.CHANNELS_PATH, {"part": "snippet", "id": channel})
    snippet = parse.need(items[0], "snippet") if items else {}
    name = str(snippet.get("customUrl") or "")
    return name.removeprefix("@") if name.startswith("@") else None
