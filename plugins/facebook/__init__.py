"""Facebook Pages: text and link posts, photos, reels and videos through the Graph API."""

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
    """Formats, limits and fields of Facebook."""
    from gaung.plugins.facebook.platform import PLATFORM

    return PLATFORM


@hookimpl
def gaung_validate(account: Account, content: Content) -> Sequence[Problem]:  # noqa: ARG001 - no limit of Facebook's differs by account
    """Everything in the content that Facebook would refuse or change."""
    from gaung.plugins.facebook.validate import problems

    return problems(content)


@hookimpl
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """A post or photos at once; a reel or video after its bytes, then `Pending` while Facebook works on it."""
    from gaung.plugins.facebook.publish import publish

    return publish(account, content, attempt)


@hookimpl
def gaung_check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
    """Status of the reel or video."""
    from gaung.plugins.facebook.videos import check

    return check(account, content, attempt)


@hookimpl
def gaung_finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """The publishing step of a reel or video whose bytes are there."""
    from gaung.plugins.facebook.videos import finish

    return finish(account, content, attempt)


@hookimpl
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """By the ids that were saved, then among what the Page published."""
    from gaung.plugins.facebook.find import find

    return find(account, content, attempt)


@hookimpl
def gaung_delete(account: Account, publication: Publication) -> Deleted:
    """`DELETE /{id}`; what is not there any more counts as deleted."""
    from gaung.plugins.facebook.publish import delete

    return delete(account, publication)


@hookimpl
def gaung_check_account(account: Account) -> AccountInfo:
    """Which Page the token is for and, where the app's secret is set, what it may do and until when."""
    from gaung.plugins.facebook.auth import check_account

    return check_account(account)


@hookimpl
def gaung_refresh_credentials(account: Account) -> Credentials:
    """Always `AuthRevoked`: a Page token is renewed by a person."""
    from gaung.plugins.facebook.auth import refresh

    return refresh(account)


@hookimpl
def gaung_measure_account(account: Account) -> Measured:
    """Followers as they stand, and the insights of the last days."""
    from gaung.plugins.facebook.measure import of_account

    return of_account(account)


@hookimpl
def gaung_measure_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Fields and insights of each, in batches."""
    from gaung.plugins.facebook.measure import of_publications

    return of_publications(account, publications)


@hookimpl
def gaung_identify_link(url: str) -> LinkInfo | None:
    """By the letters of the address alone."""
    from gaung.plugins.facebook.links import identify

    return identify(url)


@hookimpl
def gaung_find_reshares(account: Account, publication: Publication, since: datetime | None) -> Found:  # noqa: ARG001 - all is read anew
    """`sharedposts` of the post and `tagged` of the Page, as far as an author is named."""
    from gaung.plugins.facebook.reshares import find

    return find(account, publication)


@hookimpl
def gaung_verify_reshare(account: Account, publication: Publication, url: str) -> Sighting | None:
    """`GET` of the linked post: proven if it names ours and its author."""
    from gaung.plugins.facebook.reshares import verify

    return verify(account, publication, url)


@hookimpl
def gaung_read_webhook(request: WebhookRequest) -> WebhookAnswer:
    """Handshake and signature as Meta documents them; only ids are kept."""
    from gaung.plugins.facebook.webhooks import read

    return read(request)


@hookimpl
def gaung_follow_notice(account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:
    """`GET` of the post or comment that was pushed."""
    from gaung.plugins.facebook.webhooks import follow

    return follow(account, notice, publications)
