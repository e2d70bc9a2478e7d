"""Every error of Gaung, sorted by what the receiver must do.

GaungError
├── UserError                 a person must change something; exit code 1, one line and a remedy
│   ├── Unreachable           database or broker does not answer
│   └── NotSet                a setting that must be given is not
├── PluginError               a plugin broke its contract; names the package at fault
├── StopWork                  a worker must stop before its next call; never an answer of a platform
│   ├── LeaseLost             another worker may own the delivery now
│   ├── DeadlinePassed        the post may no longer go out
│   ├── ScopePaused           someone paused this scope while the work went on
│   └── PluginDisabled        the office switched this platform off while the work went on
├── WebhookRefused            a pushed request is not the platform's: answered 403, kept nowhere
└── PlatformError             what a plugin raises; the class alone decides what core does
    ├── Transient             nothing was created, it may work later -> retry until the deadline
    ├── RateLimited           wait -> the scope pauses for every worker on every host
    ├── AuthExpired           a fresh token may do -> refresh once, try once more
    ├── AuthRevoked           a person must reconnect -> account needs_reauth, deliveries held
    ├── Rejected              the platform refuses this content -> failed, never retried
    ├── Unsupported           this platform cannot do that -> skipped
    └── Ambiguous             it may exist -> unconfirmed, then reconciled; never repeated blindly
"""

from typing import Literal


class GaungError(Exception):
    """Root of all errors that Gaung raises on purpose."""


class UserError(GaungError):
    """A person must change something.

    `message` says what is wrong, `hint` what to do; both are shown on one line.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Unreachable(UserError):
    """The database or the broker does not answer at its address."""


class NotSet(UserError):
    """A setting that must be given is not."""


class PluginError(GaungError):
    """A plugin broke its contract: an unknown hook, a wrong record, a failing import."""

    def __init__(self, plugin: str, reason: str, package: str = "", version: str = "") -> None:
        where = f" (package {package} {version}".rstrip() + ")" if package else ""
        super().__init__(f"plugin {plugin}{where}: {reason}")
        self.plugin = plugin
        self.package = package
        self.version = version
        self.reason = reason


class StopWork(GaungError):
    """A worker must stop before its next call. Plugins let it pass."""


class LeaseLost(StopWork):
    """The lease ran out or was taken: another worker may own the delivery now."""


class DeadlinePassed(StopWork):
    """The post's deadline passed before the irreversible call."""


class ScopePaused(StopWork):
    """The platform, office, app or account was paused before the irreversible call."""


class PluginDisabled(StopWork):
    """The platform was switched off for the office before the irreversible call."""


class WebhookRefused(GaungError):
    """A pushed request is not the platform's: its signature, its token or its body is bad. The words must hold nothing of its content."""


Scope = Literal["app", "account"]


class PlatformError(GaungError):
    """A platform's answer, or its absence, in terms of what core must do.

    `code` is the platform's own code (`"190/463"`, `"quotaExceeded"`, `"connection"`), `message` its own words.
    Neither may hold a token; core redacts known secrets once more before it stores or prints them.
    """

    def __init__(self, message: str, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field

    @property
    def kind(self) -> str:
        """The class name, as stored with the delivery and shown to people."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.code else self.message


class Transient(PlatformError):
    """Nothing was created; it may work later."""


class RateLimited(PlatformError):
    """Wait `retry_after` seconds (None: the platform did not say). The whole `scope` pauses."""

    def __init__(self, message: str, *, scope: Scope, retry_after: float | None = None, code: str = "", field: str = "") -> None:
        super().__init__(message, code=code, field=field)
        self.scope: Scope = scope
        self.retry_after = retry_after


class AuthExpired(PlatformError):
    """The token is no longer good, a fresh one may be. Nothing was created."""


class AuthRevoked(PlatformError):
    """A person must reconnect the account."""


class Rejected(PlatformError):
    """The platform refuses this content or this request for good."""


class Unsupported(PlatformError):
    """This platform, or this account on it, cannot do that. Known before anything is sent."""


class Ambiguous(PlatformError):
    """The call may have created something; nobody can tell yet."""
