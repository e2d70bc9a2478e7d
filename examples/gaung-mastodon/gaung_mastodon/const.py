"""Numbers of a Mastodon instance, each with the page of docs.joinmastodon.org that it comes from."""

INSTANCE_PAGE = "entities/Instance, configuration"
POSTING_PAGE = "user/posting"
STATUSES_PAGE = "methods/statuses"
MEDIA_PAGE = "methods/media"
RATE_PAGE = "api/rate-limits"

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
VIDEO_TYPES = ("video/mp4", "video/quicktime", "video/webm")
"""What every instance since 4.0 takes, of the types that Gaung knows. Source: user/posting."""

POLL_SECONDS = 5.0

MEASURED = 10
"""Statuses in one look: each is a request of the 300 in 5 minutes."""

MEASURE_REQUESTS = 3_000
"""Requests a day for measuring: 16 accounts with ten statuses a day, each looked at 13 times within four weeks, are 2,096."""

PAGE_SIZE = 40
"""Most statuses on a page. Source: methods/accounts."""

BOOSTERS = 80
"""Most accounts on a page. Source: methods/statuses, reblogged_by."""

NEAR = 0.1
"""At this share of requests left the account pauses until the window is over, before a call is refused."""
