"""The rules of the ledger as one would tell them, in slow plain Python, to hold the database against.

Times are hours; `NOW` is the database's own clock, `LATER` is after every withdrawal.
"""

from dataclasses import dataclass, field
from typing import Any

NOW, LATER = 4000, 9000
PENDING, LIVE = ("waiting", "unproved"), ("waiting", "unproved", "matched", "accepted")


@dataclass
class Owned:
    """A declared account."""

    member: int
    handle: str
    since: int
    until: int | None = None
    id: int | None = None


@dataclass
class Seen:
    """A sighting that was put down."""

    author: str
    author_id: int | None
    at: int
    dated: bool
    signal: str
    given: bool = False


@dataclass
class Claim:
    """A claim and what a review changed."""

    member: int
    state: str = "waiting"
    before: str | None = None
    by_consent: bool = False


@dataclass
class Model:
    """The rules of the ledger as one would tell them."""

    agreed: set[int] = field(default_factory=lambda: {0, 1, 2})
    accounts: list[Owned] = field(default_factory=list)
    seen: dict[Any, Seen] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    grades: dict[tuple[int, str], list[Any]] = field(default_factory=dict)  # [grade, counts]

    def whose(self, one: Seen, among: list[Owned]) -> Owned | None:
        """Whose account a sighting is of, among some: by its id, else by its handle."""
        if one.author_id is not None and (found := held([a for a in among if a.id == one.author_id], one.at)):
            return found
        return held([a for a in among if a.handle == one.author and (None in (one.author_id, a.id) or a.id == one.author_id)], one.at)

    def raise_(self, member: int, signal: str, grade: int, later: bool) -> None:
        """Evidence of a grade came in; `later`: after it was withdrawn."""
        there = self.grades.setdefault((member, signal), [grade, True])
        if (there[1] and grade > there[0]) or (not there[1] and later):
            there[:] = [grade, True]

    def see(self, key: Any, new: Seen) -> None:
        """A sighting, perhaps one that was seen before."""
        old = self.seen.get(key)
        if old is not None:
            new.at, new.dated, new.given = old.at, old.dated, old.given
        owner = self.whose(new, self.accounts)
        mine = owner if owner is not None and owner.member in self.agreed else None
        learned = mine is not None and new.author_id is not None and mine.id is None
        if mine is not None and learned:
            mine.id = new.author_id
        kept = self.seen.setdefault(key, new)
        if mine is not None and not kept.given:
            kept.given = True
            self.raise_(mine.member, kept.signal, 5, kept.dated and kept.at == LATER)
        if mine is not None and learned:
            self.match(mine)

    def match(self, account: Owned) -> None:
        """Sightings that waited for this account."""
        if account.until is not None:
            return
        among = [a for a in self.accounts if a.handle == account.handle or (a.id is not None and a.id == account.id)]
        for one in self.seen.values():
            named = one.author == account.handle or (account.id is not None and one.author_id == account.id)
            if one.given or not named:
                continue
            owner = self.whose(one, among)
            if owner is not None and owner.member in self.agreed:
                one.given = True
                self.raise_(owner.member, one.signal, 5, one.dated and one.at == LATER)

    def worth(self, claim: Claim) -> int:
        """The grade that a claim holds up by itself; 0: none."""
        if claim.state in LIVE or (claim.state == "withdrawn" and claim.by_consent):
            return {"matched": 3, "accepted": 4}.get(claim.state, 1)
        return 0

    def others(self, claim: Claim) -> int:
        """The best grade that the other claims of the member hold up."""
        return max((self.worth(one) for one in self.claims if one.member == claim.member and one is not claim), default=0)


def held(accounts: list[Owned], at: int) -> Owned | None:
    """Who held an account at a time, else who declared it first after."""
    ordered = sorted(accounts, key=lambda one: one.since)
    then = [one for one in ordered if one.since <= at and (one.until is None or at < one.until)]
    later = [one for one in ordered if one.since > at]
    return (then or later or [None])[0]  # type: ignore[list-item]
