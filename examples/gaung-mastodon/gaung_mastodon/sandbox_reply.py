"""What the imitated instance answers: entities, refusals, and the windows of its rate limits."""

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.world import World

API, UPLOADS, DELETIONS, STATUSES = "mastodon.api", "mastodon.uploads", "mastodon.deletions", "mastodon.statuses"
WINDOWS: Mapping[str, tuple[int, int]] = {API: (300, 300), UPLOADS: (30, 1800), DELETIONS: (30, 1800), STATUSES: (300, 10800)}
"""Requests and seconds. Source: docs, api/rate-limits; that of statuses is in Mastodon's own code (RateLimiter)."""

SITE = "https://mastodon.contoh"
"""Where people see the instance. Its API answers elsewhere, which no real instance's does."""

TEXT_CHARS = 500
LINK_CHARS = 23
FILES = 4


class Refused(Exception):
    """An error answer."""

    def __init__(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.response = JSONResponse({"error": error}, status, headers=dict(headers or {}))


class Windows:
    """How many requests an account has left, per window; windows begin at full multiples of their length."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._used: dict[tuple[str, str, int], int] = {}

    def count(self, window: str, account: str) -> None:
        """Take one request. Raises `Refused` (429) when there is none left."""
        key = self._key(window, account)
        if self._used.get(key, 0) >= self._most(window):
            raise Refused(429, "Too many requests", self._headers(window, account))
        self._used[key] = self._used.get(key, 0) + 1

    def headers(self, account: str) -> dict[str, str]:
        """The window that the account is closest to exceeding."""
        used = [window for window in WINDOWS if self._key(window, account) in self._used] or [API]
        return self._headers(min(used, key=lambda window: self._left(window, account) / self._most(window)), account)

    def refused(self) -> Response:
        """The answer for an injected refusal."""
        reset = stamp(self.world.now() + 300)
        headers = {"x-ratelimit-limit": str(self._most(API)), "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
        return Refused(429, "Too many requests", headers).response

    def _headers(self, window: str, account: str) -> dict[str, str]:
        _, seconds = WINDOWS[window]
        reset = (self._key(window, account)[2] + 1) * seconds
        left = str(self._left(window, account))
        return {"x-ratelimit-limit": str(self._most(window)), "x-ratelimit-remaining": left, "x-ratelimit-reset": stamp(reset)}

    def _left(self, window: str, account: str) -> int:
        return max(0, self._most(window) - self._used.get(self._key(window, account), 0))

    def _most(self, window: str) -> int:
        return self.world.quota(window, WINDOWS[window][0])

    def _key(self, window: str, account: str) -> tuple[str, str, int]:
        return window, account, int(self.world.now() // WINDOWS[window][1])


def stamp(seconds: float) -> str:
    """A time as the API writes it: milliseconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def account_json(base_url: str, account: SandboxAccount) -> dict[str, Any]:
    """An entity Account; a handle with a host is of another instance."""
    name, _, host = account.handle.partition("@")
    url = f"https://{host}/@{name}" if host else f"{SITE}/@{name}"
    return {
        "id": account.external_id, "username": name, "acct": account.handle, "display_name": account.name, "locked": False,
        "bot": False, "created_at": "2024-01-01T00:00:00.000Z", "note": "<p></p>", "url": url,
        "avatar": f"{base_url}/avatars/original/missing.png", "header": f"{base_url}/headers/original/missing.png",
        "followers_count": len(account.extra.get("followers", ())), "following_count": 0, "statuses_count": len(account.posts),
        "emojis": [], "fields": [],
    }  # fmt: skip


def status_json(base_url: str, account: SandboxAccount, post: SandboxPost) -> dict[str, Any]:
    """An entity Status; the text is HTML."""
    paragraphs = [html.escape(part).replace("\n", "<br />") for part in post.text.split("\n\n") if part]
    return {
        "id": post.id, "created_at": stamp(post.created_at), "in_reply_to_id": None, "in_reply_to_account_id": None,
        "sensitive": post.extra["sensitive"], "spoiler_text": post.title, "visibility": post.extra["visibility"],
        "language": post.extra["language"], "uri": f"{SITE}/users/{account.handle}/statuses/{post.id}", "url": post.url,
        "replies_count": 0, "reblogs_count": len(post.extra["boosters"]), "favourites_count": 0,
        "content": "".join(f"<p>{part}</p>" for part in paragraphs), "reblog": None,
        "application": {"name": post.extra["app"], "website": None}, "account": account_json(base_url, account),
        "media_attachments": post.extra["media"], "mentions": [], "tags": [], "emojis": [], "card": None, "poll": None,
    }  # fmt: skip


def instance_json(world: World) -> dict[str, Any]:
    """An entity Instance, as far as it is about limits."""
    return {
        "domain": "mastodon.contoh", "title": "Mastodon", "version": "4.3.0", "languages": ["id"],
        "configuration": {
            "accounts": {"max_featured_tags": 10},
            "statuses": {
                "max_characters": world.quota("mastodon.max_characters", TEXT_CHARS),
                "max_media_attachments": FILES,
                "characters_reserved_per_url": LINK_CHARS,
            },
            "media_attachments": {
                "supported_mime_types": [
                    "image/jpeg", "image/png", "image/gif", "image/webp", "video/webm", "video/mp4", "video/quicktime",
                ],
                "description_limit": 1500, "image_size_limit": 16777216, "image_matrix_limit": 33177600,
                "video_size_limit": 103809024, "video_frame_rate_limit": 120, "video_matrix_limit": 8294400,
            },
        },
    }  # fmt: skip
