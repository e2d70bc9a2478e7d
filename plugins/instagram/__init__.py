"""Instagram professional accounts: pictures, carousels and reels through the Graph API."""

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
    Notice,
    Platform,
    Problem,
    Publication,
    PublishAnswer,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)


@hookimpl
def gaung_platform() -> Platform:
    """Formats, limits and fields of Instagram."""
    from gaung.plugins.instagram.platform import PLATFORM

    return PLATFORM


@hookimpl
def gaung_validate(account: Account, content: Content) -> Sequence[Problem]:
    """Everything in the content that Instagram would refuse or change."""
    from gaung.plugins.instagram.validate import problems

    return problems(account, content)


@hookimpl
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Containers, then `media_publish` as soon as they are finished."""
    from gaung.plugins.instagram.publish import publish

    return publish(account, content, attempt)


@hookimpl
def gaung_check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:  # noqa: ARG001 - the containers say it all
    """Status of the containers."""
    from gaung.plugins.instagram.publish import check

    return check(account, attempt)


@hookimpl
def gaung_finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """`media_publish` on the finished container."""
    from gaung.plugins.instagram.publish import finish

    return finish(account, content, attempt)


@hookimpl
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """By the container's status, then by recent media."""
    from gaung.plugins.instagram.find import find

    return find(account, content, attempt)


@hookimpl
def gaung_delete(account: Account, publication: Publication) -> Deleted:
    """Always `Unsupported`: no documented call removes Instagram media."""
    from gaung.core.errors import Unsupported

    where = publication.url or f"media {publication.external_id}"
    raise Unsupported(
        f"Instagram's API documents no call that deletes a post: remove {where} in the app of {account.handle}.", code="delete"
    )


@hookimpl
def gaung_check_account(account: Account) -> AccountInfo:
    """Who the token speaks for, and how many posts the day still allows."""
    from gaung.plugins.instagram.auth import check_account

    return check_account(account)


@hookimpl
def gaung_refresh_credentials(account: Account) -> Credentials:
    """Always `AuthRevoked`: a Page token is renewed by a person."""
    from gaung.plugins.instagram.auth import refresh

    return refresh(account)


@hookimpl
def gaung_measure_account(account: Account) -> Measured:
    """Followers as they stand, and the insights of the last days."""
    from gaung.plugins.instagram.measure import of_account

    return of_account(account)


@hookimpl
def gaung_measure_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Fields and insights of each, in batches."""
    from gaung.plugins.instagram.measure import of_publications

    return of_publications(account, publications)


@hookimpl
def gaung_identify_link(url: str) -> LinkInfo | None:
    """By the letters of the address alone."""
    from gaung.plugins.instagram.links import identify

    return identify(url)


@hookimpl
def gaung_find_reshares(account: Account, publication: Publication, since: datetime | None) -> Found:  # noqa: ARG001 - all is read anew
    """`tags` of the account and `collaborators` of the media."""
    from gaung.plugins.instagram.reshares import find

    return find(account, publication)


@hookimpl
def gaung_verify_reshare(account: Account, publication: Publication, url: str) -> Sighting | None:
    """`business_discovery` of the professional account that the link names."""
    from gaung.plugins.instagram.reshares import verify

    return verify(account, publication, url)


@hookimpl
def gaung_read_webhook(request: WebhookRequest) -> WebhookAnswer:
    """Handshake and signature as Meta documents them; only ids are kept."""
    from gaung.plugins.instagram.webhooks import read

    return read(request)


@hookimpl
def gaung_follow_notice(account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
    """`mentioned_media` or `mentioned_comment` of what was pushed."""
    from gaung.plugins.instagram.webhooks import follow

    return follow(account, notice, publications)
