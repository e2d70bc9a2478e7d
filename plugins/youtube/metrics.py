"""What YouTube tells of a channel and its videos, number by number. A record: loaded at every start, with no client behind it."""

from gaung.core.records import Metric

CHANNELS = "Data API reference, channels resource"
VIDEOS = "discovery document youtube.v3, revision 20261104, VideoStatistics and videos.batchGetStats"
VIEWS = f"{VIDEOS}; Data API revision history, 2026-08-27"

_SINCE_START = "Level: all of the channel's life, not of a day."
_PLAYBACK = "Every start of a playback counts, as announced on 27 August 2026 (Shorts since 31 March 2025): series jump there."

METRICS = (
    Metric(
        name="followers", of="account", title="Subscriber", exact=False,
        definition="Subscribers as they stand at that moment, rounded down to three significant figures (1,234,567 is 1,230,000).",
        version="subscriberCount", api="statistics.subscriberCount", source=CHANNELS,
    ),
    Metric(
        name="posts", of="account", title="Video publik",
        definition="Public videos of the channel; unlisted and private ones are not counted.",
        version="videoCount", api="statistics.videoCount", source=CHANNELS,
    ),
    Metric(
        name="views", of="account", title="Tayangan (total)",
        definition=f"Views of all videos of the channel. {_SINCE_START} {_PLAYBACK}",
        version="viewCount 2026-08", api="statistics.viewCount", source=f"{CHANNELS}; Data API revision history, 2026-08-27",
    ),
    Metric(
        name="views", of="publication", title="Tayangan", definition=f"Views of the video since it is out. {_PLAYBACK}",
        version="viewCount 2026-08", api="statistics.viewCount", source=VIEWS,
    ),
    Metric(
        name="likes", of="publication", title="Suka", definition="How many accounts like the video.",
        version="likeCount", api="statistics.likeCount", source=VIDEOS,
    ),
    Metric(
        name="comments", of="publication", title="Komentar", definition="Comments on the video, answers to comments among them.",
        version="commentCount", api="statistics.commentCount", source=f"{VIDEOS}; unconfirmed: that answers are counted",
    ),
)  # fmt: skip
