"""What `gaung demo --members N` plays after a post is out: a corps is registered, a crowd acts, Gaung looks, and the truth is told.

All goes in by the doors that users take: files into the imports, notices into the web server, links into `reshare import`, sweeps into the
workers. Some people are registered only at the end, and who took another handle says so then.
"""

import contextlib
import csv
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from gaung.core.corps import files, people
from gaung.core.demo.truth import Told, compare
from gaung.core.errors import UserError
from gaung.core.registry.consent import LATEST
from gaung.core.sandbox.crowd import Crowd, Rates, Somebody, Target
from gaung.core.services.context import Context
from gaung.core.services.importing import Progress
from gaung.core.store.ledger_tables import sightings

if TYPE_CHECKING:
    from gaung.core.records import Platform
    from gaung.core.sandbox.app import Sandbox

Say = Callable[[str], None]
Run = Callable[[], None]
"""The engine, until nothing moves by itself."""

FOLDER = "corps"
_RATES = Rates()
_NOTICES = 900.0
"""Seconds until every notice has to be delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How large a corps and crowd, on how many posts of how many offices (None: all). `areas` None: an invented tree.

    `late`: share of those with accounts who say so only at the end; `outsiders`: how many of the public, as a share of members' profiles.
    """

    members: int
    posts: int = 1
    offices: int | None = None
    areas: Path | None = None
    seed: int = 1
    late: float = 0.1
    outsiders: float = 0.1
    rates: Rates = _RATES


class Story:
    """One corps and its crowd. `run` must be the engine on the same home and database."""

    def __init__(self, ctx: Context, sandbox: "Sandbox", wanted: Wanted, *, say: Say, run: Run, progress: Progress) -> None:
        self._ctx, self._sandbox, self._wanted = ctx, sandbox, wanted
        self._say, self._run, self._progress = say, run, progress
        self._platforms: list[Platform] = [one for one in ctx.manager.platforms().values() if one.name in sandbox.platforms]
        self._folder = ctx.settings.home / FOLDER
        self._random = Random(wanted.seed)  # noqa: S311 - a seed plays the same story again
        self._late: list[people.Person] = []
        self._everybody: list[Somebody] = []

    def register(self) -> dict[str, int]:
        """Make the corps and import it. Answers `{"areas","members"}`."""
        from gaung.core.services.area_import import import_areas
        from gaung.core.services.member_import import import_members

        self._folder.mkdir(mode=0o700, exist_ok=True)
        today, wanted = datetime.now(self._ctx.settings.zone).date(), self._wanted
        made = files.make(
            self._folder, wanted.members, self._platforms, day=today, consent_text=LATEST, areas=wanted.areas, seed=wanted.seed,
            seen=self._seen,
        )  # fmt: skip
        _taken(import_areas(self._ctx, self._folder / "areas.csv"))
        self._say(f"{made['areas']} areas imported")
        _taken(import_members(self._ctx, self._folder / "members.csv", progress=self._progress))
        self._say(f"{made['members']} members imported")
        return made

    def play(self, posts: Sequence[int]) -> dict[str, Any]:
        """Let the crowd act on these posts, look, and compare.

        Answers what `compare` does, with `{"people","deeds","waiting"}`: `waiting` is how many sightings were of nobody registered,
        `before` and `after` some said later which accounts are theirs.
        """
        told = self._gather(self._targets(posts))
        with self._listening():
            told.crowd.act()
        told.handed_in = [one for one in told.crowd.hand_in() if (one.platform, one.label) in told.declared]
        self._say(
            f"{len(told.crowd.profiles)} people in the sandbox: {len(told.crowd.deeds)} shared, {len(told.handed_in)} links handed in"
        )
        self._hand_in(told)
        self._look(told, posts)
        undone, renamed, gone = told.crowd.change()
        with self._listening():
            told.crowd.act()
        self._say(f"{undone} took it back, {renamed} took another handle, {gone} left; {len(told.crowd.deeds)} shares in all")
        self._look(told, posts)
        before = self._waiting()
        self._say(f"{self._declare(told)} members said later which accounts are theirs")
        after = self._waiting()
        self._look(told, posts)
        with self._ctx.store.read() as conn:
            size = {"people": len(told.crowd.profiles), "deeds": len(told.crowd.deeds)}
            return {**size, "waiting": {"before": before, "after": after}, **compare(conn, told)}

    def _seen(self, person: people.Person) -> people.Person:
        """Note who has accounts; of some, nothing is said yet."""
        self._everybody += [Somebody(platform=name, handle=handle, label=person.number) for name, handle in person.handles.items()]
        if not person.handles or self._random.random() >= self._wanted.late:
            return person
        self._late.append(person)
        return dataclasses.replace(person, handles={}, consent_at=None)

    def _gather(self, targets: list[Target]) -> Told:
        late = {person.number for person in self._late}
        public = int(self._wanted.outsiders * len(self._everybody) / max(1, len(self._platforms)))
        strangers = [
            Somebody(platform=platform.name, handle=people.handle(platform, number, "contoh_warga_"))
            for platform in self._platforms
            for number in range(1, public + 1)
        ]
        everybody = [*self._everybody, *strangers]
        crowd = Crowd(self._sandbox.platforms, everybody, targets, seed=self._wanted.seed, rates=self._wanted.rates)
        told = Told(crowd=crowd, platforms={one.name: one for one in self._platforms})
        for one in self._everybody:
            if one.label not in late:
                told.declare(one.platform, one.label, one.handle)
        return told

    def _targets(self, posts: Sequence[int]) -> list[Target]:
        """Our publications as the platform knows them."""
        from gaung.core.services.deliveries import list_deliveries

        known = {
            (name, post.id): post
            for name, side in self._sandbox.platforms.items()
            for account in side.accounts.values()
            for post in account.posts
        }
        found = []
        for number in posts:
            for row in list_deliveries(self._ctx, post=number):
                post = known.get((row["platform"], row["external_id"]))
                if post is not None and post.visible:
                    found.append(
                        Target(platform=row["platform"], account=post.account, post=post.id, url=row["url"] or post.url, group=number)
                    )
        return found

    def _hand_in(self, told: Told) -> None:
        from gaung.core.services.reshare_import import import_reshares

        path = self._folder / "links.csv"
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["member_no", "platform", "url", "at", "post"])
            now = datetime.now(UTC).isoformat(timespec="seconds")
            writer.writerows([one.label, one.platform, one.url, now, one.group] for one in told.handed_in)
        import_reshares(self._ctx, path, progress=self._progress)

    def _look(self, told: Told, posts: Sequence[int]) -> None:
        from gaung.core.services.sweeps import sweep

        told.look()
        for post in posts:
            sweep(self._ctx, post=post, wait=False)
        self._run()

    def _declare(self, told: Told) -> int:
        """Import again: late ones with their accounts as they are now, and those who took another handle with that."""
        from gaung.core.services.member_import import import_members

        now_called = {(name, told.crowd.label(one)): one.handle for name, one in told.crowd.profiles if one.former and not one.gone}
        late = {person.number: person for person in self._late}
        renamed = {label for _, label in now_called if label and label not in late}
        path = self._folder / "members-later.csv"
        path.touch(mode=0o600)
        moment = datetime.now(self._ctx.settings.zone)
        with (
            (self._folder / "members.csv").open(encoding="utf-8", newline="") as before,
            path.open("w", encoding="utf-8", newline="") as file,
        ):
            reader = csv.DictReader(before)
            writer = csv.DictWriter(file, reader.fieldnames or ())
            writer.writeheader()
            number = 0
            for row in reader:
                label = row["member_no"]
                if label not in late and label not in renamed:
                    continue
                handles = (
                    dict(late[label].handles) if label in late else {one.name: row[one.name] for one in self._platforms if row[one.name]}
                )
                handles = {name: now_called.get((name, label), handle) for name, handle in handles.items()}
                row |= handles
                row |= {"consent_at": row["consent_at"] or moment.isoformat(timespec="seconds"), "consent_text": LATEST}
                for name, handle in handles.items():
                    told.declare(name, label, handle)
                writer.writerow(row)
                number += 1
        _taken(import_members(self._ctx, path, progress=self._progress))
        return number

    def _waiting(self) -> int:
        with self._ctx.store.read() as conn:
            return conn.execute(select(func.count()).select_from(sightings).where(sightings.c.declared_id.is_(None))).scalar_one()

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Gaung's web server, to which the sandbox pushes notices meanwhile."""
        from gaung.core.engine import serve, webhooks
        from gaung.core.engine.context import Engine

        settings, stop = self._ctx.settings, threading.Event()
        engine, sock = Engine(settings, "serve"), serve.bind(settings.serve.host, 0)
        host, port = sock.getsockname()[:2]
        server = threading.Thread(target=serve.serve, args=(engine, stop), kwargs={"fd": _handed_over(sock)}, daemon=True)
        server.start()
        self._sandbox.world.webhook_url = f"http://{host}:{port}{webhooks.PREFIX}"
        try:
            yield
            for name, side in self._sandbox.platforms.items():
                if not side.wait_for_pushes(_NOTICES):
                    self._say(f"not all notices of {name} were delivered")
        finally:
            self._sandbox.world.webhook_url = ""
            stop.set()
            server.join(_NOTICES)
            engine.store.close()


def _taken(answer: dict[str, Any]) -> None:
    """Raise where a row of ours was not taken: the corps would not be the one that the sandbox knows."""
    if answer["rejected"]:
        first = answer["rejects"][0]
        raise UserError(
            f"{answer['rejected']} rows of the made-up corps were rejected: {first['reason']}.", f"See {answer['rejects_file']}"
        )


def _handed_over(sock: socket.socket) -> int:
    """The number of the socket, which from now on belongs to whoever serves on it."""
    return sock.detach()
