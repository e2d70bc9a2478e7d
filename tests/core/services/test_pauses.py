"""Pausing by hand is one command for everything, a platform or an office."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.errors import UserError
from gaung.core.services import pauses
from gaung.core.store import pauses as store


def scopes(answer: dict[str, Any]) -> list[str]:
    return [pause["scope"] for pause in answer["pauses"]]


@pytest.mark.parametrize(
    ("everything", "platform", "office", "scope"),
    [(True, None, None, "all"), (False, "toy", None, "platform:toy"), (False, None, "18.01", "office:18.01")],
)
def test_each_scope_is_paused_and_resumed(world: Any, everything: bool, platform: str | None, office: str | None, scope: str) -> None:
    assert pauses.scope_name(everything=everything, platform=platform, office=office) == scope
    done = pauses.pause(world.ctx, scope, reason="hari tenang")
    assert (done["scope"], done["changed"], scopes(done)) == (scope, True, [scope])
    assert (done["pauses"][0]["kind"], done["pauses"][0]["reason"], done["pauses"][0]["until"]) == ("manual", "hari tenang", None)
    assert not pauses.pause(world.ctx, scope)["changed"]
    back = pauses.resume(world.ctx, scope)
    assert (back["lifted"], back["pauses"]) == ([scope], [])
    assert world.told() == ["scope.paused", "scope.resumed"]


@pytest.mark.parametrize(("everything", "platform", "office"), [(False, None, None), (True, "toy", None), (False, "toy", "18")])
def test_exactly_one_scope_must_be_named(everything: bool, platform: str | None, office: str | None) -> None:
    with pytest.raises(UserError, match="exactly one of"):
        pauses.scope_name(everything=everything, platform=platform, office=office)


def test_resuming_everything_ends_all_manual_pauses_but_none_of_a_platforms_own(world: Any) -> None:
    world.account()
    delivery = world.rows(world.post())[0].id
    for scope in ("all", "platform:toy", "office:18"):
        pauses.pause(world.ctx, scope)
    with world.ctx.store.write() as conn:
        store.pause(conn, "app:other:7", kind="auto", reason="rate limit", seconds=60)
    world.set(delivery, state="held", reason="paused", due_at=None)
    done = pauses.resume(world.ctx, "all")
    assert done["lifted"] == ["all", "office:18", "platform:toy"]
    assert (done["released"], scopes(done)) == (1, ["app:other:7"])
    assert world.rows(1)[0].state == "scheduled"


def test_resuming_one_scope_leaves_what_another_still_covers(world: Any) -> None:
    world.account()
    delivery = world.rows(world.post())[0].id
    pauses.pause(world.ctx, "platform:toy")
    pauses.pause(world.ctx, "office:18")
    world.set(delivery, state="held", reason="paused", due_at=None)
    assert pauses.resume(world.ctx, "office:18")["released"] == 0
    assert world.rows(1)[0].state == "held"


@pytest.mark.parametrize(("scope", "words"), [("platform:toi", "Did you mean toy"), ("office:18.99", "Unknown office")])
def test_an_unknown_scope_is_refused(world: Any, scope: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        pauses.pause(world.ctx, scope)


def test_an_office_pauses_itself_and_nobody_else(world: Any, scoped: Callable[[str], Any]) -> None:
    view = scoped("18.01")
    pauses.pause(view.ctx, "office:18.01")
    for scope in ("all", "platform:toy", "office:18.02"):
        with pytest.raises(UserError, match=r"GAUNG_OFFICE is 18\.01"):
            pauses.pause(view.ctx, scope)
