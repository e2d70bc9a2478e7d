"""Every documented Graph error code, and what it means for us. Data only; `errors.py` applies it.

Sources: Graph API "Handling errors", "Rate limiting", the Photo and Page node references, "Instagram platform error codes"
and "Video API error codes"; see the fact sheet, sections 1.4, 2.4 and 3.7.
"""

from dataclasses import dataclass
from enum import Enum

BLOCK_WAIT = 6 * 3600.0
"""Seconds to leave an account alone after a policy or spam block. Meta gives no figure but says to wait long; six hours keeps the rest of
the day's calls from lengthening the block, and `gaung resume` lifts it as soon as an operator has settled the matter."""
QUOTA_WAIT = 3600.0
"""Seconds after Instagram's daily cap. The window rolls over 24 hours, so a place may open any hour, and the quota is read before
each publishing call."""


class Verdict(Enum):
    """What a code says."""

    RETRY = "nothing came of it, or nobody knows: Transient, and Ambiguous where the call may have published"
    APP_LIMIT = "RateLimited for every account of the app"
    ACCOUNT_LIMIT = "RateLimited for this account"
    REVOKED = "AuthRevoked: a person must reconnect, grant a permission or free the account"
    REJECTED = "Rejected: this content or request will not do"


@dataclass(frozen=True, slots=True)
class Row:
    """One documented code. `subcode` None: any. `wait` in seconds, where the platform names none."""

    code: int
    subcode: int | None
    verdict: Verdict
    meaning: str
    wait: float | None = None


_R, _APP, _ACC, _REV, _REJ = (
    Verdict.RETRY,
    Verdict.APP_LIMIT,
    Verdict.ACCOUNT_LIMIT,
    Verdict.REVOKED,
    Verdict.REJECTED,
)

GENERAL = (
    Row(1, None, _R, "unknown, maybe an outage"),
    Row(2, None, _R, "service temporarily down"),
    Row(3, None, _REJ, "the app lacks a capability"),
    Row(4, None, _APP, "app call limit"),
    Row(10, None, _REV, "permission missing or removed"),
    Row(17, None, _ACC, "user call limit"),
    Row(32, None, _ACC, "Page calls with a user token over the limit"),
    Row(100, None, _REJ, "invalid parameter"),
    Row(100, 33, _REJ, "object missing or no access to it"),
    Row(102, None, _REV, "session or login problem"),
    Row(104, None, _REJ, "incorrect signature: the app secret in the settings is not the app's"),
    Row(190, None, _REV, "token expired or invalid"),
    Row(341, None, _APP, "app limit reached"),
    Row(368, None, _ACC, "blocked for policy or abuse", BLOCK_WAIT),
    Row(459, None, _REV, "user must log in on facebook.com"),
    Row(506, None, _REJ, "duplicate of the previous post"),
    Row(613, None, _ACC, "custom rate limit"),
    Row(1705, None, _REV, "acting as a user instead of as the Page: a Page token is needed"),
    Row(3001, 1504028, _REJ, "insights call without a metric"),
    Row(1609005, None, _REJ, "the link could not be scraped"),
)

# A Page token cannot be refreshed without a person, so expiry (463) needs one as well.
LOGIN = tuple(
    Row(code, subcode, _REV, meaning)
    for code in (102, 190)
    for subcode, meaning in (
        (458, "the app is not installed any more"),
        (459, "user must log in on facebook.com"),
        (460, "password changed"),
        (463, "token expired"),
        (464, "unconfirmed user"),
        (467, "invalid token"),
        (492, "the person behind the Page token lost the Page role"),
    )
)

# Business use case limits; all but the app's own are counted per business, Page or Instagram account.
BUSINESS = tuple(
    Row(code, subcode, _ACC, f"business use case limit: {what}")
    for code, subcode, what in (
        (80000, None, "ads insights"),
        (80001, None, "Page"),
        (80002, None, "Instagram"),
        (80003, None, "custom audience"),
        (80004, None, "ads management"),
        (80004, 2446079, "ads management"),
        (80005, None, "leadgen"),
        (80006, None, "messenger"),
        (80008, None, "WhatsApp business management"),
        (80009, None, "catalog"),
        (80014, None, "catalog batch"),
    )
)

VIDEO = (
    Row(6000, None, _R, "there was a problem with the upload"),
    Row(6000, 1363019, _R, "the upload should be tried again"),
    Row(6000, 1363022, _REJ, "the video is too small (under 1 KB)"),
    Row(6000, 1363023, _REJ, "the video is too large"),
    Row(6000, 1363030, _R, "the upload timed out"),
    Row(6000, 1363037, _R, "wrong start offset; the right ones are in error_data"),
    Row(6000, 1363042, _REV, "no permission to upload the video"),
)

INSTAGRAM = (
    Row(-2, 2207003, _R, "downloading the media timed out"),
    Row(-2, 2207020, _R, "the container expired: make a new one"),
    Row(-1, 2207001, _R, "Instagram server error"),
    Row(-1, 2207032, _R, "the container could not be made"),
    Row(-1, 2207053, _R, "unknown upload error: make a new container"),
    Row(1, 2207057, _REJ, "thumb_offset is out of range"),
    Row(4, 2207051, _ACC, "the action was judged to be spam", BLOCK_WAIT),
    Row(9, 2207042, _ACC, "daily publishing limit", QUOTA_WAIT),
    Row(24, 2207006, _R, "media id not found: make a new container"),
    Row(24, 2207008, _R, "creation_id missing or expired: make a new container"),
    Row(25, 2207050, _REV, "the account is restricted, inactive or at a checkpoint"),
    Row(100, 2207023, _REJ, "unknown media_type"),
    Row(100, 2207028, _REJ, "a carousel needs 2 to 10 items"),
    Row(100, 2207035, _REJ, "product tag position"),
    Row(100, 2207036, _REJ, "product tag position missing"),
    Row(100, 2207037, _REJ, "product tag id"),
    Row(100, 2207040, _REJ, "more than 20 tags"),
    Row(352, 2207026, _REJ, "video format not supported (MOV or MP4)"),
    Row(9004, 2207052, _REJ, "the media address could not be fetched"),
    Row(9007, 2207027, _R, "the media is not ready yet"),
    Row(36000, 2207004, _REJ, "image larger than 8 MiB"),
    Row(36001, 2207005, _REJ, "image format not supported"),
    Row(36003, 2207009, _REJ, "aspect ratio outside 4:5 to 1.91:1"),
    Row(36004, 2207010, _REJ, "caption too long, or too many hashtags or mentions"),
)

ROWS = GENERAL + LOGIN + BUSINESS + VIDEO + INSTAGRAM

PERMISSIONS = range(200, 300)
"""200 to 299: a permission was not granted, or was removed."""
