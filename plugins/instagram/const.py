"""Addresses and numbers of the Instagram API, each with the page it comes from."""

API_URL = "https://graph.facebook.com"
UPLOAD_URL = "https://rupload.facebook.com"
API_VERSION = "v26.0"
"""Introduced 2026-07-29. Source: Graph API changelog."""

UPLOAD_HOSTS = ("rupload.facebook.com",)
"""Where container answers may point for the bytes of a video. Source: content publishing guide."""

INSTAGRAM_LOGIN_HOST = "graph.instagram.com"
"""The Instagram Login flavour, for which the guide lists no resumable upload. Source: content publishing guide."""

POLL_SECONDS = 60
"""Status of a container at most once a minute. Source: IG Container reference."""

QUOTA_FALLBACK = 50
"""Posts in a rolling day where the account's own limit cannot be read. Source: IG User media_publish reference."""

USER_MEDIA_PAGE = "IG User media reference"
PUBLISHING_PAGE = "content publishing guide"
MEDIA_FIELDS = ("id", "caption", "timestamp", "permalink", "media_product_type", "media_type")
"""What a look at an account's recent media asks for. Source: IG Media reference."""
RECENT_PAGE_SIZE = 50
USER_FIELDS = ("id", "username", "name", "followers_count", "media_count")
"""Source: Business SDK, iguser.py."""
