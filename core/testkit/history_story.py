"""What happens in a played history: accounts, posts, deletions, outages, lost tokens, a renamed metric, figures kept by hand."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from gaung.core.posts.draft import PURPOSES
from gaung.core.posts.stored import to_json
from gaung.core.records import Content
from gaung.core.services import accounts as account_service
from gaung.core.services import deleting, measure_import, offices
from gaung.core.store import schedule
from gaung.core.store.tables import accounts, contents, deliveries, posts, publications
from gaung.core.store.types import day_of, db_now
from gaung.core.testkit.echoes import add_echo
from gaung.core.testkit.history_journal import ByHand, Echo, Held, Out
from gaung.core.testkit.registry import add_member, seed_areas

if TYPE_CHECKING:
    from gaung.core.sandbox.base import SandboxPost
    from gaung.core.testkit.history import History, Size

_DAY = timedelta(days=1)
_ORIGINS = ("kpu_ri", "provinsi", "provinsi", "kabkota")
_GRADES = ("claimed", "clicked", "matched", "observed")
_VILLAGES = ("18.01.01.2001", "18.01.01.2001", "18.01.01.2001", "18.01.01.2002", "18.02.01.2001", "18.02.01.2001", "18.02.01.2001")
RENAMED = "history-2"
"""The version of every definition of the platform that changes what it counts."""


class Story:
    """A plan of moments, made from the seed. `until` lets happen what is due by a moment, `next` is when more will."""

    def __init__(self, history: "History", size: "Size") -> None:
        self._history, self._size = history, size
        self._random = Random(size.seed)  # noqa: S311 - a seed plays the same story again
        self._names = list(history.sandbox.platforms)
        self._members: dict[str, int] = {}
        self._made: dict[int, list[tuple[Out, SandboxPost]]] = {}
        self._ahead: list[tuple[datetime, Callable[[], None]]] = []
        self._plan()

    @property
    def next(self) -> datetime:
        """When something happens again."""
        return self._ahead[0][0] if self._ahead else self._size.ends

    def until(self, now: datetime) -> None:
        """Let happen what is due."""
        while self._ahead and self._ahead[0][0] <= now:
            self._ahead.pop(0)[1]()

    def _plan(self) -> None:
        begins, days = self._size.begins, self._size.days
        self._at(begins, self._found)
        for number in range(self._size.posts):
            moment = begins + timedelta(days=1 + self._random.uniform(0, days - 2), hours=2)
            self._at(moment.replace(microsecond=0), lambda number=number: self._publish(number))  # type: ignore[misc]
        middle, names = begins + days // 2 * _DAY, self._names
        self._at(middle, lambda: self._rename(names[1 % len(names)]))
        for name, first, length in ((names[0], days // 5, 3), (names[-1], days * 2 // 3, 1)):
            self._outage(name, begins + first * _DAY, length * _DAY)
        self._lose_token(2 % len(names), begins + days // 3 * _DAY, 7 * _DAY)
        self._lose_token(-1, self._size.ends - 2 * _DAY, None)
        self._at(begins + days * 3 // 5 * _DAY, lambda: self._set(1, "followers", 1234.0))
        self._at(begins + days * 4 // 5 * _DAY, lambda: self._set(len(names), "followers", None))
        for part in (1, 4, 8):
            self._at(begins + days * part // 9 * _DAY + timedelta(minutes=17), self._count_by_hand)
        self._ahead.sort(key=lambda one: one[0])

    def _at(self, moment: datetime, what: Callable[[], None]) -> None:
        self._ahead.append((moment, what))

    def _tell(self, what: str, number: int = 1) -> None:
        happened = self._history.journal.happened
        happened[what] = happened.get(what, 0) + number

    def _found(self) -> None:
        for place, office in enumerate(offices.list_offices(self._history.ctx)[: self._size.offices], 1):
            for name in self._names:
                key, handle = f"{place}{self._names.index(name)}00", f"contoh_kpu_{place}"
                self._connect(Held(office=office["code"], platform=name, handle=handle, external_id=key, since=self._size.begins))
        with self._history.engine.store.write() as conn:
            schedule.plan_measures(conn, self._names)
            self._register(conn)

    def _register(self, conn: Connection) -> None:
        """Members of two regencies."""
        seed_areas(conn)
        for place, area in enumerate(_VILLAGES, 1):
            number, office = f"A-{place:04}", area[:5]
            self._members[number] = add_member(conn, number, area=area, office=office, start=self._size.begins.date())
            self._history.journal.members[number] = office

    def _echo(self, conn: Connection, post: int, platform: str) -> None:
        """Some share the post; of some there is better evidence besides."""
        for number, member in self._members.items():
            for grade in self._random.sample(_GRADES, self._random.choice((0, 0, 1, 2))):
                add_echo(conn, post, member, platform, grade, grade)
                self._history.journal.echoes.append(Echo(post, number, grade))

    def _connect(self, held: Held) -> None:
        """Add it, or reconnect it with the token that it gets now."""
        made = self._history.sandbox.platforms[held.platform].add_account(held.external_id, held.handle)
        held.external_id, held.handle = made.external_id, made.handle
        where = {"office": held.office, "platform": held.platform, "external_id": held.external_id, "handle": held.handle}
        account_service.add(self._history.ctx, **where, values=made.credentials, where="the sandbox")
        if not held.broken:
            self._history.journal.held.append(held)
        held.broken = False

    def _publish(self, number: int) -> None:
        """A post on some accounts, of which one in eight misses it; one in four, on all accounts of an office, is deleted days later."""
        held = [one for one in self._history.journal.held if not one.broken]
        chosen = self._random.sample(held, min(len(held), self._random.choice((1, 1, 2, 4, 8))))
        if number % 4 == 0:
            chosen = [one for one in held if one.office == chosen[0].office]
        origin, purpose = self._random.choice(_ORIGINS), self._random.choice(PURPOSES)
        with self._history.engine.store.write() as conn:
            now = conn.execute(select(db_now())).scalar_one()
            said: dict[str, Any] = {"title": f"Kabar ke-{number}", "purpose": purpose, "origin": origin, "document": {}, "created_by": "h"}
            times = {"at": now, "deadline_at": now + _DAY, "created_at": now}
            post: int = conn.execute(insert(posts).values(**said, **times).returning(posts.c.id)).scalar_one()
            content = insert(contents).values(post_id=post, digest="d", body=to_json(Content(format="text", title="t", text="halo")))
            content_id: int = conn.execute(content.returning(contents.c.id)).scalar_one()
            self._made[post] = []
            for one in chosen:
                out = Out(
                    post=post, day=day_of(now), at=now, origin=origin, purpose=purpose, office=one.office, platform=one.platform, key=None
                )
                self._put_out(conn, out, one, content_id, f"Kabar ke-{number}")
            if self._made[post]:
                self._echo(conn, post, chosen[0].platform)
        if number % 4 == 0:
            way = self._delete if number % 8 else self._delete_by_hand
            later = now + timedelta(days=self._random.uniform(0.5, 6))
            self._at(later.replace(microsecond=0), lambda: way(post))
            self._ahead.sort(key=lambda one: one[0])

    def _put_out(self, conn: Connection, out: Out, held: Held, content: int, text: str) -> None:
        account = conn.execute(
            select(accounts.c.id).where(accounts.c.external_id == held.external_id, accounts.c.platform == held.platform)
        )
        row: dict[str, Any] = {
            "post_id": out.post, "account_id": account.scalar_one(), "content_id": content, "office": out.office, "platform": out.platform,
            "at": out.at, "deadline_at": out.at + _DAY, "checkpoints": {}, "updated_at": out.at,
        }  # fmt: skip
        self._history.journal.out.append(out)
        if self._random.random() < 0.125:
            conn.execute(insert(deliveries).values(**row, state="missed"))
            self._tell("missed")
            return
        made = self._history.sandbox.platforms[held.platform].post_by_hand(held.external_id, text)
        out.key = made.id
        told = {"external_id": made.id, "url": made.url, "published_at": out.at}
        delivery = conn.execute(insert(deliveries).values(**row, **told, state="published").returning(deliveries.c.id)).scalar_one()
        conn.execute(insert(publications).values(delivery_id=delivery, account_id=row["account_id"], **told))
        self._made[out.post].append((out, made))
        self._tell("published")

    def _delete(self, post: int) -> None:
        """By `gaung post delete`: where the platform's API can, it is gone for Gaung, too."""
        done = deleting.delete(self._history.ctx, post)
        gone = {(item["office"], item["platform"]) for item in done["deleted"]}
        for out, _ in self._made[post]:
            out.deleted = out.deleted or (out.office, out.platform) in gone
        self._tell("deleted", len(gone))

    def _delete_by_hand(self, post: int) -> None:
        """In the platform's own app: Gaung is told nothing of it."""
        for out, made in self._made[post]:
            made.visible = False
            side = self._history.sandbox.platforms[out.platform]
            for account in side.accounts.values():
                if made in account.posts:
                    account.posts.remove(made)
            self._tell("deleted by hand")

    def _outage(self, platform: str, first: datetime, length: timedelta) -> None:
        faults = self._history.sandbox.faults

        def begin() -> None:
            faults.add(f"{platform}.*", "error_before", times=-1)
            self._tell("outages")

        self._at(first, begin)
        self._at(first + length, faults.clear)
        self._history.journal.outages.append((platform, first, first + length))

    def _lose_token(self, place: int, moment: datetime, length: timedelta | None) -> None:
        """The token of an account is revoked; after a while somebody connects it again."""

        def lose() -> None:
            held = self._history.journal.held[place]
            held.broken = True
            self._history.sandbox.platforms[held.platform].break_token(held.external_id, "revoke")
            self._history.journal.broken.append((held, moment, moment + (length or 365 * _DAY)))
            self._tell("tokens lost")

        self._at(moment, lose)
        if length is not None:
            self._at(moment + length, lambda: self._connect(self._history.journal.held[place]))

    def _set(self, place: int, name: str, value: float | None) -> None:
        held = self._history.journal.held[place]
        now = self._history.sandbox.world.now()
        self._history.numbers.put(held.platform, held.external_id, name, value, now)
        self._tell("told no longer" if value is None else "set by hand")

    def _rename(self, platform: str) -> None:
        self._history.journal.renamed = (platform, self._history.sandbox.world.today())
        self._history.rename(platform, RENAMED)
        self._tell("renamed")

    def _count_by_hand(self) -> None:
        """Figures of a profile that no API reads, as Indonesians write them, and of an account that one does."""
        now = self._history.sandbox.world.today() - timedelta(minutes=1)  # what is measured at the same moment would take its place
        known = self._history.journal.held[0]
        path = self._history.home / "hand.csv"
        rows = [
            (known.office, known.platform, "contoh_ppk_satu"),
            (known.office, "x", "contoh_kpu_x"),
            (known.office, known.platform, known.handle),
        ]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["kantor", "platform", "akun", "ukuran", "nilai", "tanggal", "sumber", "perkiraan"])
            for office, platform, handle in rows:
                value, approximate = self._random.randint(1_000, 60_000), self._random.random() < 0.5
                said = (f"{value:,}".replace(",", "."), now.strftime("%Y-%m-%dT%H:%M:%S%z"), "tim konten", "ya" if approximate else "tidak")
                writer.writerow([office, platform, handle, "pengikut", *said])
                self._history.journal.by_hand.append(
                    ByHand(office=office, platform=platform, handle=handle, at=now, value=value, approximate=approximate)
                )
        answer = measure_import.import_measures(self._history.ctx, path)
        if answer["rejected"]:
            raise ValueError(f"figures of the story were rejected: {answer['rejects']}")
        self._tell("counted by hand", len(rows))
