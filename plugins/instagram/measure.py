"""The numbers of an account and of its media. Everything in here only reads; docs/platforms/instagram.md says what each number means."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from gaung.core.records import Account, Measure, Measured, Publication
from gaung.plugins.meta.graph import Graph
from gaung.plugins.meta.measuring import Words, measured
from gaung.plugins.meta.numbers import at, insight
from gaung.plugins.meta.questions import Question, needed, singly, together

WORDS = Words(title="Instagram", rights="instagram_basic, instagram_manage_insights and pages_read_engagement")
LATE = timedelta(hours=48)
"""How late insights may be. The day that is asked about ended so long ago, for it is asked about once. Source: Account Insights."""
_ACCOUNT = {"followers": "followers_count", "following": "follows_count", "posts": "media_count"}
_DAILY = {"views": "views", "reach": "reach"}
_FIELDS = {"likes": "like_count", "comments": "comments_count"}
_INSIGHTS = {"views": "views", "reach": "reach", "shares": "shares", "saves": "saved"}
_WATCHED = "ig_reels_video_view_total_time"
_MILLISECONDS = 1000.0


def of_account(account: Account) -> Measured:
    """Followers as they stand, and the totals of the last day that is sure: three calls. A refused insight loses none of the others."""
    graph, user = Graph.of(account), account.external_id
    now = needed(graph, Question.of_fields(user, {name: (asked, at(asked)) for name, asked in _ACCOUNT.items()}))
    end = datetime.combine((now[0].at - LATE).date(), time(tzinfo=UTC))
    return measured([*now, *singly(graph, [_day(user, name, end) for name in _DAILY])], WORDS)


def _day(user: str, name: str, end: datetime) -> Question:
    metric, since = _DAILY[name], end - timedelta(days=1)
    span = {"since": str(int(since.timestamp())), "until": str(int(end.timestamp()))}
    params = {"metric": metric, "period": "day", "metric_type": "total_value", **span}
    return Question(f"{user}/insights", params, {name: insight(metric)}, of=end)


def of_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Five calls a media, six a reel, in batches."""
    asked = [one for one in publications if one.external_id]
    told = measured(together(Graph.of(account), [question for one in asked for question in _about(one, str(one.external_id))]), WORDS)
    now = datetime.now(UTC)
    others = [
        Measure(name="watch_seconds", value=None, as_of=now, publication=one.external_id, why="Instagram tells it of reels only")
        for one in asked
        if not _reel(one)
    ]
    return Measured(measures=(*told.measures, *others))


def _reel(publication: Publication) -> bool:
    """By its address; what has none, for it could not be read when it came out, may be one and is asked about."""
    return publication.url is None or "/reel/" in publication.url


def _about(publication: Publication, media: str) -> Iterator[Question]:
    # One insight a call: a name that died, or that this kind of media has not, fails the whole call (100).
    yield Question.of_fields(media, {name: (asked, at(asked)) for name, asked in _FIELDS.items()}, media)
    for name, metric in _INSIGHTS.items():
        yield Question(f"{media}/insights", {"metric": metric}, {name: insight(metric)}, media)
    if _reel(publication):
        yield Question(f"{media}/insights", {"metric": _WATCHED}, {"watch_seconds": insight(_WATCHED, _MILLISECONDS)}, media)
