"""What there is to measure on the imitated Instagram: fields of accounts and media, and insights, out of `number_of`.

A number that is told no longer is a field left out, and an insight without data.
Switches in `world.quotas`: `instagram.insights` 0: insights answer no data; `instagram.insights_right` 0: the app lacks
`instagram_manage_insights`. Sources: fact sheet 3.8; Instagram Media Insights; Instagram Account Insights.
"""

from typing import TYPE_CHECKING, Any

from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.plugins.instagram.sandbox_nodes import media_node, user_node
from gaung.plugins.meta.sandbox_error import GraphError, missing, wrong
from gaung.plugins.meta.sandbox_graph import Call

if TYPE_CHECKING:
    from gaung.plugins.instagram.sandbox import InstagramSandbox

OF_ACCOUNT = ("views", "reach")
OF_MEDIA = ("views", "reach", "shares", "reposts", "total_interactions", "likes", "comments", "saved")
OF_FEED = (*OF_MEDIA, "follows", "profile_visits")
OF_REELS = (*OF_MEDIA, "ig_reels_video_view_total_time")
_MILLISECONDS = 1000
_DAY, _MOST_DAYS = 86_400, 30


class InstagramNumbers:
    """Fields and `/{ig-user|ig-media}/insights`."""

    def __init__(self, instagram: "InstagramSandbox") -> None:
        self.instagram, self.world = instagram, instagram.world

    def user(self, account: SandboxAccount) -> dict[str, Any]:
        """An IG User with its counting fields."""
        told = {"followers_count": "followers", "follows_count": "following", "media_count": "posts"}
        return {**user_node(account), **{key: self._whole(account, name) for key, name in told.items()}}

    def media(self, post: SandboxPost, account: SandboxAccount) -> dict[str, Any]:
        """An IG Media with its counting fields."""
        return {**media_node(post, account), "like_count": self._whole(post, "likes"), "comments_count": self._whole(post, "comments")}

    async def of_media(self, call: Call) -> dict[str, Any]:
        """`GET /{ig-media}/insights`: one metric that does not exist, or not of this kind of media, fails all."""
        post = self.instagram.media.get(call.path["node"])
        if post is None or post.account != call.token.subject:
            raise missing(call.path["node"])
        call.allow("metric", "period", "breakdown", "metric_type", "limit", "summary")
        asked = self._asked(call, OF_REELS if post.extra["product"] == "REELS" else OF_FEED)
        values = {name: self._of_media(post, name) for name in asked}
        return self._data([
            {"name": name, "period": "lifetime", "values": [{"value": value}], "id": f"{post.id}/insights/{name}/lifetime"}
            for name, value in values.items()
            if value is not None
        ])  # fmt: skip

    async def of_account(self, call: Call) -> dict[str, Any]:
        """`GET /{ig-user}/insights`: the total of the days from `since` to `until`, at most thirty."""
        account = self.instagram.owned(call)
        call.allow("metric", "period", "metric_type", "since", "until", "breakdown", "timeframe")
        asked = self._asked(call, OF_ACCOUNT)
        if call.need("period") != "day" or call.params.get("metric_type") != "total_value":
            raise wrong("The metric must be asked for with period=day and metric_type=total_value")
        until = float(call.params.get("until", self.world.now()))
        since = float(call.params.get("since", until - _DAY))
        if not 0 < until - since <= _MOST_DAYS * _DAY:
            raise wrong("There cannot be more than 30 days between since and until")
        values = {name: self._of_days(account, name, since, until) for name in asked}
        return self._data([
            {"name": name, "period": "day", "total_value": {"value": value}, "id": f"{account.external_id}/insights/{name}/day"}
            for name, value in values.items()
            if value is not None
        ])  # fmt: skip

    def _asked(self, call: Call, known: tuple[str, ...]) -> list[str]:
        asked = [name.strip(' "') for name in call.need("metric").strip("[]").split(",")]  # or a JSON list, as the SDK sends it
        if not self.world.quota("instagram.insights_right", 1):
            raise GraphError(10, "(#10) Application does not have permission for this action")
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise wrong(f"metric[0] must be one of the following values: {', '.join(known)}")
        return asked

    def _data(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {"data": rows if self.world.quota("instagram.insights", 1) else []}

    def _of_media(self, post: SandboxPost, metric: str) -> int | None:
        if metric == "reposts":
            return self.instagram.people.kept.count("reposts", post.id)
        if metric == "ig_reels_video_view_total_time":
            seconds = self._whole(post, "watch_seconds")
            return None if seconds is None else seconds * _MILLISECONDS
        return self._whole(post, "saves" if metric == "saved" else metric)

    def _of_days(self, account: SandboxAccount, name: str, since: float, until: float) -> int | None:
        """The sum of the days; of `reach` the real platform counts everybody once, here the days are added."""
        ends = [until - back * _DAY for back in range(max(1, round((until - since) / _DAY)))]
        told = [self.world.numbers.of_account("instagram", account, name, end) for end in ends]
        return None if None in told else int(sum(value for value in told if value is not None))

    def _whole(self, thing: SandboxAccount | SandboxPost, name: str) -> int | None:
        value = self.instagram.number_of(thing, name)
        return None if value is None else int(value)
