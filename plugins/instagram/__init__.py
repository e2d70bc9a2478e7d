"""Instagram professional accounts: pictures, carousels and reels through the Graph API."""

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
    Platform,
    Problem,
    Publication,
    PublishAnswer,
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
