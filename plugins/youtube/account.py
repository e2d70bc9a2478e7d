"""Who a YouTube token is, and what it may do."""

from datetime import UTC, datetime

from gaung.core.errors import AuthRevoked
from gaung.core.records import Account, AccountInfo
from gaung.plugins.youtube import auth, const
from gaung.plugins.youtube.client import Client


def check_account(account: Account) -> AccountInfo:
    """The channel of the token, its granted scopes, and `limits.max_seconds`, the longest video it may upload.

    Raises `AuthRevoked` when the token has no channel, or may not upload, for a person can untick scopes. `max_seconds` is left
    out when YouTube does not tell `status.longUploadsStatus`. Source: discovery document, ChannelStatus;
    support.google.com/youtube/answer/71673.
    """
    channel = Client(account).channel()
    if channel is None:
        raise AuthRevoked("this Google account has no YouTube channel (make one, then reconnect)", code="youtubeSignupRequired")
    token = auth.access_token(account)
    if token.scopes and not const.UPLOAD_SCOPES.intersection(token.scopes):
        raise AuthRevoked("the consent leaves out uploading: reconnect and grant youtube.upload", code="insufficientPermissions")
    limits: dict[str, object] = {}
    if channel.long_uploads:
        allowed = channel.long_uploads == "allowed"
        limits = {"max_seconds": const.MAX_SECONDS if allowed else const.MAX_SECONDS_UNVERIFIED, "long_uploads": channel.long_uploads}
    return AccountInfo(
        external_id=channel.id,
        handle=channel.handle or account.handle,
        who=channel.title,
        scopes=token.scopes,
        expires_at=None if token.grant_ends_at is None else datetime.fromtimestamp(token.grant_ends_at, UTC),
        limits=limits,
    )
