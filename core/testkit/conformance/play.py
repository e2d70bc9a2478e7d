"""Plays core's part: calls hooks in core's order, and writes down every request, answer and error."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import unquote, urlsplit

from gaung.core import fence, http
from gaung.core.http import Effect, Reply
from gaung.core.records import Account, Content, Pending, Published, Ready
from gaung.core.sandbox.journal import Entry
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.conformance.samples import Sample
from gaung.core.testkit.conformance.subject import Subject

Hook = Literal["publish", "check", "finish", "find"]
HOOKS: dict[Hook, str] = {
    "publish": "gaung_publish", "check": "gaung_check", "finish": "gaung_finish", "find": "gaung_find_published",
}  # fmt: skip
MOST_STEPS = 40
"""Hook calls after which a publication that is still not done is taken to stand still."""


class Killed(BaseException):
    """The process ends here: no `except Exception` of a plugin sees it."""


@dataclass(slots=True)
class Request:
    """One request as the plugin made it.

    `visible`: how many posts everybody could see before it. `marked`: sent inside `mutating()`; `started`: *mutation started* by then;
    `published`: a publishing request went before it in the same hook call. `operation` is empty for what did not reach the platform;
    `nth` counts the earlier ones of its operation.
    """

    hook: Hook
    call: int
    method: str
    url: str
    effect: Effect
    marked: bool
    started: bool
    published: bool
    visible: int
    operation: str = ""
    nth: int = 0
    answered: bool = False

    @property
    def changes(self) -> bool:
        """Whether it is more than a look."""
        return self.effect is not Effect.READ

    def __str__(self) -> str:
        return f"{self.operation} ({self.method}, {self.effect.value}, in gaung_{self.hook})"


class World(Protocol):
    """What a run needs of the kit."""

    def visible(self, account: Account) -> int:
        """How many posts of an account everybody can see."""

    def got(self) -> list[Entry]:
        """The requests that the platform has got, in order."""

    def advance(self, seconds: float) -> None:
        """Let time go by for both sides."""


@dataclass(slots=True)
class Run:
    """One delivery on its way. `error` is what the last hook call raised."""

    world: World
    subject: Subject
    sample: Sample
    account: Account
    content: Content
    attempt: LiveAttempt
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[Hook, Any]] = field(default_factory=list)
    error: BaseException | None = None
    calls: int = 0
    unseen: int = 0
    waits: int = 0
    kill: Callable[[int, Reply | None], bool] = lambda _number, _reply: False
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def answer(self) -> Any:
        """The last answer; None after an error."""
        return self.answers[-1][1] if self.answers and self.error is None else None

    @property
    def published(self) -> Published | None:
        """The receipt, once there is one."""
        return self.answer if isinstance(self.answer, Published) else None

    @property
    def said(self) -> str:
        """How the last hook call ended, for messages."""
        if self.error is not None:
            return f"{type(self.error).__name__}({self.error})"
        return repr(self.answer) if self.answers else "nothing"

    def step(self, hook: Hook) -> Any:
        """One hook call. Errors are kept in `error`, and None is answered then."""
        if hook in ("publish", "finish") and not self.subject.record.marks_mutation:
            self.attempt.mutation_started_at = self.attempt.mutation_started_at or self.attempt.now()
        self.error = None
        self.calls += 1
        before = len(self.world.got())
        with self._watched(hook), fence.raised(_Lenient(self.attempt)):
            try:
                answer = self.subject.call(HOOKS[hook], account=self.account, content=self.content, attempt=self.attempt)
                self.answers.append((hook, answer))
            except (Exception, Killed) as error:  # noqa: BLE001 - whatever a plugin raises is judged by the rules
                self.error = error
        self._name_requests(before)
        return self.answer

    def drive(self, first: Hook = "publish", steps: int = MOST_STEPS) -> "Run":
        """From a hook on to a receipt or an error, as core goes; time passes between the looks."""
        hook: Hook = first
        for _ in range(steps):
            answer = self.step(hook)
            if isinstance(answer, Ready):
                hook = "finish"
            elif isinstance(answer, Pending):
                self.wait(answer)
                hook = "check"
            else:
                break
        return self

    def wait(self, answer: Pending) -> None:
        """Until core would ask again."""
        wanted = answer.check_after if isinstance(answer.check_after, int | float) else 0
        self.world.advance(max(float(wanted), 1.0))
        self.waits += 1
        time.sleep(min(0.001 * self.waits, 0.02))  # a sandbox may fetch media while its clock stands still

    def reborn(self) -> None:
        """The delivery goes on with another attempt object that has what was saved."""
        self.attempt = self.attempt.reborn()
        self.kill = lambda _number, _reply: False

    @contextmanager
    def _watched(self, hook: Hook) -> Iterator[None]:
        published, first = False, len(self.requests)

        def watch(method: str, url: str, effect: Effect, reply: Reply | None) -> None:
            nonlocal published
            if reply is None:
                attempt = self.attempt
                started = attempt.mutation_started_at is not None
                seen = self.world.visible(self.account)
                self.requests.append(Request(hook, self.calls, method, url, effect, attempt.mutating_now, started, published, seen))
            else:
                self.requests[-1].answered = True
            if effect is Effect.PUBLISH and self.attempt.mutation_started_at is None:
                # Whether it was marked is a rule of its own; the others go on as if it had been.
                self.attempt.mutation_started_at = self.attempt.now()
            if self.kill(len(self.requests) - 1, reply):
                raise Killed
            published = published or effect is Effect.PUBLISH

        with http.watched(watch):
            yield
        self.facts["first_of_call"] = first

    def _name_requests(self, before: int) -> None:
        """Give requests the operations under which the platform got them; what it got beside them went around `gaung.core.http`."""
        left = self.world.got()[before:]
        for request in self.requests[self.facts["first_of_call"] :]:
            entry = next((entry for entry in left if entry.method == request.method and _path(entry.path) == _path(request.url)), None)
            if entry is None:
                continue  # it went elsewhere, or its process was killed before it was sent
            left.remove(entry)
            request.nth = sum(one.operation == entry.operation for one in self.requests)
            request.operation = entry.operation
        self.unseen += len(left)


def _path(url: str) -> str:
    return unquote(urlsplit(url).path)


class _Lenient:
    """A fence that stops a lost lease. That publishing requests are marked is asserted by a rule, not by every one."""

    mutating = True

    def __init__(self, attempt: LiveAttempt) -> None:
        self._attempt = attempt

    def check(self) -> None:
        self._attempt.check()
