"""Measuring: when what is asked for, one question a run, and what is put down of the answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from gaung.core.services import measuring
from gaung.core.services.context import Context
from gaung.core.store import measures
from gaung.core.store.ledger_tables import chores as chore_table
from gaung.core.store.measure_tables import measures as table
from gaung.core.store.tables import accounts, publications
from gaung.core.store.types import db_now
from gaung.core.testkit.measuring import MeasuringWorld

MakeMeasured = Callable[..., MeasuringWorld]


def test_an_account_is_measured_once_a_day_with_definition_and_rounding(measured: MeasuringWorld) -> None:
    measured.publish(0)
    measured.run()
    (row,) = measured.rows("followers")
    assert (row.value, row.definition, row.exact, row.source, row.publication) == (9000, "1", False, "api", 0)
    measured.run()
    assert measured.plugin.asked == ["account"]
    measured.hours_pass(25)
    measured.plugin.followers = 9100
    measured.run()
    assert [row.value for row in measured.rows("followers")] == [9000, 9100]


def test_unknown_is_kept_apart_from_zero(measured: MeasuringWorld) -> None:
    measured.publish(0)
    measured.plugin.followers = None
    measured.run()
    (row,) = measured.rows("followers")
    assert (row.value, row.why) == (None, "hidden")
    (event,) = measured.told("account.measured")
    assert (event.data["measures"], event.data["unavailable"]) == (0, 1)


def test_publications_are_measured_in_batches_at_their_steps(measured: MeasuringWorld) -> None:
    young, hour, day = measured.publish(0.5, 1.5, 30)
    measured.plugin.views = {hour: 0, day: 120}
    measured.run()
    account, batch = measured.plugin.asked
    assert (account, sorted(batch)) == ("account", sorted([hour, day]))
    assert {row.value for row in measured.rows("views")} == {0, 120}
    measured.run()
    assert len(measured.plugin.asked) == 2
    measured.hours_pass(2)
    measured.plugin.views |= {young: 5}
    measured.run()
    assert sorted(measured.plugin.asked[-1]) == sorted([young, hour])


def test_a_number_has_the_definition_of_what_it_is_of_where_account_and_post_have_one_of_the_same_name(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(2)
    measured.plugin.views = {one: 7}
    measured.run()
    (row,) = measured.rows("views")
    assert (row.value, row.definition, row.exact) == (7, "2", True)


def test_what_changed_nothing_is_told_from_what_did_under_a_new_handle_too(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(2)
    measured.plugin.views = {one: 7}
    measured.run()
    with measured.store.write() as conn:
        conn.execute(update(accounts).values(handle="a_new_name"))
    measured.hours_pass(2)
    measured.plugin.views = {one: 9}
    measured.run()
    with measured.store.read() as conn:
        (number,) = conn.execute(select(publications.c.id)).scalars()
        assert measures.values_of(conn, [number]) == {number: {"views": 9}}
    ctx = Context(measured.engine.settings, store=measured.store, manager=measured.engine.manager)
    assert [(row["handle"], row["value"]) for row in measuring.newest(ctx, post=1)] == [("a_new_name", 9)]


def test_one_question_a_run_and_the_rest_at_once(measured: MeasuringWorld) -> None:
    made = measured.publish(2, 2, 2, 2, 2)
    measured.plugin.views = dict.fromkeys(made, 1)
    assert measured.run() >= 4
    batches = measured.plugin.asked[1:]
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert sorted(one for batch in batches for one in batch) == sorted(made)


def test_what_the_platform_leaves_out_is_not_asked_for_again_at_once(measured: MeasuringWorld) -> None:
    (gone,) = measured.publish(2)
    measured.run()
    assert measured.plugin.asked == ["account", [gone]]
    (row,) = measured.rows("views")
    assert (row.value, row.why) == (None, "the platform told nothing of it")


def test_what_does_not_change_is_asked_for_more_rarely(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(25)
    measured.plugin.views = {one: 7}
    for _ in range(27):
        measured.run()
        measured.hours_pass(24)
    asked = len([question for question in measured.plugin.asked if isinstance(question, list)])
    changing = [24, 48, 72, 96, 120, 144, 168, 336, 504, 672]
    assert 4 < asked < len(changing)


def test_a_moment_that_stays_the_same_is_one_row_and_is_not_asked_for_forever(measured: MeasuringWorld) -> None:
    measured.publish(0)
    measured.plugin.moment = datetime.now(UTC) - timedelta(days=3)
    measured.run()
    with measured.store.write() as conn:
        conn.execute(update(table).values(taken_at=db_now(-25 * 3600)))
        conn.execute(update(chore_table).values(due_at=db_now()))
    assert measured.run() < 5
    assert measured.plugin.asked == ["account", "account"]
    assert len(measured.rows("followers")) == 1


def test_figures_are_read_as_they_were(measured: MeasuringWorld) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    base = {"office": "18", "platform": "toy", "handle": "h", "account_id": None, "publication": 0, "post_id": None}
    base |= {"name": "followers", "definition": "1", "exact": True, "source": "api", "why": ""}
    with measured.store.write() as conn:
        measures.put(conn, [{**base, "value": 10 * day, "as_of": start + timedelta(days=day)} for day in range(5)], actor="test")
        measures.put(conn, [{**base, "value": 33, "as_of": start + timedelta(days=3)}], actor="test")
        found = measures.at(conn, start + timedelta(days=3, hours=5), table.c.publication == 0)
        series = [figure.value for _, _, figure in measures.series(conn, table.c.name == "followers")]
    assert found[("18", "toy", "h", 0)]["followers"].value == 33
    assert series == [0, 10, 20, 33, 40]


def test_a_person_may_ask_before_the_time_has_come(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(2)
    measured.plugin.views = {one: 7}
    measured.run()
    assert measured.plugin.asked == ["account", [one]]
    ctx = Context(measured.engine.settings, store=measured.store, manager=measured.engine.manager)
    measured.plugin.followers, measured.plugin.views = 9100, {one: 9}
    done = measuring.measure_now(ctx, accounts=True, publications=False, tell=lambda _: None)
    assert (done["by"], done["accounts"], done["measures"], done["problems"]) == ("here", 1, 1, [])
    assert measured.plugin.asked == ["account", [one], "account"]
    done = measuring.measure_now(ctx, accounts=True, publications=True, tell=lambda _: None)
    assert done["measures"] == 2
    assert {row["name"]: row["value"] for row in measuring.newest(ctx)} == {"followers": 9100}
    assert [row["value"] for row in measuring.newest(ctx, post=1)] == [9]


def test_a_person_may_ask_before_the_first_step_and_is_told_of_what_is_out_by_then(measured: MeasuringWorld) -> None:
    (young,) = measured.publish(0.2)
    measured.plugin.views = {young: 3}
    measured.run()
    assert measured.plugin.asked == ["account"]
    ctx = Context(measured.engine.settings, store=measured.store, manager=measured.engine.manager)
    measuring.measure_now(ctx, accounts=False, publications=True, tell=lambda _: None)
    assert measured.plugin.asked == ["account", [young]]
    measured.run()
    assert measured.plugin.asked == ["account", [young]], "the wish is fulfilled; the schedule goes on at its first step"
