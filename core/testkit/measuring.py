"""A platform that tells the numbers that a test wrote, an account with publications on it, and a worker that measures them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import case, select, update

from gaung.core.engine import chore_rounds
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.errors import Rejected
from gaung.core.markers import hookimpl
from gaung.core.records import Capabilities, FormatRule, Measure, Measured, Metric, Platform, Publication
from gaung.core.store import chores, events, pauses
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.switches import load as switches
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import db_now
from gaung.core.testkit.echoes import add_post

SAID: dict[str, Any] = {"definition": "as the toy says", "source": "the toy"}
METRICS = (
    Metric(name="followers", of="account", title="Pengikut", version="1", api="followers", exact=False, **SAID),
    Metric(name="views", of="account", title="Tayangan (sehari)", version="day", api="views", exact=False, **SAID),
    Metric(name="views", of="publication", title="Tayangan", version="2", api="views", **SAID),
    Metric(name="shares", of="publication", title="Dibagikan", version="1", api="shares", **SAID),
)


class Counting:
    """A platform that tells what the test wrote; `asked` is what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.followers: float | Exception | None = 9000
        self.moment: datetime | None = None
        self.views: dict[str, float | None] = {}
        self.fails: list[Exception] = []
        self.bad: set[str] = set()
        self.together = 2

    @hookimpl
    def gaung_platform(self) -> Platform:
        can = Capabilities(measures_together=self.together)
        return Platform(name="toy", title="Toy", formats=(FormatRule(name="text", needs_text=True),), capabilities=can, metrics=METRICS)

    @hookimpl
    def gaung_measure_account(self) -> Measured:
        self.asked.append("account")
        if isinstance(self.followers, Exception):
            raise self.followers
        why = "" if self.followers is not None else "hidden"
        return Measured(measures=(Measure(name="followers", value=self.followers, as_of=self.moment or datetime.now(UTC), why=why),))

    @hookimpl
    def gaung_measure_publications(self, publications: Sequence[Publication]) -> Measured:
        self.asked.append([one.external_id for one in publications])
        if self.fails:
            raise self.fails.pop(0)
        if self.bad & set(self.asked[-1]):
            raise Rejected("Object does not exist\0", code="100/33")
        now = datetime.now(UTC)
        told = [one.external_id or "" for one in publications if one.external_id in self.views]
        return Measured(measures=tuple(Measure(name="views", value=self.views[one], as_of=now, publication=one) for one in told))


class MeasuringWorld:
    """One account, as many publications as the test makes, and a worker."""

    def __init__(self, engine: Engine, plugin: Counting) -> None:
        self.engine, self.store, self.plugin = engine, engine.store, plugin
        self.worker = Chores(engine)

    def publish(self, *hours_ago: float) -> list[str]:
        """Publications of the account, that long ago; answers their external ids."""
        made = []
        with self.store.write() as conn:
            for hours in hours_ago:
                post = add_post(conn, date(2026, 1, 5), out=(("18", "toy"),))
                conn.execute(
                    update(publications).where(publications.c.external_id == f"18_{post}").values(published_at=db_now(-3600 * hours))
                )
                made.append(f"18_{post}")
            sealed = self.engine.box.seal({"token": "token-of-toy"})
            conn.execute(update(accounts).values(credentials=sealed, status="active"))
        return made

    def run(self, most: int = 20) -> int:
        """Plan, and work on everything that is due; answers how many runs that took."""
        chore_rounds.plan(self.engine)
        done = 0
        while done < most:
            with self.store.write() as conn:
                found = chores.claim(conn, "toy", 10, 60, chores.may(pauses.active(conn), switches(conn)))
            for claim in found:
                self.worker.run(claim.id, claim.lease)
            done += len(found)
            if not found:
                return done
        return done

    def rows(self, name: str) -> list[Any]:
        with self.store.read() as conn:
            return list(conn.execute(select(table).where(table.c.name == name).order_by(table.c.id)))

    def external(self, publication: int) -> str | None:
        with self.store.read() as conn:
            found: str | None = conn.execute(select(publications.c.external_id).where(publications.c.id == publication)).scalar_one()
        return found

    def chore(self) -> Any:
        with self.store.read() as conn:
            return conn.execute(select(chore_table).where(chore_table.c.kind == "measure")).one()

    def hours_pass(self, hours: float) -> None:
        """As if everything had happened so much earlier; what is due some time is due now, and what has ended stays so."""
        shift = timedelta(hours=hours)
        with self.store.write() as conn:
            for row in conn.execute(select(table.c.id, table.c.taken_at, table.c.as_of)).all():
                conn.execute(update(table).where(table.c.id == row.id).values(taken_at=row.taken_at - shift, as_of=row.as_of - shift))
            for out in conn.execute(select(publications.c.id, publications.c.published_at)).all():
                conn.execute(update(publications).where(publications.c.id == out.id).values(published_at=out.published_at - shift))
            for one in conn.execute(select(chore_table.c.id, chore_table.c.state)).all():
                until = {name: (datetime.fromisoformat(said) - shift).isoformat() for name, said in one.state.get("refused", {}).items()}
                changed = {"due_at": case((chore_table.c.due_at.is_not(None), db_now())), "state": {**one.state, "refused": until}}
                conn.execute(update(chore_table).where(chore_table.c.id == one.id).values(changed))

    def told(self, name: str) -> list[Any]:
        with self.store.read() as conn:
            return [event for _, event in events.read_from(conn, (-1, 0)) if event.event == name]
