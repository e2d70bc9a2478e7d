"""Measuring when the platform refuses, fails or is silent: nothing is lost, and nothing is asked for without end."""

from collections.abc import Callable

from rich.console import Console

from gaung.cli import views_figures
from gaung.core.errors import RateLimited, Transient, Unsupported
from gaung.core.services import measuring
from gaung.core.services.context import Context
from gaung.core.store import pauses
from gaung.core.testkit.measuring import MeasuringWorld

MakeMeasured = Callable[..., MeasuringWorld]


def test_a_question_that_the_platform_refuses_is_asked_again_after_a_week_and_the_other_meanwhile(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(2)
    measured.plugin.views = {one: 7}
    measured.plugin.followers = Unsupported("no right to it", code="10")
    measured.run()
    assert [row.value for row in measured.rows("views")] == [7]
    measured.run()
    assert measured.plugin.asked == ["account", [one]]
    measured.plugin.followers = 9
    measured.hours_pass(24 * 7 - 1)
    measured.run()
    assert measured.rows("followers") == []
    measured.hours_pass(2)
    measured.run()
    assert [row.value for row in measured.rows("followers")] == [9]


def test_one_publication_that_the_platform_refuses_costs_no_other_its_numbers(make_measured: MakeMeasured) -> None:
    measured = make_measured(together=8)
    made = measured.publish(*[2] * 8)
    measured.plugin.views = dict.fromkeys(made, 7)
    bad = made[5]
    measured.plugin.bad = {bad}
    measured.run()
    assert [len(batch) for batch in measured.plugin.asked[1:]] == [8, 4, 4, 2, 1, 1, 2]
    rows = measured.rows("views")
    assert sorted(row.value for row in rows if row.value is not None) == [7] * 7
    (marked,) = [row for row in rows if row.value is None]
    assert (measured.external(marked.publication), marked.why) == (bad, "the platform refuses to tell: 100/33: Object does not exist")
    assert measured.told("sweep.failed") == []


def test_a_publication_that_was_refused_is_asked_about_alone_until_it_is_told_of(make_measured: MakeMeasured) -> None:
    measured = make_measured(together=8)
    made = measured.publish(*[4] * 4)
    measured.plugin.views = dict.fromkeys(made, 7)
    measured.plugin.bad = {made[2]}
    measured.run()
    measured.hours_pass(9)
    measured.plugin.asked.clear()
    measured.run()
    assert sorted(map(len, measured.plugin.asked)) == [1, 3]
    measured.hours_pass(12)
    measured.plugin.bad, measured.plugin.views[made[2]] = set(), 11
    measured.run()
    measured.plugin.asked.clear()
    measured.hours_pass(24)
    measured.run()
    assert sorted(map(len, [asked for asked in measured.plugin.asked if asked != "account"])) == [4]
    assert 11 in [row.value for row in measured.rows("views")]


def test_where_every_publication_is_refused_it_is_the_question_that_is_not_asked_for_a_week(make_measured: MakeMeasured) -> None:
    measured = make_measured(together=8)
    made = measured.publish(*[2] * 8)
    measured.plugin.bad = set(made)
    measured.run()
    assert len(measured.plugin.asked) < 1 + 4 + 3 * 3
    measured.run()
    (event,) = measured.told("sweep.failed")
    assert (event.data["source"], event.data["error"]["code"], event.data["next_in"]) == ("measure", "100/33", 7 * 24 * 3600)
    measured.plugin.asked.clear()
    measured.plugin.bad, measured.plugin.views = set(), dict.fromkeys(made, 3)
    measured.hours_pass(24 * 7 - 30)
    measured.run()
    assert measured.plugin.asked == ["account"]
    measured.hours_pass(31)
    measured.run()
    assert {measured.external(row.publication) for row in measured.rows("views") if row.value == 3} == set(made)


def test_three_publications_that_are_refused_while_others_are_told_of_are_not_the_question(make_measured: MakeMeasured) -> None:
    measured = make_measured(together=8)
    made = measured.publish(*[2] * 8)
    measured.plugin.views = dict.fromkeys(made, 7)
    measured.plugin.bad = {made[0], made[3], made[6]}
    measured.run(40)
    rows = measured.rows("views")
    assert {measured.external(row.publication) for row in rows if row.value is None} == measured.plugin.bad
    assert len([row for row in rows if row.value == 7]) == 5
    assert measured.told("sweep.failed") == []


def test_a_failure_is_tried_again_and_loses_nothing(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(2)
    measured.plugin.views = {one: 7}
    measured.plugin.fails = [Transient("hung up", code="connection")]
    measured.run()
    assert (measured.chore().tries, len(measured.rows("followers"))) == (1, 1)
    measured.hours_pass(0)
    measured.run()
    assert [row.value for row in measured.rows("views")] == [7]


def test_an_account_that_is_never_answered_keeps_nothing_back_from_its_publications(measured: MeasuringWorld) -> None:
    (one,) = measured.publish(2)
    measured.plugin.views = {one: 7}
    measured.plugin.followers = Transient("an unknown error occurred", code="1")
    measured.run()
    assert (measured.plugin.asked, measured.chore().tries) == (["account"], 1)
    measured.hours_pass(0)
    measured.run()
    assert [row.value for row in measured.rows("views")] == [7]
    assert measured.plugin.asked[-1] == "account"
    measured.plugin.followers = 9000
    measured.hours_pass(0)
    measured.run()
    assert [row.value for row in measured.rows("followers")] == [9000]


def test_publications_that_are_never_answered_keep_nothing_back_from_their_account(measured: MeasuringWorld) -> None:
    measured.publish(2)
    measured.plugin.fails = [Transient("an unknown error occurred", code="1")] * 500
    for _ in range(80):
        measured.run()
        measured.hours_pass(6 if measured.chore().tries >= 7 else 0.1)  # the first tries follow upon one another within the hour
    assert len(measured.rows("followers")) > 4, "each day or two"
    assert measured.rows("views") == []
    assert len(measured.told("sweep.failed")) <= len(measured.rows("followers")) + 1


def test_an_outage_of_days_ends_no_series(measured: MeasuringWorld) -> None:
    measured.publish(0)
    measured.plugin.followers = Transient("the platform is down", code="500")
    measured.plugin.fails = [measured.plugin.followers] * 100
    for _ in range(30):
        measured.run()
        measured.hours_pass(7)
    assert (measured.rows("followers"), measured.rows("views")) == ([], [])
    measured.plugin.followers, measured.plugin.fails = 9000, []
    measured.run()
    assert [row.value for row in measured.rows("followers")] == [9000]
    assert measured.chore().due_at is not None


def test_a_rate_limit_pauses_the_scope_as_it_does_for_publishing(measured: MeasuringWorld) -> None:
    measured.publish(0)
    measured.plugin.followers = RateLimited("slow down", scope="app", retry_after=600, code="4")
    measured.run()
    with measured.store.read() as conn:
        assert [pause.scope for pause in pauses.active(conn)] == ["app:toy:"]
    measured.run()
    assert measured.plugin.asked == ["account"]


def test_what_is_known_of_single_publications_goes_when_they_are_asked_about_no_more(make_measured: MakeMeasured) -> None:
    measured = make_measured(together=8)
    made = measured.publish(*[4] * 4)
    measured.plugin.views, measured.plugin.bad = dict.fromkeys(made, 7), {made[2]}
    measured.run()
    assert {"still", "alone"} <= measured.chore().state.keys()
    measured.hours_pass(24 * 31)
    measured.run()
    state = measured.chore().state
    assert not state.get("still")
    assert not state.get("alone")


def test_a_person_who_asks_is_told_whose_platform_did_not_answer(measured: MeasuringWorld) -> None:
    measured.publish(2)
    measured.plugin.followers = Unsupported("The session has been invalidated", code="190/460")
    ctx = Context(measured.engine.settings, store=measured.store, manager=measured.engine.manager)
    done = measuring.measure_now(ctx, accounts=True, publications=False, tell=lambda _: None)
    (problem,) = done["problems"]
    assert (problem["office"], problem["platform"], problem["code"]) == ("18", "toy", "190/460")
    console = Console(width=200)
    with console.capture() as shown:
        console.print(views_figures.measured(done))
    assert [word for word in (problem["handle"], "190/460", "invalidated") if word not in shown.get()] == []
    assert "{" not in shown.get()
