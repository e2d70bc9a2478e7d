"""The TikTok plugin: Content Posting API (direct post) and Display API.

What an office must know (source: Content Sharing Guidelines): until TikTok has audited the app, it posts privately only, to private
accounts, for at most five accounts a day; and TikTok calls "a utility for accounts you or your team manage" an unacceptable use, so the
audit may be refused. About 15 posts a day are allowed for an account. Privacy and interactions are chosen in the post file, not by default.
"""

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
    Profile,
    Publication,
    PublishAnswer,
    WebhookAnswer,
    WebhookRequest,
)


@hookimpl
def gaung_platform() -> Platform:
    """TikTok as data."""
    from gaung.plugins.tiktok.platform import PLATFORM

    return PLATFORM


@hookimpl
def gaung_validate(account: Account, content: Content) -> Sequence[Problem]:
    """Problems by TikTok's limits, the rules for the creator's choices, and what the account is offered."""
    from gaung.plugins.tiktok.validate import validate

    return validate(account, content)


@hookimpl
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Upload a video in chunks, or hand over the addresses of photos; TikTok then publishes by itself."""
    from gaung.plugins.tiktok.publish import publish

    return publish(account, content, attempt)


@hookimpl
def gaung_check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:
    """Ask the status of the publish id."""
    from gaung.plugins.tiktok.publish import check

    return check(account, content, attempt)


@hookimpl
def gaung_finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
    """Send the chunks that are still missing."""
    from gaung.plugins.tiktok.publish import finish

    return finish(account, content, attempt)


@hookimpl
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> FindAnswer:
    """Look by publish id, else among the account's public posts."""
    from gaung.plugins.tiktok.find import find

    return find(account, content, attempt)


@hookimpl
def gaung_delete() -> Deleted:
    """TikTok has no call that deletes a post."""
    from gaung.core.errors import Unsupported

    raise Unsupported("TikTok's API cannot delete a post: delete it in the TikTok app", code="no_delete")


@hookimpl
def gaung_check_account(account: Account) -> AccountInfo:
    """Who the token is, and what the creator may choose."""
    from gaung.plugins.tiktok.auth import check_account

    return check_account(account)


@hookimpl
def gaung_refresh_credentials(account: Account) -> Credentials:
    """A new access token, and the refresh token that replaces the old one."""
    from gaung.plugins.tiktok.auth import refresh

    return refresh(account)


@hookimpl
def gaung_find_reshares(account: Account, publication: Publication) -> Found:
    """How often a video was shared; TikTok names nobody."""
    from gaung.plugins.tiktok.reshares import count

    return count(account, publication)


@hookimpl
def gaung_scan_profiles(account: Account, profiles: Sequence[Profile], publications: Sequence[Publication]) -> Found:
    """What registered users reposted, where the office has research access."""
    from gaung.plugins.tiktok.reshares import scan

    return scan(account, profiles, publications)


@hookimpl
def gaung_measure_account(account: Account) -> Measured:
    """Followers, likes and the like, where the token may read them."""
    from gaung.plugins.tiktok.measure import of_account

    return of_account(account)


@hookimpl
def gaung_measure_publications(account: Account, publications: Sequence[Publication]) -> Measured:
    """Counts of up to 20 public videos in one call."""
    from gaung.plugins.tiktok.measure import of_publications

    return of_publications(account, publications)


@hookimpl
def gaung_identify_link(url: str) -> LinkInfo | None:
    """What an address of TikTok names."""
    from gaung.plugins.tiktok.links import identify

    return identify(url)


@hookimpl
def gaung_read_webhook(request: WebhookRequest) -> WebhookAnswer:
    """The state of a post, pushed."""
    from gaung.plugins.tiktok.webhooks import read

    return read(request)
