"""Measuring: when what is asked for, one question a run, and what is put down of the answer."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select, update

from gaung.core.config import load
from gaung.core.engine import chore_rounds
from gaung.core.engine.chores import Chores
from gaung.core.engine.context import Engine
from gaung.core.errors import RateLimited, Rejected, Transient, Unsupported
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import Account, Capabilities, FormatRule, Measure, Measured, Metric, Platform, Publication
from gaung.core.services import measuring
from gaung.core.services.context import Context
from gaung.core.store import chores, events, measures, pauses
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.switches import load as switches
from gaung.core.store.tables import accounts, offices, publications
from gaung.core.store.types import db_now
from gaung.core.testkit.echoes import add_post

SAID: dict[str, Any] = {"definition": "as the toy says", "source": "the toy"}
METRICS = (
    Metric(name="followers", of="account", title="Pengikut", version="1", api="followers", exact=False, **SAID),
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
    def gaung_measure_account(self, account: Account) -> Measured:
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


class World:
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
            return conn.execute(select(publications.c.external_id).where(publications.c.id == publication)).scalar_one()

    def chore(self) -> Any:
        with self.store.read() as conn:
            return conn.execute(select(chore_table).where(chore_table.c.kind == "measure")).one()

    def hours_pass(self, hours: float) -> None:
        """As if everything had happened so much earlier."""
        shift = timedelta(hours=hours)
        with self.store.write() as conn:
            for row in conn.execute(select(table.c.id, table.c.taken_at, table.c.as_of)).all():
                conn.execute(update(table).where(table.c.id == row.id).values(taken_at=row.taken_at - shift, as_of=row.as_of - shift))
            for out in conn.execute(select(publications.c.id, publications.c.published_at)).all():
                conn.execute(update(publications).where(publications.c.id == out.id).values(published_at=out.published_at - shift))
            for one in conn.execute(select(chore_table.c.id, chore_table.c.state)).all():
                until = {name: (datetime.fromisoformat(said) - shift).isoformat() for name, said in one.state.get("refused", {}).items()}
                changed = {"due_at": db_now(), "state": {**one.state, "refused": until}}
                conn.execute(update(chore_table).where(chore_table.c.id == one.id).values(changed))

    def told(self, name: str) -> list[Any]:
        with self.store.read() as conn:
            return [event for _, event in events.read_from(conn, (-1, 0)) if event.event == name]


@pytest.fixture
def make(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def build(together: int = 2) -> World:
        monkeypatch.setenv("GAUNG_DATABASE_URL", database_url)
        monkeypatch.setenv("GAUNG_SECRET_KEY", Fernet.generate_key().decode())
        engine, plugin = Engine(load(tmp_path), "worker"), Counting()
        plugin.together = together
        engine.manager = Manager([Source(name="toy", package="toys", version="1", load=lambda: plugin)])
        with engine.store.write() as conn:
            conn.execute(insert(offices).values(code="18", name="KPU Provinsi Lampung", level="province", created_at=db_now()))
        made.append(World(engine, plugin))
        return made[-1]

    yield build
    for world in made:
        world.worker.close()
        world.store.close()


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    return make()


def test_an_account_is_measured_once_a_day_with_definition_and_rounding(world: World) -> None:
    world.publish(0)
    world.run()
    (row,) = world.rows("followers")
    assert (row.value, row.definition, row.exact, row.source, row.publication) == (9000, "1", False, "api", 0)
    world.run()
    assert world.plugin.asked == ["account"]
    world.hours_pass(25)
    world.plugin.followers = 9100
    world.run()
    assert [row.value for row in world.rows("followers")] == [9000, 9100]


def test_unknown_is_kept_apart_from_zero(world: World) -> None:
    world.publish(0)
    world.plugin.followers = None
    world.run()
    (row,) = world.rows("followers")
    assert (row.value, row.why) == (None, "hidden")
    (event,) = world.told("account.measured")
    assert (event.data["measures"], event.data["unavailable"]) == (0, 1)


def test_publications_are_measured_in_batches_at_their_steps(world: World) -> None:
    young, hour, day = world.publish(0.5, 1.5, 30)
    world.plugin.views = {hour: 0, day: 120}
    world.run()
    account, batch = world.plugin.asked
    assert (account, sorted(batch)) == ("account", sorted([hour, day]))
    assert {row.value for row in world.rows("views")} == {0, 120}
    world.run()
    assert len(world.plugin.asked) == 2
    world.hours_pass(2)
    world.plugin.views |= {young: 5}
    world.run()
    assert sorted(world.plugin.asked[-1]) == sorted([young, hour])


def test_one_question_a_run_and_the_rest_at_once(world: World) -> None:
    made = world.publish(2, 2, 2, 2, 2)
    world.plugin.views = dict.fromkeys(made, 1)
    assert world.run() >= 4
    batches = world.plugin.asked[1:]
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert sorted(one for batch in batches for one in batch) == sorted(made)


def test_what_the_platform_leaves_out_is_not_asked_for_again_at_once(world: World) -> None:
    (gone,) = world.publish(2)
    world.run()
    assert world.plugin.asked == ["account", [gone]]
    (row,) = world.rows("views")
    assert (row.value, row.why) == (None, "the platform told nothing of it")


def test_what_does_not_change_is_asked_for_more_rarely(world: World) -> None:
    (one,) = world.publish(25)
    world.plugin.views = {one: 7}
    for _ in range(27):
        world.run()
        world.hours_pass(24)
    asked = len([question for question in world.plugin.asked if isinstance(question, list)])
    changing = [24, 48, 72, 96, 120, 144, 168, 336, 504, 672]
    assert 4 < asked < len(changing)


def test_a_question_that_the_platform_refuses_is_asked_again_after_a_week_and_the_other_meanwhile(world: World) -> None:
    (one,) = world.publish(2)
    world.plugin.views = {one: 7}
    world.plugin.followers = Unsupported("no right to it", code="10")
    world.run()
    assert [row.value for row in world.rows("views")] == [7]
    world.run()
    assert world.plugin.asked == ["account", [one]]
    world.plugin.followers = 9
    world.hours_pass(24 * 7 - 1)
    world.run()
    assert world.rows("followers") == []
    world.hours_pass(2)
    world.run()
    assert [row.value for row in world.rows("followers")] == [9]


def test_one_publication_that_the_platform_refuses_costs_no_other_its_numbers(make: Callable[..., World]) -> None:
    world = make(together=8)
    made = world.publish(*[2] * 8)
    world.plugin.views = dict.fromkeys(made, 7)
    bad = made[5]
    world.plugin.bad = {bad}
    world.run()
    assert [len(batch) for batch in world.plugin.asked[1:]] == [8, 4, 4, 2, 1, 1, 2]
    rows = world.rows("views")
    assert sorted(row.value for row in rows if row.value is not None) == [7] * 7
    (marked,) = [row for row in rows if row.value is None]
    assert (world.external(marked.publication), marked.why) == (bad, "the platform refuses to tell: 100/33: Object does not exist")
    assert world.told("sweep.failed") == []


def test_a_publication_that_was_refused_is_asked_about_alone_until_it_is_told_of(make: Callable[..., World]) -> None:
    world = make(together=8)
    made = world.publish(*[4] * 4)
    world.plugin.views = dict.fromkeys(made, 7)
    world.plugin.bad = {made[2]}
    world.run()
    world.hours_pass(9)
    world.plugin.asked.clear()
    world.run()
    assert sorted(map(len, world.plugin.asked)) == [1, 3]
    world.hours_pass(12)
    world.plugin.bad, world.plugin.views[made[2]] = set(), 11
    world.run()
    world.plugin.asked.clear()
    world.hours_pass(24)
    world.run()
    assert sorted(map(len, [asked for asked in world.plugin.asked if asked != "account"])) == [4]
    assert 11 in [row.value for row in world.rows("views")]


def test_where_every_publication_is_refused_it_is_the_question_that_is_not_asked_for_a_week(make: Callable[..., World]) -> None:
    world = make(together=8)
    made = world.publish(*[2] * 8)
    world.plugin.bad = set(made)
    world.run()
    assert len(world.plugin.asked) < 1 + 4 + 3 * 3
    world.run()
    (event,) = world.told("sweep.failed")
    assert (event.data["source"], event.data["error"]["code"], event.data["next_in"]) == ("measure", "100/33", 7 * 24 * 3600)
    world.plugin.asked.clear()
    world.plugin.bad, world.plugin.views = set(), dict.fromkeys(made, 3)
    world.hours_pass(24 * 7 - 30)
    world.run()
    assert world.plugin.asked == ["account"]
    world.hours_pass(31)
    world.run()
    assert {world.external(row.publication) for row in world.rows("views") if row.value == 3} == set(made)


def test_a_failure_is_tried_again_and_loses_nothing(world: World) -> None:
    (one,) = world.publish(2)
    world.plugin.views = {one: 7}
    world.plugin.fails = [Transient("hung up", code="connection")]
    world.run()
    assert (world.chore().tries, len(world.rows("followers"))) == (1, 1)
    world.hours_pass(0)
    world.run()
    assert [row.value for row in world.rows("views")] == [7]


def test_an_outage_of_days_ends_no_series(world: World) -> None:
    world.publish(0)
    world.plugin.followers = Transient("the platform is down", code="500")
    for _ in range(30):
        world.run()
        world.hours_pass(7)
    assert world.rows("followers") == []
    world.plugin.followers = 9000
    world.run()
    assert [row.value for row in world.rows("followers")] == [9000]
    assert world.chore().due_at is not None


def test_a_rate_limit_pauses_the_scope_as_it_does_for_publishing(world: World) -> None:
    world.publish(0)
    world.plugin.followers = RateLimited("slow down", scope="app", retry_after=600, code="4")
    world.run()
    with world.store.read() as conn:
        assert [pause.scope for pause in pauses.active(conn)] == ["app:toy:"]
    world.run()
    assert world.plugin.asked == ["account"]


def test_a_moment_that_stays_the_same_is_one_row_and_is_not_asked_for_forever(world: World) -> None:
    world.publish(0)
    world.plugin.moment = datetime.now(UTC) - timedelta(days=3)
    world.run()
    with world.store.write() as conn:
        conn.execute(update(table).values(taken_at=db_now(-25 * 3600)))
        conn.execute(update(chore_table).values(due_at=db_now()))
    assert world.run() < 5
    assert world.plugin.asked == ["account", "account"]
    assert len(world.rows("followers")) == 1


def test_figures_are_read_as_they_were(world: World) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    base = {"office": "18", "platform": "toy", "handle": "h", "account_id": None, "publication": 0, "post_id": None}
    base |= {"name": "followers", "definition": "1", "exact": True, "source": "api", "why": ""}
    with world.store.write() as conn:
        measures.put(conn, [{**base, "value": 10 * day, "as_of": start + timedelta(days=day)} for day in range(5)], actor="test")
        measures.put(conn, [{**base, "value": 33, "as_of": start + timedelta(days=3)}], actor="test")
        found = measures.at(conn, start + timedelta(days=3, hours=5), table.c.publication == 0)
        series = [figure.value for _, _, figure in measures.series(conn, table.c.name == "followers")]
    assert found[("18", "toy", "h", 0)]["followers"].value == 33
    assert series == [0, 10, 20, 33, 40]


def test_a_person_may_ask_before_the_time_has_come(world: World) -> None:
    (one,) = world.publish(2)
    world.plugin.views = {one: 7}
    world.run()
    assert world.plugin.asked == ["account", [one]]
    ctx = Context(world.engine.settings, store=world.store, manager=world.engine.manager)
    world.plugin.followers, world.plugin.views = 9100, {one: 9}
    done = measuring.measure_now(ctx, accounts=True, publications=False, tell=lambda _: None)
    assert (done["by"], done["accounts"], done["measures"], done["problems"]) == ("here", 1, 1, [])
    assert world.plugin.asked == ["account", [one], "account"]
    done = measuring.measure_now(ctx, accounts=True, publications=True, tell=lambda _: None)
    assert done["measures"] == 2
    assert {row["name"]: row["value"] for row in measuring.newest(ctx)} == {"followers": 9100}
    assert [row["value"] for row in measuring.newest(ctx, post=1)] == [9]
