"""What Instagram is to Gaung: one record of formats, limits and fields."""

from gaung.core.records import Capabilities, Field, FormatRule, Limit, Platform
from gaung.plugins.instagram.const import (
    API_URL,
    API_VERSION,
    POLL_SECONDS,
    PUBLISHING_PAGE,
    QUOTA_FALLBACK,
    UPLOAD_URL,
    USER_MEDIA_PAGE,
)
from gaung.plugins.instagram.links import HANDLES
from gaung.plugins.instagram.metrics import METRICS
from gaung.plugins.instagram.signals import SIGNALS
from gaung.plugins.meta.const import LOOK_REQUESTS, MEASURE_REQUESTS

_MIB = 1024 * 1024


def _limit(name: str, value: float, unit: str, source: str = USER_MEDIA_PAGE) -> Limit:
    return Limit(name=name, value=value, unit=unit, source=source)


LIMITS = (
    _limit("caption_chars", 2200, "characters"),
    _limit("hashtags", 30, "hashtags"),
    _limit("mentions", 20, "@ mentions"),
    _limit("alt_text_chars", 1000, "characters"),
    _limit("collaborators", 3, "usernames"),
    _limit("carousel_min", 2, "items"),
    _limit("carousel_max", 10, "items"),
    _limit("image_bytes", 8 * _MIB, "bytes"),
    _limit("image_width_min", 320, "pixels"),
    _limit("image_width_max", 1440, "pixels"),
    _limit("image_ratio_min", 4 / 5, "width / height"),
    _limit("image_ratio_max", 1.91, "width / height"),
    _limit("reel_seconds_min", 3, "seconds"),
    _limit("reel_seconds_max", 15 * 60, "seconds"),
    _limit("reel_bytes", 300 * _MIB, "bytes"),
    _limit("reel_fps_min", 23, "frames per second"),
    _limit("reel_fps_max", 60, "frames per second"),
    _limit("reel_width_max", 1920, "pixels"),
    _limit("reel_ratio_min", 0.01, "width / height"),
    _limit("reel_ratio_max", 10, "width / height"),
    _limit("posts_per_day", QUOTA_FALLBACK, "posts in a rolling day", "IG User media_publish reference"),
    _limit("containers_per_day", 400, "containers in a rolling day", PUBLISHING_PAGE),
    _limit("container_hours", 24, "hours until an unpublished container expires", "IG Container reference"),
)

# `auto` takes the first that fits: one video is a reel, whatever pictures are with it; they share a carousel only on explicit wish.
FORMATS = (
    FormatRule(name="reel", videos=(1, 1)),
    FormatRule(name="carousel", images=(1, 9), videos=(1, 9)),
    FormatRule(name="carousel", videos=(2, 10)),
    FormatRule(name="photo", images=(1, 1)),
    FormatRule(name="carousel", images=(2, 10)),
)

SETTINGS = (
    Field(name="api_url", help="Graph API", kind="url", default=API_URL),
    Field(name="upload_url", help="where the bytes of videos go", kind="url", default=UPLOAD_URL, source=PUBLISHING_PAGE),
    Field(name="api_version", help="pinned version of the Graph API", default=API_VERSION, source="Graph API changelog"),
    Field(name="app_id", help="the Meta app; names the app for rate limits", default=""),
    Field(name="app_secret", help="secret of that app, for appsecret_proof and webhooks", kind="secret", default=""),
    Field(
        name="poll_seconds", help="seconds between two looks at a container", kind="float", default=POLL_SECONDS,
        source="IG Container reference",
    ),
    Field(name="webhook_verify_token", help="a word of your own that Meta repeats when webhooks are set up", kind="secret", default=""),
    Field(
        name="look_requests", help="requests of one look at who shared one post", kind="int", default=LOOK_REQUESTS,
        source="Graph API, rate limits",
    ),
    Field(
        name="measure_requests", help="calls of the app a day for measuring; each part of a batch is one", kind="int",
        default=MEASURE_REQUESTS, source="Graph API, rate limits",
    ),
)  # fmt: skip

POST_FIELDS = (
    Field(
        name="upload",
        help="how a video gets there: fetched by Instagram (url), sent (resumable), or url where there is a public address (auto)",
        default="auto",
        choices=("auto", "url", "resumable"),
        source=PUBLISHING_PAGE,
    ),
    Field(name="alt_text", help="description of the pictures for people who cannot see them", source=USER_MEDIA_PAGE),
    Field(name="collaborators", help="up to three usernames that are invited as co-authors", kind="list", source=USER_MEDIA_PAGE),
    Field(name="location_id", help="id of a Facebook Page that has a location", source=USER_MEDIA_PAGE),
    Field(name="share_to_feed", help="a reel also shows in the feed", kind="bool", default=True, source=USER_MEDIA_PAGE),
    Field(name="thumb_offset", help="milliseconds into a reel whose frame is its cover", kind="int", source=USER_MEDIA_PAGE),
)

PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    formats=FORMATS,
    capabilities=Capabilities(
        deletes=False,
        refreshes_credentials=False,
        pulls_media=True,
        finds_reshares=True,
        verifies_links=True,
        reads_webhooks=True,
        measures_together=10,
    ),
    limits=LIMITS,
    credential_fields=(Field(name="access_token", help="token of the linked Facebook Page", kind="secret", required=True),),
    setting_fields=SETTINGS,
    post_fields=POST_FIELDS,
    app_key="settings.app_id",
    sandbox="gaung.plugins.instagram.sandbox:InstagramSandbox",
    handles=HANDLES,
    signals=SIGNALS,
    metrics=METRICS,
    marks_mutation=True,
)
