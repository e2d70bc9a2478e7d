"""Every hook of Gaung: when it is called and what the answer means. Read this first.

Core routes a call to the account's own platform and leaves the other platforms out; plugins that are no platform (policies)
and `wrapper=True` implementations see every call. A hook may ask for fewer arguments than are listed.
Errors that a hook may raise are those of `gaung.core.errors.PlatformError`; anything else is taken for a bug.
"""

from collections.abc import Sequence

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
    FindAnswer,
    Platform,
    Problem,
    Publication,
    PublishAnswer,
)


@hookspec
def gaung_platform() -> Platform:  # type: ignore[empty-body]
    """Answer one record that describes the platform. Called once, when plugins load. Policies leave it out."""


@hookspec
def gaung_prepare(account: Account, content: Content) -> Content | None:
    """Change a content before it is validated: add hashtags, tag links. None leaves it as it is.

    Called for each target when a post is checked and scheduled, plugin by plugin in order of name; each sees the former's answer.
    No network.
    """


@hookspec
def gaung_validate(account: Account, content: Content) -> Sequence[Problem]:  # type: ignore[empty-body]
    """Answer every reason why this content cannot go to this account. All plugins' answers are joined.

    Called by `post check`, `post schedule` and again by the worker before it publishes. No network; what is
    known of the account is in `account.limits`.
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


@hookspec
def gaung_event(event: Event) -> None:
    """Observe an event after it was committed, at least once. A failing observer is reported and stops nothing."""
