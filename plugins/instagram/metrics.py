"""What Instagram tells of an account and its media, number by number. A record: loaded at every start, with no client behind it.

Names that died are not asked for: `impressions`, `plays`, `clips_replays_count`, `ig_reels_aggregated_all_plays_count` (21 April 2025).
"""

from gaung.core.records import Metric

USER_PAGE = "Business SDK 26.0.3, iguser.py"
MEDIA_PAGE = "IG Media reference"
ACCOUNT_INSIGHTS_PAGE = "Instagram Account Insights reference (2026-06-16)"
MEDIA_INSIGHTS_PAGE = "Instagram Media Insights reference (2026-06-18)"

DAY_TOTAL = "Total of one UTC day that ended 48 hours ago or more, for so late Instagram may be: no level, and nothing that grows"
LATE = "up to 48 hours late, without what advertisements brought"

METRICS = (
    Metric(
        name="followers", of="account", title="Pengikut", definition="Accounts that follow, as it stands at that moment.",
        version="followers_count", api="followers_count", source=USER_PAGE,
    ),
    Metric(
        name="following", of="account", title="Mengikuti", definition="Accounts that this one follows, as it stands at that moment.",
        version="follows_count", api="follows_count", source=USER_PAGE,
    ),
    Metric(
        name="posts", of="account", title="Kiriman", definition="Media on the account, as it stands at that moment.",
        version="media_count", api="media_count", source=USER_PAGE,
    ),
    Metric(
        name="views", of="account", title="Tayangan (sehari)",
        definition=f"How often the account's content was shown or played. {DAY_TOTAL}. In the place of `impressions`.",
        version="views", api="insights: views, period day, metric_type total_value", source=ACCOUNT_INSIGHTS_PAGE,
    ),
    Metric(
        name="reach", of="account", title="Jangkauan (sehari)",
        definition=f"How many accounts saw the account's content at least once (an estimate). {DAY_TOTAL}.",
        version="reach", api="insights: reach, period day, metric_type total_value", source=ACCOUNT_INSIGHTS_PAGE, exact=False,
    ),
    Metric(
        name="likes", of="publication", title="Suka", definition="Likes of the media.",
        version="like_count", api="like_count", source=MEDIA_PAGE,
    ),
    Metric(
        name="comments", of="publication", title="Komentar", definition="Comments below the media.",
        version="comments_count", api="comments_count", source=MEDIA_PAGE,
    ),
    Metric(
        name="views", of="publication", title="Tayangan",
        definition=f"How often the media was shown or played since it is out; {LATE}. In the place of `impressions` and `plays`.",
        version="views", api="insights: views", source=MEDIA_INSIGHTS_PAGE,
    ),
    Metric(
        name="reach", of="publication", title="Jangkauan",
        definition=f"How many accounts saw the media at least once since it is out (an estimate); {LATE}.",
        version="reach", api="insights: reach", source=MEDIA_INSIGHTS_PAGE, exact=False,
    ),
    Metric(
        name="shares", of="publication", title="Dibagikan",
        definition=f"How often the media was shared, in messages and stories too; reposts are counted apart, and not here; {LATE}.",
        version="shares", api="insights: shares", source=MEDIA_INSIGHTS_PAGE,
    ),
    Metric(
        name="saves", of="publication", title="Disimpan", definition=f"How often the media was saved; {LATE}.",
        version="saved", api="insights: saved", source=MEDIA_INSIGHTS_PAGE,
    ),
    Metric(
        name="watch_seconds", of="publication", title="Detik ditonton",
        definition=f"How long a reel was played by everybody together, replays too; reels only; {LATE}.",
        version="ig_reels_video_view_total_time", api="insights: ig_reels_video_view_total_time, in milliseconds",
        source=MEDIA_INSIGHTS_PAGE,
    ),
)  # fmt: skip
