"""TikTok's addresses, names and numbers, each with where it is documented (developers.tiktok.com, as of 24 November 2026)."""

from typing import Final

NAME: Final = "tiktok"
API_URL: Final = "https://open.tiktokapis.com"
OEMBED_URL: Final = "https://www.tiktok.com/oembed"
SITE: Final = "https://www.tiktok.com"

UPLOAD_HOSTS: Final = (".tiktokapis.com",)
"""`open-upload.tiktokapis.com`, and `upload.us.tiktokapis.com` in one example. Source: Media Transfer Guide."""

OAUTH_EXCHANGE: Final = "v2/oauth/token/"
CREATOR_INFO: Final = "v2/post/publish/creator_info/query/"
VIDEO_INIT: Final = "v2/post/publish/video/init/"
CONTENT_INIT: Final = "v2/post/publish/content/init/"
STATUS: Final = "v2/post/publish/status/fetch/"
USER_INFO: Final = "v2/user/info/"
VIDEO_LIST: Final = "v2/video/list/"
VIDEO_QUERY: Final = "v2/video/query/"
REPOSTED: Final = "v2/research/user/reposted_videos/"

PUBLIC: Final = "PUBLIC_TO_EVERYONE"
PRIVATE: Final = "SELF_ONLY"
PRIVACY: Final = (PUBLIC, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", PRIVATE)
"""Source: Query Creator Info. A public account is offered all but FOLLOWER_OF_CREATOR, a private one all but PUBLIC_TO_EVERYONE."""

# Source: Direct Post reference (video) and Photo Post reference.
CAPTION_UNITS: Final = 2200
PHOTO_TITLE_UNITS: Final = 90
PHOTO_TEXT_UNITS: Final = 4000
PHOTOS: Final = 35

# Source: Media Transfer Guide, "Video restrictions" and "Image restrictions". MB against MiB is not said: the smaller is taken.
VIDEO_TYPES: Final = ("video/mp4", "video/quicktime", "video/webm")
VIDEO_CODECS: Final = ("h264", "hevc", "vp8", "vp9")
VIDEO_BYTES: Final = 4_000_000_000
VIDEO_SECONDS: Final = 600
VIDEO_FPS: Final = (23, 60)
VIDEO_PIXELS: Final = (360, 4096)
PHOTO_BYTES: Final = 20_000_000
PHOTO_PIXELS: Final = (1080, 1920)
"""Short and long side: "up to 1080p" names no width."""

# Source: Media Transfer Guide, "Chunk". 5 to 64 MB, the last chunk up to 128 MB, at most 1000 chunks.
CHUNK_BYTES: Final = 10_000_000
CHUNK_MOST: Final = 64_000_000
UPLOAD_URL_SECONDS: Final = 3600.0
"""How long an upload URL lives. Source: Direct Post reference, `upload_url`."""
UPLOAD_URL_MARGIN: Final = 120.0
"""Ours: an upload is not taken up again when its URL dies within this time."""

PULL_NEEDS_HTTPS: Final = "TikTok fetches photos itself, over https, from a domain that is verified in its portal"
WAIT_MINUTE: Final = 60.0
"""Ours: limits count over a sliding minute and a `Retry-After` is not documented."""
WAIT_DAY: Final = 86_400.0
"""The caps on posts and on active creators count over 24 hours. Source: Content Sharing Guidelines."""
ID_POLLS: Final = (1, 1, 1, 1, 1, 2, 4, 8)
"""Ours: how often, and at how many poll intervals, a public post that is complete is asked for its id before we go without.
Moderation usually ends within a minute, sometimes after hours (source: Get Post Status)."""
LIST_PAGES: Final = 10
QUERY_SIZE: Final = 20
"""Most videos that one call of video/query takes. Source: Display API, Query Videos."""
MEASURE_REQUESTS: Final = 3_000
"""Ours: requests a day for measuring. Sixteen accounts with ten posts a day, each looked at thirteen times within four weeks, are 2,080
calls if none is asked for together with another. TikTok counts by the minute (600 calls) and names no bound of a day."""

# Source: Research API, "Query User Reposted Videos" and its FAQ (1,000 requests a day, anew at 00:00 UTC).
REPOSTED_PAGE: Final = 100
REPOSTED_PAGES: Final = 3
"""Ours: how many pages of one member's reposts are read, so that nobody uses up the day."""
RESEARCH_REQUESTS: Final = 900
"""Ours: requests a day, of the 1,000."""
RESEARCH_TOKEN_MARGIN: Final = 120.0
"""Ours: a client token lives two hours and is not used in its last seconds."""

SIGNATURE_PAST: Final = 73 * 3600.0
"""Ours: TikTok delivers for up to 72 hours and does not say whether a later try is signed anew. Source: Webhooks, overview."""
SIGNATURE_FUTURE: Final = 300.0
"""Ours: how far TikTok's clock may be ahead."""
