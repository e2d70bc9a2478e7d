"""What Facebook is to Gaung: one record of formats, limits and fields."""

from gaung.core.records import Capabilities, Field, FormatRule, Limit, Platform
from gaung.plugins.facebook.const import (
    API_URL,
    API_VERSION,
    PHOTO_PAGE,
    POLL_SECONDS,
    REELS_PAGE,
    UPLOAD_URL,
    VIDEO_ERRORS_PAGE,
    VIDEO_URL,
)
from gaung.plugins.facebook.links import HANDLES
from gaung.plugins.facebook.metrics import METRICS
from gaung.plugins.facebook.signals import SIGNALS
from gaung.plugins.meta.const import LOOK_REQUESTS, MEASURE_REQUESTS

REEL_MAX_SECONDS = 90


def _limit(name: str, value: float, unit: str, source: str) -> Limit:
    return Limit(name=name, value=value, unit=unit, source=source)


LIMITS = (
    _limit("message_chars", 63206, "characters", "unconfirmed: widely quoted, no page of Meta's says it"),
    _limit("photo_bytes", 10_000_000, "bytes (less than)", PHOTO_PAGE),
    _limit("reel_seconds_min", 3, "seconds", REELS_PAGE),
    _limit("reel_seconds_max", REEL_MAX_SECONDS, "seconds", REELS_PAGE),
    _limit("reel_width_min", 540, "pixels", REELS_PAGE),
    _limit("reel_height_min", 960, "pixels", REELS_PAGE),
    _limit("reel_ratio", 9 / 16, "width / height", REELS_PAGE),
    _limit("reel_fps_min", 24, "frames per second", REELS_PAGE),
    _limit("reel_fps_max", 60, "frames per second", REELS_PAGE),
    _limit("reels_per_day", 30, "reels in 24 hours for each Page", REELS_PAGE),
    _limit("video_bytes_min", 1024, "bytes", VIDEO_ERRORS_PAGE),
    _limit("video_bytes_max", 10 * 1024**3, "bytes", "unconfirmed: the error page of 2020 says 2 GB, later notes 10 GB"),
    _limit("video_seconds_max", 240 * 60, "seconds", "unconfirmed: third-party notes"),
)

FORMATS = (
    FormatRule(name="reel", videos=(1, 1), vertical=True, max_seconds=REEL_MAX_SECONDS),
    FormatRule(name="video", videos=(1, 1)),
    FormatRule(name="photo", images=(1, 1)),
    FormatRule(name="carousel", images=(2, None)),
    FormatRule(name="text", needs_text=True),
)

SETTINGS = (
    Field(name="api_url", help="Graph API", kind="url", default=API_URL),
    Field(name="video_url", help="where ordinary videos go", kind="url", default=VIDEO_URL, source="Video API publishing guide"),
    Field(name="upload_url", help="where the bytes of reels go", kind="url", default=UPLOAD_URL, source=REELS_PAGE),
    Field(name="api_version", help="pinned version of the Graph API", default=API_VERSION, source="Graph API changelog"),
    Field(name="app_id", help="the Meta app; names the app for rate limits", default=""),
    Field(name="app_secret", help="secret of that app, for appsecret_proof, debug_token and webhooks", kind="secret", default=""),
    Field(name="poll_seconds", help="seconds between two looks at a video", kind="float", default=POLL_SECONDS),
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

POST_FIELDS = (Field(name="alt_text", help="description of the pictures for people who cannot see them", source=PHOTO_PAGE),)

PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    formats=FORMATS,
    capabilities=Capabilities(
        deletes=True,
        refreshes_credentials=False,
        pulls_media=False,
        finds_reshares=True,
        verifies_links=True,
        reads_webhooks=True,
        measures_together=16,
    ),
    limits=LIMITS,
    credential_fields=(Field(name="access_token", help="Page access token", kind="secret", required=True),),
    setting_fields=SETTINGS,
    post_fields=POST_FIELDS,
    app_key="settings.app_id",
    sandbox="gaung.plugins.facebook.sandbox:FacebookSandbox",
    handles=HANDLES,
    signals=SIGNALS,
    metrics=METRICS,
    marks_mutation=True,
)
