"""Plugins per office: switched, listed with the reason, and what that does to posts and deliveries."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.manager import Manager
from gaung.core.plugin_loading import Source
from gaung.core.services import explain, plugins, posts, scheduling
from gaung.core.services.context import Context
from gaung.core.store import events
from gaung.core.testkit.objects import Policy


def with_plugins(world: Any, *more: Source) -> Any:
    """The same world with more plugins, going by the switches as the command line does."""
    context = Context(world.ctx.settings, store=world.ctx.store)
    found = [*(toy.source() for toy in world.toys.values()), *more]
    context._manager = Manager(found, third_party=True, switched_off=context.switchboard.off)
    return type(world)(context, world.toys, world.folder)


def cannot_import() -> object:
    raise ImportError("no such library")


def last_event(world: Any, name: str) -> Any:
    with world.ctx.store.read() as conn:
        return [event for _, event in events.read_from(conn, (-1, 0), 10_000) if event.event == name][-1]


def states(world: Any, post: int) -> list[tuple[str, str, str | None]]:
    return [(row.office, row.state, row.reason) for row in world.rows(post)]


def test_a_platform_is_switched_off_for_one_office_with_who_and_when_on_record(world: Any) -> None:
    for office in ("18", "18.01"):
        world.account(office)
    post = world.post(more="at = 2099-01-01T10:00:00+07:00")
    done = plugins.switch(world.ctx, "toy", office="18.01", enabled=False)
    assert done == {"plugin": "toy", "office": "18.01", "status": "disabled", "changed": True, "skipped": 1, "followed": 0}
    assert states(world, post) == [("18", "scheduled", None), ("18.01", "skipped", "plugin_disabled")]
    event = last_event(world, "plugin.disabled")
    assert (event.actor, event.office, event.platform, event.data) == ("test", "18.01", "toy", {"plugin": "toy", "skipped": 1})
    assert not plugins.switch(world.ctx, "toy", office="18.01", enabled=False)["changed"]
    assert world.told().count("plugin.disabled") == 1


def test_switching_on_does_not_resurrect_and_new_posts_go(world: Any) -> None:
    world.account()
    plugins.switch(world.ctx, "toy", office="18", enabled=False)
    old = world.post()
    plugins.switch(world.ctx, "toy", office="18", enabled=True)
    new = world.post()
    assert (states(world, old), states(world, new)) == ([("18", "skipped", "plugin_disabled")], [("18", "scheduled", None)])
    with pytest.raises(UserError, match="Nothing of post"):
        posts.retry(world.ctx, old, deadline=None)
    assert last_event(world, "plugin.enabled").data["plugin"] == "toy"


def test_checking_a_post_tells_what_is_switched_off_and_does_not_refuse_the_others(world: Any) -> None:
    for office in ("18", "18.01"):
        world.account(office)
    plugins.switch(world.ctx, "toy", office="18.01", enabled=False)
    checked = scheduling.check(world.ctx, world.file(offices='["18", "18.01"]'))
    (problem,) = checked["problems"]
    assert (problem["code"], problem["level"], problem["office"], problem["platform"]) == ("plugin_disabled", "warning", "18.01", "toy")
    assert checked["deliveries"] == 1
    done = scheduling.schedule(world.ctx, world.file(offices='["18", "18.01"]'))
    assert (done["deliveries"], done["skipped"]) == (1, 1)
    row = world.rows(done["id"])[1]
    said = explain.delivery(world.ctx, row.id)
    assert "toy is switched off for office 18.01" in said["text"]
    assert "gaung plugin enable toy --office 18.01" in said["commands"]
    assert "switched off by test" in explain.account(world.ctx, row.account_id)["text"]


def test_what_has_begun_is_followed_and_counted(world: Any) -> None:
    world.account()
    delivery = world.rows(world.post())[0].id
    world.set(delivery, state="unconfirmed", mutation_at=world.rows(1)[0].at)
    done = plugins.switch(world.ctx, "toy", office=None, enabled=False)
    assert (done["skipped"], done["followed"]) == (0, 1)
    assert world.rows(1)[0].state == "unconfirmed"


def test_a_policy_is_switched_off_for_an_office_only(world: Any) -> None:
    with_policy = with_plugins(world, Source(name="policy", package="gaung-policy", version="1", load=Policy))
    for office in ("18", "18.01"):
        with_policy.account(office)
    plugins.switch(with_policy.ctx, "policy", office="18.01", enabled=False)
    post = with_policy.post()
    from gaung.core.store.tables import contents

    with world.ctx.store.read() as conn:
        texts = {row.id: row.body["text"] for row in conn.execute(contents.select())}
    by_office = {row.office: texts[row.content_id] for row in with_policy.rows(post)}
    assert by_office["18"].count("#TemanPemilih") == 2
    assert by_office["18.01"].count("#TemanPemilih") == 1
    event = last_event(world, "plugin.disabled")
    assert (event.platform, event.data["plugin"]) == (None, "policy")


def test_the_list_tells_for_an_office_what_applies_and_why(world: Any) -> None:
    there = with_plugins(
        world,
        Source(name="bad", package="gaung-bad", version="0.3", load=cannot_import),
        Source(name="policy", package="gaung-policy", version="1", load=Policy),
    )
    plugins.switch(there.ctx, "toy", office="18.01", enabled=False)
    plugins.switch(there.ctx, "policy", office=None, enabled=False)
    plugins.switch(there.ctx, "policy", office="18.02", enabled=True)

    def listed(office: str | None) -> dict[str, tuple[str, str]]:
        return {row["name"]: (row["status"], row["reason"]) for row in plugins.list_plugins(there.ctx, office=office)}

    here = listed("18.01")
    assert here["other"] == ("enabled", "enabled by default")
    assert here["toy"][0] == "disabled"
    assert here["toy"][1].startswith("disabled for 18.01 by test at ")
    assert here["policy"][1].startswith("disabled for all offices by test at ")
    assert here["bad"] == ("broken", "cannot be imported: ImportError: no such library")
    assert listed("18.02")["policy"][0] == "enabled"
    everywhere = listed(None)
    assert everywhere["toy"] == ("enabled", "disabled for 18.01")
    assert everywhere["policy"][0] == "disabled"
    assert everywhere["policy"][1].endswith("; enabled for 18.02")
    with pytest.raises(UserError, match=r"Unknown office 18\.99"):
        listed("18.99")


def test_the_traceback_of_a_broken_plugin_is_there_for_those_who_ask(world: Any) -> None:
    there = with_plugins(world, Source(name="bad", package="gaung-bad", version="0.3", load=cannot_import))
    quiet = next(row for row in plugins.list_plugins(there.ctx) if row["name"] == "bad")
    loud = next(row for row in plugins.list_plugins(there.ctx, verbose=True) if row["name"] == "bad")
    assert "traceback" not in quiet
    assert "cannot_import" in loud["traceback"]


def test_an_office_switches_only_itself(world: Any, scoped: Callable[[str], Any]) -> None:
    mine = scoped("18.01")
    assert plugins.switch(mine.ctx, "toy", office="18.01", enabled=False)["changed"]
    with pytest.raises(UserError, match=r"18\.02 is out of sight"):
        plugins.switch(mine.ctx, "toy", office="18.02", enabled=False)
    with pytest.raises(UserError, match="concerns every office"):
        plugins.switch(mine.ctx, "toy", office=None, enabled=False)
    assert next(row["status"] for row in plugins.list_plugins(mine.ctx) if row["name"] == "toy") == "disabled"
    assert world.ctx.switchboard.off("18.02") == frozenset()


def test_unknown_names_are_refused_with_the_nearest(world: Any) -> None:
    with pytest.raises(UserError, match='Did you mean "toy'):
        plugins.switch(world.ctx, "toi", office="18", enabled=False)
    with pytest.raises(UserError, match=r"Unknown office 18\.99"):
        plugins.switch(world.ctx, "toy", office="18.99", enabled=False)


def test_accounts_whose_plugin_is_gone_are_told_and_can_be_switched_off(world: Any) -> None:
    world.account()
    world.account(platform="other")
    alone = Context(world.ctx.settings, store=world.ctx.store, manager=Manager([world.toys["toy"].source()]))
    checked = scheduling.check(alone, world.file())
    assert [(problem["code"], problem["platform"]) for problem in checked["problems"] if problem["code"] != "no_account"] == [
        ("no_plugin", "other")
    ]
    assert checked["deliveries"] == 1
    assert "is not installed here" in explain.account(alone, 2)["text"]
    assert plugins.switch(alone, "other", office=None, enabled=False)["changed"]


def test_a_broken_plugin_is_told_when_a_post_is_checked_and_named_when_it_is_meant(world: Any) -> None:
    there = with_plugins(world, Source(name="bad", package="gaung-bad", version="0.3", load=cannot_import))
    there.account()
    checked = scheduling.check(there.ctx, there.file(offices='["18"]'))
    assert [(problem["code"], problem["level"]) for problem in checked["problems"]] == [("plugin_broken", "warning")]
    from gaung.core.posts.draft import PostFileError

    with pytest.raises(PostFileError, match="the plugin bad does not work: cannot be imported"):
        scheduling.check(there.ctx, there.file(platforms='["bad"]'))
