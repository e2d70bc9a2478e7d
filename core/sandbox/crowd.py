"""A crowd in the sandbox: people who share posts in every way there is, take it back, change their names, leave, and lie.

It knows platforms, profiles and posts, and nothing of who is registered with whom: `label` is whatever the caller calls somebody by.
What it did stands in `World.deeds`, the truth. Let it act while nobody asks the sandbox anything, or by the control API: handlers and
crowd would else change the same lists from two threads.
"""

import contextlib
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from gaung.core.sandbox.base import PlatformSandbox
from gaung.core.sandbox.people import Deed, SandboxProfile

Tale = Literal["own", "private", "stolen", "official", "elsewhere", "invented"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A profile to come. `label` empty: one of the public, whom nobody knows by name."""

    platform: str
    handle: str = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A post that can be shared. Posts of one `group` say the same on different accounts."""

    platform: str
    account: str
    post: str
    url: str
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Shares between 0 and 1. `acts`: of profiles, in each round; `again`: who acts, acts once more; `undoes` is of deeds.

    `hands_in`: of deeds whose doer is known by a label and shows the link; `lies`: of those with a label who claim what never was.
    """

    acts: float = 0.3
    again: float = 0.4
    undoes: float = 0.05
    renames: float = 0.03
    vanishes: float = 0.03
    hands_in: float = 0.5
    lies: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """Somebody says to have shared, and shows a link. `deed` is what it rests on, None for a lie.

    `tale`: `own` and `private` are true, the latter is behind no link that anybody can look up; `stolen` is the link of somebody else,
    `official` the post itself, `elsewhere` one's own link of another post, `invented` leads nowhere.
    """

    label: str
    platform: str
    group: int
    url: str = field(repr=False)
    tale: Tale
    deed: Deed | None = field(default=None, repr=False)


class Crowd:
    """Everybody and what they did. Same arguments, same deeds."""

    def __init__(
        self, platforms: Mapping[str, PlatformSandbox], people: Iterable[Somebody], targets: Sequence[Target], *, seed: int, rates: Rates
    ) -> None:
        """Make the profiles of those on platforms that imitate people; others are left out."""
        self._platforms = {name: side for name, side in platforms.items() if side.deeds}
        self._random = Random(seed)  # noqa: S311 - a seed makes the same crowd again
        self._rates = rates
        self._targets = {name: [one for one in targets if one.platform == name] for name in self._platforms}
        self._group = {(one.platform, one.account, one.post): one.group for one in targets}
        self._signals = {name: itertools.cycle(side.deeds) for name, side in self._platforms.items()}
        self._labels: dict[int, str] = {}
        self._names = itertools.count(1)
        self.profiles: list[tuple[str, SandboxProfile]] = [self._arrive(one) for one in people if one.platform in self._platforms]
        self.deeds: list[Deed] = []

    def label(self, profile: SandboxProfile) -> str:
        """What the caller calls the person, empty for one of the public."""
        return self._labels.get(id(profile), "")

    def group(self, deed: Deed) -> int:
        """Group of the post that a deed shares."""
        return self._group[deed.platform, deed.account, deed.post]

    def act(self) -> list[Deed]:
        """One round: some share one post or several, each signal as often as the others."""
        done = [deed for name, profile in self.profiles if not profile.gone for deed in self._act(name, profile)]
        self.deeds += done
        return done

    def change(self) -> tuple[int, int, int]:
        """Some take deeds back, some take another handle, some leave for good. Answers how many of each."""
        undone = [deed for deed in self.deeds if alive(deed) and self._happens(self._rates.undoes)]
        for deed in undone:
            self._platforms[deed.platform].undo(deed)
        here = [(name, profile) for name, profile in self.profiles if not profile.gone]
        renamed = [one for one in here if self._happens(self._rates.renames)]
        for name, profile in renamed:
            self._platforms[name].rename(profile, self._new_handle(profile.handle))
        leaving = [one for one in here if self._happens(self._rates.vanishes)]
        for name, profile in leaving:
            self._platforms[name].vanish(profile)
        return len(undone), len(renamed), len(leaving)

    def hand_in(self) -> list[HandIn]:
        """Links that people with a label show: their own, and those of liars. A lie is never by chance the truth."""
        known = [deed for deed in self.deeds if self.label(deed.profile)]
        honest = [self._honest(deed) for deed in known if alive(deed) and deed.url and self._happens(self._rates.hands_in)]
        return honest + list(self._lies({(self.label(deed.profile), deed.platform, self.group(deed)) for deed in known}))

    def _arrive(self, one: Somebody) -> tuple[str, SandboxProfile]:
        side = self._platforms[one.platform]
        profile = side.add_profile(one.handle, self._random.choice(side.traits) if side.traits else ())
        if one.label:
            self._labels[id(profile)] = one.label
        return one.platform, profile

    def _act(self, name: str, profile: SandboxProfile) -> Iterator[Deed]:
        targets = self._targets[name]
        if not targets or not self._happens(self._rates.acts):
            return
        side = self._platforms[name]
        while True:
            target = self._random.choice(targets)
            # Some deeds are not for everybody, or not any more; who cannot do one does nothing.
            with contextlib.suppress(KeyError):
                yield side.do(profile, next(self._signals[name]), target.account, target.post)
            if not self._happens(self._rates.again):
                return

    def _honest(self, deed: Deed) -> HandIn:
        tale: Tale = "own" if deed.proves else "private"
        return self._claim(self.label(deed.profile), deed.platform, self.group(deed), self._pasted(deed.url), tale, deed)

    def _lies(self, true: set[tuple[str, str, int]]) -> Iterator[HandIn]:
        shared: dict[tuple[str, int], list[Deed]] = {}
        by: dict[int, list[Deed]] = {}
        real = {deed.url for deed in self.deeds} | {one.url for targets in self._targets.values() for one in targets}
        for deed in self.deeds:
            if alive(deed) and deed.url:
                shared.setdefault((deed.platform, self.group(deed)), []).append(deed)
                by.setdefault(id(deed.profile), []).append(deed)
        for name, profile in self.profiles:
            label, targets = self.label(profile), self._targets[name]
            if not label or not targets or not self._happens(self._rates.lies):
                continue
            target = self._random.choice(targets)
            if (label, name, target.group) in true:
                continue
            # What the liar has not done in this group is somebody else's; what the liar has done at all is of another group.
            tale, url = self._lie(target, shared.get((name, target.group), ()), by.get(id(profile), ()), real)
            yield self._claim(label, name, target.group, url, tale)

    def _lie(self, target: Target, others: Sequence[Deed], own: Sequence[Deed], real: Collection[str]) -> tuple[Tale, str]:
        """A link for something that never was, of one of the kinds that are at hand."""
        kinds: dict[Tale, Sequence[Deed]] = {"stolen": others, "elsewhere": own}
        tale = self._random.choice([*(name for name, deeds in kinds.items() if deeds), "official", "invented"])
        if tale in kinds:
            return tale, self._random.choice(kinds[tale]).url
        if tale == "official":
            return tale, target.url
        return tale, self._altered(self._random.choice(others).url if others else target.url, real)

    def _claim(self, label: str, name: str, group: int, url: str, tale: Tale, deed: Deed | None = None) -> HandIn:
        return HandIn(label=label, platform=name, group=group, url=url, tale=tale, deed=deed)

    def _altered(self, url: str, real: Collection[str]) -> str:
        """The same kind of address, of something that is not there."""
        places = [index for index, letter in enumerate(url) if letter.isalnum()][-8:]
        made = url
        while made in real:
            place = self._random.choice(places)
            letters = "0123456789" if made[place].isdigit() else "abcdefghijklmnopqrstuvwxyz"
            made = made[:place] + self._random.choice(letters) + made[place + 1 :]
        return made

    def _pasted(self, url: str) -> str:
        """As phones copy it: now and then with a mark of where it was copied."""
        if not self._happens(0.3):
            return url
        return f"{url}{'&' if '?' in url else '?'}utm_source=copy_link"

    def _new_handle(self, former: str) -> str:
        return f"{former[:11]}baru{next(self._names)}"

    def _happens(self, share: float) -> bool:
        return self._random.random() < share


def alive(deed: Deed) -> bool:
    """Whether it is still there: neither taken back nor gone with its profile."""
    return not deed.undone and not deed.profile.gone
