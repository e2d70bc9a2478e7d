"""YouTube: resumable uploads by the Data API v3. Only the hooks stand here."""

from collections.abc import Sequence
from datetime import datetime

from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    CheckAnswer,
    Content,
    Credentials,
    Deleted,
    FindAnswer,
    Found,
    LinkInfo,
    Measured,
    Platform,
    Problem,
    Profile,
    Publication,
    PublishAnswer,
    Sighting,
)


@hookimpl
def gaung_platform() -> Platform:
    """The record of YouTube."""
    from gaung.plugins.youtube.platform import PLATFORM

    return PLATFORM


@hookimpl
def gaung_validate(account: Account, content: Content) -> Sequence[Problem]:
    """One video, a title, and the limits of both."""
    from gaung.plugins.youtube.validate import problems

    return problems(account, content)


@hookimpl
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Upload the video, from where an earlier try stopped."""
    from gaung.plugins.youtube.publish import publish

    return publish(account, content, attempt)


@hookimpl
def gaung_check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:  # noqa: ARG001 - called by position in tests
    """Ask how far YouTube's processing is."""
    from gaung.plugins.youtube.publish import check

    return check(account, attempt)


@hookimpl
def gaung_finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Send what is missing of a half upload."""
    from gaung.plugins.youtube.publish import finish

    return finish(account, content, attempt)


@hookimpl
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Ask the upload session first, then the channel's own uploads."""
    from gaung.plugins.youtube.find import find

    return find(account, content, attempt)


@hookimpl
def gaung_delete(account: Account, publication: Publication) -> Deleted:
    """Delete the video."""
    from gaung.plugins.youtube.publish import delete

    return delete(account, publication)


@hookimpl
def gaung_check_account(account: Account) -> AccountInfo:
    """Which channel the token stands for, and how long its videos may be."""
    from gaung.plugins.youtube.account import check_account

    return check_account(account)


@hookimpl
def gaung_refresh_credentials(account: Account) -> Credentials:
    """Get a new access token. The stored credentials stay as they are: Google does not rotate refresh tokens."""
    from gaung.plugins.youtube.auth import renew

    renew(account)
    return account.credentials


@hookimpl
def gaung_scan_profiles(
    account: Account, profiles: Sequence[Profile], publications: Sequence[Publication], since: datetime | None
) -> Found:
    """Look through the playlists and activities of registered channels."""
    from gaung.plugins.youtube.reshares import scan

    return scan(account, profiles, publications, since)


@hookimpl
def gaung_measure_account(account: Account) -> Measured:
    """The channel's subscribers, videos and views as they stand."""
    from gaung.plugins.youtube.measure import of_account

    return of_account(account)


@hookimpl
def gaung_measure_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Statistics of up to 50 videos in one call."""
    from gaung.plugins.youtube.measure import of_publications

    return of_publications(account, publications)


@hookimpl
def gaung_identify_link(url: str) -> LinkInfo | None:
    """What an address of YouTube names."""
    from gaung.plugins.youtube.links import identify

    return identify(url)


@hookimpl
def gaung_verify_reshare(account: Account, publication: Publication, url: str) -> Sighting | None:
    """Whether a playlist, a video or a comment names our video."""
    from gaung.plugins.youtube.verify import verify

    return verify(account, publication, url)
