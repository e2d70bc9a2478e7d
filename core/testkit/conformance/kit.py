"""What a rule is handed: the plugin, a fresh sandbox of its platform, and the means to make things happen there."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gaung.core.errors import AuthExpired, StopWork
from gaung.core.http import Reply
from gaung.core.records import Account, Content, Credentials, NotThere, Platform, Published, Unfinished
from gaung.core.sandbox.base import SandboxPost
from gaung.core.sandbox.journal import Entry
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.conformance.bench import Bench, Known
from gaung.core.testkit.conformance.play import Killed, Request, Run
from gaung.core.testkit.conformance.samples import TEXT, Sample
from gaung.core.testkit.conformance.verdicts import Broken, NotApplicable, expect

PROCESSING = 4.0
"""Seconds that the sandbox works on a video."""
POLL = 5.0
LONG = 9 * 86_400.0
"""Longer than any upload that is not finished is kept."""

_numbers = itertools.count(1)


class Kit:
    """One rule's view of one plugin. `side` is its platform's sandbox."""

    def __init__(self, bench: Bench, given: object) -> None:
        self.bench = bench
        self.known: Known = bench.known(given)
        self.subject = self.known.subject
        self.sandbox = bench.sandbox(self.subject)
        self.side = self.sandbox.platforms[self.subject.name]
        self.world = self.sandbox.world
        self.world.processing_seconds = PROCESSING

    @property
    def record(self) -> Platform:
        """What the plugin declares."""
        return self.subject.record

    @property
    def name(self) -> str:
        """Name of the platform."""
        return self.subject.name

    def close(self) -> None:
        """Raises `Broken` when a handler of the sandbox crashed."""
        self.bench.server.use(None)
        expect(not self.sandbox.crashes, f"handlers of the sandbox crashed: {self.sandbox.crashes}")

    # What there is

    def settings(self) -> dict[str, Any]:
        """Defaults of the record, aimed at the sandbox."""
        defaults = {field.name: field.default for field in self.record.setting_fields if field.default is not None}
        return {**defaults, **self.side.settings(), "poll_seconds": POLL}

    def account(self) -> Account:
        """A new account."""
        number = next(_numbers)
        kept = self.side.add_account(str(4_200_000 + number), f"contoh_{self.name}_{number}")
        return Account(
            id=1_000_000 + number, office="18", platform=self.name, external_id=kept.external_id, handle=kept.handle,
            credentials=Credentials(kept.credentials), settings=self.settings(),
        )  # fmt: skip

    def connected_anew(self, account: Account, credentials: Credentials | None = None) -> Account:
        """The same account with new credentials: those given, else as a person would bring them."""
        fresh = credentials or Credentials(self.side.add_account(account.external_id, account.handle).credentials)
        return Account(
            id=account.id, office=account.office, platform=account.platform, external_id=account.external_id, handle=account.handle,
            credentials=fresh, settings=account.settings, limits=account.limits,
        )  # fmt: skip

    def posts(self, account: Account) -> list[SandboxPost]:
        """What everybody sees of an account, newest first."""
        return [post for post in self.side.posts() if post.account == account.external_id and post.visible]

    def made(self, account: Account) -> list[SandboxPost]:
        """What the API made of it."""
        return [post for post in self.posts(account) if post.made_by == "api"]

    def visible(self, account: Account) -> int:
        """How many posts everybody sees."""
        return len(self.posts(account))

    def got(self) -> list[Entry]:
        """All requests so far."""
        return self.sandbox.journal.entries()

    def advance(self, seconds: float) -> None:
        """Let time go by for both sides."""
        self.world.clock_offset += seconds

    def attempt(self, **values: Any) -> LiveAttempt:
        """A new attempt of a new delivery, by the sandbox's clock."""
        return LiveAttempt(**{"delivery": next(_numbers), "now": self.world.today, **values})

    def fault(self, operation: str, do: str, **more: Any) -> None:
        """Let requests go wrong; `times` is for ever unless said."""
        self.sandbox.faults.add(operation, do, **{"times": -1, **more})

    def mend(self) -> None:
        """No faults any more."""
        self.sandbox.faults.clear()

    # What is done

    @property
    def samples(self) -> list[Sample]:
        """Every format with a content that passes the plugin's validation."""
        return self.bench.samples(self.known, self.account)

    def start(self, sample: Sample, *, account: Account | None = None, text: str = "", attempt: LiveAttempt | None = None) -> Run:
        """A delivery, before its first hook call; the text is a new one unless given."""
        content: Content = sample.content(text or f"{TEXT} ({next(_numbers)})")
        return Run(self, self.subject, sample, account or self.account(), content, attempt or self.attempt())

    @property
    def runs(self) -> list[Run]:
        """How every format went without a fault, learnt once. Its sandbox is kept in `facts["side"]`."""
        if self.known.runs is None:
            usable = [sample for sample in self.samples if not sample.why_not]
            self.known.runs = [self._learnt(sample) for sample in usable]
        return self.known.runs

    def _learnt(self, sample: Sample) -> Run:
        fetched = len(self.bench.server.fetched)
        run = self.start(sample).drive()
        files = self.bench.server.fetched[fetched:]
        run.facts.update(posts=self.posts(run.account), fetched=files, base_url=self.side.base_url)
        return run

    @property
    def shapes(self) -> list[Run]:
        """Of the runs that published, one for each different way of doing it."""
        found: dict[tuple[Any, ...], Run] = {}
        for run in self.runs:
            if run.published is not None:
                ways = {(request.hook, request.operation, request.effect) for request in run.requests}
                found.setdefault(tuple(sorted(map(str, ways))), run)
        if not found:
            raise NotApplicable("no format publishes, which KIT-01 tells")
        return list(found.values())

    def points(self, wanted: Callable[[Request], bool]) -> Iterator[tuple[Run, Request]]:
        """Requests of the learnt runs that are wanted."""
        for run in self.shapes:
            for request in run.requests:
                if request.operation and wanted(request):
                    yield run, request

    def again(self, learnt: Run, request: Request, do: str, **more: Any) -> Run:
        """The same delivery anew on a new account, where the requests from `request` on go wrong."""
        run = self.start(learnt.sample)
        self.fault(request.operation, do, skip=request.nth, **more)
        try:
            run.drive()
        finally:
            self.mend()
        return run

    def killed(self, learnt: Run, number: int, *, after: bool) -> Run:
        """The same delivery anew, its process killed before request `number` is sent, or once it is answered."""

        def kill(seen: int, reply: Reply | None) -> bool:
            return seen == number and (reply is not None) is after

        run = self.start(learnt.sample)
        run.kill = kill
        run.drive()
        if not isinstance(run.error, Killed):
            raise Broken(f"{learnt.sample.name}: the same content was published in another way than before: {run.said}")
        return run

    def look(self, run: Run, *, after: float = 30.0) -> Any:
        """What `gaung_find_published` says in another process, when core looks first. `AuthExpired` is refreshed once, as core does."""
        run.attempt.outcome_unknown()
        self.advance(after)
        run.reborn()
        answer = run.step("find")
        if isinstance(run.error, AuthExpired):
            run.account = self.connected_anew(run.account)
            answer = run.step("find")
        if run.error is not None and not isinstance(run.error, StopWork):
            raise Broken(f"{run.sample.name}: gaung_find_published raised {run.said}")
        return answer

    def let_it_appear(self, run: Run) -> None:
        """Give a platform that works on by itself (fetches media, ...) a moment of real time, beside the time of its clock."""
        self.advance(30.0)
        until = time.monotonic() + 2.0
        while not self.made(run.account) and time.monotonic() < until:
            time.sleep(0.005)
            self.advance(2.0)

    def settle(self, run: Run) -> Any:
        """Look until there is a verdict, going on where the plugin says `Unfinished`: `Published`, `NotThere`, `CannotTell` or an error."""
        for _ in range(4):
            answer = self.look(run)
            if isinstance(answer, Unfinished):
                run.drive(answer.resume)
                if run.published is not None:
                    return run.published
                continue
            if isinstance(answer, Published | NotThere) or run.error is None:
                return answer
        return run.error or answer


def names(runs: Iterable[Run]) -> str:
    """Formats, for messages."""
    return ", ".join(run.sample.name for run in runs)
