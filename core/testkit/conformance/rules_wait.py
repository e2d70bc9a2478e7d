"""Silver, part two: waiting, and going on in another process."""

from typing import Any

from gaung.core.errors import PlatformError, Rejected, Transient
from gaung.core.records import Pending, Published, Ready
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import MOST_STEPS, Hook, Killed, Run
from gaung.core.testkit.conformance.verdicts import NotApplicable, expect, rule


@rule(21, "new-process", "silver")
def new_process(kit: Kit) -> None:
    """What was saved by `attempt.checkpoint` is enough: each hook call may be another process's, and a killed one goes on to one post."""
    for learnt in kit.shapes:
        run = _each_call_elsewhere(kit, learnt)
        _is_one_post(kit, run, f"{learnt.sample.name}: with each hook call in a new process")
        for number, request in enumerate(learnt.requests):
            if request.started or request.effect.value == "publish":
                break
            if not request.operation:
                continue
            for after in (False, True):
                run = kit.killed(learnt, number, after=after)
                first: Hook = "check" if any(isinstance(answer, Pending) for _, answer in run.answers) else "publish"
                run.reborn()
                with kit.subject.another_process() as other:
                    run.subject = other
                    run.drive(first)
                what = f"{learnt.sample.name}: killed {'after' if after else 'before'} {request.operation} in gaung_{request.hook}"
                _is_one_post(kit, run, what)


@rule(22, "never-goes-back", "silver")
def never_goes_back(kit: Kit) -> None:
    """A publication goes Pending, Ready, Published and never back; asked again, `gaung_check` says the same."""
    for learnt in _waiting(kit):
        run, finished, seen = kit.start(learnt.sample), False, []
        answer = run.step("publish")
        for _ in range(MOST_STEPS):
            seen.append(type(answer).__name__ if run.error is None else run.said)
            story = f"{learnt.sample.name}: {' -> '.join(seen)}"
            expect(run.error is None, story)
            expect(not (finished and isinstance(answer, Ready)), f"{story}: Ready again after gaung_finish, which would publish twice")
            if isinstance(answer, Published):
                break
            if isinstance(answer, Ready):
                finished = True
                answer = run.step("finish")
                continue
            run.wait(answer)
            first, answer = run.step("check"), run.step("check")
            back = isinstance(first, Ready | Published) and isinstance(answer, Pending)
            expect(not back, f"{story} -> {first!r} -> {answer!r}: goes back without time passing")
        receipt = run.published
        again = run.step("check")
        same = isinstance(again, Published) and receipt is not None and again.external_id == receipt.external_id
        expect(same, f"{learnt.sample.name}: published as {receipt!r}, and then gaung_check said {run.said}")


@rule(23, "early-finish", "silver")
def early_finish(kit: Kit) -> None:
    """`gaung_finish` before the platform is ready shows nothing unfinished and makes no second post."""
    for learnt in _waiting(kit):
        run = kit.start(learnt.sample)
        run.step("publish")
        out = run.attempt.mutation_started_at is not None
        run.step("finish")
        what = f"{learnt.sample.name}: gaung_finish was called while the platform was at work, and said {run.said}"
        expect(run.error is None or isinstance(run.error, PlatformError), what)
        shown = len(kit.posts(run.account))
        expect(out or shown == 0, f"{what}; the account has {shown} posts already")
        kit.advance(60)
        run.drive("check")
        posts = kit.posts(run.account)
        expect(len(posts) == 1, f"{what}; in the end there are {len(posts)} posts")
        files = len(posts[0].files)
        expect(files >= len(run.content.media), f"{what}; in the end the post has {files} of {len(run.content.media)} files")


@rule(24, "check-read-only", "silver")
def check_read_only(kit: Kit) -> None:
    """`gaung_check` and `gaung_check_account` only read."""
    for run in kit.runs:
        changing = [str(request) for request in run.requests if request.hook == "check" and request.changes]
        expect(not changing, f"{run.sample.name}: sent {', '.join(changing)}")
    run = kit.start(kit.shapes[0].sample)
    run.subject = _AsCheck(run.subject)  # type: ignore[assignment]
    run.step("check")
    changing = [str(request) for request in run.requests if request.changes]
    expect(not changing, f"gaung_check_account sent {', '.join(changing)}")


@rule(25, "processing-failure", "silver")
def processing_failure(kit: Kit) -> None:
    """A file that the platform cannot process ends as `Rejected`, or `Transient` where a new try may do, never as Pending for ever."""
    failed = False
    for learnt in _waiting(kit):
        kit.world.processing_fails[kit.name] = 1
        run = kit.start(learnt.sample).drive()
        if kit.world.processing_fails.pop(kit.name, 0):
            continue
        failed = True
        fine = isinstance(run.error, Rejected | Transient)
        expect(fine, f"{learnt.sample.name}: the platform could not process it, and the delivery ended with {run.said}")
        posts = len(kit.posts(run.account))
        expect(posts == 0, f"{learnt.sample.name}: the platform could not process it, and the account has {posts} posts")
    if not failed:
        raise NotApplicable("the sandbox never lets a processing fail")


class _AsCheck:
    """Lets a run call `gaung_check_account` where it would call `gaung_check`."""

    def __init__(self, subject: Any) -> None:
        self._subject = subject
        self.record = subject.record

    def call(self, _hook: str, **arguments: Any) -> Any:
        return self._subject.call("gaung_check_account", account=arguments["account"])


def _waiting(kit: Kit) -> list[Run]:
    """Learnt runs that were Pending at least once."""
    found = [run for run in kit.shapes if any(isinstance(answer, Pending) for _, answer in run.answers)]
    if not found:
        raise NotApplicable("no format is ever Pending: the platform publishes at once")
    return found


def _each_call_elsewhere(kit: Kit, learnt: Run) -> Run:
    run, hook = kit.start(learnt.sample), "publish"
    for _ in range(MOST_STEPS):
        with kit.subject.another_process() as other:
            run.subject = other
            answer = run.step(hook)  # type: ignore[arg-type]
        run.reborn()
        if isinstance(answer, Pending):
            run.wait(answer)
        elif not isinstance(answer, Ready):
            break
        hook = "finish" if isinstance(answer, Ready) else "check"
    return run


def _is_one_post(kit: Kit, run: Run, what: str) -> None:
    expect(not isinstance(run.error, Killed), f"{what}: killed twice")
    expect(run.published is not None, f"{what}: the delivery ended with {run.said}")
    posts = kit.posts(run.account)
    expect(len(posts) == 1, f"{what}: there are {len(posts)} posts")
    files, wanted = len(posts[0].files), len(run.content.media)
    expect(files >= wanted, f"{what}: the post has {files} of {wanted} files")
