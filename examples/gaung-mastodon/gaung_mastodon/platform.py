"""What Mastodon is to Gaung: one record of formats, limits and fields."""

from gaung.core.records import Capabilities, Field, FormatRule, HandleShape, Limit, Platform, Signal
from gaung_mastodon.const import (
    INSTANCE_PAGE,
    MEASURE_REQUESTS,
    MEASURED,
    MEDIA_PAGE,
    POLL_SECONDS,
    POSTING_PAGE,
    RATE_PAGE,
    STATUSES_PAGE,
)
from gaung_mastodon.links import HANDLE
from gaung_mastodon.metrics import METRICS

# Defaults of a fresh instance; `gaung account check` stores the instance's own under the same names in `account.limits`.
LIMITS = (
    Limit(name="text_chars", value=500, unit="characters, the content warning included", source=POSTING_PAGE),
    Limit(name="link_chars", value=23, unit="characters that a link counts, whatever its length", source=INSTANCE_PAGE),
    Limit(name="files", value=4, unit="pictures", source=INSTANCE_PAGE),
    Limit(name="alt_text_chars", value=1500, unit="characters", source=INSTANCE_PAGE),
    Limit(name="image_bytes", value=16 * 1024 * 1024, unit="bytes", source=POSTING_PAGE),
    Limit(name="video_bytes", value=99 * 1024 * 1024, unit="bytes", source=POSTING_PAGE),
    Limit(name="requests", value=300, unit="requests in 5 minutes", source=RATE_PAGE),
    Limit(name="uploads", value=30, unit="files in 30 minutes", source=RATE_PAGE),
)

FORMATS = (
    FormatRule(name="video", videos=(1, 1)),
    FormatRule(name="photo", images=(1, 1)),
    FormatRule(name="carousel", images=(2, None)),
    FormatRule(name="text", needs_text=True),
)

SETTINGS = (
    Field(name="api_url", help='the instance of the office\'s account, such as "https://mastodon.social"', kind="url"),
    Field(name="poll_seconds", help="seconds between two looks at a video", kind="float", default=POLL_SECONDS),
    Field(
        name="measure_requests", help="requests a day for measuring; one a status", kind="int", default=MEASURE_REQUESTS, source=RATE_PAGE
    ),
)

POST_FIELDS = (
    Field(
        name="visibility",
        help="who sees it: everybody (public), everybody but not in public timelines (unlisted), followers (private)",
        default="public",
        choices=("public", "unlisted", "private"),
        source=STATUSES_PAGE,
    ),
    Field(name="spoiler_text", help="a content warning, behind which the text is folded away", source=STATUSES_PAGE),
    Field(name="sensitive", help="the files are blurred until they are clicked", kind="bool", default=False, source=STATUSES_PAGE),
    Field(name="language", help="ISO 639-1 code of the text's language", default="id", source=STATUSES_PAGE),
    Field(name="alt_text", help="description of the files for people who cannot see them", source=MEDIA_PAGE),
)

SIGNALS = (
    Signal(
        name="boost",
        title="Di-boost",
        proves="statuses/:id/reblogged_by lists the account among those that boosted the status; it does not say when",
        source=f"{STATUSES_PAGE}, reblogged_by",
    ),
    Signal(
        name="quote_link",
        title="Status yang menautkan",
        proves="search with resolve shows a status whose text links to ours, and names its author",
        source="methods/search; entities/Status",
    ),
)

PLATFORM = Platform(
    name="mastodon",
    title="Mastodon",
    formats=FORMATS,
    capabilities=Capabilities(
        deletes=True,
        refreshes_credentials=False,
        pulls_media=False,
        finds_reshares=True,
        verifies_links=True,
        measures_together=MEASURED,
    ),
    limits=LIMITS,
    credential_fields=(
        Field(name="access_token", help="token with the scopes read, write:media and write:statuses", kind="secret", required=True),
    ),
    setting_fields=SETTINGS,
    post_fields=POST_FIELDS,
    handles=HandleShape(pattern=HANDLE, example="contoh_anggota@mastodon.contoh"),
    signals=SIGNALS,
    metrics=METRICS,
    sandbox="gaung_mastodon.sandbox:MastodonSandbox",
    marks_mutation=True,
)
