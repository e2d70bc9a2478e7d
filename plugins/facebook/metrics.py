"""What Facebook tells of a Page and its posts, number by number. A record: loaded at every start, with no client behind it.

Names that died are not asked for: `page_fans`, `page_impressions*`, `post_impressions*` (invalid since 15 November 2025 or 15 June 2026).
"""

from gaung.core.records import Metric

FIELDS_PAGE = "Business SDK 26.0.3, page.py"
POST_PAGE = "Page post reference; Business SDK 26.0.3, pagepost.py"
COMMENTS_PAGE = "Object comments reference"
REACTIONS_PAGE = "Object reactions reference"
INSIGHTS_PAGE = "Page insights reference (2026); deprecated metrics page (2026-03-02)"

DAY_TOTAL = "Total of one day of Facebook's, which ends at 07:00 or 08:00 UTC: no level, and nothing that grows from day to day"

METRICS = (
    Metric(
        name="followers", of="account", title="Pengikut", definition="Accounts that follow the Page, as it stands at that moment.",
        version="followers_count", api="followers_count", source=FIELDS_PAGE,
    ),
    Metric(
        name="facebook.page_likes", of="account", title="Suka Halaman",
        definition="People who like the Page, as it stands at that moment; Facebook shows followers in its place today.",
        version="fan_count", api="fan_count", source=FIELDS_PAGE,
    ),
    Metric(
        name="views", of="account", title="Tayangan (sehari)",
        definition=f"How often the Page's content was shown or played. {DAY_TOTAL}. In the place of `page_impressions`.",
        version="page_media_view", api="insights: page_media_view, period day", source=INSIGHTS_PAGE,
    ),
    Metric(
        name="reach", of="account", title="Jangkauan (sehari)",
        definition=f"How many accounts saw the Page's content at least once. {DAY_TOTAL}. In the place of `page_impressions_unique`.",
        version="page_total_media_view_unique", api="insights: page_total_media_view_unique, period day", source=INSIGHTS_PAGE,
    ),
    Metric(
        name="views", of="publication", title="Tayangan",
        definition="How often the post was shown or played since it is out. In the place of `post_impressions`.",
        version="post_media_view", api="insights: post_media_view, period lifetime", source=INSIGHTS_PAGE,
    ),
    Metric(
        name="reach", of="publication", title="Jangkauan",
        definition="How many accounts saw the post at least once since it is out. In the place of `post_impressions_unique`.",
        version="post_total_media_view_unique", api="insights: post_total_media_view_unique, period lifetime", source=INSIGHTS_PAGE,
    ),
    Metric(
        name="likes", of="publication", title="Reaksi", definition="Reactions of every kind (like, love, care, haha, wow, sad, angry).",
        version="reactions.total_count", api="reactions.limit(0).summary(total_count)", source=REACTIONS_PAGE,
    ),
    Metric(
        name="comments", of="publication", title="Komentar",
        definition="Comments below the post, answers to them not among them: `summary` counts what the default filter lets through.",
        version="comments.total_count", api="comments.limit(0).summary(true)",
        source=f"{COMMENTS_PAGE}; unconfirmed: that its default filter is `toplevel`",
    ),
    Metric(
        name="shares", of="publication", title="Dibagikan",
        definition="How often the post was shared, to private places too; left out where there are none, it seems, and then unknown.",
        version="shares.count", api="shares", source=POST_PAGE,
    ),
)  # fmt: skip
