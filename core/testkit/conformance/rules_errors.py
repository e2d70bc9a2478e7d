"""Silver, part three: troubles have the right name."""

from collections.abc import Iterator

from gaung.core.errors import AuthExpired, AuthRevoked, RateLimited, Rejected, Transient
from gaung.core.http import Effect
from gaung.core.records import Credentials
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import Request, Run
from gaung.core.testkit.conformance.verdicts import expect, rule

WAIT = 17.0


@rule(26, "token-expired", "silver")
def token_expired(kit: Kit) -> None:
    """An expired token is `AuthExpired`, or `AuthRevoked` where the record says that nothing refreshes it."""
    for learnt in kit.shapes:
        run = _with_token(kit, learnt, "expire")
        wanted = AuthExpired if kit.record.capabilities.refreshes_credentials else (AuthExpired, AuthRevoked)
        expect(isinstance(run.error, wanted), f"{learnt.sample.name}: the token had expired, and gaung_publish ended with {run.said}")
        expect(not kit.posts(run.account), f"{learnt.sample.name}: the token had expired, and there is a post")


@rule(27, "token-revoked", "silver")
def token_revoked(kit: Kit) -> None:
    """A revoked token is `AuthRevoked`, at the latest when it is refreshed."""
    for learnt in kit.shapes:
        run = _with_token(kit, learnt, "revoke")
        error: BaseException | None = run.error
        if isinstance(error, AuthExpired):
            error = _refresh(kit, run)[1]
        expect(
            isinstance(error, AuthRevoked),
            f"{learnt.sample.name}: the token was revoked, and it ended with {error!r}",
        )


@rule(28, "refresh-as-declared", "silver")
def refresh_as_declared(kit: Kit) -> None:
    """`refreshes_credentials` is as declared: refreshed credentials work; else refreshing is `AuthRevoked`, before any request."""
    learnt = kit.shapes[0]
    run = _with_token(kit, learnt, "expire")
    before = len(kit.got())
    answer, error = _refresh(kit, run)
    if not kit.record.capabilities.refreshes_credentials:
        expect(
            isinstance(error, AuthRevoked),
            f"nothing is refreshed by the record, and gaung_refresh_credentials said {error or answer!r}",
        )
        expect(len(kit.got()) == before, "the record says that nothing is refreshed, and gaung_refresh_credentials asked the platform")
        return
    expect(isinstance(answer, Credentials), f"gaung_refresh_credentials ended with {error or answer!r}")
    assert isinstance(answer, Credentials)
    missing = {field.name for field in kit.record.credential_fields if field.required} - {name for name in answer if answer[name]}
    expect(not missing, f"the refreshed credentials lack {', '.join(sorted(missing))}; core stores exactly what is answered")
    again = kit.start(learnt.sample, account=kit.connected_anew(run.account, answer)).drive()
    expect(again.published is not None, f"with refreshed credentials the delivery ended with {again.said}")


@rule(29, "rate-limited", "silver")
def rate_limited(kit: Kit) -> None:
    """A rate limit is `RateLimited` with a scope, and no request follows it."""
    for learnt, request in _before_it_is_out(kit):
        run = kit.again(learnt, request, "rate_limited")
        what = f"{learnt.sample.name}: {request} was rate limited, and the hook ended with {run.said}"
        expect(isinstance(run.error, RateLimited), what)
        expect(getattr(run.error, "scope", "") in ("app", "account"), f"{what}, whose scope is neither app nor account")
        later = [str(one) for one in run.requests[learnt.requests.index(request) + 1 :]]
        expect(not later, f"{learnt.sample.name}: {request} was rate limited, and then came {', '.join(later)}")


@rule(30, "retry-after-seconds", "silver")
def retry_after_seconds(kit: Kit) -> None:
    """`Retry-After` as a number of seconds is what `RateLimited.retry_after` says."""
    for learnt, request in _before_it_is_out(kit):
        _waits(kit.again(learnt, request, "rate_limited", retry_after=f"{WAIT:.0f}"), request)


@rule(31, "retry-after-date", "silver")
def retry_after_date(kit: Kit) -> None:
    """`Retry-After` as a date is turned into seconds by the platform's own clock."""
    kit.advance(1000)
    for learnt, request in _before_it_is_out(kit):
        _waits(kit.again(learnt, request, "rate_limited", retry_after="date", seconds=WAIT), request)


@rule(32, "error-before-mutation", "silver")
def error_before_mutation(kit: Kit) -> None:
    """A server error before anything may be visible is `Transient`, unless the plugin can do without that request."""
    for learnt, request in _before_it_is_out(kit):
        if request.effect is Effect.PUBLISH or request.started:
            continue
        run = kit.again(learnt, request, "error_before")
        fine = run.error is None or isinstance(run.error, Transient)
        expect(fine, f"{learnt.sample.name}: {request} was answered with 500, and the hook ended with {run.said}")


@rule(33, "refused", "silver")
def refused(kit: Kit) -> None:
    """A refusal of the content to the publishing request is `Rejected` with the platform's own code, and nothing is out."""
    for learnt, request in _before_it_is_out(kit):
        if request.effect is not Effect.PUBLISH:
            continue
        run = kit.again(learnt, request, "refused")
        what = f"{learnt.sample.name}: {request} was refused, and the hook ended with {run.said}"
        expect(isinstance(run.error, Rejected), what)
        expect(getattr(run.error, "code", ""), f"{what}, without a code")
        expect(not kit.posts(run.account), f"{what}; the account has a post")


def _before_it_is_out(kit: Kit) -> Iterator[tuple[Run, Request]]:
    """The first request of each operation in each hook, up to the publishing one, and those of `gaung_check`."""
    seen: set[tuple[str, str, str]] = set()
    for run, request in kit.points(lambda one: not one.published):
        key = (request.hook, request.operation, request.effect.value)
        if key not in seen:
            seen.add(key)
            yield run, request


def _waits(run: Run, request: Request) -> None:
    if not isinstance(run.error, RateLimited):
        return  # KIT-29 tells
    after = run.error.retry_after
    near = after is not None and abs(after - WAIT) <= 2
    expect(near, f"{run.sample.name}: {request} said Retry-After of {WAIT:.0f} s, and RateLimited.retry_after is {after}")


def _with_token(kit: Kit, learnt: Run, how: str) -> Run:
    """A delivery whose token ended, after the account was in use: some plugins keep a token for a while."""
    run = kit.start(learnt.sample)
    kit.subject.call("gaung_check_account", account=run.account)
    kit.side.break_token(run.account.external_id, "expire" if how == "expire" else "revoke")
    return run.drive()


def _refresh(kit: Kit, run: Run) -> tuple[object, Exception | None]:
    try:
        answer = kit.subject.call("gaung_refresh_credentials", account=run.account)
    except Exception as error:  # noqa: BLE001 - judged by the rule
        return None, error
    if answer is None:
        return None, AuthRevoked("the plugin has no gaung_refresh_credentials", code="no_refresh")
    return answer, None
