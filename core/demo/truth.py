"""What the sandbox knows to be true beside what Gaung recorded: the two are told apart nowhere else.

The sandbox knows deeds and who did them by `label`, which is the member's number here; Gaung knows reshares with grades.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from gaung.core.records import Platform
from gaung.core.sandbox.crowd import Crowd, HandIn, alive
from gaung.core.sandbox.people import Deed
from gaung.core.store.ledger_tables import GRADES, reshares, sightings
from gaung.core.store.registry_tables import members

Key = tuple[str, int, str, str]
"""Member's number, post, platform, signal."""
Who = tuple[str, int, str]
"""Member's number, post, platform."""

CLAIMED, MATCHED, OBSERVED = (GRADES.index(name) + 1 for name in ("claimed", "matched", "observed"))

_TRUE = ("own", "private")


@dataclass(slots=True)
class Told:
    """What was done and said in the sandbox, and what could be seen of it. `declared`: the handles that people with an account with Gaung
    ever said to have, by platform and label.

    `shown` are deeds that an API showed, with their doer, at a time when Gaung looked; by the object's identity.
    """

    crowd: Crowd
    platforms: Mapping[str, Platform]
    declared: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)
    handed_in: list[HandIn] = field(default_factory=list)

    def look(self) -> None:
        """To be called when Gaung looks: what is there now can be seen; of registered accounts alone, where it looks at no others."""
        for deed in self.crowd.deeds:
            registered = (deed.platform, self.crowd.label(deed.profile)) in self.declared
            if deed.names and alive(deed) and (registered or not self.platforms[deed.platform].capabilities.scans_members):
                self.shown.add(id(deed))

    def declare(self, platform: str, label: str, handle: str) -> None:
        """To be called when Gaung is told whose account that is."""
        self.declared.setdefault((platform, label), set()).add(handle)

    def known(self, deed: Deed) -> bool:
        """Whether Gaung can know whose deed it was shown. Somebody shown once, without an id, under a handle never declared is nobody."""
        handles = self.declared.get((deed.platform, self.crowd.label(deed.profile)), set())
        return deed.shown_as in handles if deed.shown_as else bool(handles)

    def known_and_shown(self) -> set[Key]:
        """What Gaung must have put down."""
        return self.keys(deed for deed in self.crowd.deeds if id(deed) in self.shown and self.known(deed))

    def keys(self, deeds: Iterable[Deed]) -> set[Key]:
        """What deeds of people with an account come to."""
        found = ((self.crowd.label(deed.profile), deed) for deed in deeds)
        return {
            (label, self.crowd.group(deed), deed.platform, deed.signal) for label, deed in found if (deed.platform, label) in self.declared
        }


def compare(conn: Connection, told: Told) -> dict[str, Any]:
    """The comparison, post numbers being the crowd's groups.

    `{"signals": [{"platform","signal","done","shown","observed","other","missing","false"}], "claims": [{"platform","tale","handed_in",
    "matched","claimed","none","better","missing","above"}], "strangers": [{"platform","shown","kept"}], "missing","false","honest"}`.
    `false` counts reshares above `claimed` that never were, `missing` true ones that could be seen or proven and are not there; `honest`
    is that there are neither, and that no sighting of a stranger was lost. `other`: that deed was not put down, but the same member's
    share of the same post there is, by another signal: a plugin may stop looking once it knows of one.
    """
    recorded = _recorded(conn)
    signals = _signals(recorded, told)
    claims = _claims(recorded, told)
    missing = sum(row["missing"] for row in signals) + sum(row["missing"] for row in claims)
    false = _false(recorded, told)
    strangers = _strangers(conn, told)
    lost = sum(max(0, row["shown"] - row["kept"]) for row in strangers)
    return {
        "signals": signals, "claims": claims, "strangers": strangers,
        "missing": missing, "false": false, "honest": not missing and not false and not lost,
    }  # fmt: skip


def _recorded(conn: Connection) -> dict[Key, int]:
    """Grade of everything that counts."""
    columns = (members.c.number, reshares.c.post_id, reshares.c.platform, reshares.c.signal, reshares.c.grade)
    query = select(*columns).join(members, members.c.id == reshares.c.member_id).where(reshares.c.withdrawn_at.is_(None))
    return {(row.number, row.post_id, row.platform, row.signal): row.grade for row in conn.execute(query)}


def _signals(recorded: Mapping[Key, int], told: Told) -> list[dict[str, Any]]:
    done = told.keys(told.crowd.deeds)
    shown = told.known_and_shown()
    observed = {key for key, grade in recorded.items() if grade == OBSERVED}
    kinds = sorted({key[2:] for key in done | observed})
    known = {key[:3] for key in observed}
    unseen = shown - observed
    other = {key for key in unseen if key[:3] in known}
    counts = {name: _by_kind(keys) for name, keys in (
        ("done", done), ("shown", shown), ("observed", observed), ("other", other), ("missing", unseen - other), ("false", observed - done),
    )}  # fmt: skip
    return [
        {"platform": platform, "signal": signal, **{name: count[platform, signal] for name, count in counts.items()}}
        for platform, signal in kinds
    ]


def _by_kind(keys: Collection[Key]) -> Counter[tuple[str, str]]:
    return Counter((platform, signal) for _, _, platform, signal in keys)


def _claims(recorded: Mapping[Key, int], told: Told) -> list[dict[str, Any]]:
    """What became of links that were handed in: by the best that stands for member, post and platform."""
    best, really = _best(recorded), {key[:3] for key in told.keys(told.crowd.deeds)}
    rows: dict[tuple[str, str], Counter[str]] = {}
    for who, tale in sorted({((one.label, one.group, one.platform), one.tale) for one in told.handed_in}):
        row = rows.setdefault((who[2], tale), Counter())
        row["handed_in"] += 1
        grade = best.get(who, 0)
        row["none" if grade == 0 else "claimed" if grade <= CLAIMED else "matched" if grade == MATCHED else "better"] += 1
        row["above"] += tale not in _TRUE and grade > CLAIMED and who not in really
        row["missing"] += tale == "own" and grade < MATCHED and told.platforms[who[2]].capabilities.verifies_links
    names = ("handed_in", "matched", "claimed", "none", "better", "missing", "above")
    return [{"platform": platform, "tale": tale, **{name: row[name] for name in names}} for (platform, tale), row in sorted(rows.items())]


def _best(recorded: Mapping[Key, int]) -> dict[Who, int]:
    best: dict[Who, int] = {}
    for (number, post, platform, _), grade in recorded.items():
        best[number, post, platform] = max(grade, best.get((number, post, platform), 0))
    return best


def _false(recorded: Mapping[Key, int], told: Told) -> int:
    """Reshares above `claimed` of people who never did anything with that post there, or not what was put down as observed."""
    done = told.keys(told.crowd.deeds)
    by = {key[:3] for key in done}
    return sum(grade > CLAIMED and (key not in done if grade == OBSERVED else key[:3] not in by) for key, grade in recorded.items())


def _strangers(conn: Connection, told: Told) -> list[dict[str, Any]]:
    """Sightings of people who are not known to be registered. Where only registered accounts are looked at, nobody else can be seen."""
    shown = Counter(deed.platform for deed in told.crowd.deeds if id(deed) in told.shown and not told.known(deed))
    query = select(sightings.c.platform).where(sightings.c.declared_id.is_(None))
    kept = Counter(conn.execute(query).scalars())
    return [{"platform": name, "shown": shown[name], "kept": kept[name]} for name in sorted(shown.keys() | kept.keys())]
