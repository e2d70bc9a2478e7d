"""What there is to measure on the imitated Facebook: fields of Pages and posts, and insights, out of `number_of`.

A number that is told no longer is a field left out, and an insight whose name died: code 100 for the whole call.
Switches in `world.quotas`: `facebook.insights` 0: the app lacks `read_insights`; `facebook.user_content` 0: it lacks
`pages_read_user_content`, without which reactions and comments are refused. Sources: fact sheet 2.5; Get Page Insights.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_fields import timestamp
from gaung.plugins.meta.sandbox_graph import Call

if TYPE_CHECKING:
    from gaung.plugins.facebook.sandbox import FacebookSandbox

OF_PAGE = {"page_media_view": "views", "page_total_media_view_unique": "reach"}
OF_POST = {"post_media_view": "views", "post_total_media_view_unique": "reach"}
"""Names that still answer, and core's name for each."""
_DAYS, _MOST_DAYS = 2, 90
_ENDS_AT = 8
"""Hour, in UTC, at which a day ends: midnight of California's winter."""


class FacebookNumbers:
    """Fields and `/{page|post}/insights`."""

    def __init__(self, facebook: "FacebookSandbox") -> None:
        self.facebook, self.world = facebook, facebook.world

    def page(self, account: SandboxAccount) -> dict[str, Any]:
        """The counting fields of a Page."""
        return {"followers_count": self._whole(account, "followers"), "fan_count": self._whole(account, "facebook.page_likes")}

    def post(self, post: SandboxPost, fields: str) -> dict[str, Any]:
        """The counting fields of a post; `shares` is absent when zero. `fields` is what was asked for."""
        if ("reactions" in fields or "comments" in fields) and not self.world.quota("facebook.user_content", 1):
            raise GraphError(10, "(#10) This endpoint requires the 'pages_read_user_content' permission.")
        shares, likes, comments = (self._whole(post, name) for name in ("shares", "likes", "comments"))
        summary = {"order": "chronological", "total_count": comments, "can_comment": True}
        return {
            "shares": {"count": shares} if shares else None,
            "reactions": None if likes is None else {"data": [], "summary": {"total_count": likes}},
            "comments": None if comments is None else {"data": [], "summary": summary},
        }

    async def insights(self, call: Call) -> dict[str, Any]:
        """`GET /{page|post}/insights?metric&period`: one name that is not alive fails all."""
        call.allow("metric", "period", "since", "until", "date_preset")
        self.facebook.settle()
        node = call.path["node"]
        owner = self.facebook.reader(call, node)
        if not self.world.quota("facebook.insights", 1):
            raise GraphError(10, "(#10) This endpoint requires the 'read_insights' permission or the 'Page Public Content Access' feature.")
        post = next((post for post in owner.posts if post.id == node), None)
        if post is None and node != owner.external_id:
            raise missing(node)
        alive = OF_POST if post else OF_PAGE
        asked = [name.strip(' "') for name in call.need("metric").strip("[]").split(",")]
        thing: SandboxAccount | SandboxPost = post or owner
        if any(name not in alive or self.facebook.number_of(thing, alive[name]) is None for name in asked):
            raise wrong("The value must be a valid insights metric")
        period = call.params.get("period", "lifetime" if post else "day")
        if period != ("lifetime" if post else "day"):
            raise wrong(f"the sandbox knows no period {period} here")
        return {"data": [self._row(call, thing, name, alive[name], period) for name in asked]}

    def _row(self, call: Call, thing: SandboxAccount | SandboxPost, metric: str, name: str, period: str) -> dict[str, Any]:
        if isinstance(thing, SandboxPost):
            node, values = thing.id, [{"value": self._whole(thing, name)}]
        else:
            node, values = thing.external_id, self._daily(call, thing, name)
        about = {"title": metric.replace("_", " "), "description": metric}
        return {"name": metric, "period": period, "values": values, **about, "id": f"{node}/insights/{metric}/{period}"}

    def _daily(self, call: Call, account: SandboxAccount, name: str) -> list[dict[str, Any]]:
        """Whole days, oldest first; by default the last two. The first one that `since` brings is the day that it lies in."""
        now = self.world.now()
        until = min(float(call.params.get("until", now)), now)
        last = datetime.fromtimestamp(until, UTC).replace(hour=_ENDS_AT, minute=0, second=0, microsecond=0)
        last = last if last.timestamp() <= until else last - timedelta(days=1)
        count = _DAYS if "since" not in call.params else int((last.timestamp() - float(call.params["since"])) // 86_400) + 1
        if count > _MOST_DAYS:
            raise wrong("There cannot be more than 90 days between since and until")
        ends = [last - timedelta(days=back) for back in reversed(range(count))]
        told = [(end.timestamp(), self.world.numbers.of_account("facebook", account, name, end.timestamp())) for end in ends]
        return [{"value": int(value), "end_time": timestamp(end)} for end, value in told if value is not None]

    def _whole(self, thing: SandboxAccount | SandboxPost, name: str) -> int | None:
        value = self.facebook.number_of(thing, name)
        return None if value is None else int(value)
