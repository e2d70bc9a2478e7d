"""The one place that puts reshares down, raises, withdraws and restores them: inside `counted`, with their changes and their events.

A reshare is one row for each post, member, platform and signal. Evidence raises its grade and never lowers it. What was withdrawn stays
withdrawn when the same evidence is seen again; only evidence of what happened after the withdrawal brings it back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.ledger.cells import counted
from gaung.core.store import events
from gaung.core.store.ledger_tables import GRADES, reshare_changes, reshares
from gaung.core.store.registry_tables import members
from gaung.core.store.types import db_now

LINK, CAPTURE, CLICKED = "link", "capture", "clicked"
"""Signals of what members hand in, and of tracked links; all others are a platform's own."""
CHUNK = 5_000
"""So many values go into one statement."""

T = TypeVar("T")
Key = tuple[int, int, str, str]
"""Post, member (both numbers of the database), platform, signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for one reshare. `grade` is one of `GRADES`; `source` one of sweep, scan, webhook, claim, import, review."""

    post_id: int
    member_id: int
    platform: str
    signal: str
    grade: str
    source: str
    verifier: str | None = None
    """Who proved it: a plugin's name, or the person who reviewed."""
    link: str | None = field(default=None, repr=False)
    happened: datetime | None = None
    """When it was shared by the platform's word, or handed in; what is later than a withdrawal brings the reshare back."""

    @property
    def key(self) -> Key:
        """What makes it one reshare with others."""
        return (self.post_id, self.member_id, self.platform, self.signal)


@dataclass(frozen=True, slots=True)
class Raised:
    """What evidence did: numbers of the reshares by key, how many are counted that were not, how many have a better grade."""

    ids: Mapping[Key, int]
    recorded: int = 0
    upgraded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a reshare stands, or is to stand. `grade` None: withdrawn; its last grade stays in the row."""

    id: int
    grade: str | None
    source: str
    verifier: str | None = None
    link: str | None = field(default=None, repr=False)


def code(grade: str) -> int:
    """How a grade is stored: its place in `GRADES`, from 1."""
    return GRADES.index(grade) + 1


def name(grade: int) -> str:
    """The grade that a stored number means."""
    return GRADES[grade - 1]


def raise_grade(conn: Connection, rows: Sequence[Evidence], *, why: str = "") -> Raised:
    """Put reshares down, and raise the grade of those that are there. Evidence that is no better changes nothing.

    Set-based: a few statements for each 5,000 rows. Events `reshare.recorded` and `reshare.upgraded`. `why`: for people, in the
    history of the reshare (default: the source). Whether something may be recorded of a member at all is the caller's question.
    """
    found: dict[Key, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    if not found:
        return Raised({})
    with counted(conn, members={key[1] for key in found}, posts={key[0] for key in found}):
        there = _existing(conn, found)
        moment = conn.execute(select(db_now())).scalar_one()
        fresh = [max(several, key=_strength) for key, several in found.items() if key not in there]
        ids = {**{key: int(row.id) for key, row in there.items()}, **_insert(conn, fresh, moment, why)}
        changes = [change for key, row in there.items() if (change := _better(row, found[key])) is not None]
        back = sum(there[one.key].withdrawn_at is not None for one in changes)
        _apply(conn, [(there[one.key], _standing(there[one.key], one)) for one in changes], moment, why)
    return Raised(ids, recorded=len(fresh) + back, upgraded=len(changes) - back)


def clicked(conn: Connection, rows: Sequence[tuple[int, int, str]]) -> Raised:
    """The door of the grade `clicked`: (post, member, platform) of people who came through a member's own tracked link."""
    return raise_grade(
        conn, [Evidence(post_id=p, member_id=m, platform=on, signal=CLICKED, grade="clicked", source="clicks") for p, m, on in rows]
    )


def withdraw(conn: Connection, ids: Collection[int], *, why: str) -> int:
    """Count these reshares no longer; they are kept as withdrawn. Answers how many counted until now. Event `reshare.withdrawn`."""
    rows = rows_of(conn, ids)
    return put(conn, [Standing(id=row.id, grade=None, source=row.source) for row in rows if row.withdrawn_at is None], why=why)


def put(conn: Connection, standings: Sequence[Standing], *, why: str) -> int:
    """Make reshares stand as said, whatever that does to their grade: for withdrawals, reviews and their undoing only.

    Answers how many changed. Events `reshare.withdrawn`, `reshare.lowered`, `reshare.upgraded`, `reshare.recorded` (counted again).
    """
    wanted = {one.id: one for one in standings}
    rows = rows_of(conn, wanted)
    if not rows:
        return 0
    with counted(conn, members={row.member_id for row in rows}, posts={row.post_id for row in rows}):
        now_ = {row.id: row for row in rows_of(conn, wanted)}
        changed = [(now_[id_], one) for id_, one in sorted(wanted.items()) if id_ in now_ and _differs(now_[id_], one)]
        _apply(conn, changed, conn.execute(select(db_now())).scalar_one(), why)
    return len(changed)


def rows_of(conn: Connection, ids: Collection[int]) -> list[Row[Any]]:
    """Reshares by number, those that exist, lowest first."""
    return [
        row for some in chunks(sorted(ids)) for row in conn.execute(select(reshares).where(reshares.c.id.in_(some)).order_by(reshares.c.id))
    ]


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most `size`, read one at a time: a statement takes only so many parameters."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some


def numbers_of(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    """Member numbers, which are all that events may say of a member."""
    query = select(members.c.id, members.c.number)
    return {row.id: row.number for some in chunks(sorted(set(ids))) for row in conn.execute(query.where(members.c.id.in_(some)))}


def _existing(conn: Connection, keys: Collection[Key]) -> dict[Key, Row[Any]]:
    query = select(reshares).where(reshares.c.post_id.in_({key[0] for key in keys}))
    rows = (row for some in chunks(sorted({key[1] for key in keys})) for row in conn.execute(query.where(reshares.c.member_id.in_(some))))
    return {key: row for row in rows if (key := (row.post_id, row.member_id, row.platform, row.signal)) in keys}


def _strength(one: Evidence) -> int:
    return code(one.grade)


def _better(row: Row[Any], evidence: Sequence[Evidence]) -> Evidence | None:
    """The evidence that changes how a reshare stands; None where none does."""
    if row.withdrawn_at is None:
        best = max(evidence, key=_strength)
        return best if code(best.grade) > row.grade else None
    later = [one for one in evidence if one.happened is not None and one.happened > row.withdrawn_at]
    return max(later, key=_strength, default=None)


def _standing(row: Row[Any], one: Evidence) -> Standing:
    return Standing(id=row.id, grade=one.grade, source=one.source, verifier=one.verifier, link=one.link or row.link)


def _differs(row: Row[Any], one: Standing) -> bool:
    if one.grade is None or row.withdrawn_at is not None:
        return (one.grade is None) != (row.withdrawn_at is not None)
    return (row.grade, row.source, row.verifier, row.link) != (code(one.grade), one.source, one.verifier, one.link)


def _insert(conn: Connection, rows: Sequence[Evidence], moment: datetime, why: str) -> dict[Key, int]:
    if not rows:
        return {}
    ordered = sorted(rows, key=lambda one: one.key)
    values = [
        {"post_id": one.post_id, "member_id": one.member_id, "platform": one.platform, "signal": one.signal, "grade": code(one.grade),
         "link": one.link, "source": one.source, "verifier": one.verifier, "first_seen_at": moment, "updated_at": moment}
        for one in ordered
    ]  # fmt: skip
    made = insert(reshares).returning(reshares.c.id, reshares.c.post_id, reshares.c.member_id, reshares.c.platform, reshares.c.signal)
    ids = {(row[1], row[2], row[3], row[4]): int(row[0]) for row in conn.execute(made, values)}
    _note(conn, [(ids[one.key], None, code(one.grade), why or one.source) for one in ordered], moment)
    numbers = numbers_of(conn, {one.member_id for one in ordered})
    told = [_event(numbers[one.member_id], one.post_id, one.platform, one.signal, one.grade, one.source) for one in ordered]
    events.emit_many(conn, "reshare.recorded", told)
    return ids


def _apply(conn: Connection, changes: Sequence[tuple[Row[Any], Standing]], moment: datetime, why: str) -> None:
    """Bring rows to where they are to stand, with history and events."""
    if not changes:
        return
    values = [
        {"this": row.id, "grade_": row.grade if to.grade is None else code(to.grade), "gone_at": moment if to.grade is None else None,
         "gone_why": why if to.grade is None else None, **_origin(row, to)}
        for row, to in changes
    ]  # fmt: skip
    conn.execute(
        update(reshares).where(reshares.c.id == bindparam("this")).values(
            grade=bindparam("grade_"), source=bindparam("source_"), verifier=bindparam("verifier_"), link=bindparam("link_"),
            withdrawn_at=bindparam("gone_at", type_=reshares.c.withdrawn_at.type), withdrawn_why=bindparam("gone_why"), updated_at=moment,
        ),
        values,
    )  # fmt: skip
    notes = [(row.id, _counting(row), None if to.grade is None else code(to.grade), why or to.source) for row, to in changes]
    _note(conn, [note for note in notes if note[1] != note[2]], moment)
    numbers = numbers_of(conn, {row.member_id for row, _ in changes})
    told: dict[str, list[dict[str, Any]]] = {}
    for row, to in changes:
        if what := _told(row, to):
            shown = _event(numbers[row.member_id], row.post_id, row.platform, row.signal, to.grade or name(row.grade), to.source)
            told.setdefault(what, []).append(shown)
    for what, several in told.items():
        events.emit_many(conn, what, several)


def _origin(row: Row[Any], to: Standing) -> dict[str, Any]:
    """What is withdrawn keeps whence it came."""
    kept = (row.source, row.verifier, row.link) if to.grade is None else (to.source, to.verifier, to.link)
    return dict(zip(("source_", "verifier_", "link_"), kept, strict=True))


def _counting(row: Row[Any]) -> int | None:
    return None if row.withdrawn_at is not None else row.grade


def _told(row: Row[Any], to: Standing) -> str:
    """Name of the event; empty where only the origin changed."""
    was, is_ = _counting(row), None if to.grade is None else code(to.grade)
    if is_ is None:
        return "reshare.withdrawn"
    if was is None:
        return "reshare.recorded"
    return "reshare.upgraded" if is_ > was else "reshare.lowered" if is_ < was else ""


def _note(conn: Connection, notes: Sequence[tuple[int, int | None, int | None, str]], moment: datetime) -> None:
    if notes:
        actor = conn.info[events.ACTOR]
        rows = [{"reshare_id": id_, "at": moment, "actor": actor, "was": was, "grade": grade, "why": why} for id_, was, grade, why in notes]
        conn.execute(insert(reshare_changes), rows)


def _event(member: str, post: int, platform: str, signal: str, grade: str, source: str) -> dict[str, Any]:
    return {"member": member, "post": post, "platform": platform, "data": {"signal": signal, "grade": grade, "source": source}}
