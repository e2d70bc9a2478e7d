"""Strangers' plugins, installed as real distributions: what they do at import, and what tracing shows, hurts nobody else."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gaung.core import hook_trace, plugin_loading
from gaung.core.errors import PluginError
from gaung.core.manager import Manager, load
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source, sources
from gaung.core.records import Account, Content, Credentials, Event
from gaung.core.redaction import remember
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.distributions import COMMAND, POLICY, command, install, plugin
from gaung.core.testkit.objects import Echo, manager_of, toy_account
from gaung.core.thirdparty import entry_points

CONTENT = Content(format="text", title="", text="halo")
BROKEN = {
    "missing": ("import no_such_library\n", "cannot be imported: ModuleNotFoundError: No module named 'no_such_library'"),
    "syntax": ("def (:\n", "cannot be imported: SyntaxError"),
    "leaves": ("import sys\nsys.exit(3)\n", "cannot be imported: SystemExit: 3"),
    "unknown": (
        "from gaung.core.markers import hookimpl\n@hookimpl\ndef gaung_pubish(account): ...\n",
        "unknown hook gaung_pubish; did you mean gaung_publish?",
    ),
    "argument": ("from gaung.core.markers import hookimpl\n@hookimpl\ndef gaung_prepare(acount): ...\n", "acount"),
    "record": (
        "from gaung.core.markers import hookimpl\n@hookimpl\ndef gaung_platform():\n    return {'name': 'record'}\n",
        "gaung_platform answered dict, not a Platform",
    ),
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`; what is imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if name.startswith("gaung_"):
            del sys.modules[name]


def info(plugins: Manager, name: str) -> Any:
    return next(one for one in plugins.plugins() if one.name == name)


def test_every_sort_of_broken_plugin_is_listed_with_its_reason_and_all_else_works(site: Path) -> None:
    for name, (source, _) in BROKEN.items():
        plugin(site, name, source, version="0.3")
    plugin(site, "tagline", POLICY.format(mark="#Contoh"))
    plugins = load()
    for name, (_, reason) in BROKEN.items():
        found = info(plugins, name)
        assert (found.package, found.version, found.status) == (f"gaung-{name}", "0.3", "broken")
        assert reason in found.reason
        assert "\n" not in found.reason
        assert "Traceback" in found.trace
    assert info(plugins, "tagline").status == "enabled"
    assert {"facebook", "instagram", "tiktok", "youtube"} <= set(plugins.platforms())
    assert plugins.prepare(toy_account("facebook"), CONTENT).text == "halo #Contoh"


def test_a_name_of_gaungs_own_cannot_be_taken(site: Path) -> None:
    install(site, "gaung-thief", modules={"gaung_thief": POLICY.format(mark="!")}, points={"gaung": {"facebook": "gaung_thief"}})
    found = [one for one in load().plugins() if one.name == "facebook"]
    assert [(one.package, one.status) for one in found] == [("gaung", "enabled"), ("gaung-thief", "broken")]
    assert "gaung_thief" not in sys.modules


def test_what_a_plugin_prints_at_import_does_not_get_into_the_data(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin(site, "chatty", "print('HELLO')\n" + POLICY.format(mark="!"))
    load()
    said = capsys.readouterr()
    assert ("HELLO" in said.out, "HELLO" in said.err) == (False, True)


def test_a_slow_import_is_timed_and_named(site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(plugin_loading, "SLOW", 0.2)
    plugin(site, "slow", "import time\ntime.sleep(0.3)\n" + POLICY.format(mark="!"))
    with caplog.at_level(logging.WARNING, "gaung.plugins"):
        found = info(load(), "slow")
    assert found.status == "enabled"
    assert found.seconds >= 0.3
    assert "plugin slow (package gaung-slow 0.1) takes 0." in caplog.text


def test_an_import_that_hangs_is_given_up(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_loading, "IMPORT_LIMIT", 0.3)
    plugin(site, "hangs", "import time\ntime.sleep(2)\n")
    plugins = load()
    assert (info(plugins, "hangs").status, info(plugins, "hangs").reason) == ("broken", "its import took longer than 0.3 s")
    assert "facebook" in plugins.platforms()


def test_without_third_parties_none_is_imported(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin(site, "tagline", POLICY.format(mark="!"))
    monkeypatch.setenv("GAUNG_NO_PLUGINS", "1")
    found = info(load(), "tagline")
    assert (found.status, found.reason) == ("disabled", "GAUNG_NO_PLUGINS is set")
    assert "gaung_tagline_plugin" not in sys.modules


def test_the_quick_look_finds_what_importlib_finds(site: Path) -> None:
    plugin(site, "tagline", POLICY.format(mark="!"), version="2.0")
    command(site, "greet", COMMAND.format(said="halo"))
    quick = {(point.name, point.package, point.version) for point in entry_points("gaung")}
    assert quick == {(source.name, source.package, source.version) for source in sources()}
    (greet,) = [point for point in entry_points("gaung.commands") if point.name == "greet"]
    assert (greet.package, greet.value) == ("gaung-greet", "gaung_greet_command:command")
    assert getattr(greet.load(), "name", "") == "command"


def test_the_first_of_two_versions_of_a_package_counts(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(site, "greet", COMMAND.format(said="new"))
    command(tmp_path / "behind", "greet", COMMAND.format(said="old"))
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "behind")])
    assert [point.name for point in entry_points("gaung.commands")].count("greet") == 1


def test_a_failing_observer_is_reported_with_version_and_traceback() -> None:
    class Observer:
        @hookimpl
        def gaung_event(self, event: Event) -> None:
            raise OSError("disk full")

    from datetime import UTC, datetime

    event = Event(id=1, event="post.scheduled", at=datetime(2026, 11, 24, tzinfo=UTC), actor="uji")
    (failure,) = manager_of(("watcher", Observer()), package="gaung-watcher").event(event)
    assert str(failure) == "plugin watcher (package gaung-watcher 1.2): gaung_event failed: OSError: disk full"
    assert isinstance(failure.__cause__, OSError)


def test_an_observer_that_is_off_for_all_offices_hears_nothing() -> None:
    heard: list[str] = []

    class Observer:
        @hookimpl
        def gaung_event(self, event: Event) -> None:
            heard.append(event.event)

    from datetime import UTC, datetime

    event = Event(id=1, event="post.scheduled", at=datetime(2026, 11, 24, tzinfo=UTC), actor="uji")
    manager_of(("watcher", Observer()), switched_off=lambda office: {"watcher"} if office == "*" else set()).event(event)
    assert heard == []


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_TRACE_HOOKS", "1")


@pytest.mark.usefixtures("traced")
def test_each_call_and_answer_is_traced_with_its_plugins(capsys: pytest.CaptureFixture[str]) -> None:
    manager_of(("toy", Echo())).publish(toy_account(), CONTENT, LiveAttempt(delivery=17))
    lines = [line.partition("] ")[2] for line in capsys.readouterr().err.splitlines()]
    assert lines[0] == "gaung_platform() -> toy"
    call, answer = lines[2:]
    assert call.startswith("gaung_publish(account=Account(id=1, office='18.01', platform='toy'")
    assert "attempt=Attempt(delivery=17, number=1)" in call
    assert call.endswith("-> toy")
    assert answer == "gaung_publish answered Published(external_id='toy-1', url='https://example.test/1')"


@pytest.mark.usefixtures("traced")
def test_no_secret_is_traced(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "EAAG-rahasia-sekali-123"
    remember([secret])

    class Leaky(Echo):
        @hookimpl
        def gaung_refresh_credentials(self, account: Account) -> Any:
            return {"token": "brand-new-and-unknown-token"}

        @hookimpl
        def gaung_find_published(self) -> Any:
            raise RuntimeError(f"cannot reach https://x.test/?access_token={secret}")

    plugins = manager_of(("toy", Leaky()))
    account = Account(id=1, office="18", platform="toy", external_id="1", handle="x", credentials=Credentials({"token": secret}))
    with pytest.raises(PluginError):
        plugins.refresh_credentials(account)
    with pytest.raises(RuntimeError):
        plugins.find_published(account, Content(format="text", title="", text="x" * 390 + secret), LiveAttempt())
    said = capsys.readouterr().err
    assert "gaung_refresh_credentials answered dict" in said
    assert "raised RuntimeError: cannot reach" in said
    for part in (secret, secret[:12], "brand-new"):
        assert part not in said


@pytest.mark.usefixtures("traced")
def test_an_address_that_a_person_pasted_is_not_traced(capsys: pytest.CaptureFixture[str]) -> None:
    class Reads(Echo):
        @hookimpl
        def gaung_identify_link(self, url: str) -> None:
            return None

    manager_of(("toy", Reads())).identify_link("https://toy.example/somebody/posts/1")
    said = capsys.readouterr().err
    assert "gaung_identify_link(url=...)" in said
    assert "somebody" not in said


def test_nothing_is_traced_unless_it_is_wanted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hook_trace.TRACE_HOOKS, "0")
    manager_of(("toy", Echo())).publish(toy_account(), CONTENT, LiveAttempt())
    assert capsys.readouterr().err == ""


def test_a_source_that_is_gaungs_own_is_loaded_in_this_thread() -> None:
    import threading

    seen: list[str] = []

    def loads() -> object:
        seen.append(threading.current_thread().name)
        return Echo()

    Manager([Source(name="toy", package="gaung", version="1", load=loads)])
    assert seen == [threading.current_thread().name]
