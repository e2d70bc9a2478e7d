"""People of the imitated YouTube: their channels, what they did with our videos, and the lists that show it.

`share_button`, `community_post` and `private_playlist` are shown by no API. The trait `private` keeps all playlists of a channel private.
"""

import base64
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.plugins.youtube.sandbox_reply import Refused, iso

if TYPE_CHECKING:
    from gaung.plugins.youtube.sandbox import YouTubeSandbox

DEEDS = ("playlist_item", "activity", "video_link", "comment_link", "share_button", "community_post", "private_playlist")
NAMED = frozenset({"playlist_item", "activity"})
"""A look at the channel shows these to anybody."""
SHOWN = NAMED | {"video_link", "comment_link"}
"""Whoever has the link can look these up."""

Privacy = Literal["public", "unlisted", "private"]


@dataclass(slots=True, kw_only=True)
class Item:
    """A video in a playlist, or (`activity`) the news of it."""

    id: str
    channel: str
    playlist: str
    video: str
    at: float


@dataclass(slots=True, kw_only=True)
class Playlist:
    """Somebody's playlist."""

    id: str
    channel: str
    title: str
    privacy: Privacy
    at: float
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Writing:
    """A text of somebody: the description of a video, or a comment."""

    id: str
    channel: str
    text: str
    at: float


class People:
    """Indexed by id, by handle and by channel, so that it is quick with tens of thousands."""

    def __init__(self, sandbox: "YouTubeSandbox") -> None:
        self._sandbox = sandbox
        self._numbers = itertools.count(1)
        self._handles: dict[str, str] = {}
        self._deeds: dict[str, list[Deed]] = defaultdict(list)
        self.profiles: dict[str, SandboxProfile] = {}
        self.playlists: dict[str, Playlist] = {}
        self.playlists_of: dict[str, list[Playlist]] = defaultdict(list)
        self.activities_of: dict[str, list[Item]] = defaultdict(list)
        self.videos: dict[str, Writing] = {}
        self.comments: dict[str, Writing] = {}

    def add(self, handle: str, traits: Collection[str]) -> SandboxProfile:
        """A new channel. Raises KeyError for a handle that is taken."""
        self._free(handle)
        profile = SandboxProfile(handle=handle, external_id=f"UC{self._name(22)}", traits=frozenset(traits))
        self.profiles[profile.external_id] = profile
        self._handles[handle.casefold()] = profile.external_id
        return profile

    def by_handle(self, handle: str) -> SandboxProfile | None:
        """Whose handle it is now, with or without `@`."""
        return self.profiles.get(self._handles.get(handle.removeprefix("@").casefold(), ""))

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """Another handle; the former one is free."""
        self._free(handle)
        del self._handles[profile.handle.casefold()]
        profile.former.append(profile.handle)
        profile.handle = handle
        self._handles[handle.casefold()] = profile.external_id

    def vanish(self, profile: SandboxProfile) -> None:
        """The channel and all of it goes."""
        for deed in self._deeds.pop(profile.external_id, []):
            self.undo(deed)
        for playlist in self.playlists_of.pop(profile.external_id, []):
            del self.playlists[playlist.id]
        self.profiles.pop(profile.external_id, None)
        self._handles.pop(profile.handle.casefold(), None)
        profile.gone = True

    def do(self, profile: SandboxProfile, signal: str, account: str, post: str) -> Deed:
        """Do it, and say what the API shows of it."""
        if not any(one.id == post for one in self._sandbox.accounts[account].posts):
            raise KeyError(post)
        thing, url = self._make(profile, signal, post)
        closed = "private" in profile.traits and signal in NAMED
        deed = Deed(
            platform="youtube", signal=signal, profile=profile, account=account, post=post, url=url, at=self._sandbox.world.now(),
            names=signal in NAMED and not closed, proves=signal in SHOWN and not closed, extra={"thing": thing},
        )  # fmt: skip
        self._sandbox.world.deeds.append(deed)
        self._deeds[profile.external_id].append(deed)
        return deed

    def undo(self, deed: Deed) -> None:
        """Take it back. What is gone already stays gone."""
        if deed.undone:
            return
        deed.undone = True
        thing = deed.extra["thing"]
        if isinstance(thing, Item):
            for held in (self.playlists[thing.playlist].items, self.activities_of.get(thing.channel, [])):
                held[:] = [item for item in held if item is not thing]
        elif isinstance(thing, Writing):
            self.videos.pop(thing.id, None)
            self.comments.pop(thing.id, None)

    def fill(self, profile: SandboxProfile, size: int, privacy: Privacy = "public") -> Playlist:
        """A playlist of `size` videos that are none of ours."""
        playlist = self._playlist(profile, f"Musik {next(self._numbers)}", privacy)
        for _ in range(size):
            self._add_item(playlist, self._name(11))
        return playlist

    def reach(self, playlist_id: str) -> Playlist:
        """A playlist that somebody else asks for by its id."""
        playlist = self.playlists.get(playlist_id)
        if playlist is None:
            raise Refused(404, "playlistNotFound", "The playlist of the request cannot be found.", "youtube.playlistItem")
        if playlist.privacy == "private":
            raise Refused(403, "playlistItemsNotAccessible", "The request is not authorized.", "youtube.playlistItem")
        return playlist

    def _make(self, profile: SandboxProfile, signal: str, post: str) -> tuple[Item | Writing | None, str]:
        if signal in ("playlist_item", "activity", "private_playlist"):
            privacy: Privacy = "private" if signal == "private_playlist" or "private" in profile.traits else "public"
            playlist = self._playlist(profile, "Info pemilu", "unlisted" if (signal, privacy) == ("activity", "public") else privacy)
            item = self._add_item(playlist, post)
            if playlist.privacy == "unlisted":
                self.activities_of[profile.external_id].append(item)
            return item, f"https://www.youtube.com/watch?v={post}&list={playlist.id}"
        if signal == "video_link":
            writing = self._write(profile, self._name(11), f"Sumber: https://youtu.be/{post}")
            self.videos[writing.id] = writing
            return writing, f"https://youtu.be/{writing.id}?si=contoh"
        if signal == "comment_link":
            writing = self._write(profile, f"Ugx{self._name(20)}4AaABAg", f"Tonton https://www.youtube.com/watch?v={post} ya")
            self.comments[writing.id] = writing
            return writing, f"https://www.youtube.com/watch?v={self._name(11)}&lc={writing.id}"
        if signal == "community_post":
            return None, f"https://www.youtube.com/post/Ugkx{self._name(32)}"
        if signal != "share_button":
            raise KeyError(signal)
        return None, f"https://youtu.be/{post}?si=contoh"

    def _playlist(self, profile: SandboxProfile, title: str, privacy: Privacy) -> Playlist:
        """The channel's playlist of that title and privacy, made if it is not there."""
        every = self.playlists_of[profile.external_id]
        for known in every:
            if (known.title, known.privacy) == (title, privacy):
                return known
        made = Playlist(id=f"PL{self._name(32)}", channel=profile.external_id, title=title, privacy=privacy, at=self._sandbox.world.now())
        every.append(made)
        self.playlists[made.id] = made
        return made

    def _add_item(self, playlist: Playlist, video: str) -> Item:
        item = Item(id=f"UEx{self._name(40)}", channel=playlist.channel, playlist=playlist.id, video=video, at=self._sandbox.world.now())
        playlist.items.append(item)
        return item

    def _write(self, profile: SandboxProfile, name: str, text: str) -> Writing:
        return Writing(id=name, channel=profile.external_id, text=text, at=self._sandbox.world.now())

    def _name(self, length: int) -> str:
        digest = hashlib.sha256(f"people/{next(self._numbers)}".encode()).digest()
        return base64.urlsafe_b64encode(digest + digest)[:length].decode()

    def _free(self, handle: str) -> None:
        official = (account.handle.casefold() for account in self._sandbox.accounts.values())
        if handle.casefold() in self._handles or handle.casefold() in official:
            raise KeyError(handle)


def channel_resource(profile: SandboxProfile, asked: Collection[str]) -> dict[str, Any]:
    """A `youtube#channel` of somebody else, with the parts asked for."""
    name = profile.handle
    made: dict[str, Any] = {
        "snippet": {"title": name, "description": "", "customUrl": f"@{name.lower()}", "publishedAt": "2020-06-01T00:00:00Z"},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": f"UU{profile.external_id.removeprefix('UC')}"}},
        "statistics": {"viewCount": "0", "subscriberCount": "0", "hiddenSubscriberCount": False, "videoCount": "0"},
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "longUploadsUnspecified"},
    }
    return _resource("channel", profile.external_id, made, asked)


def playlist_resource(playlist: Playlist, asked: Collection[str]) -> dict[str, Any]:
    """A `youtube#playlist`."""
    made: dict[str, Any] = {
        "snippet": {"publishedAt": iso(playlist.at), "channelId": playlist.channel, "title": playlist.title, "description": ""},
        "contentDetails": {"itemCount": len(playlist.items)},
        "status": {"privacyStatus": playlist.privacy},
    }
    return _resource("playlist", playlist.id, made, asked)


def item_resource(item: Item, position: int, owner: str | None, asked: Collection[str]) -> dict[str, Any]:
    """A `youtube#playlistItem`; `owner` is the channel of the video, None where YouTube does not say."""
    snippet: dict[str, Any] = {
        "publishedAt": iso(item.at), "channelId": item.channel, "title": "Video", "description": "", "playlistId": item.playlist,
        "position": position, "resourceId": {"kind": "youtube#video", "videoId": item.video},
    }  # fmt: skip
    if owner:
        snippet["videoOwnerChannelId"] = owner
    made = {"snippet": snippet, "contentDetails": {"videoId": item.video}, "status": {"privacyStatus": "public"}}
    return _resource("playlistItem", item.id, made, asked)


def activity_resource(item: Item, asked: Collection[str]) -> dict[str, Any]:
    """A `youtube#activity` that tells of a playlist item."""
    told = {"resourceId": {"kind": "youtube#video", "videoId": item.video}, "playlistId": item.playlist, "playlistItemId": item.id}
    made: dict[str, Any] = {
        "snippet": {"publishedAt": iso(item.at), "channelId": item.channel, "title": "Video", "type": "playlistItem"},
        "contentDetails": {"playlistItem": told},
    }
    return _resource("activity", f"MT{item.id}", made, asked)


def video_resource(writing: Writing, asked: Collection[str]) -> dict[str, Any]:
    """A `youtube#video` of somebody else."""
    snippet = {
        "publishedAt": iso(writing.at), "channelId": writing.channel, "title": "Video", "description": writing.text,
        "liveBroadcastContent": "none",
    }  # fmt: skip
    return _resource("video", writing.id, {"snippet": snippet, "status": {"uploadStatus": "processed", "privacyStatus": "public"}}, asked)


def comment_resource(writing: Writing, handle: str) -> dict[str, Any]:
    """A `youtube#comment`."""
    snippet = {
        "authorDisplayName": f"@{handle}", "authorChannelId": {"value": writing.channel}, "textDisplay": writing.text, "likeCount": 0,
        "publishedAt": iso(writing.at), "updatedAt": iso(writing.at),
    }  # fmt: skip
    return {"kind": "youtube#comment", "etag": "e", "id": writing.id, "snippet": snippet}


def _resource(kind: str, name: str, made: Mapping[str, Any], asked: Collection[str]) -> dict[str, Any]:
    return {"kind": f"youtube#{kind}", "etag": "e", "id": name} | {part: made[part] for part in asked if part in made}
