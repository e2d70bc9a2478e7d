"""What YouTube is to Gaung: formats, limits with their sources, fields."""

from gaung.core.records import Capabilities, Field, FormatRule, HandleShape, Limit, Platform, Signal
from gaung.plugins.youtube import const, links
from gaung.plugins.youtube.metrics import METRICS

_DISC = "discovery document youtube.v3, revision 20261104"
_QUOTA = "YouTube Data API quota page: buckets since 2026-06-01, per Google Cloud project, reset at midnight Pacific"
_VIDEOS = "Data API reference, videos resource"

LIMITS = (
    Limit(name="title_chars", value=100, unit="characters", source=_VIDEOS),
    Limit(name="description_bytes", value=5000, unit="bytes", source=_VIDEOS),
    Limit(name="tags_chars", value=500, unit="characters", source=_VIDEOS),
    Limit(name="video_bytes", value=274_877_906_944, unit="bytes", source=f"{_DISC}, videos.insert maxSize"),
    Limit(name="video_seconds", value=const.MAX_SECONDS, unit="seconds", source="support.google.com/youtube/answer/71673"),
    Limit(
        name="video_seconds_unverified",
        value=const.MAX_SECONDS_UNVERIFIED,
        unit="seconds",
        source="support.google.com/youtube/answer/71673",
    ),
    Limit(name="app_posts_per_day", value=100, unit="videos.insert calls per day of a Google project", source=_QUOTA),
    Limit(name="quota_search_list", value=100, unit="calls per day", source=_QUOTA),
    Limit(name="quota_videos_batchgetstats", value=10_000, unit="calls per day", source=_QUOTA),
    Limit(name="quota_units", value=10_000, unit="units per day", source=f"{_QUOTA}; a list costs 1, videos.delete 50"),
)

CREDENTIALS = (
    Field(name="client_id", help="OAuth client id of the Google Cloud project", required=True),
    Field(name="client_secret", help="OAuth client secret of the same project", kind="secret", required=True),
    Field(
        name="refresh_token",
        help="refresh token of the channel, scopes youtube.upload, youtube.readonly (youtube.force-ssl to delete, to read comments)",
        kind="secret",
        required=True,
        source="Data API reference, scopes of each method",
    ),
)

SETTINGS = (
    Field(name="api_url", help="where the Data API is", kind="url", default=const.API_URL),
    Field(name="analytics_url", help="where the Analytics API is", kind="url", default=const.ANALYTICS_URL),
    Field(name="token_url", help="where access tokens are issued", kind="url", default=const.TOKEN_URL),
    Field(name="oembed_url", help="where a public link is looked up", kind="url", default=const.OEMBED_URL),
    Field(name="poll_seconds", help="seconds between two looks at a video that is being processed", kind="float", default=30),
    Field(
        name="chunk_bytes",
        help="bytes per upload request; rounded down to a multiple of 262144",
        kind="int",
        default=const.CHUNK_BYTES,
        source="resumable upload guide",
    ),
    Field(
        name="sweep_requests",
        help="units a day for looking at members' channels and links, of the project's 10,000; about 4 a channel",
        kind="int",
        default=const.SWEEP_UNITS,
        source=_QUOTA,
    ),
    Field(
        name="measure_requests",
        help="requests a day for measuring: one unit a channel and day, the others of videos.batchGetStats, which has 10,000 of its own",
        kind="int",
        default=const.MEASURE_REQUESTS,
        source=_QUOTA,
    ),
)

SIGNALS = (
    Signal(
        name="playlist_item",
        title="Masuk playlist",
        proves="playlistItems.list shows our video in a playlist that everybody may see, and names the channel that put it there, and when",
        source="Data API reference, playlistItems resource (snippet.channelId, snippet.publishedAt)",
    ),
    Signal(
        name="activity",
        title="Aktivitas kanal: masuk playlist",
        proves="activities.list of the channel shows that it put our video into a playlist",
        source="Data API reference, activities resource; unconfirmed: which playlists appear there",
    ),
    Signal(
        name="video_link",
        title="Video yang menautkan",
        proves="videos.list shows another channel's video whose description names our video, and names that channel",
        source="Data API reference, videos resource (snippet.channelId, snippet.description)",
    ),
    Signal(
        name="comment_link",
        title="Komentar yang menautkan",
        proves="comments.list shows a comment whose text names our video, and names the channel that wrote it",
        source="Data API reference, comments resource (snippet.authorChannelId, snippet.textDisplay)",
    ),
)

POST_FIELDS = (
    Field(name="privacy", help="who may see the video", default="public", choices=const.PRIVACY, source=f"{_DISC}, privacyStatus"),
    Field(name="made_for_kids", help="whether the video is made for children", kind="bool", default=False),
    Field(
        name="category",
        help="id of an assignable video category",
        default=const.DEFAULT_CATEGORY,
        source="Data API reference, videoCategories.list",
    ),
    Field(name="tags", help="keywords, 500 characters in all", kind="list", default=(), source=_VIDEOS),
    Field(
        name="notify_subscribers",
        help="whether subscribers are told of the new video",
        kind="bool",
        default=True,
        source=f"{_DISC}, videos.insert notifySubscribers",
    ),
)

PLATFORM = Platform(
    name="youtube",
    title="YouTube",
    formats=(FormatRule(name="video", videos=(1, 1)),),
    capabilities=Capabilities(
        deletes=True, refreshes_credentials=True, scans_members=True, verifies_links=True, measures_together=const.PAGE_SIZE
    ),
    limits=LIMITS,
    credential_fields=CREDENTIALS,
    setting_fields=SETTINGS,
    post_fields=POST_FIELDS,
    handles=HandleShape(pattern=links.HANDLE, id_pattern=links.CHANNEL_ID),
    signals=SIGNALS,
    metrics=METRICS,
    app_key="credentials.client_id",
    sandbox="gaung.plugins.youtube.sandbox:YouTubeSandbox",
    marks_mutation=True,
)
