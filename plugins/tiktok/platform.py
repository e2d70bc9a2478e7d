"""What TikTok is, as data."""

from gaung.core.records import Capabilities, Field, FormatRule, HandleShape, Limit, Platform, Signal
from gaung.plugins.tiktok import const, links
from gaung.plugins.tiktok.metrics import METRICS

_TRANSFER = "Media Transfer Guide"
_DIRECT = "Direct Post reference"
_PHOTO = "Photo Post reference"
_GUIDELINES = "Content Sharing Guidelines"
_RESEARCH = "Research API, FAQ and Query User Reposted Videos"

CREDENTIALS = (
    Field(name="client_key", help="client key of the TikTok app", kind="str", required=True),
    Field(name="client_secret", help="client secret of the TikTok app", kind="secret", required=True),
    Field(name="access_token", help="user access token (act....), lives 24 hours", kind="secret", required=True),
    Field(name="refresh_token", help="refresh token (rft....), lives 365 days and changes with each refresh", kind="secret", required=True),
    Field(name="scope", help="granted scopes, comma-separated; kept up by refreshing"),
    Field(name="refresh_expires_at", help="when the refresh token ends, RFC 3339; kept up by refreshing"),
)
SETTINGS = (
    Field(name="api_url", help="where the API is", kind="url", default=const.API_URL),
    Field(name="oembed_url", help="where oEmbed is", kind="url", default=const.OEMBED_URL),
    Field(name="poll_seconds", help="seconds between two looks at a post in processing", kind="float", default=10),
    Field(
        name="chunk_bytes",
        help="bytes of one piece of an upload; TikTok takes 10,000,000 to 64,000,000, only a loopback address is sent less",
        kind="int",
        default=const.CHUNK_BYTES,
        source=_TRANSFER,
    ),
    Field(name="research_client_key", help="client key of the office's research client; only where TikTok approved one", source=_RESEARCH),
    Field(name="research_client_secret", help="client secret of the same", kind="secret", source=_RESEARCH),
    Field(
        name="sweep_requests",
        help="requests a day for looking at members' reposts, of the research client's 1,000; 1 to 3 an account",
        kind="int",
        default=const.RESEARCH_REQUESTS,
        source=_RESEARCH,
    ),
    Field(
        name="measure_requests",
        help="requests a day for measuring, counted apart from looks for reposts; TikTok itself names no bound of a day",
        kind="int",
        default=const.MEASURE_REQUESTS,
        source="Display API, rate limits",
    ),
)
SIGNALS = (
    Signal(
        name="research_repost",
        title="Diposting ulang (Research API)",
        proves="research/user/reposted_videos lists our video among those that the registered user reposted; it does not say when",
        source="Research API, Query User Reposted Videos",
    ),
)
POST_FIELDS = (
    Field(
        name="privacy",
        help="who sees the post; TikTok wants it chosen for each post and allows no default",
        required=True,
        choices=const.PRIVACY,
        example=const.PUBLIC,
        source=_GUIDELINES,
    ),
    Field(name="allow_comment", help="let people comment", kind="bool", default=False, source=_GUIDELINES),
    Field(name="allow_duet", help="let people make duets (video)", kind="bool", default=False, source=_GUIDELINES),
    Field(name="allow_stitch", help="let people stitch it (video)", kind="bool", default=False, source=_GUIDELINES),
    Field(name="brand_content", help="paid partnership with a third party", kind="bool", default=False, source=_GUIDELINES),
    Field(name="brand_organic", help="promotes the creator's own business", kind="bool", default=False, source=_GUIDELINES),
    Field(name="is_aigc", help="made by AI (video)", kind="bool", default=False, source=_DIRECT),
    Field(name="auto_add_music", help="let TikTok add recommended music (photos)", kind="bool", default=False, source=_PHOTO),
    Field(name="cover_timestamp_ms", help="frame that becomes the cover, in milliseconds (video)", kind="int", source=_DIRECT),
)
LIMITS = (
    Limit(name="caption", value=const.CAPTION_UNITS, unit="UTF-16 units", source=_DIRECT),
    Limit(name="photo_title", value=const.PHOTO_TITLE_UNITS, unit="UTF-16 units", source=_PHOTO),
    Limit(name="photo_text", value=const.PHOTO_TEXT_UNITS, unit="UTF-16 units", source=_PHOTO),
    Limit(name="photos", value=const.PHOTOS, unit="pictures", source=_PHOTO),
    Limit(name="photo_bytes", value=const.PHOTO_BYTES, unit="bytes", source=_TRANSFER),
    Limit(name="photo_short_side", value=const.PHOTO_PIXELS[0], unit="pixels", source=_TRANSFER),
    Limit(name="photo_long_side", value=const.PHOTO_PIXELS[1], unit="pixels", source=_TRANSFER),
    Limit(name="video_bytes", value=const.VIDEO_BYTES, unit="bytes", source=_TRANSFER),
    Limit(name="video_seconds", value=const.VIDEO_SECONDS, unit="seconds", source=_TRANSFER),
    Limit(name="video_fps_least", value=const.VIDEO_FPS[0], unit="frames a second", source=_TRANSFER),
    Limit(name="video_fps_most", value=const.VIDEO_FPS[1], unit="frames a second", source=_TRANSFER),
    Limit(name="video_side_least", value=const.VIDEO_PIXELS[0], unit="pixels", source=_TRANSFER),
    Limit(name="video_side_most", value=const.VIDEO_PIXELS[1], unit="pixels", source=_TRANSFER),
    Limit(name="posts_per_day", value=15, unit="posts an account in 24 hours, about", source=_GUIDELINES),
    Limit(name="video_init_per_minute", value=6, unit="calls an account", source=_DIRECT),
    Limit(name="content_init_per_minute", value=6, unit="calls an account", source=_PHOTO),
    Limit(name="creator_info_per_minute", value=20, unit="calls an account", source="Query Creator Info"),
    Limit(name="research_per_day", value=1000, unit="calls a research client", source="Research API, FAQ"),
    Limit(name="status_per_minute", value=30, unit="calls an account", source="Get Post Status"),
)

PLATFORM = Platform(
    name=const.NAME,
    title="TikTok",
    formats=(
        FormatRule(name="video", videos=(1, 1)),
        FormatRule(name="photo", images=(1, const.PHOTOS)),
        FormatRule(name="carousel", images=(2, const.PHOTOS)),
    ),
    capabilities=Capabilities(
        deletes=False,
        refreshes_credentials=True,
        pulls_media=True,
        finds_reshares=True,
        scans_members=True,
        verifies_links=False,
        reads_webhooks=True,
        measures_together=const.QUERY_SIZE,
    ),
    limits=LIMITS,
    credential_fields=CREDENTIALS,
    setting_fields=SETTINGS,
    post_fields=POST_FIELDS,
    handles=HandleShape(pattern=links.HANDLE),
    signals=SIGNALS,
    metrics=METRICS,
    app_key="credentials.client_key",
    sandbox="gaung.plugins.tiktok.sandbox:TikTokSandbox",
    marks_mutation=True,
)
