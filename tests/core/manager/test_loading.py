import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.errors import PluginError, UserError
from gaung.core.manager import Manager, load
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import (
    Account,
    Capabilities,
    Content,
    Platform,
    Published,
)
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.objects import Echo, manager_of, toy_account

CONTENT = Content(format="text", title="", text="halo")


def test_a_working_platform_is_listed_with_its_hooks() -> None:
    plugins = manager_of(("toy", Echo()))
    (info,) = plugins.plugins()
    assert (info.name, info.package, info.version, info.status, info.title) == ("toy", "gaung", "1.2", "enabled", "Toy")
    assert info.hooks == ("gaung_check", "gaung_finish", "gaung_platform", "gaung_publish", "gaung_validate")
    assert plugins.platform("toy").title == "Toy"
    assert list(plugins.platforms()) == ["toy"]


def test_an_unknown_platform_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean toy"):
        manager_of(("toy", Echo())).platform("toi")
    with pytest.raises(UserError, match="Known: toy"):
        manager_of(("toy", Echo())).platform("xyzzy")


def unimportable() -> object:
    raise ModuleNotFoundError("No module named 'gone'")


def exits() -> object:
    raise SystemExit(3)


class UnknownHook:
    @hookimpl
    def gaung_pubish(self) -> None: ...


class WrongArgument:
    @hookimpl
    def gaung_prepare(self, acount: Account) -> None: ...


class NoGenerator:
    @hookimpl(wrapper=True)
    def gaung_publish(self) -> None: ...


class NoHook:
    def gaung_publish(self) -> None: ...


class NoRecord:
    @hookimpl
    def gaung_platform(self) -> Any:
        return {"name": "bad"}


class Raises:
    @hookimpl
    def gaung_platform(self) -> Any:
        raise ValueError("no settings")


class BadFormats:
    @hookimpl
    def gaung_platform(self) -> Any:
        return Platform(name="bad", title="Bad", formats=["text"], capabilities=Capabilities())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("loads", "said"),
    [
        (unimportable, "cannot be imported: ModuleNotFoundError: No module named 'gone'"),
        (exits, "cannot be imported: SystemExit: 3"),
        (UnknownHook, "unknown hook gaung_pubish; did you mean gaung_publish?"),
        (WrongArgument, "acount"),
        (NoGenerator, "not a generator function"),
        (NoHook, "is @hookimpl missing?"),
        (NoRecord, "gaung_platform answered dict, not a Platform"),
        (Raises, "gaung_platform failed: ValueError: no settings"),
        (BadFormats, "formats that are no tuple of FormatRule"),
        (lambda: Echo("other"), "its Platform record is named 'other', its entry point 'bad'"),
    ],
)
def test_a_broken_plugin_is_listed_with_its_reason_and_the_others_work(loads: Callable[[], object], said: str) -> None:
    bad = Source(name="bad", package="gaung-bad", version="0.1", load=loads)
    good = Source(name="toy", package="gaung", version="1.2", load=Echo)
    plugins = Manager([good, bad], third_party=True)
    info = plugins.plugins()[0]
    assert (info.name, info.package, info.version, info.status) == ("bad", "gaung-bad", "0.1", "broken")
    assert said in info.reason
    assert plugins.publish(toy_account(), CONTENT, LiveAttempt()) == Published("toy-1", "https://example.test/1")
    with pytest.raises(UserError, match="bad is broken"):
        plugins.platform("bad")
    with pytest.raises(PluginError, match="not loaded"):
        plugins.publish(toy_account("bad"), CONTENT, LiveAttempt())


def test_a_name_can_be_taken_once() -> None:
    imported = []
    second = Source(name="toy", package="gaung-toy", version="9", load=lambda: imported.append(1))
    plugins = Manager([Source(name="toy", package="gaung", version="1", load=Echo), second], third_party=True)
    listed = [(info.status, info.reason) for info in plugins.plugins()]
    assert listed == [("enabled", ""), ("broken", "the name is taken by the package gaung")]
    assert imported == []


def test_third_parties_are_left_out_when_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_NO_PLUGINS", "1")
    (info,) = manager_of(("toy", Echo()), package="gaung-toy").plugins()
    assert (info.status, info.reason) == ("disabled", "GAUNG_NO_PLUGINS is set")
    assert manager_of(("toy", Echo())).plugins()[0].status == "enabled"
    monkeypatch.setenv("GAUNG_NO_PLUGINS", "0")
    assert manager_of(("toy", Echo()), package="gaung-toy").plugins()[0].status == "enabled"


def test_a_blocked_plugin_is_not_even_imported() -> None:
    blocked = Source(name="toy", package="gaung", version="1", load=unimportable)
    assert Manager([blocked], blocked={"toy"}).plugins()[0].status == "disabled"


def test_gaungs_own_plugins_are_found_by_entry_point() -> None:
    own = {info.name: info.package for info in load(third_party=False).plugins() if info.package == "gaung"}
    assert own.keys() >= {"facebook", "instagram", "tiktok", "youtube"}


def test_importing_the_manager_imports_pluggy_and_nothing_heavier() -> None:
    heavy = ["httpx2", "PIL", "av", "starlette", "sqlalchemy", "rich", "pydantic", "importlib.metadata", "google"]
    script = f"import sys, gaung.core.manager; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
