"""Who put our videos into a playlist: a look at registered members' channels, one by one, for YouTube has no call the other way round.

A look at one channel costs 1 unit to learn its id (once: core keeps it with the first sighting), 1 for its list of playlists, 1 or more for
each playlist that holds anything, and 1 for its activities unless the playlists gave every video already.
Sources: Data API reference, channels.list (forHandle), playlists.list, playlistItems.list, activities.list; quota page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gaung.core.errors import Rejected
from gaung.core.records import Account, Found, Profile, Publication, Sighting
from gaung.plugins.youtube import const, parse
from gaung.plugins.youtube.client import Client
from gaung.plugins.youtube.parse_playlists import Item, Playlist, in_activity, in_playlist

PLAYLIST_ITEM = "playlist_item"
ACTIVITY = "activity"

CLOSED = frozenset(
    {
        "channelNotFound", "channelClosed", "channelSuspended", "channelForbidden", "playlistForbidden", "playlistNotFound",
        "playlistItemsNotAccessible",
    }
)  # fmt: skip
"""HTTP 403 and 404: this channel or playlist is gone, or not for everybody.
Source: errors of playlists.list, playlistItems.list and activities.list."""

_LAG = timedelta(days=1)
"""Ours: activities from this long before the last look are read again, for nothing says how late they are listed."""


def scan(account: Account, profiles: Sequence[Profile], publications: Sequence[Publication], since: datetime | None) -> Found:
    """Sightings of these publications on these channels. Read-only; at most `const.SCAN_UNITS` units for each profile."""
    ours = {one.external_id: one.published_at for one in publications if one.external_id}
    if not ours:
        return Found()
    client, sightings, cut, closed = Client(account), list[Sighting](), 0, 0
    for profile in profiles:
        look = Look(client, profile, ours, since)
        try:
            sightings += look.sightings()
        except Rejected as error:
            if error.code not in CLOSED:
                raise
            closed += 1
        cut += look.cut
        closed += look.unknown
    return Found(sightings=tuple(sightings), note=_note(closed, cut))


def _note(closed: int, cut: int) -> str:
    parts = [f"{closed} channels are not there or show nothing"] if closed else []
    parts += [f"{cut} channels have more playlists than were looked through"] if cut else []
    return "; ".join(parts)


@dataclass(slots=True)
class Look:
    """One look at one channel. `cut`: it had more than the units allow; `unknown`: YouTube knows no such channel."""

    client: Client
    profile: Profile
    ours: Mapping[str, datetime]
    since: datetime | None
    units: int = const.SCAN_UNITS
    cut: bool = False
    unknown: bool = False
    found: dict[str, Sighting] = field(default_factory=dict)

    def sightings(self) -> list[Sighting]:
        """What the channel shows of ours, once for each video."""
        channel = self.profile.external_id or self._channel()
        if channel is None:
            self.unknown = True
            return []
        for playlist in self._playlists(channel):
            for item in self._items(playlist):
                self._keep(channel, PLAYLIST_ITEM, item)
        if set(self.ours) - set(self.found):
            for item in self._activities(channel):
                self._keep(channel, ACTIVITY, item)
        return list(self.found.values())

    def _keep(self, channel: str, signal: str, item: Item | None) -> None:
        """In a playlist that several people fill, an item may be somebody else's."""
        if item is None or item.channel != channel or item.video not in self.ours or item.video in self.found:
            return
        self.found[item.video] = Sighting(
            signal=signal,
            publication=item.video,
            evidence=item.id,
            author=self.profile.handle or None,
            author_id=channel,
            url=item.url,
            at=item.at,
        )

    def _channel(self) -> str | None:
        """The id behind the handle. It takes one handle a call. Source: channels.list, `forHandle`."""
        if not self.profile.handle:
            return None
        items = self._ask(const.CHANNELS_PATH, {"part": "id", "forHandle": self.profile.handle})
        return str(parse.need(items[0], "id")) if items else None

    def _playlists(self, channel: str) -> list[Playlist]:
        """Its public playlists that hold something, the shortest first, so that the units reach far."""
        params = {"part": "contentDetails", "channelId": channel, "maxResults": str(const.PAGE_SIZE)}
        items, more = self._page(const.PLAYLISTS_PATH, params)
        self.cut = bool(more)
        return sorted((one for one in map(Playlist.of, items) if one.size), key=lambda one: one.size)

    def _items(self, playlist: Playlist) -> Iterator[Item | None]:
        """The items of a playlist, or of a long one only ours: whatever costs fewer units."""
        pages = -(-playlist.size // const.PAGE_SIZE)
        left = [video for video in self.ours if video not in self.found]
        cost = min(pages, len(left))
        if cost > self.units - 1:  # the last one is for the activities
            self.cut = True
            return
        base = {"part": "snippet", "playlistId": playlist.id, "maxResults": str(const.PAGE_SIZE)}
        asked: Iterable[dict[str, str]] = [base] if pages <= len(left) else [{**base, "videoId": video} for video in left]
        for params in asked:
            for item in self._all(const.PLAYLIST_ITEMS_PATH, params, cost):
                yield in_playlist(item)

    def _activities(self, channel: str) -> Iterator[Item | None]:
        first = min(self.ours.values()) - _LAG
        after = max(first, self.since - _LAG) if self.since else first
        params = {"part": "snippet,contentDetails", "channelId": channel, "maxResults": str(const.PAGE_SIZE)}
        params["publishedAfter"] = after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for item in self._ask(const.ACTIVITIES_PATH, params):
            yield in_activity(item)

    def _all(self, path: str, params: dict[str, str], most: int) -> Iterator[Any]:
        for _ in range(most):
            if self.units <= 1:  # a playlist that holds a video of ours hundreds of times has more pages than it seems to need
                self.cut = True
                return
            items, page = self._page(path, params)
            yield from items
            if not page:
                return
            params = {**params, "pageToken": page}

    def _ask(self, path: str, params: Mapping[str, str]) -> list[Any]:
        return self._page(path, params)[0]

    def _page(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], str]:
        self.units -= 1
        return self.client.listed(path, params)
