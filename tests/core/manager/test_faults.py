from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, PluginError, Unsupported
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    AccountInfo,
    CannotTell,
    Content,
    Event,
    NotThere,
    Publication,
)
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.objects import Echo, manager_of, toy_account

CONTENT = Content(format="text", title="", text="halo")
PUBLICATION = Publication(id=1, external_id="9", url=None, published_at=datetime(2026, 11, 24, tzinfo=UTC))
EVENT = Event(id=1, event="delivery.published", at=datetime(2026, 11, 24, tzinfo=UTC), actor="uji", office="18.01")


def test_a_plugin_that_fails_to_validate_is_a_problem_and_hides_no_others() -> None:
    class Bug:
        @hookimpl
        def gaung_validate(self) -> Any:
            raise KeyError("caption")

    class Odd:
        @hookimpl
        def gaung_validate(self) -> Any:
            return ["too long"]

    problems = manager_of(("a_bug", Bug()), ("b_odd", Odd()), ("toy", Echo())).validate(toy_account(), CONTENT)
    assert [(problem.code, problem.field) for problem in problems] == [
        ("plugin_error", "plugin.a_bug"), ("plugin_error", "plugin.b_odd"), ("from_toy", "text"),
    ]  # fmt: skip
    assert "gaung_validate failed: KeyError: 'caption'" in problems[0].message
    assert "answered str, not Problem" in problems[1].message


def test_a_wrapper_that_fails_is_named_not_the_plugin_it_wraps() -> None:
    class Bug:
        @hookimpl(wrapper=True)
        def gaung_validate(self) -> Generator[None, Any, Any]:
            yield
            raise KeyError("caption")

    (problem,) = manager_of(("bug", Bug()), ("toy", Echo())).validate(toy_account(), CONTENT)
    assert problem.field == "plugin.bug"


def test_a_plugin_that_fails_to_prepare_is_named() -> None:
    class Bug:
        @hookimpl
        def gaung_prepare(self) -> Any:
            return "text"

    with pytest.raises(PluginError, match=r"plugin bug .*gaung_prepare answered str, not Content"):
        manager_of(("bug", Bug()), ("toy", Echo())).prepare(toy_account(), CONTENT)


def test_every_observer_sees_an_event_whatever_the_others_do() -> None:
    seen: list[str] = []

    class Observer:
        def __init__(self, name: str) -> None:
            self.name = name

        @hookimpl
        def gaung_event(self, event: Event) -> None:
            seen.append(self.name)
            if self.name == "a":
                raise OSError("disk full")

    plugins = manager_of(("b", Observer("b")), ("a", Observer("a")), ("c", Observer("c")), switched_off=lambda office: {"c"})
    failures = plugins.event(EVENT)
    assert seen == ["a", "b"]
    assert [str(failure) for failure in failures] == ["plugin a (package gaung 1.2): gaung_event failed: OSError: disk full"]


def test_hooks_that_a_plugin_leaves_out_are_answered_for_it() -> None:
    plugins = manager_of(("toy", Echo()))
    assert isinstance(plugins.find_published(toy_account(), CONTENT, LiveAttempt()), CannotTell)
    with pytest.raises(Unsupported, match="toy cannot delete posts"):
        plugins.delete(toy_account(), PUBLICATION)
    with pytest.raises(Unsupported, match="toy cannot look at accounts"):
        plugins.check_account(toy_account())
    with pytest.raises(AuthRevoked):
        plugins.refresh_credentials(toy_account())


def test_hooks_about_accounts_answer_their_records() -> None:
    class Full(Echo):
        @hookimpl
        def gaung_find_published(self) -> Any:
            return NotThere()

        @hookimpl
        def gaung_check_account(self, account: Account) -> Any:
            return AccountInfo(external_id="1", handle=account.handle, who="Contoh")

        @hookimpl
        def gaung_refresh_credentials(self) -> Any:
            return {"token": "bukan record"}

        @hookimpl
        def gaung_delete(self, publication: Publication) -> Any:
            raise Unsupported("no such call")

    plugins = manager_of(("toy", Full()))
    assert plugins.find_published(toy_account(), CONTENT, LiveAttempt()) == NotThere()
    assert plugins.check_account(toy_account()).who == "Contoh"
    with pytest.raises(PluginError, match="gaung_refresh_credentials answered dict, not Credentials"):
        plugins.refresh_credentials(toy_account())
    with pytest.raises(Unsupported, match="no such call"):
        plugins.delete(toy_account(), PUBLICATION)
