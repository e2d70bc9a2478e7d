"""Addresses and numbers of YouTube, each with the page it comes from."""

from types import MappingProxyType

API_URL = "https://youtube.googleapis.com"
ANALYTICS_URL = "https://youtubeanalytics.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"
OEMBED_URL = "https://www.youtube.com/oembed"
WATCH_URL = "https://www.youtube.com/watch?v="

SESSION_HOSTS = ("youtube.googleapis.com", "www.googleapis.com")
"""Where an upload session may live. Source: discovery document (root), resumable upload guide (media host)."""

UPLOAD_PATH = "upload/youtube/v3/videos"
VIDEOS_PATH = "youtube/v3/videos"
STATS_PATH = "youtube/v3/videos:batchGetStats"
CHANNELS_PATH = "youtube/v3/channels"
PLAYLIST_ITEMS_PATH = "youtube/v3/playlistItems"
PLAYLISTS_PATH = "youtube/v3/playlists"
ACTIVITIES_PATH = "youtube/v3/activities"
COMMENTS_PATH = "youtube/v3/comments"

CHUNK_UNIT = 262_144
"""Every chunk but the last is a multiple of this many bytes. Source: resumable upload guide."""
CHUNK_BYTES = 8 * 1024 * 1024
BLOCK_BYTES = 64 * 1024
"""How much of a chunk is in memory at a time."""

PAGE_SIZE = 50
"""Most items a page. Source: discovery document, `maxResults`."""

TOKEN_MARGIN = 240.0
"""Seconds before its end from which an access token is no longer used; google-auth itself takes 225."""

QUOTA_ZONE = "America/Los_Angeles"
"""Quotas start anew at midnight there. Source: quota calculator page."""

UPLOAD_SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{scope}" for scope in ("youtube", "youtube.force-ssl", "youtube.upload", "youtubepartner")
)
"""Any of these may upload. Source: discovery document, scopes of videos.insert."""

COMMENT_SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""Nothing else may read comments. Source: discovery document, scopes of comments.list."""

SCAN_UNITS = 12
"""Ours: most units that one member's channel may cost in one look; a usual one costs 3 or 4."""
SWEEP_UNITS = 4_000
"""Ours: units a day for looking at members' channels, of the 10,000 that all calls but uploads and searches share."""

MEASURE_REQUESTS = 3_000
"""Ours: requests a day for measuring. Sixteen channels with ten posts a day, each looked at thirteen times within four weeks, are 2,080
calls if none is asked for together with another; they come out of the 10,000 a day of videos.batchGetStats, which nothing else uses.
A channel's own numbers are one unit a day of the 10,000 that all other calls share."""

UPLOAD_LIMIT_WAIT = 24 * 3600.0
"""Seconds to wait once a channel reached its own daily upload limit. Source: videos.insert errors, `uploadLimitExceeded`."""
RATE_WAIT = 60.0
"""Seconds to wait after a rate limit that names no time."""

MAX_SECONDS = 12 * 3600
MAX_SECONDS_UNVERIFIED = 15 * 60
"""Longest video of a channel that may not do long uploads. Source: support.google.com/youtube/answer/71673."""

PRIVACY = ("public", "unlisted", "private")
DEFAULT_CATEGORY = "22"

FAILURES = MappingProxyType(
    {
        "conversion": "the video could not be converted",
        "invalidFile": "the file is no video that YouTube can read",
        "emptyFile": "the file is empty",
        "tooSmall": "the file is too small",
        "codec": "YouTube does not know this codec",
        "uploadAborted": "the upload was not finished",
        "uploadFailed": "the upload failed",
        "transcodeFailed": "the video could not be transcoded",
        "streamingFailed": "the video could not be prepared for streaming",
        "other": "processing failed",
    }
)
"""`status.failureReason` and `processingDetails.processingFailureReason`. Source: discovery document, VideoStatus."""

REJECTIONS = MappingProxyType(
    {
        "copyright": "copyright infringement",
        "inappropriate": "inappropriate content",
        "duplicate": "the channel already has this video",
        "termsOfUse": "it violates the terms of use",
        "uploaderAccountSuspended": "the channel's account is suspended",
        "length": "the video is too long for this channel",
        "claim": "a content owner blocked it",
        "uploaderAccountClosed": "the channel's account is closed",
        "trademark": "trademark infringement",
        "legal": "a legal reason that YouTube does not name",
    }
)
"""`status.rejectionReason`. Source: discovery document, VideoStatus."""
