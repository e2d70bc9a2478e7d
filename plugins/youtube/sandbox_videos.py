"""Channels and videos of the imitated YouTube: what a video goes through once its bytes are there, and how it is shown."""

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.world import StoredFile, World
from gaung.plugins.youtube.sandbox_reply import iso

SHORT_UPLOADS_SECONDS = 15 * 60
"""Longest video of a channel that is not verified. Source: support.google.com/youtube/answer/71673."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the real bytes are: None when PyAV reads no video from them."""

    seconds: float | None


class Videos:
    """Makes videos and tells their state by the sandbox's clock."""

    def __init__(self, world: World, statistics: Callable[[SandboxPost], dict[str, Any]]) -> None:
        self._world = world
        self._statistics = statistics
        self._made = 0
        self._facts: dict[str, Facts] = {}
        self.owners: dict[str, str] = {}

    def make(self, account: SandboxAccount, metadata: dict[str, Any], data: bytes, mime: str) -> SandboxPost:
        """A finished upload. How its processing will end is settled now and shown when the time has come."""
        file = self._world.keep(data, mime)
        status = metadata.get("status", {})
        outcome = self._outcome(account, file)
        privacy = status.get("privacyStatus", "public")
        post = self._post(account, metadata.get("snippet", {}), privacy == "public" and outcome["uploadStatus"] == "processed")
        post.files.append(file)
        post.extra |= {
            "privacy": privacy,
            "kids": bool(status.get("selfDeclaredMadeForKids", False)),
            "publishAt": status.get("publishAt"),
            "done_at": self._world.now() + self._world.processing_seconds,
            "outcome": outcome,
        }
        account.posts.append(post)
        return post

    def make_by_hand(self, account: SandboxAccount, title: str, text: str, created_at: float | None) -> SandboxPost:
        """What a person uploads in YouTube Studio: public and processed."""
        post = self._post(account, {"title": title, "description": text}, True)
        post.created_at = self._world.now() if created_at is None else created_at
        post.made_by = "hand"
        post.extra |= {"privacy": "public", "kids": False, "publishAt": None, "done_at": 0.0, "outcome": {"uploadStatus": "processed"}}
        account.posts.append(post)
        return post

    def resource(self, account: SandboxAccount, post: SandboxPost, parts: list[str]) -> dict[str, Any]:
        """The `youtube#video` resource with the parts asked for."""
        body: dict[str, Any] = {"kind": "youtube#video", "etag": "e", "id": post.id}
        made: dict[str, Callable[[], dict[str, Any]]] = {
            "snippet": lambda: _snippet(account, post),
            "status": lambda: self._status(post),
            "processingDetails": lambda: self._processing(post),
            "contentDetails": lambda: {"duration": self._duration(post), "definition": "hd", "caption": "false"},
            "statistics": lambda: self._statistics(post),
        }
        return body | {part: made[part]() for part in parts if part in made}

    def _post(self, account: SandboxAccount, snippet: dict[str, Any], visible: bool) -> SandboxPost:
        self._made += 1
        digest = hashlib.sha256(f"{account.external_id}/{self._made}".encode()).digest()
        name = base64.urlsafe_b64encode(digest)[:11].decode()
        self.owners[name] = account.external_id
        return SandboxPost(
            id=name,
            account=account.external_id,
            kind="video",
            title=str(snippet.get("title", "")),
            text=str(snippet.get("description", "")),
            created_at=self._world.now(),
            url=f"https://www.youtube.com/watch?v={name}",
            visible=visible,
            extra={"category": str(snippet.get("categoryId", "22")), "tags": list(snippet.get("tags", ()))},
        )

    def _outcome(self, account: SandboxAccount, file: StoredFile) -> dict[str, str]:
        if self._world.fails_now("youtube"):
            return {"uploadStatus": "failed", "failureReason": "codec", "processing": "transcodeFailed"}
        if not file.data:
            return {"uploadStatus": "failed", "failureReason": "emptyFile", "processing": "uploadFailed"}
        seconds = self._read(file).seconds
        if seconds is None:
            return {"uploadStatus": "failed", "failureReason": "invalidFile", "processing": "transcodeFailed"}
        if seconds > SHORT_UPLOADS_SECONDS and account.extra["long_uploads"] != "allowed":
            return {"uploadStatus": "rejected", "rejectionReason": "length"}
        return {"uploadStatus": "processed"}

    def _read(self, file: StoredFile) -> Facts:
        if file.sha256 not in self._facts:
            self._facts[file.sha256] = _facts(file.data)
        return self._facts[file.sha256]

    def _duration(self, post: SandboxPost) -> str:
        seconds = self._read(post.files[0]).seconds if post.files else None
        return f"PT{round(seconds or 0)}S"

    def _status(self, post: SandboxPost) -> dict[str, Any]:
        outcome = post.extra["outcome"] if self._done(post) else {"uploadStatus": "uploaded"}
        status: dict[str, Any] = {name: value for name, value in outcome.items() if name != "processing"}
        status |= {"privacyStatus": post.extra["privacy"], "license": "youtube", "embeddable": True, "publicStatsViewable": True}
        status |= {"madeForKids": post.extra["kids"], "selfDeclaredMadeForKids": post.extra["kids"]}
        if post.extra["publishAt"]:
            status["publishAt"] = post.extra["publishAt"]
        return status

    def _processing(self, post: SandboxPost) -> dict[str, Any]:
        if not self._done(post):
            left = max(0, round((post.extra["done_at"] - self._world.now()) * 1000))
            progress = {"partsTotal": "100", "partsProcessed": "50", "timeLeftMs": str(left)}
            return {"processingStatus": "processing", "processingProgress": progress}
        if failure := post.extra["outcome"].get("processing"):
            return {"processingStatus": "failed", "processingFailureReason": failure}
        return {"processingStatus": "succeeded" if post.extra["outcome"]["uploadStatus"] == "processed" else "terminated"}

    def _done(self, post: SandboxPost) -> bool:
        return bool(self._world.now() >= post.extra["done_at"])


def _snippet(account: SandboxAccount, post: SandboxPost) -> dict[str, Any]:
    snippet: dict[str, Any] = {
        "publishedAt": iso(post.created_at),
        "channelId": account.external_id,
        "channelTitle": account.name,
        "title": post.title,
        "description": post.text,
        "categoryId": post.extra["category"],
        "liveBroadcastContent": "none",
    }
    if post.extra["tags"]:
        snippet["tags"] = post.extra["tags"]
    return snippet


def _facts(data: bytes) -> Facts:
    import av
    from av.error import FFmpegError

    try:
        with av.open(io.BytesIO(data), "r") as container:
            if not container.streams.video:
                return Facts(None)
            return Facts(container.duration / 1_000_000 if container.duration else 0.0)
    except (FFmpegError, ValueError):
        return Facts(None)
