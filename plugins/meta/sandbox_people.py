"""People of the imitated platforms: who they are, and what they did, kept so that no look has to search all deeds."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable

from gaung.core.sandbox.people import Deed, SandboxProfile
from gaung.core.sandbox.world import World

Shelf = tuple[str, str]
"""What deeds are looked up by: a kind (`shares`, `tags`) and the id of a post, account or profile."""


class People:
    """Profiles by handle and id, deeds by the thing that they made and by shelf. `key` brings spellings of a handle together."""

    def __init__(self, world: World, key: Callable[[str], str]) -> None:
        self.world = world
        self.by_id: dict[str, SandboxProfile] = {}
        self._key = key
        self._by_handle: dict[str, SandboxProfile] = {}
        self._things: dict[str, Deed] = {}
        self._shelves: dict[Shelf, dict[str, Deed]] = {}

    def add(self, handle: str, external_id: str, traits: Collection[str], known: Collection[str]) -> SandboxProfile:
        """A new profile. KeyError for a handle that is taken, and for a trait that nobody has here."""
        if self._key(handle) in self._by_handle:
            raise KeyError("this handle is taken")
        if unknown := sorted(set(traits) - set(known)):
            raise KeyError(f"no such trait here: {unknown[0]}; there are {', '.join(sorted(known))}")
        profile = SandboxProfile(handle=handle, external_id=external_id, traits=frozenset(traits))
        self._by_handle[self._key(handle)] = self.by_id[external_id] = profile
        return profile

    def profile(self, name: str) -> SandboxProfile | None:
        """Whoever has this handle or id now."""
        return self.by_id.get(name) or self._by_handle.get(self._key(name))

    def keep(self, deed: Deed, thing: str, shelves: Iterable[Shelf] = ()) -> Deed:
        """Remember a deed by the id of what it made, on these shelves and on that of its profile."""
        deed.extra["id"] = thing
        deed.extra["shelves"] = [("profile", deed.profile.external_id), *shelves]
        self._things[thing] = deed
        for shelf in deed.extra["shelves"]:
            self._shelves.setdefault(shelf, {})[thing] = deed
        self.world.deeds.append(deed)
        return deed

    def thing(self, identity: str) -> Deed | None:
        """The deed that made this post, media or comment, while it is there."""
        return self._things.get(identity)

    def on(self, kind: str, identity: str) -> list[Deed]:
        """The deeds on a shelf, newest first."""
        return list(reversed(list(self._shelves.get((kind, identity), {}).values())))

    def count(self, kind: str, identity: str) -> int:
        """How many deeds a shelf holds."""
        return len(self._shelves.get((kind, identity), {}))

    def undo(self, deed: Deed) -> None:
        """Take a deed away; again: nothing."""
        deed.undone = True
        thing = deed.extra["id"]
        self._things.pop(thing, None)
        for shelf in deed.extra["shelves"]:
            self._shelves.get(shelf, {}).pop(thing, None)

    def rename(self, profile: SandboxProfile, handle: str, moved: Callable[[Deed], str]) -> None:
        """Another handle for the same id; `moved` answers where a deed is seen from now on. KeyError for a handle that is taken."""
        taken = self._by_handle.get(self._key(handle))
        if taken is not None and taken is not profile:
            raise KeyError("this handle is taken")
        self._by_handle.pop(self._key(profile.handle), None)
        profile.former.append(profile.handle)
        profile.handle = handle
        self._by_handle[self._key(handle)] = profile
        for deed in self.on("profile", profile.external_id):
            deed.url = moved(deed)

    def vanish(self, profile: SandboxProfile) -> None:
        """Delete a profile with all that it did."""
        profile.gone = True
        self._by_handle.pop(self._key(profile.handle), None)
        self.by_id.pop(profile.external_id, None)
        for deed in self.on("profile", profile.external_id):
            self.undo(deed)


class Crowd(ABC):
    """What the people of both platforms do alike; `kept` is where they are kept."""

    kept: People

    @abstractmethod
    def address(self, deed: Deed) -> str:
        """Where people see what a deed made."""

    def undo(self, deed: Deed) -> None:
        """The post, media or comment is deleted, the collaboration ended."""
        self.kept.undo(deed)

    def rename(self, profile: SandboxProfile, handle: str) -> None:
        """Addresses with the handle in them change with it."""
        self.kept.rename(profile, handle, self.address)

    def vanish(self, profile: SandboxProfile) -> None:
        """The profile is deleted."""
        self.kept.vanish(profile)
