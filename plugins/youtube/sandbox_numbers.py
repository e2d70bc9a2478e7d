"""What there is to measure on the imitated YouTube: statistics of channels and videos, out of `number_of`, as strings.

A number that is told no longer is left out; of subscribers, `hiddenSubscriberCount` is true and the count is "0". What YouTube writes there
is not documented: a zero is the harder case for a client. Sources: discovery document, revision 20261104; revision history, 2026-06-03.
"""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.youtube.sandbox_reply import Refused, answering, iso, parameters, parts, required

if TYPE_CHECKING:
    from gaung.plugins.youtube.sandbox import YouTubeSandbox

PARTS = ("id", "snippet", "contentDetails", "statistics")
_MOST = 50
_FIGURES = 3


class Numbers:
    """Statistics, and `videos:batchGetStats`."""

    def __init__(self, sandbox: "YouTubeSandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """Below `/youtube/v3`."""
        return [
            Route("/youtube/v3/videos:batchGetStats", answering(self.batch), methods=["GET"], name="youtube.videos.batchGetStats"),
        ]

    def channel(self, account: SandboxAccount) -> dict[str, Any]:
        """`statistics` of a channel of ours."""
        subscribers = self._sandbox.number_of(account, "followers")
        counted = self._strings(account, {"viewCount": "views", "videoCount": "posts"})
        return counted | {
            "subscriberCount": "0" if subscribers is None else str(rounded(int(subscribers))),
            "hiddenSubscriberCount": subscribers is None,
        }

    def video(self, post: SandboxPost) -> dict[str, Any]:
        """`statistics` of a video of ours."""
        return self._strings(post, {"viewCount": "views", "likeCount": "likes", "commentCount": "comments"}) | {"favoriteCount": "0"}

    async def batch(self, request: Request) -> Response:
        """GET videos:batchGetStats?id=, at most 50, out of a quota of its own; what is not there, or not to be seen, is left out."""
        me = self._sandbox.tokens.enter(request, "list", "videos.batchGetStats")
        values = parameters(request, ("part", "id", "onBehalfOfContentOwner"))
        asked, ids = parts(values, PARTS), required(values, "id").split(",")
        if len(ids) > _MOST:
            raise Refused(400, "invalidFilters", f"At most {_MOST} ids may be asked for.")
        posts = {
            post.id: post
            for account in self._owners(ids)
            for post in account.posts
            if account.external_id == me or post.extra["privacy"] != "private"
        }
        items = [self._item(posts[name], asked) for name in dict.fromkeys(ids) if name in posts]
        return JSONResponse({"kind": "youtube#batchGetStatsResponse", "etag": "e", "items": items})

    def _owners(self, videos: list[str]) -> list[SandboxAccount]:
        channels = {self._sandbox.videos.owners.get(video) for video in videos}
        return [account for account in self._sandbox.accounts.values() if account.external_id in channels]

    def _item(self, post: SandboxPost, asked: list[str]) -> dict[str, Any]:
        statistics = self.video(post)
        del statistics["favoriteCount"]
        made = {"snippet": {"publishTime": iso(post.created_at)}, "contentDetails": {"duration": "PT0S"}, "statistics": statistics}
        return {"kind": "youtube#videoStats", "etag": "e", "id": post.id} | {part: made[part] for part in asked if part in made}

    def _strings(self, thing: SandboxAccount | SandboxPost, names: dict[str, str]) -> dict[str, Any]:
        told = {key: self._sandbox.number_of(thing, name) for key, name in names.items()}
        return {key: str(int(value)) for key, value in told.items() if value is not None}


def rounded(count: int) -> int:
    """Down to three significant figures: 123,456 becomes 123,000."""
    unit: int = 10 ** max(0, len(str(count)) - _FIGURES)
    return count // unit * unit
