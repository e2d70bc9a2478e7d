"""Who put what into a playlist, as YouTube's lists of items and of activities say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gaung.plugins.youtube.parse import moment, need


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist of a channel and how many items it holds."""

    id: str = field(repr=False)
    size: int

    @classmethod
    def of(cls, item: Any) -> "Playlist":
        """A `youtube#playlist` with part `contentDetails`; one that does not tell its size may hold something."""
        size = need(item, "contentDetails").get("itemCount")
        return cls(str(need(item, "id")), size if isinstance(size, int) else 1)


@dataclass(frozen=True, slots=True)
class Item:
    """A video that `channel` put into a playlist. `id` is the playlist item's."""

    id: str = field(repr=False)
    channel: str = field(repr=False)
    video: str
    url: str = field(repr=False)
    at: datetime


def in_playlist(item: Any) -> Item | None:
    """A `youtube#playlistItem`: `snippet.channelId` put it there, `snippet.publishedAt` is when. Source: reference of the resource."""
    video = _video(need(item, "snippet"))
    if not video or not item["snippet"].get("channelId"):
        return None
    return Item(
        id=str(need(item, "id")),
        channel=str(item["snippet"]["channelId"]),
        video=video,
        url=playlist_url(item["snippet"].get("playlistId")),
        at=moment(str(need(item, "snippet", "publishedAt"))),
    )


def in_activity(item: Any) -> Item | None:
    """A `youtube#activity` of the type `playlistItem`; all others tell of no sharing. It names the item that it tells of."""
    details = item.get("contentDetails") if isinstance(item, Mapping) else None
    added = details.get("playlistItem") if isinstance(details, Mapping) else None
    video = _video(added)
    if need(item, "snippet").get("type") != "playlistItem" or not video or not isinstance(added, Mapping):
        return None
    return Item(
        id=str(added.get("playlistItemId") or need(item, "id")),
        channel=str(need(item, "snippet", "channelId")),
        video=video,
        url=playlist_url(added.get("playlistId")),
        at=moment(str(need(item, "snippet", "publishedAt"))),
    )


def playlist_url(playlist: Any) -> str:
    """Where people see a playlist."""
    return f"https://www.youtube.com/playlist?list={playlist or ''}"


def _video(holder: Any) -> str:
    resource = holder.get("resourceId") if isinstance(holder, Mapping) else None
    return str(resource.get("videoId") or "") if isinstance(resource, Mapping) else ""
