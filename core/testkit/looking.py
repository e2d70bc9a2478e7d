"""A world of chores in this process, for tests: offices 18, 18.01 and 18.02 on a scripted platform that can look for reshares."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from gaung.core.config import Settings
from gaung.core.engine import chore_rounds
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.manager import Manager
from gaung.core.posts.stored import to_json
from gaung.core.records import Content, Found, Publication, Sighting
from gaung.core.store import chores, pauses, schedule, switches
from gaung.core.store.ledger_tables import chores as table
from gaung.core.store.tables import accounts, contents, deliveries, events, offices, posts, publications
from gaung.core.store.types import current, db_now
from gaung.core.testkit.registry import seed_areas
from gaung.core.testkit.toy import Toy

LEVELS = {"18": "province", "18.01": "regency", "18.02": "regency"}


class LookingWorld:
    """`tick` does what a dispatcher and a worker would do at this moment."""

    def __init__(self, settings: Settings, toy: Toy) -> None:
        self.settings, self.toy = settings, toy
        self.engine = Engine(settings, "worker")
        self.engine.manager = Manager([toy.source()], switched_off=self.engine.switchboard.off)
        self.store = self.engine.store
        self.chores = Chores(self.engine)
        with self.store.write() as conn:
            rows = [{"code": code, "name": f"KPU Contoh {code}", "level": level} for code, level in LEVELS.items()]
            conn.execute(insert(offices).values(created_at=db_now()), rows)
            seed_areas(conn)

    def close(self) -> None:
        """End its threads and its database."""
        self.chores.close()
        self.store.close()

    def account(self, office: str = "18", external_id: str = "") -> int:
        """An active account of an office."""
        external_id = external_id or f"a{office}"
        sealed = self.engine.box.seal({"token": f"token-of-{external_id}"})
        row: dict[str, Any] = {"office": office, "platform": self.toy.name, "external_id": external_id, "handle": f"contoh_{external_id}"}
        row |= {"status": "active", "credentials": sealed, "limits": {}, "info": {}}
        with self.store.write() as conn:
            known = conn.execute(select(accounts.c.id).where(accounts.c.external_id == external_id)).scalar()
            made = insert(accounts).values(created_at=db_now(), updated_at=db_now(), **row).returning(accounts.c.id)
            return int(known or conn.execute(made).scalar_one())

    def publication(self, *, account: int | None = None, external_id: str = "p1", hours_ago: float = 0.0, post: int | None = None) -> int:
        """One post that went out on an account so many hours ago; answers the publication."""
        account = account or self.account()
        ago = -hours_ago * 3600
        with self.store.write() as conn:
            office = conn.execute(select(accounts.c.office).where(accounts.c.id == account)).scalar_one()
            if post is None:
                at = current(conn) - timedelta(hours=hours_ago)
                row: dict[str, Any] = {"title": "t", "purpose": "edukasi", "origin": "provinsi", "document": {}, "created_by": "test"}
                made = insert(posts).values(at=at, deadline_at=at, created_at=db_now(), **row).returning(posts.c.id)
                post = int(conn.execute(made).scalar_one())
            body = to_json(Content(format="text", title="t", text="Cek namamu", link="https://kpu.example"))
            new = insert(contents).values(post_id=post, digest=external_id, body=body).returning(contents.c.id)
            common = {"post_id": post, "account_id": account, "content_id": conn.execute(new).scalar_one(), "office": office}
            common |= {"platform": self.toy.name, "state": "published", "checkpoints": {}, "external_id": external_id, "number": 1}
            times = {"at": db_now(ago), "deadline_at": db_now(ago), "updated_at": db_now()}
            delivery = conn.execute(insert(deliveries).values(**common, **times).returning(deliveries.c.id)).scalar_one()
            out = {"delivery_id": delivery, "account_id": account, "external_id": external_id, "url": None}
            made = insert(publications).values(published_at=db_now(ago), **out).returning(publications.c.id)
            return int(conn.execute(made).scalar_one())

    def copy_publications(self, conn: Connection, publication: int, number: int) -> None:
        """As many more like this one, each on its own account."""
        row = conn.execute(select(publications).where(publications.c.id == publication)).one()
        delivery = conn.execute(select(deliveries).where(deliveries.c.id == row.delivery_id)).one()._asdict()
        account = conn.execute(select(accounts).where(accounts.c.id == row.account_id)).one()._asdict()
        for given in (delivery, account):
            del given["id"]
        many = [account | {"external_id": f"copy-{n}"} for n in range(number)]
        owners = conn.execute(insert(accounts).returning(accounts.c.id), many).scalars().all()
        copies = [delivery | {"account_id": owner, "external_id": f"copy-{owner}"} for owner in owners]
        made = conn.execute(insert(deliveries).returning(deliveries.c.id, deliveries.c.account_id), copies).all()
        out = [{"delivery_id": one.id, "account_id": one.account_id, "external_id": f"copy-{one.account_id}"} for one in made]
        conn.execute(insert(publications).values(published_at=row.published_at), out)

    def plan(self) -> int:
        """What a dispatcher would put down, scans included."""
        return chore_rounds.plan(self.engine)

    def plan_sweeps(self) -> int:
        """Of that, the sweeps."""
        hours = self.settings.endorsement.sweep_hours
        with self.store.write() as conn:
            return schedule.plan_sweeps(conn, [self.toy.name], hours, within=schedule.window(hours))

    def due_sweep(self) -> Any:
        """A publication's chore whose first look is due."""
        publication = self.publication(hours_ago=1.5)
        self.plan_sweeps()
        return self.chore("sweep", publication)

    def claim(self, limit: int = 100) -> list[chores.Claim]:
        """What a dispatcher would claim now."""
        with self.store.write() as conn:
            allowed = chores.may(pauses.active(conn), switches.load(conn))
            return chores.claim(conn, self.toy.name, limit, self.settings.engine.lease, allowed)

    def tick(self) -> int:
        """Take back, claim and work once; answers how many chores were worked on."""
        with self.store.write() as conn:
            pauses.expire(conn)
            chores.sweep(conn)
        found = self.claim()
        for claim in found:
            self.chores.run(claim.id, claim.lease)
        return len(found)

    def bring(self, chore: int) -> None:
        """Make a chore due."""
        with self.store.write() as conn:
            chores.bring(conn, [chore])

    def chore(self, kind: str, subject: int) -> Any:
        """A chore's row."""
        with self.store.read() as conn:
            return conn.execute(select(table).where(table.c.kind == kind, table.c.subject == subject)).one()

    def change(self, chore: int, **values: Any) -> None:
        """Change a row behind everybody's back, as time or an accident would."""
        with self.store.write() as conn:
            conn.execute(update(table).where(table.c.id == chore).values(**values))

    def busy(self) -> int:
        """What `run --until-idle` waits for."""
        with self.store.read() as conn:
            return chores.busy(conn)

    def told(self, *names: str) -> list[Any]:
        """Events of these names, oldest first."""
        with self.store.read() as conn:
            return list(conn.execute(select(events).where(events.c.event.in_(names)).order_by(events.c.id)))

    def rows(self, of: Any) -> list[Any]:
        """Every row of a table."""
        with self.store.read() as conn:
            return list(conn.execute(select(of)))


def seen(publication: Publication | str, author: str, evidence: str = "") -> Sighting:
    """One mention."""
    named = publication if isinstance(publication, str) else str(publication.external_id)
    return Sighting(signal="mention", publication=named, evidence=evidence or f"{named}-{author}", author=author)


def found(*sightings: Sighting, total: int | None = None) -> Found:
    """What a look found."""
    return Found(sightings=sightings, total=total)


def raising(*errors: Exception, then: Any = None) -> Any:
    """An answer that raises these in turn, then answers."""
    left = list(errors)

    def answer(*_: Any) -> Any:
        if left:
            raise left.pop(0)
        return found() if then is None else then

    return answer
