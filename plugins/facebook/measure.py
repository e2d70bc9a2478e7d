"""The numbers of a Page and of its posts. Everything in here only reads; docs/platforms/facebook.md says what each number means."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from gaung.core.records import Account, Measured, Publication
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.measuring import Words, measured
from gaung.plugins.meta.numbers import at, days, insight
from gaung.plugins.meta.pushed import identity
from gaung.plugins.meta.questions import Question, Reply, needed, singly, together

WORDS = Words(
    title="Facebook",
    rights="read_insights, pages_read_engagement and pages_read_user_content",
    left_out={"shares": "Facebook leaves the count out, as it does where there are no shares"},
)
_DAY_ENDS = time(7, tzinfo=UTC)
"""Midnight of Facebook's days in summer; in winter they end an hour later. Source: Get Page Insights."""
_FIELDS = {
    "shares": ("shares", at("shares", "count")),
    "likes": ("reactions.limit(0).summary(total_count)", at("reactions", "summary", "total_count")),
    "comments": ("comments.limit(0).summary(true)", at("comments", "summary", "total_count")),
}
_INSIGHTS = {"views": "post_media_view", "reach": "post_total_media_view_unique"}
_DAILY = {"views": "page_media_view", "reach": "page_total_media_view_unique"}


def of_account(account: Account) -> Measured:
    """Followers as they stand, and the totals of the last day: three calls. An insight that is refused loses none of the others."""
    graph, page = Graph.of(account), account.external_id
    fields = {"followers": ("followers_count", at("followers_count")), "facebook.page_likes": ("fan_count", at("fan_count"))}
    now = needed(graph, Question.of_fields(page, fields))
    end = _day_ended(now[0].at)
    daily = [
        Question(f"{page}/insights", {"metric": metric, "period": "day"}, {name: days(metric)}, of=end) for name, metric in _DAILY.items()
    ]
    return measured([*now, *singly(graph, daily)], WORDS)


def of_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Three calls a post, all in one batch; one more for each video, whose numbers hang on the post that shows it."""
    graph = Graph.of(account)
    posts = {one.external_id: one.external_id for one in publications if one.external_id}
    videos = [one for one in posts if "_" not in one]
    if videos:
        shown = together(graph, [Question(video, {"fields": "post_id"}, {}, video) for video in videos])
        posts |= {reply.question.about: _post_of(account.external_id, reply) for reply in shown}
    return measured(together(graph, [question for publication, post in posts.items() for question in _about(publication, post)]), WORDS)


def _about(publication: str, post: str) -> list[Question]:
    # One insight a call: a name that died fails the whole call (100).
    asked = [
        Question(f"{post}/insights", {"metric": metric, "period": "lifetime"}, {name: insight(metric)}, publication)
        for name, metric in _INSIGHTS.items()
    ]
    return [Question.of_fields(post, _FIELDS, publication), *asked]


def _post_of(page: str, reply: Reply) -> str:
    """The id of the post that shows a video, as `PAGE_POST`; the video's own where Facebook does not say."""
    post = identity(reply.body.get("post_id"))
    return (post if "_" in post else f"{page}_{post}") if post else reply.question.about


def _day_ended(now: datetime) -> datetime:
    """No later than the end of the last whole day, whether it ended at seven or at eight."""
    sure = now - timedelta(hours=1)
    end = datetime.combine(sure.date(), _DAY_ENDS)
    return end if end <= sure else end - timedelta(days=1)
