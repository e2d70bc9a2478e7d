"""What TikTok tells of an account and its public videos, number by number. A record: loaded at every start, with no client behind it."""

from gaung.core.records import Metric

_USER = "Display API, Get User Info"
_VIDEO = "Display API, Query Videos and Video Object"
_NOW = "as it stands at that moment"

METRICS = (
    Metric(
        name="followers", of="account", title="Pengikut", definition=f"Accounts that follow it, {_NOW}.",
        version="follower_count", api="follower_count", source=_USER,
    ),
    Metric(
        name="following", of="account", title="Mengikuti", definition=f"Accounts that it follows, {_NOW}.",
        version="following_count", api="following_count", source=_USER,
    ),
    Metric(
        name="posts", of="account", title="Video publik", definition=f"Videos of the account that everybody may see, {_NOW}.",
        version="video_count", api="video_count", source=f"{_USER}; unconfirmed: whether photo posts are counted",
    ),
    Metric(
        name="tiktok.likes", of="account", title="Suka (total)", definition="Likes on all videos of the account. Level: not of a day.",
        version="likes_count", api="likes_count", source=_USER,
    ),
    Metric(
        name="views", of="publication", title="Tayangan", definition="Views of the video since it is out.",
        version="view_count", api="view_count", source=_VIDEO,
    ),
    Metric(
        name="likes", of="publication", title="Suka", definition="Likes on the video.",
        version="like_count", api="like_count", source=_VIDEO,
    ),
    Metric(
        name="comments", of="publication", title="Komentar", definition="Comments on the video.",
        version="comment_count", api="comment_count", source=_VIDEO,
    ),
    Metric(
        name="shares", of="publication", title="Dibagikan",
        definition="How often the video was shared by the button, by whomever and wherever to; whether reposts are among them is not said.",
        version="share_count", api="share_count", source=_VIDEO,
    ),
)  # fmt: skip
