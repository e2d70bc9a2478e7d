"""Silver, part one: what was left open is settled by looking."""

from collections.abc import Iterator
from typing import Any

from gaung.core.http import Effect
from gaung.core.records import CannotTell, NotThere, Published, Unfinished
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.play import Request, Run
from gaung.core.testkit.conformance.verdicts import NotApplicable, expect, rule

PUBLISH = Effect.PUBLISH


@rule(15, "find-published", "silver")
def find_published(kit: Kit) -> None:
    """A post that is out, though its answer was never read, is found by its own id, and the way there makes no second one."""
    sure = False
    for learnt, number, request in _publishing(kit):
        run = kit.killed(learnt, number, after=True)
        kit.let_it_appear(run)
        verdict = kit.settle(run)
        what = f"{learnt.sample.name}: it was published by {request} and the process died"
        posts = len(kit.made(run.account))
        expect(posts == 1, f"{what}; after looking there are {posts} posts")
        expect(isinstance(verdict, Published | CannotTell), f"{what}; the look ended with {verdict!r}")
        if isinstance(verdict, Published):
            sure = True
            expect(_is_the_post(kit, run, verdict), f"{what}; the look found {verdict.external_id!r}, which is not that post")
    expect(sure, "no format's post was ever found: every look ended with CannotTell")


@rule(16, "find-unfinished", "silver")
def find_unfinished(kit: Kit) -> None:
    """What a preparation made is saved at once; a delivery that is prepared and not out is `Unfinished`, and goes on to one post."""
    prepared, said = False, False
    for learnt, number, request in _publishing(kit):
        run = kit.killed(learnt, number, after=False)
        made = [one for one in run.requests if one.effect is Effect.PREPARE and one.answered]
        saved = run.attempt.checkpoints or not made
        expect(saved, f"{learnt.sample.name}: killed before {request}, with no checkpoint of what {made[-1] if made else ''} had made")
        prepared = prepared or bool(made)
        answer = kit.look(run)
        if isinstance(answer, Unfinished):
            said = True
            run.drive(answer.resume)
            what = f"{learnt.sample.name}: killed before {request}, found Unfinished({answer.resume!r})"
            expect(run.published is not None, f"{what}, and going on ended with {run.said}")
            posts = len(kit.made(run.account))
            expect(posts == 1, f"{what}, and going on made {posts} posts")
    if not prepared:
        raise NotApplicable("no format prepares anything before its publishing request")
    expect(said, "a delivery that was prepared and not out was never found to be Unfinished")


@rule(17, "find-not-there", "silver")
def find_not_there(kit: Kit) -> None:
    """What was never published is never said to be, and is `NotThere` once nothing can be gone on with."""
    sure = False
    for learnt, verdict, what in _never_published(kit):
        expect(not isinstance(verdict, Published), f"{learnt.sample.name}: {what}, and the look ended with {verdict!r}")
        sure = sure or isinstance(verdict, NotThere)
    expect(sure, "nothing was ever found to be NotThere: every look was left open")


@rule(18, "find-cannot-tell", "silver")
def find_cannot_tell(kit: Kit) -> None:
    """Of two posts that could be the one, the plugin takes the one that only this attempt can have made, else says `CannotTell`."""
    for learnt, number, request in _publishing(kit):
        for before in (True, False):
            run = _with_a_twin(kit, learnt, number, before=before)
            if not kit.made(run.account):
                continue  # the platform itself refused a second post of the same text
            verdict = kit.settle(run)
            what = f"{learnt.sample.name}: killed after {request}, and a post like it was made by hand {'before' if before else 'after'} it"
            fine = isinstance(verdict, CannotTell) or (isinstance(verdict, Published) and _is_the_post(kit, run, verdict))
            expect(fine, f"{what}; the look ended with {verdict!r}")


@rule(19, "find-adopts-nothing", "silver")
def find_adopts_nothing(kit: Kit) -> None:
    """A post that was made earlier, by hand or by another delivery, or that another delivery owns, is never taken for this one's."""
    for learnt, number, request in _publishing(kit):
        for what, seconds, owned in (
            ("is an hour older", 3600.0, False),
            ("is ten minutes older", 600.0, False),
            ("is another's", 0.0, True),
        ):
            run = kit.start(learnt.sample)
            text = run.content.text_with_link
            if seconds:
                twin = kit.side.post_by_hand(run.account.external_id, text, kit.world.now() - seconds)
            run.kill = lambda seen, reply, number=number: seen == number and reply is None  # type: ignore[misc]
            run.drive()
            if not seconds:
                twin = kit.side.post_by_hand(run.account.external_id, text)
            run.attempt.owned_ids = frozenset({twin.id} if owned else ())
            verdict = kit.look(run)
            taken = isinstance(verdict, Published)
            expect(not taken, f"{learnt.sample.name}: {request} was never sent, a post like it {what}, and the look took it: {verdict!r}")


@rule(20, "find-read-only", "silver")
def find_read_only(kit: Kit) -> None:
    """`gaung_find_published` only reads, whatever it finds."""
    for learnt, number, _ in _publishing(kit):
        for after in (True, False):
            run = kit.killed(learnt, number, after=after)
            before = [(post.id, post.visible) for post in kit.posts(run.account)]
            run.attempt.outcome_unknown()
            run.reborn()
            sent = len(run.requests)
            run.step("find")
            changing = [str(request) for request in run.requests[sent:] if request.changes]
            expect(not changing, f"{learnt.sample.name}: gaung_find_published sent {', '.join(changing)}")
            now = [(post.id, post.visible) for post in kit.posts(run.account)]
            expect(set(before) <= set(now), f"{learnt.sample.name}: gaung_find_published removed a post")


def _publishing(kit: Kit) -> Iterator[tuple[Run, int, Request]]:
    """Every publishing request of the learnt runs, with its number."""
    found = False
    for run in kit.shapes:
        for number, request in enumerate(run.requests):
            if request.effect is PUBLISH and request.operation:
                found = True
                yield run, number, request
    if not found:
        raise NotApplicable("no request says Effect.PUBLISH, which KIT-06 tells")


def _never_published(kit: Kit) -> Iterator[tuple[Run, Any, str]]:
    for learnt, number, request in _publishing(kit):
        run = kit.killed(learnt, number, after=False)
        yield learnt, kit.look(run), f"killed before {request}"
        kit.advance(9 * 86_400)
        run.account = kit.connected_anew(run.account)
        yield learnt, kit.look(run), f"killed before {request}, nine days ago"
        refused = kit.again(learnt, request, "hangup_before")
        yield learnt, kit.look(refused), f"{request} never arrived"
    for learnt in kit.shapes:
        run = kit.start(learnt.sample)
        run.attempt.mutation_started_at = kit.world.today()
        yield learnt, kit.look(run), "nothing was sent at all"


def _with_a_twin(kit: Kit, learnt: Run, number: int, *, before: bool) -> Run:
    run = kit.start(learnt.sample)
    text = run.content.text_with_link

    def kill(seen: int, reply: object) -> bool:
        if seen == number and reply is None and before:
            run.attempt.mutation_started_at = run.attempt.mutation_started_at or kit.world.today()
            kit.side.post_by_hand(run.account.external_id, text)
        return seen == number and reply is not None

    run.kill = kill
    run.drive()
    kit.let_it_appear(run)
    if not before:
        kit.side.post_by_hand(run.account.external_id, text)
    return run


def _is_the_post(kit: Kit, run: Run, receipt: Published) -> bool:
    made = kit.made(run.account)
    if receipt.external_id is None:
        return True
    return any(receipt.external_id in (post.id, *post.extra.values()) for post in made)
