"""Every hook of Gaung: when it is called and what the answer means. Read this first.

Core routes a call to the account's own platform and leaves the other platforms out; plugins that are no platform (policies)
and `wrapper=True` implementations see every call. A hook may ask for fewer arguments than are listed.
Errors that a hook may raise are those of `gaung.core.errors.PlatformError`; anything else is taken for a bug.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gaung.core.markers import hookspec
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    CheckAnswer,
    Content,
    Credentials,
    Deleted,
    Event,
    Field,
    FindAnswer,
    Found,
    LinkInfo,
    Measured,
    Notice,
    Platform,
    Problem,
    Profile,
    Publication,
    PublishAnswer,
    Sighting,
    WebhookAnswer,
    WebhookRequest,
)


@hookspec
def gaung_platform() -> Platform:  # type: ignore[empty-body]
    """Answer one record that describes the platform. Called once, when plugins load. Policies leave it out."""


@hookspec
def gaung_setting_fields() -> Sequence[Field]:  # type: ignore[empty-body]
    """Declare the settings of a plugin that is no platform: `plugins.NAME.*`. Called once, when plugins load.

    Its other hooks get them as `settings`, secrets resolved, as the office concerned has them. While one that is required is not set,
    `gaung_event` is not called.
    """


@hookspec
def gaung_prepare(account: Account, content: Content, settings: Mapping[str, Any]) -> Content | None:
    """Change a content before it is validated: add hashtags, tag links. None leaves it as it is.

    Called for each target when a post is checked and scheduled, plugin by plugin in order of name; each sees the former's answer.
    No network. `settings` are the plugin's own, as the account's office has them.
    """


@hookspec
def gaung_validate(account: Account, content: Content, settings: Mapping[str, Any]) -> Sequence[Problem]:  # type: ignore[empty-body]
    """Answer every reason why this content cannot go to this account. All plugins' answers are joined.

    Called by `post check`, `post schedule` and again by the worker before it publishes. No network; what is
    known of the account is in `account.limits`. `settings` are the plugin's own, as the account's office has them.
    """


@hookspec(firstresult=True)
def gaung_publish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:  # type: ignore[empty-body]
    """Publish, or begin to: answer `Published`, or `Pending` when the platform works on.

    Called by a worker that holds the lease. Save each remote id by `attempt.checkpoint`, wrap the irreversible call in
    `attempt.mutating()`. May be called again for the same delivery, with the former checkpoints, after a try in which no mutation started.
    """


@hookspec(firstresult=True)
def gaung_check(account: Account, content: Content, attempt: Attempt) -> CheckAnswer:  # type: ignore[empty-body]
    """Ask how far a pending publication is. Read-only. `Ready` makes core call `gaung_finish`."""


@hookspec(firstresult=True)
def gaung_finish(account: Account, content: Content, attempt: Attempt) -> PublishAnswer:  # type: ignore[empty-body]
    """Do the step that `Ready` allows, under `attempt.mutating()` where it is the irreversible one."""


@hookspec(firstresult=True)
def gaung_find_published(account: Account, content: Content, attempt: Attempt) -> FindAnswer:  # type: ignore[empty-body]
    """Look whether an attempt of unknown outcome published. Read-only, whatever it finds.

    Go by checkpoints and by what appeared on the account since *mutation started* (`attempt.appeared`), leave
    `attempt.owned_ids` out, and answer `CannotTell` rather than guess between two candidates.
    """


@hookspec(firstresult=True)
def gaung_delete(account: Account, publication: Publication) -> Deleted:  # type: ignore[empty-body]
    """Remove a publication. Raise `Unsupported` where the API has no such call, `Rejected` where it refuses."""


@hookspec(firstresult=True)
def gaung_check_account(account: Account) -> AccountInfo:  # type: ignore[empty-body]
    """Ask the platform who the token is. Read-only. Called by `account check`, `doctor` and when an account is added."""


@hookspec(firstresult=True)
def gaung_refresh_credentials(account: Account) -> Credentials:  # type: ignore[empty-body]
    """Answer the whole set of new credentials; core stores it at once, one refresh per account at a time.

    Called after `AuthExpired`. Raise `AuthRevoked` when only a person can help.
    """


@hookspec(firstresult=True)
def gaung_measure_account(account: Account) -> Measured:  # type: ignore[empty-body]
    """Ask for the account's own numbers: followers and the like. Read-only, once a day.

    One number that the platform does not give is a `Measure` without a value, and loses none of the others.
    """


@hookspec(firstresult=True)
def gaung_measure_publications(account: Account, publications: Sequence[Publication]) -> Measured:  # type: ignore[empty-body]
    """Ask for the numbers of some publications of this account, at most `Capabilities.measures_together` at once. Read-only.

    Called 1, 3, 12 and 24 hours after publication, then daily for a week, then weekly for a month.
    """


@hookspec(firstresult=True)
def gaung_find_reshares(account: Account, publication: Publication, since: datetime | None) -> Found:  # type: ignore[empty-body]
    """Look who shared one publication, as far as the API names anybody. Read-only.

    Called by workers some hours and days after publication. `since` is when it was last looked at, None at first; everything found before
    may be answered again. Raise `Unsupported` where the API has no such call, or this account no right to it.
    """


@hookspec(firstresult=True)
def gaung_scan_profiles(  # type: ignore[empty-body]
    account: Account, profiles: Sequence[Profile], publications: Sequence[Publication], since: datetime | None
) -> Found:
    """Look at registered accounts of members and bodies, and at nobody else, for publications of ours. Read-only.

    Called where the platform declares `scans_members`, with a few dozen profiles a call, and the publications of the last days of all our
    accounts there.
    """


@hookspec
def gaung_identify_link(url: str) -> LinkInfo | None:
    """Say what an address names, or None where it is none of this platform's. No network. Every platform is asked."""


@hookspec(firstresult=True)
def gaung_verify_reshare(account: Account, publication: Publication, url: str) -> Sighting | None:
    """Look up a link that a member handed in. Read-only.

    Answer a `Sighting` with the author that the platform names, if the thing behind the link refers to the publication; None if it does
    not, or is not there. Raise `Unsupported` where no call proves both.
    """


@hookspec(firstresult=True)
def gaung_read_webhook(request: WebhookRequest) -> WebhookAnswer:  # type: ignore[empty-body]
    """Check a request's signature on its raw body, in constant time, and answer what it tells. No network.

    Raise `WebhookRefused` for a bad signature, a bad token or an unreadable body.
    """


@hookspec(firstresult=True)
def gaung_follow_notice(account: Account, notice: Notice, publications: Sequence[Publication]) -> Found:  # type: ignore[empty-body]
    """Find out what a notice of the kind `sighting` means: who shared which of these publications. Read-only; network allowed."""


@hookspec
def gaung_event(event: Event, settings: Mapping[str, Any]) -> None:
    """Observe an event after it was committed, at least once. A failing observer is reported and stops nothing.

    Raise `Transient` or `RateLimited` where it should be told again later: the events after it wait, for this observer only.
    `settings` are the plugin's own, as the event's office has them.
    """
