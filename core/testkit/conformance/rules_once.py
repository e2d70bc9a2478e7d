"""Bronze, part two: never twice, whatever happens to an answer."""

from gaung.core.errors import Ambiguous, LeaseLost, PlatformError, Transient
from gaung.core.http import Effect
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import Request, Run
from gaung.core.testkit.conformance.verdicts import expect, rule

PUBLISH = Effect.PUBLISH


@rule(8, "sent-once", "bronze")
def sent_once(kit: Kit) -> None:
    """A request that changes something is never sent again by the plugin itself when its answer is lost or an error."""
    for learnt, request in kit.points(lambda one: one.changes):
        for fault in ("hangup_after", "error_after"):
            run = kit.again(learnt, request, fault)
            same = [one for one in run.requests if one.operation == request.operation and one.nth >= request.nth]
            expect(len(same) == 1, f"{learnt.sample.name}, {fault}: {request} reached the platform {len(same)} times")


@rule(9, "lost-reply", "bronze")
def lost_reply(kit: Kit) -> None:
    """A connection that drops after a request that changes something is `Ambiguous` once a mutation started, else `Transient`."""
    for learnt, request in kit.points(lambda one: one.changes):
        run = kit.again(learnt, request, "hangup_after")
        wanted = Ambiguous if request.effect is PUBLISH else (Transient, Ambiguous) if request.started else Transient
        expect(isinstance(run.error, wanted), f"{learnt.sample.name}: the answer of {request} was lost, and the hook ended with {run.said}")


@rule(10, "error-after-mutation", "bronze")
def error_after_mutation(kit: Kit) -> None:
    """A server error to the publishing request, or to a look after it, is `Ambiguous`, or there is a receipt all the same."""
    for learnt, request in kit.points(lambda one: one.effect is PUBLISH):
        run = kit.again(learnt, request, "error_after")
        expect(
            isinstance(run.error, Ambiguous), f"{learnt.sample.name}: {request} was answered with 500, and the hook ended with {run.said}"
        )
    for learnt, request in kit.points(lambda one: one.published and one.effect is not PUBLISH):
        run = kit.again(learnt, request, "error_before", times=1)
        fine = run.error is None or isinstance(run.error, Ambiguous)
        expect(fine, f"{learnt.sample.name}: the post was out when {request} failed, and the hook ended with {run.said}")


@rule(11, "unreadable-reply", "bronze")
def unreadable_reply(kit: Kit) -> None:
    """An answer of 200 that is no JSON, or lacks what was promised, is a `PlatformError`: `Ambiguous` for a publishing request."""
    for learnt, request in kit.points(lambda _one: True):
        for body in (b"<html>", b"{}"):
            run = _with_body(kit, learnt, request, body)
            what = f"{learnt.sample.name}: {request} was answered with {body.decode()}, and the hook ended with {run.said}"
            expect(run.error is None or isinstance(run.error, PlatformError), what)
            if request.effect is PUBLISH:
                expect(run.error is None or isinstance(run.error, Ambiguous), what)


@rule(12, "one-door", "bronze")
def one_door(kit: Kit) -> None:
    """Every request goes through `gaung.core.http.call` to an address of the settings, and none leaves once the lease is lost."""
    for run in kit.runs:
        expect(not run.unseen, f"{run.sample.name}: {run.unseen} requests did not go through gaung.core.http.call")
        base = run.facts["base_url"]
        for request in run.requests:
            expect(_below(request, base), f"{run.sample.name}: a request went to {request.url.partition('?')[0]}, which no setting names")
    for learnt in kit.shapes:
        run, before = kit.start(learnt.sample), len(kit.got())
        run.attempt.lose_lease()
        run.step("publish")
        expect(len(kit.got()) == before, f"{learnt.sample.name}: a request left after the lease was lost")
        expect(isinstance(run.error, LeaseLost), f"{learnt.sample.name}: the lost lease ended as {run.said}, not as LeaseLost")


def _below(request: Request, base: str) -> bool:
    from urllib.parse import urlsplit

    return urlsplit(request.url).netloc == urlsplit(base).netloc


def _with_body(kit: Kit, learnt: Run, request: Request, body: bytes) -> Run:
    run, before = kit.start(learnt.sample), len(kit.got())

    def rewrite(_: bytes) -> bytes | None:
        seen = [entry.operation for entry in kit.got()[before:]]
        return body if seen[-1] == request.operation and seen.count(request.operation) == request.nth + 1 else None

    kit.bench.server.rewrite = rewrite
    try:
        run.drive()
    finally:
        kit.bench.server.rewrite = None
    return run
