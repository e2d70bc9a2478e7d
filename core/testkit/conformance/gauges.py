"""A scene for the rules about measuring: an account with posts of every format, numbers that are all known, and the looks at them.

Each look is taken once, by whichever rule asks first: five rules cost no more requests than one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

from gaung.core import http
from gaung.core.http import Effect, Reply
from gaung.core.records import Measure, Measured, Metric, Publication
from gaung.core.sandbox.base import SandboxAccount, SandboxPost
from gaung.core.sandbox.numbers import Numbers
from gaung.core.testkit.conformance.kit import Kit
from gaung.core.testkit.conformance.scene import Sent
from gaung.core.testkit.conformance.verdicts import NotApplicable, expect

Of = Literal["account", "publication"]
HOOKS: dict[Of, str] = {"account": "gaung_measure_account", "publication": "gaung_measure_publications"}
_LETTERS = 6
"""How many characters at the end of an id are changed to name a post that never was."""


def metrics(kit: Kit, of: Of) -> tuple[Metric, ...]:
    """Declared metrics. `NotApplicable` where there are none, or no hook."""
    found = tuple(metric for metric in kit.record.metrics if metric.of == of)
    if not found or not kit.subject.has(HOOKS[of]):
        raise NotApplicable(f"the record declares no metric of {of}s" if not found else f"there is no {HOOKS[of]}")
    return found


class Gauges:
    """An account of `posts`, each beside what core would ask by. Numbers of the newest post are all 0; every other number is there once."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        kit.side.grant_all()
        self.account = kit.account()
        self.sent: list[Sent] = []
        self.posts = [*self._published(), self._asked(kit.side.post_by_hand(self.account.external_id, "Cek namamu di DPT"))]
        self.before = self._there()

    @property
    def side(self) -> SandboxAccount:
        """The account as the sandbox has it."""
        return self.kit.side.accounts[self.account.external_id]

    def _published(self) -> Iterator[tuple[SandboxPost, Publication]]:
        """A post of each format; what a plugin cannot publish is told by other rules."""
        for sample in self.kit.samples:
            run = None if sample.why_not else self.kit.start(sample, account=self.account).drive()
            receipt = run.published.external_id if run is not None and run.published is not None else None
            for post in self.kit.made(self.account) if receipt is not None else ():
                if receipt in (post.id, *post.extra.values()):
                    yield self._asked(post, receipt)

    def _asked(self, post: SandboxPost, external_id: str | None = None) -> tuple[SandboxPost, Publication]:
        return post, Publication(
            id=1, external_id=external_id or post.id, url=post.url, published_at=datetime.fromtimestamp(post.created_at, UTC),
            account=self.account.external_id, handle=self.account.handle, text=post.text,
        )  # fmt: skip

    def _there(self) -> list[tuple[str, bool]]:
        return [(post.id, post.visible) for post in self.side.posts]

    @property
    def changed(self) -> bool:
        """Whether posts came or went since."""
        return self._there() != self.before

    # Numbers

    def truth(self, metric: Metric, place: int | None = None) -> float:
        """What there is to tell of the account, or of the post at that place."""
        number = self.kit.record.metrics.index(metric)
        if place is None:
            return 123_457.0 + 1_009 * number
        return 0.0 if place == len(self.posts) - 1 else 10_007.0 + 97 * number + 1_013 * place

    def withheld(self, metric: Metric) -> bool:
        """Whether the platform tells it no longer, in the look that is called so: every second one."""
        return self.kit.record.metrics.index(metric) % 2 == 0

    def _tell(self, *, withholding: bool) -> None:
        """Let the platform tell the truth, or of the account and the first post every second number no longer."""
        world, name = self.kit.world, self.kit.name
        world.numbers = Numbers()
        for metric in self.kit.record.metrics:
            hidden = withholding and self.withheld(metric)
            if metric.of == "account":
                world.numbers.put(name, self.side.external_id, metric.name, None if hidden else self.truth(metric), 0.0)
                continue
            for place, (post, _) in enumerate(self.posts):
                told = None if hidden and place == 0 else self.truth(metric, place)
                world.numbers.put(name, post.id, metric.name, told, 0.0)

    # Looks

    @cached_property
    def of_account(self) -> Measured:
        """The account's numbers."""
        self._tell(withholding=False)
        return self._measured("account")

    @cached_property
    def of_posts(self) -> list[Measured]:
        """The posts' numbers, as many at once as the record says."""
        self._tell(withholding=False)
        return [self._measured("publication", publications=part) for part in self._parts([asked for _, asked in self.posts])]

    @cached_property
    def with_gone(self) -> list[Measured]:
        """The same, with a post among them that is not there."""
        self._tell(withholding=False)
        every = [asked for _, asked in self.posts]
        return [self._measured("publication", publications=part) for part in self._parts([*every[:1], self.gone, *every[1:]])]

    @cached_property
    def account_withheld(self) -> Measured:
        """The account's numbers, every second one withheld."""
        self._tell(withholding=True)
        return self._measured("account")

    @cached_property
    def posts_withheld(self) -> list[Measured]:
        """The posts' numbers, every second one of the first withheld."""
        self._tell(withholding=True)
        return [self._measured("publication", publications=part) for part in self._parts([asked for _, asked in self.posts])]

    @cached_property
    def gone(self) -> Publication:
        """A post that is not there: its id is of the platform's shape."""
        _, first = self.posts[0]
        external_id = first.external_id or ""
        kept, tail = external_id[:-_LETTERS], external_id[-_LETTERS:]
        other = "".join(str((int(letter) + 5) % 10) if letter.isdecimal() else "A" for letter in tail)
        return Publication(
            id=2, external_id=kept + other, url=None, published_at=first.published_at, account=first.account, handle=first.handle,
            text=first.text,
        )  # fmt: skip

    def _parts(self, asked: Sequence[Publication]) -> list[Sequence[Publication]]:
        size = max(1, self.kit.record.capabilities.measures_together)
        return [asked[start : start + size] for start in range(0, len(asked), size)]

    def _measured(self, of: Of, **more: Any) -> Measured:
        with self._watched():
            answer: Measured = self.kit.subject.call(HOOKS[of], account=self.account, **more)
        expect(isinstance(answer, Measured), f"{HOOKS[of]} answered {type(answer).__name__}, not Measured")
        expect(not self.kit.sandbox.crashes, f"handlers of the sandbox crashed: {self.kit.sandbox.crashes}")
        return answer

    @contextmanager
    def _watched(self) -> Iterator[None]:
        def watch(method: str, url: str, effect: Effect, reply: Reply | None) -> None:
            if reply is None:
                self.sent.append(Sent(method, url, effect))

        with http.watched(watch):
            yield


def gauges(kit: Kit) -> Gauges:
    """The scene, made once for each plugin, with its own sandbox behind the server."""
    if kit.known.gauges is None:
        kit.known.gauges = Gauges(kit)
    kit.bench.server.use(kit.known.gauges.kit.sandbox)
    return kit.known.gauges


def measures(looks: Sequence[Measured]) -> list[Measure]:
    """All of several answers."""
    return [measure for measured in looks for measure in measured.measures]
