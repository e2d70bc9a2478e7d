"""Mastodon for Gaung. Each hook imports what it needs when it is called, so that loading the plugin costs next to nothing."""

from collections.abc import Sequence

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
    Publication,
    PublishAnswer,
    Sighting,
)


@hookimpl
def gaung_platform() -> Platform:
    """Formats, limits and fields of Mastodon."""
    from gaung_mastodon.platform import PLATFORM

    return PLATFORM


@hookimpl
def gaung_validate(account: Account, content: Content) -> Sequence[Problem]:
    """What the instance would refuse, by its own limits where they are known."""
    from gaung_mastodon.validate import problems

    return problems(account, content)


@hookimpl
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Upload the files, then post unless a video is still worked on."""
    from gaung_mastodon.publish import publish

    return publish(account, content, attempt)


@hookimpl
def gaung_check(account: Account, attempt: Attempt) -> CheckAnswer:
    """Whether the files are processed."""
    from gaung_mastodon.publish import check

    return check(account, attempt)


@hookimpl
def gaung_finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Post the status with its processed files."""
    from gaung_mastodon.publish import finish

    return finish(account, content, attempt)


@hookimpl
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """By the saved id, else among the account's statuses: by their files, or by text, time and app."""
    from gaung_mastodon.find import find

    return find(account, content, attempt)


@hookimpl
def gaung_delete(account: Account, publication: Publication) -> Deleted:
    """Remove a status."""
    from gaung_mastodon.publish import delete

    return delete(account, publication)


@hookimpl
def gaung_check_account(account: Account) -> AccountInfo:
    """Whose the token is, and the limits of the instance."""
    from gaung_mastodon.auth import check_account

    return check_account(account)


@hookimpl
def gaung_refresh_credentials(account: Account) -> Credentials:
    """Always `AuthRevoked`: Mastodon's tokens do not expire, so one that is refused was revoked."""
    from gaung_mastodon.auth import refresh

    return refresh(account)


@hookimpl
def gaung_find_reshares(account: Account, publication: Publication) -> Found:
    """Everybody who boosted a status."""
    from gaung_mastodon.reshares import find

    return find(account, publication)


@hookimpl
def gaung_measure_account(account: Account) -> Measured:
    """Followers and the like as they stand."""
    from gaung_mastodon.measure import of_account

    return of_account(account)


@hookimpl
def gaung_measure_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Favourites, boosts and answers of each status."""
    from gaung_mastodon.measure import of_publications

    return of_publications(account, publications)


@hookimpl
def gaung_identify_link(url: str) -> LinkInfo | None:
    """What an address of an instance names."""
    from gaung_mastodon.links import identify

    return identify(url)


@hookimpl
def gaung_verify_reshare(account: Account, publication: Publication, url: str) -> Sighting | None:
    """Whether the status behind a link links to ours."""
    from gaung_mastodon.reshares import verify

    return verify(account, publication, url)
