"""What reports of a played history have to say, recomputed from its journal: other code than Gaung's, and no database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from gaung.core.period import Period
from gaung.core.testkit.history_journal import Journal, Out

NUMBERS = ("views", "reach", "likes", "comments", "shares")
ABOVE = {"regency": ("kpu_ri", "provinsi"), "province": ("kpu_ri",)}
_PROVEN = ("matched", "reviewed", "observed")
_EXPECTED = 4
"""Networks that every office is asked to be on."""
Subject = tuple[str, str, str]
"""Office, platform, handle."""


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of followers."""

    at: datetime
    value: float
    exact: bool
    definition: str


def as_told(platform: str, name: str, value: float | None) -> float | None:
    """What the platform tells of a number: YouTube three digits of its subscribers, Facebook nothing of no shares."""
    if value is None or (platform == "facebook" and name == "shares" and value == 0):
        return None
    if platform == "youtube" and name == "followers" and value >= 1000:
        digits = 10 ** (len(str(int(value))) - 3)
        return float(int(value) // digits * digits)
    return value


class Truth:
    """`offices`: level by code; `voters` by code; `now`: when the reports were made."""

    def __init__(self, journal: Journal, offices: Mapping[str, str], voters: Mapping[str, int], now: datetime) -> None:
        self._journal, self._offices, self._voters, self._now = journal, offices, voters, now
        self._followers = self._series()
        self._newest: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for told in journal.told:
            value = as_told(told.platform, told.name, told.value)
            if value is not None:
                self._newest[told.platform, told.key][told.name] = value

    def followers(self, period: Period, by: str) -> dict[str, dict[str, Any]]:
        """Rows of `report followers` by their keys, and `total`."""
        keys: dict[str, Callable[[Subject], str]] = {
            "office": lambda one: one[0], "platform": lambda one: one[1], "account": "/".join
        }  # fmt: skip
        groups: dict[str, list[Subject]] = defaultdict(list)
        subjects = self._subjects(period)
        for subject in subjects:
            groups[keys[by](subject)].append(subject)
        return {key: self._row(period, several) for key, several in [*groups.items(), ("total", subjects)]}

    def line(self, platform: str, day: date) -> float:
        """Where the page's line of a platform is on a day: each account with its last known figure."""
        ends = [self._at(subject, Period(day, day).ends) for subject in self._followers if subject[1] == platform]
        return sum(point.value for point in ends if point)

    def posts(self, period: Period, by: str) -> dict[str, dict[str, Any]]:
        """Rows of `report posts` by their keys, and `total`."""
        there = [out for out in self._journal.out if period.first <= out.day <= period.last]
        groups: dict[str, list[Out]] = defaultdict(list)
        for out in there:
            groups[str(getattr(out, by))].append(out)
        echoed = by not in ("platform", "office")
        return {
            key: self._reached(several) | {"coverage": self._coverage({out.post for out in several if out.key}) if echoed else None}
            for key, several in [*groups.items(), ("total", there)]
        }

    def offices(self, period: Period) -> dict[str, dict[str, Any]]:
        """Rows of `report offices` by code."""
        return {code: self._office(period, code, level) for code, level in self._offices.items()}

    def indicators(self, period: Period) -> dict[str, dict[str, dict[str, Any]]]:
        """`value`, `before` and `median` of every indicator, by code and indicator."""
        now, before = self._values(period), self._values(period.before)
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for code, values in now.items():
            for name, value in values.items():
                known = [now[one][name] for one, level in self._offices.items() if level == "regency" and now[one][name] is not None]
                middle = round(median(known), 4) if known else None
                found.setdefault(code, {})[name] = {"value": value, "before": before[code][name], "median": middle}
        return found

    def _series(self) -> dict[Subject, list[Point]]:
        found: dict[Subject, list[Point]] = defaultdict(list)
        held = {(one.platform, one.external_id): one for one in self._journal.held}
        renamed, since = self._journal.renamed or ("", self._now)
        for told in self._journal.told:
            value = as_told(told.platform, told.name, told.value)
            if told.name == "followers" and value is not None:
                one = held[told.platform, told.key]
                version = "after" if told.platform == renamed and told.at >= since else "before"
                found[one.office, one.platform, one.handle].append(Point(told.at, value, told.platform != "youtube", version))
        for kept in self._journal.by_hand:
            found[kept.office, kept.platform, kept.handle].append(Point(kept.at, kept.value, not kept.approximate, "hand"))
        return {subject: sorted(points, key=lambda point: point.at) for subject, points in found.items()}

    def _subjects(self, period: Period) -> list[Subject]:
        held = {(one.office, one.platform, one.handle) for one in self._journal.held if one.since < period.ends}
        return sorted(held | {subject for subject, points in self._followers.items() if points[0].at <= period.ends})

    def _at(self, subject: Subject, when: datetime) -> Point | None:
        return next((point for point in reversed(self._followers.get(subject, [])) if point.at <= when), None)

    def _row(self, period: Period, subjects: Sequence[Subject]) -> dict[str, Any]:
        ends = [(self._at(one, period.begins), self._at(one, period.ends)) for one in subjects]
        known = [after for _, after in ends if after]
        both = [(before, after) for before, after in ends if before and after and before.at < after.at]
        alike = [
            (before, after)
            for before, after in both
            if before.definition == after.definition or "hand" in (before.definition, after.definition)
        ]
        before, growth = sum(one.value for one, _ in alike), sum(after.value - one.value for one, after in alike)
        return {
            "accounts": len(subjects),
            "known": len(known),
            "before": before if alike else None,
            "followers": sum(point.value for point in known) if known else None,
            "growth": growth if alike else None,
            "growth_percent": round(100 * growth / before, 2) if alike and before else None,
            "compared": len(alike),
            "definition_changed": len(both) - len(alike),
            "exact": all(point.exact for point in [*known, *(one for one, _ in alike)]),
            "as_of": min((point.at for point in known), default=None),
        }

    def _reached(self, several: Iterable[Out]) -> dict[str, Any]:
        every = list(several)
        there = [self._newest.get((out.platform, out.key), {}) for out in every if out.key is not None and not out.deleted]
        sums = {name: _sum(values.get(name) for values in there) for name in NUMBERS}
        return {
            "posts": len({out.post for out in every}),
            "published": len(there),
            "planned": len(every),
            **sums,
            "interactions": _sum(sums[name] for name in ("likes", "comments", "shares")),
            "interacted": sum(1 for values in there if not values.keys().isdisjoint(("likes", "comments", "shares"))),
            "measured": sum(1 for values in there if values),
        }

    def _coverage(self, posts: Collection[int], office: str = "") -> float | None:
        """The share of the members (of an office) whose echo of these posts is proven, each once a post."""
        mine = {number for number, of in self._journal.members.items() if of.startswith(office)}
        proven = {
            (one.post, one.member) for one in self._journal.echoes if one.grade in _PROVEN and one.post in posts and one.member in mine
        }
        return round(len(proven) / (len(posts) * len(mine)), 4) if posts and mine else None

    def _office(self, period: Period, code: str, level: str) -> dict[str, Any]:
        held = [one for one in self._journal.held if one.office == code and one.since < period.ends]
        out = [one for one in self._journal.out if one.key is not None and period.begins <= one.at < period.ends]
        theirs = {one.post for one in out if one.origin in ABOVE[level]}
        mine = {one.post for one in out if one.office == code}
        planned = Counter(one.key is not None for one in self._journal.out if one.office == code and period.begins <= one.at < period.ends)
        last = max(
            (one.at for one in self._journal.out if one.office == code and one.key is not None and one.at < period.ends), default=None
        )
        row = self._row(period, [one for one in self._subjects(period) if one[0] == code])
        return {
            "platforms": len({one.platform for one in held}),
            "needs_reauth": sum(one.broken for one in held),
            "posts": len(mine),
            "own": len(mine - theirs),
            "passed_on": len(mine & theirs),
            "from_above": len(theirs),
            "response": round(len(mine & theirs) / len(theirs), 4) if theirs else None,
            "deliveries": planned.total(),
            "published": planned[True],
            "last_post_at": last,
            "silent_days": (min(self._now, period.ends) - last) // timedelta(days=1) if last else None,
            **{name: row[name] for name in ("followers", "growth", "growth_percent")},
        }

    def _values(self, period: Period) -> dict[str, dict[str, Any]]:
        reached = self.posts(period, "office")
        found = {}
        there = {out.post for out in self._journal.out if out.key and period.first <= out.day <= period.last}
        for code, row in self.offices(period).items():
            out, people = reached.get(code), self._voters.get(code)
            found[code] = {
                "completeness": row["platforms"] / _EXPECTED,
                "posts": row["posts"],
                "response": row["response"],
                "growth": row["growth"],
                "growth_percent": row["growth_percent"],
                "growth_per_1000_voters": round(1000 * row["growth"] / people, 3) if row["growth"] is not None and people else None,
                "engagement": round(out["interactions"] / out["interacted"], 2) if out and out["interactions"] is not None else None,
                "coverage": self._coverage(there, code),
            }
        return found


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
