"""Addresses, versions and numbers of Facebook Pages, each with where it is documented."""

API_URL = "https://graph.facebook.com"
VIDEO_URL = "https://graph-video.facebook.com"
UPLOAD_URL = "https://rupload.facebook.com"
API_VERSION = "v26.0"
"""Newest version in the Graph API changelog; a call without one gets whatever was new when the app was made."""
UPLOAD_HOSTS = ("rupload.facebook.com",)
SITE = "https://www.facebook.com"

POSTS_PAGE = "Pages API, Posts guide"
PHOTO_PAGE = "Photo node reference"
REELS_PAGE = "Reels publishing guide"
VIDEO_PAGE = "Page videos edge, Business SDK (advideo.py, video_uploader.py)"
VIDEO_ERRORS_PAGE = "Video API error codes (2020-10-27)"

POLL_SECONDS = 10.0
UPLOAD_TIMEOUT = 300.0
"""Seconds of silence allowed while bytes go out: a platform may answer late after a large body."""
PAGE_SIZE = 100
"""Posts asked for in one page of a listing."""
MAX_SLICE = 64 << 20
"""Bytes sent in one transfer at most, whatever the platform offers: what a lost answer makes us send again."""

PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/bmp", "image/tiff", "image/gif"})
"""Types sent as they are; others are turned into JPEG. The list itself is not confirmed by Meta (fact sheet 2.2)."""
