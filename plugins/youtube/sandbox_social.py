"""What the imitated YouTube shows of people: playlists, activities, comments. Source: Data API reference."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gaung.plugins.youtube.sandbox_people import activity_resource, comment_resource, playlist_resource
from gaung.plugins.youtube.sandbox_reply import Refused, answering, iso, one_filter, page, parameters, parts

if TYPE_CHECKING:
    from gaung.plugins.youtube.sandbox import YouTubeSandbox

PLAYLIST_PARTS = ("id", "snippet", "contentDetails", "status")
ACTIVITY_PARTS = ("id", "snippet", "contentDetails")


class Social:
    """The handlers."""

    def __init__(self, sandbox: "YouTubeSandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """Below `/youtube/v3`."""
        return [
            Route("/youtube/v3/playlists", answering(self.playlists), methods=["GET"], name="youtube.playlists.list"),
            Route("/youtube/v3/activities", answering(self.activities), methods=["GET"], name="youtube.activities.list"),
            Route("/youtube/v3/comments", answering(self.comments), methods=["GET"], name="youtube.comments.list"),
        ]

    async def playlists(self, request: Request) -> Response:
        """GET playlists?channelId= (the public ones) or ?id="""
        self._sandbox.tokens.enter(request, "list", "units")
        values = parameters(request, ("part", "channelId", "id", "mine", "maxResults", "pageToken", "hl"))
        asked, people = parts(values, PLAYLIST_PARTS), self._sandbox.people
        by = one_filter(values, ("channelId", "id", "mine"), "incompatibleParameters")
        if by == "channelId":
            self._known(values["channelId"])
            found = [one for one in people.playlists_of.get(values["channelId"], []) if one.privacy == "public"]
        else:
            ids = values.get("id", "").split(",")
            found = [people.playlists[name] for name in ids if name in people.playlists and people.playlists[name].privacy != "private"]
        return page(values, [playlist_resource(one, asked) for one in found], "youtube#playlistListResponse")

    async def activities(self, request: Request) -> Response:
        """GET activities?channelId=, newest first."""
        self._sandbox.tokens.enter(request, "list", "units")
        names = ("part", "channelId", "home", "mine", "publishedAfter", "publishedBefore", "regionCode", "maxResults", "pageToken")
        values = parameters(request, names)
        asked = parts(values, ACTIVITY_PARTS)
        if one_filter(values, ("channelId", "home", "mine"), "incompatibleParameters") != "channelId":
            return page(values, [], "youtube#activityListResponse")
        self._known(values["channelId"])
        after, before = values.get("publishedAfter", ""), values.get("publishedBefore", "9")
        news = self._sandbox.people.activities_of.get(values["channelId"], [])
        found = [item for item in reversed(news) if after <= iso(item.at) < before]
        return page(values, [activity_resource(item, asked) for item in found], "youtube#activityListResponse")

    async def comments(self, request: Request) -> Response:
        """GET comments?id="""
        self._sandbox.tokens.enter(request, "comments", "units")
        values = parameters(request, ("part", "id", "parentId", "maxResults", "pageToken", "textFormat"))
        parts(values, ("id", "snippet"))
        if one_filter(values, ("id", "parentId"), "operationNotSupported") != "id":
            return page(values, [], "youtube#commentListResponse")
        people = self._sandbox.people
        found = [people.comments[name] for name in values["id"].split(",") if name in people.comments]
        items = [comment_resource(one, people.profiles[one.channel].handle) for one in found]
        return JSONResponse({"kind": "youtube#commentListResponse", "etag": "e", "items": items})

    def _known(self, channel: str) -> None:
        if channel not in self._sandbox.people.profiles and channel not in self._sandbox.accounts:
            raise Refused(404, "channelNotFound", "The channel specified in the channelId parameter cannot be found.", "youtube.channel")
