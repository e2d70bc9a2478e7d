"""Lists of the imitated YouTube: videos, channels, a channel's uploads, search; and videos.delete."""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.youtube.sandbox_people import channel_resource, item_resource, video_resource
from gaung.plugins.youtube.sandbox_reply import Refused, answering, iso, one_filter, page, parameters, parts, required

if TYPE_CHECKING:
    from gaung.plugins.youtube.sandbox import YouTubeSandbox

OPEN_PARTS = ("id", "snippet", "status", "contentDetails", "statistics")
VIDEO_PARTS = (*OPEN_PARTS, "processingDetails")
CHANNEL_PARTS = ("id", "snippet", "contentDetails", "statistics", "status")
ITEM_PARTS = ("id", "snippet", "contentDetails", "status")


class Lists:
    """Reads, and the one delete."""

    def __init__(self, sandbox: "YouTubeSandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """Below `/youtube/v3`."""
        return [
            Route("/youtube/v3/videos", answering(self.videos), methods=["GET"], name="youtube.videos.list"),
            Route("/youtube/v3/videos", answering(self.delete), methods=["DELETE"], name="youtube.videos.delete"),
            Route("/youtube/v3/channels", answering(self.channels), methods=["GET"], name="youtube.channels.list"),
            Route("/youtube/v3/playlistItems", answering(self.playlist_items), methods=["GET"], name="youtube.playlistItems.list"),
            Route("/youtube/v3/search", answering(self.search), methods=["GET"], name="youtube.search.list"),
        ]

    async def videos(self, request: Request) -> Response:
        """GET videos?id="""
        me = self._sandbox.tokens.enter(request, "list", "units")
        values = parameters(request, ("part", "id", "chart", "myRating", "maxResults", "pageToken", "hl", "regionCode"))
        asked = parts(values, VIDEO_PARTS)
        if one_filter(values, ("id", "chart", "myRating"), "incompatibleParameters") != "id":
            raise Refused(403, "forbidden", "The sandbox lists videos by id only.")
        ids = values["id"].split(",")
        if len(ids) > 50:
            raise Refused(400, "invalidFilters", "At most 50 ids may be asked for.")
        found = [self._find(name) for name in ids]
        items = [
            self._sandbox.videos.resource(
                account, post, asked if account.external_id == me else [part for part in asked if part in OPEN_PARTS]
            )
            for account, post in (pair for pair in found if pair is not None)
            if account.external_id == me or post.extra["privacy"] != "private"
        ]
        people = self._sandbox.people.videos
        items += [video_resource(people[name], asked) for name in ids if name in people]
        info = {"totalResults": len(items), "resultsPerPage": len(items)}
        return JSONResponse({"kind": "youtube#videoListResponse", "etag": "e", "items": items, "pageInfo": info})

    async def delete(self, request: Request) -> Response:
        """DELETE videos?id="""
        me = self._sandbox.tokens.enter(request, "delete", "units", 50)
        found = self._find(required(parameters(request, ("id",)), "id"))
        if found is None:
            raise Refused(404, "videoNotFound", "The video that you are trying to delete cannot be found.", "youtube.video")
        account, post = found
        if account.external_id != me:
            raise Refused(403, "forbidden", "The video cannot be deleted by this user.", "youtube.video")
        account.posts.remove(post)
        return Response(status_code=204)

    async def channels(self, request: Request) -> Response:
        """GET channels?mine=true, ?id= or ?forHandle="""
        me = self._sandbox.tokens.enter(request, "list", "units")
        names = ("mine", "id", "forHandle", "forUsername", "managedByMe")
        values = parameters(request, ("part", *names, "maxResults", "pageToken", "hl"))
        asked = parts(values, CHANNEL_PARTS)
        by = one_filter(values, names, "invalidCriteria")
        ids = {"mine": [me], "id": values.get("id", "").split(","), "forHandle": self._handle(values.get("forHandle", ""))}.get(by, [])
        known = [self._sandbox.accounts[name] for name in ids if name in self._sandbox.accounts]
        if by == "mine" and known[0].extra["closed"]:
            raise Refused(401, "youtubeSignupRequired", "This account has no YouTube channel.", "youtube.header")
        people = self._sandbox.people.profiles
        found = [_channel(account, self._sandbox.numbers.channel(account), asked) for account in known]
        found += [channel_resource(people[name], asked) for name in ids if name in people]
        return page(values, found, "youtube#channelListResponse")

    async def playlist_items(self, request: Request) -> Response:
        """GET playlistItems?playlistId= of a channel's uploads, newest first, or of somebody's playlist in its own order."""
        me = self._sandbox.tokens.enter(request, "list", "units")
        values = parameters(request, ("part", "playlistId", "id", "videoId", "maxResults", "pageToken"))
        asked = parts(values, ITEM_PARTS)
        if one_filter(values, ("playlistId", "id"), "incompatibleParameters") == "id":
            return page(values, [], "youtube#playlistItemListResponse")
        account = next((one for one in self._sandbox.accounts.values() if uploads_of(one) == values["playlistId"]), None)
        if account is None:
            return page(values, self._peoples_items(values, asked), "youtube#playlistItemListResponse")
        posts = [post for post in _newest(account) if account.external_id == me or post.extra["privacy"] == "public"]
        if values.get("videoId"):
            posts = [post for post in posts if post.id == values["videoId"]]
        items = [_item(account, post, position, asked) for position, post in enumerate(posts)]
        return page(values, items, "youtube#playlistItemListResponse")

    async def search(self, request: Request) -> Response:
        """GET search?forMine=true&type=video; every page counts."""
        me = self._sandbox.tokens.enter(request, "list", "search.list")
        names = (
            "part",
            "forMine",
            "forDeveloper",
            "type",
            "q",
            "order",
            "publishedAfter",
            "publishedBefore",
            "channelId",
            "maxResults",
            "pageToken",
        )
        values = parameters(request, names)
        parts(values, ("snippet", "id"))
        only_api = values.get("forDeveloper") == "true"
        if values.get("forMine") == "true" and values.get("type") != "video":
            raise Refused(400, "incompatibleParameters", "forMine needs type=video.", "youtube.search")
        account = self._sandbox.accounts[me]
        posts = [post for post in _newest(account) if post.made_by == "api" or not only_api]
        posts = [post for post in posts if values.get("publishedAfter", "") <= iso(post.created_at) < values.get("publishedBefore", "9")]
        words = values.get("q", "").lower().split()
        found = [post for post in posts if all(word in f"{post.title} {post.text}".lower() for word in words)]
        return page(values, [_result(account, post) for post in found], "youtube#searchListResponse")

    def _handle(self, handle: str) -> list[str]:
        profile = self._sandbox.people.by_handle(handle)
        if profile is not None:
            return [profile.external_id]
        plain = handle.removeprefix("@").casefold()
        return [account.external_id for account in self._sandbox.accounts.values() if account.handle.casefold() == plain]

    def _peoples_items(self, values: dict[str, str], asked: list[str]) -> list[dict[str, Any]]:
        items = enumerate(self._sandbox.people.reach(values["playlistId"]).items)
        wanted = values.get("videoId")
        owners = self._sandbox.videos.owners
        return [
            item_resource(item, position, owners.get(item.video), asked) for position, item in items if wanted in (None, "", item.video)
        ]

    def _find(self, video_id: str) -> tuple[SandboxAccount, SandboxPost] | None:
        account = self._sandbox.accounts.get(self._sandbox.videos.owners.get(video_id, ""))
        post = next((one for one in account.posts if one.id == video_id), None) if account else None
        return (account, post) if account and post else None


def uploads_of(account: SandboxAccount) -> str:
    """Id of a channel's uploads playlist."""
    return f"UU{account.external_id.removeprefix('UC')}"


def _newest(account: SandboxAccount) -> list[SandboxPost]:
    return sorted(account.posts, key=lambda post: post.created_at, reverse=True)


def _channel(account: SandboxAccount, statistics: dict[str, Any], asked: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "snippet": {"title": account.name, "description": "", "customUrl": f"@{account.handle}", "publishedAt": "2024-06-01T00:00:00Z"},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_of(account)}},
        "statistics": statistics,
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": account.extra["long_uploads"]},
    }
    return {"kind": "youtube#channel", "etag": "e", "id": account.external_id} | {part: made[part] for part in asked if part in made}


def _item(account: SandboxAccount, post: SandboxPost, position: int, asked: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "snippet": {
            "publishedAt": iso(post.created_at),
            "channelId": account.external_id,
            "title": post.title,
            "description": post.text,
            "channelTitle": account.name,
            "playlistId": uploads_of(account),
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": post.id},
            "videoOwnerChannelId": account.external_id,
        },
        "contentDetails": {"videoId": post.id, "videoPublishedAt": iso(post.created_at)},
        "status": {"privacyStatus": post.extra["privacy"]},
    }
    return {"kind": "youtube#playlistItem", "etag": "e", "id": f"UUi{post.id}"} | {part: made[part] for part in asked if part in made}


def _result(account: SandboxAccount, post: SandboxPost) -> dict[str, Any]:
    snippet = {
        "publishedAt": iso(post.created_at),
        "channelId": account.external_id,
        "title": post.title,
        "description": post.text,
        "channelTitle": account.name,
        "liveBroadcastContent": "none",
    }
    return {"kind": "youtube#searchResult", "etag": "e", "id": {"kind": "youtube#video", "videoId": post.id}, "snippet": snippet}
