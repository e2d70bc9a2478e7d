"""The calls to YouTube, one method each. Nothing in here repeats a request."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from gaung.core.errors import Transient
from gaung.core.http import Effect, Reply, call, lost
from gaung.core.records import Account, Media
from gaung.core.urls import join, trusted
from gaung.plugins.youtube import auth, const, parse
from gaung.plugins.youtube.errors import refusal

_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Progress:
    """What an upload session says: a finished `video`, or `stored` bytes so far, or that it is `gone`."""

    stored: int = 0
    video: parse.Video | None = None
    gone: bool = False


class Client:
    """YouTube for one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._api = str(account.settings.get("api_url") or const.API_URL)
        self._token: auth.Token | None = None

    def open_session(self, media: Media, body: Mapping[str, Any], parts: str, notifies: str) -> tuple[str, Reply]:
        """Start an upload: its session URI, and the reply for its clock. Nothing is visible before all bytes are there."""
        reply = self._send(
            "POST",
            join(self._api, const.UPLOAD_PATH),
            Effect.PREPARE,
            params={"uploadType": "resumable", "part": parts, "notifySubscribers": notifies},
            headers={
                "Content-Type": "application/json; charset=UTF-8",
                "X-Upload-Content-Length": str(media.size),
                "X-Upload-Content-Type": media.mime,
            },
            json_body=body,
        )
        if not reply.ok:
            raise refusal(reply)
        uri = reply.headers.get("location", "")
        if not uri:
            raise Transient("YouTube's answer has no Location for the upload", code="bad_reply")
        return self._session(uri), reply

    def session_progress(self, uri: str, total: int) -> Progress:
        """Ask a session how far it is. Changes nothing."""
        headers = {"Content-Length": "0", "Content-Range": f"bytes */{total}"}
        return self._progress(self._send("PUT", self._session(uri), Effect.READ, headers=headers), total)

    def send_bytes(self, uri: str, media: Media, file: BinaryIO, first: int, end: int, effect: Effect) -> Progress:
        """Send bytes `first` up to but not including `end`. The call that sends the last byte makes the video: it is a PUBLISH.

        Call `ready` before, so that no other request stands between *mutation started* and the bytes.
        """
        headers = {
            "Content-Length": str(end - first),
            "Content-Type": media.mime,
            "Content-Range": f"bytes {first}-{end - 1}/{media.size}",
        }
        token, self._token = self._token, None
        blocks = _blocks(media, file, first, end)
        return self._progress(self._send("PUT", self._session(uri), effect, headers=headers, content=blocks, token=token), media.size)

    def ready(self) -> None:
        """Have an access token in hand for the next `send_bytes`. Raises what getting one raises."""
        self._token = auth.access_token(self._account)

    def video(self, video_id: str) -> tuple[parse.Video | None, Reply]:
        """A video's state; None when YouTube lists none of that id. 1 unit."""
        reply = self._get(const.VIDEOS_PATH, {"part": "status,processingDetails", "id": video_id})
        items = _items(reply)
        return (parse.video(items[0]) if items else None), reply

    def channel(self) -> parse.Channel | None:
        """The channel that the token stands for; None when it has none. 1 unit."""
        items = _items(self._get(const.CHANNELS_PATH, {"part": "snippet,contentDetails,status", "mine": "true"}))
        return parse.channel(items[0]) if items else None

    def uploads(self, playlist: str, page: str) -> tuple[list[parse.Upload], str, Reply]:
        """One page of the uploads, newest first, the token of the next page or "", and the reply for its clock. 1 unit."""
        params = {"part": "snippet", "playlistId": playlist, "maxResults": str(const.PAGE_SIZE)}
        reply = self._get(const.PLAYLIST_ITEMS_PATH, {**params, "pageToken": page} if page else params)
        return [parse.upload(item) for item in _items(reply)], str(reply.json().get("nextPageToken") or ""), reply

    def listed(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], str]:
        """One page of any list, and the token of the next page or "". 1 unit. Raises what YouTube refuses."""
        reply = self._get(path, params)
        return _items(reply), str(reply.json().get("nextPageToken") or "")

    def counted(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], datetime]:
        """Items with their `statistics`, and YouTube's clock. 1 unit of channels.list, or 1 call of videos.batchGetStats (50 ids)."""
        reply = self._get(path, {"part": "statistics", **params})
        return _items(reply), reply.server_now() or datetime.now(UTC)

    def scopes(self) -> tuple[str, ...]:
        """What the consent granted; empty when the token host did not say. No unit."""
        return auth.access_token(self._account).scopes

    def delete(self, video_id: str) -> Reply:
        """Delete a video: 204, or an error reply for the caller to judge. 50 units."""
        return self._send("DELETE", join(self._api, const.VIDEOS_PATH), Effect.PREPARE, params={"id": video_id})

    def _get(self, path: str, params: Mapping[str, str]) -> Reply:
        reply = self._send("GET", join(self._api, path), Effect.READ, params=params)
        if not reply.ok:
            raise refusal(reply)
        return reply

    def _session(self, uri: str) -> str:
        return trusted(uri, settings_urls=[self._api], hosts=const.SESSION_HOSTS)

    def _progress(self, reply: Reply, total: int) -> Progress:
        if reply.status in (200, 201):
            return Progress(stored=total, video=parse.video(reply.json(), reply.effect))
        if reply.status == 308:
            return Progress(stored=parse.stored(reply.headers.get("range", ""), total, reply.effect))
        if reply.status in _GONE:
            return Progress(gone=True)
        raise refusal(reply)

    def _send(
        self,
        method: str,
        url: str,
        effect: Effect,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: Any = None,
        content: Iterable[bytes] | None = None,
        token: auth.Token | None = None,
    ) -> Reply:
        token = token or auth.access_token(self._account)
        every = {"Authorization": f"Bearer {token.value}", **(headers or {})}
        reply = call(method, url, effect=effect, params=params, headers=every, json_body=json_body, content=content)
        if reply.status == 401:
            auth.forget(self._account, token)
        return reply


def _blocks(media: Media, file: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    file.seek(first)
    left = end - first
    while left > 0:
        block = file.read(min(left, const.BLOCK_BYTES))
        if not block:
            raise Transient(f"{media.name} ends early in the media store", code="media_store")
        left -= len(block)
        yield block


def _items(reply: Reply) -> list[Any]:
    """The `items` of a list; some lists leave them out when there are none."""
    body = reply.json()
    items = body.get("items", []) if isinstance(body, Mapping) else None
    if not isinstance(items, list):
        raise lost(reply.effect, "YouTube's answer has no items", code="bad_reply")
    return items
