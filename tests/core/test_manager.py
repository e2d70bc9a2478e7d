import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from gaung.core.errors import AuthRevoked, LeaseLost, PluginError, Rejected, Unsupported, UserError
from gaung.core.manager import Manager, load
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import (
    Account,
    AccountInfo,
    CannotTell,
    Capabilities,
    Content,
    Credentials,
    Event,
    FormatRule,
    NotThere,
    Pending,
    Platform,
    Problem,
    Publication,
    Published,
    Ready,
)
from gaung.core.testkit.attempt import LiveAttempt


def account(platform: str = "toy", office: str = "18.01") -> Account:
    secret = Credentials({"token": "rahasia"})
    return Account(id=1, office=office, platform=platform, external_id="1", handle="contoh_toy", credentials=secret)


CONTENT = Content(format="text", title="", text="halo")
PUBLICATION = Publication(id=1, external_id="9", url=None, published_at=datetime(2026, 11, 24, tzinfo=UTC))
EVENT = Event(id=1, event="delivery.published", at=datetime(2026, 11, 24, tzinfo=UTC), actor="uji", office="18.01")


def record(name: str, **changes: Any) -> Platform:
    return Platform(name=name, title=name.title(), formats=(FormatRule(name="text"),), capabilities=Capabilities(), **changes)


class Toy:
    """A platform that answers everything."""

    def __init__(self, name: str = "toy") -> None:
        self.name = name
        self.calls: list[str] = []

    @hookimpl
    def gaung_platform(self) -> Any:
        return record(self.name)

    @hookimpl
    def gaung_validate(self, account: Account, content: Content) -> list[Problem]:
        return [Problem(code=f"from_{self.name}", message="terlalu panjang", field="text")]

    @hookimpl
    def gaung_publish(self, account: Account, content: Content) -> Any:
        self.calls.append(content.text)
        return Published(f"{self.name}-1", "https://example.test/1")

    @hookimpl
    def gaung_check(self) -> Any:
        return Ready("siap")

    @hookimpl
    def gaung_finish(self, attempt: Any) -> Any:
        return Published(f"{self.name}-{attempt.number}", None)


def manager(*plugins: tuple[str, object], package: str = "gaung", **options: Any) -> Manager:
    made = dict(plugins)
    return Manager([Source(name=name, package=package, version="1.2", load=partial(made.get, name)) for name in made], **options)


def test_a_working_platform_is_listed_with_its_hooks() -> None:
    plugins = manager(("toy", Toy()))
    (info,) = plugins.plugins()
    assert (info.name, info.package, info.version, info.status, info.title) == ("toy", "gaung", "1.2", "enabled", "Toy")
    assert info.hooks == ("gaung_check", "gaung_finish", "gaung_platform", "gaung_publish", "gaung_validate")
    assert plugins.platform("toy").title == "Toy"
    assert list(plugins.platforms()) == ["toy"]


def test_an_unknown_platform_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean toy"):
        manager(("toy", Toy())).platform("toi")
    with pytest.raises(UserError, match="Known: toy"):
        manager(("toy", Toy())).platform("xyzzy")


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
        (lambda: Toy("other"), "its Platform record is named 'other', its entry point 'bad'"),
    ],
)
def test_a_broken_plugin_is_listed_with_its_reason_and_the_others_work(loads: Callable[[], object], said: str) -> None:
    bad = Source(name="bad", package="gaung-bad", version="0.1", load=loads)
    good = Source(name="toy", package="gaung", version="1.2", load=Toy)
    plugins = Manager([good, bad], third_party=True)
    info = plugins.plugins()[0]
    assert (info.name, info.package, info.version, info.status) == ("bad", "gaung-bad", "0.1", "broken")
    assert said in info.reason
    assert plugins.publish(account(), CONTENT, LiveAttempt()) == Published("toy-1", "https://example.test/1")
    with pytest.raises(UserError, match="bad is broken"):
        plugins.platform("bad")
    with pytest.raises(PluginError, match="not loaded"):
        plugins.publish(account("bad"), CONTENT, LiveAttempt())


def test_a_name_can_be_taken_once() -> None:
    imported = []
    second = Source(name="toy", package="gaung-toy", version="9", load=lambda: imported.append(1))
    plugins = Manager([Source(name="toy", package="gaung", version="1", load=Toy), second], third_party=True)
    listed = [(info.status, info.reason) for info in plugins.plugins()]
    assert listed == [("enabled", ""), ("broken", "the name is taken by the package gaung")]
    assert imported == []


def test_third_parties_are_left_out_when_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_NO_PLUGINS", "1")
    (info,) = manager(("toy", Toy()), package="gaung-toy").plugins()
    assert (info.status, info.reason) == ("disabled", "GAUNG_NO_PLUGINS is set")
    assert manager(("toy", Toy())).plugins()[0].status == "enabled"
    monkeypatch.setenv("GAUNG_NO_PLUGINS", "0")
    assert manager(("toy", Toy()), package="gaung-toy").plugins()[0].status == "enabled"


def test_a_blocked_plugin_is_not_even_imported() -> None:
    blocked = Source(name="toy", package="gaung", version="1", load=unimportable)
    assert Manager([blocked], blocked={"toy"}).plugins()[0].status == "disabled"


def test_a_call_reaches_the_accounts_platform_only() -> None:
    one, two = Toy("one"), Toy("two")
    plugins = manager(("one", one), ("two", two))
    assert plugins.publish(account("two"), CONTENT, LiveAttempt()) == Published("two-1", "https://example.test/1")
    assert plugins.finish(account("one"), CONTENT, LiveAttempt(number=4)) == Published("one-4", None)
    assert plugins.check(account("one"), CONTENT, LiveAttempt()) == Ready("siap")
    assert (one.calls, two.calls) == ([], ["halo"])
    assert [problem.code for problem in plugins.validate(account("one"), CONTENT)] == ["from_one"]


class Policy:
    """Sees every call of every platform."""

    def __init__(self, mark: str = "#TemanPemilih") -> None:
        self.mark = mark
        self.seen: list[str] = []

    @hookimpl
    def gaung_prepare(self, content: Content) -> Any:
        return Content(format=content.format, title=content.title, text=f"{content.text} {self.mark}")

    @hookimpl
    def gaung_validate(self, account: Account) -> list[Problem]:
        return [Problem(code="policy", message="masa tenang", field="at", level="warning")]

    @hookimpl(wrapper=True)
    def gaung_publish(self, account: Account) -> Generator[None, Any, Any]:
        self.seen.append(f"{account.platform} before")
        answer = yield
        self.seen.append(f"{account.platform} after")
        return answer


def test_policies_see_the_calls_of_all_platforms() -> None:
    policy = Policy()
    plugins = manager(("one", Toy("one")), ("two", Toy("two")), ("z_policy", policy))
    for name in ("one", "two"):
        plugins.publish(account(name), CONTENT, LiveAttempt())
        assert [problem.code for problem in plugins.validate(account(name), CONTENT)] == [f"from_{name}", "policy"]
    assert policy.seen == ["one before", "one after", "two before", "two after"]


def test_contents_are_prepared_in_order_of_name_each_seeing_the_formers_answer() -> None:
    plugins = manager(("b", Policy("b")), ("toy", Toy()), ("a", Policy("a")), ("c", Policy("c")))
    assert plugins.prepare(account(), CONTENT).text == "halo a b c"


def test_a_plugin_that_answers_none_leaves_the_content() -> None:
    class Leaves:
        @hookimpl
        def gaung_prepare(self) -> None:
            return None

    assert manager(("toy", Toy()), ("leaves", Leaves())).prepare(account(), CONTENT) is CONTENT


def test_what_an_office_switched_off_is_left_out_for_that_office_only() -> None:
    policy = Policy()
    plugins = manager(("toy", Toy()), ("policy", policy), switched_off=lambda office: {"policy"} if office == "18.02" else set())
    assert plugins.prepare(account(office="18.02"), CONTENT).text == "halo"
    assert plugins.prepare(account(office="18.01"), CONTENT).text == "halo #TemanPemilih"
    plugins.publish(account(office="18.02"), CONTENT, LiveAttempt())
    assert policy.seen == []
    assert [problem.code for problem in plugins.validate(account(office="18.02"), CONTENT)] == ["from_toy"]


def test_a_platform_that_the_office_switched_off_is_never_called() -> None:
    toy = Toy()
    plugins = manager(("toy", toy), switched_off=lambda office: {"toy"})
    with pytest.raises(Unsupported, match="switched off for office"):
        plugins.publish(account(), CONTENT, LiveAttempt())
    assert toy.calls == []


class FailsAfterwards:
    @hookimpl(wrapper=True)
    def gaung_publish(self) -> Generator[None, Any, Any]:
        yield
        raise ValueError("the audit file is full")

    @hookimpl(wrapper=True, trylast=True)
    def gaung_finish(self) -> Generator[None, Any, Any]:
        yield
        raise ValueError("the audit file is full")


def test_a_wrapper_that_fails_after_publishing_cannot_lose_the_receipt() -> None:
    plugins = manager(("audit", FailsAfterwards()), ("toy", Toy()))
    saved: list[Any] = []
    with pytest.raises(ValueError, match="audit file"):
        plugins.publish(account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert saved == [Published("toy-1", "https://example.test/1")]
    with pytest.raises(ValueError, match="audit file"):
        plugins.finish(account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert saved[1:] == [Published("toy-1", None)]


def test_a_wrapper_cannot_change_a_receipt_and_it_is_given_once() -> None:
    class Changes:
        @hookimpl(wrapper=True)
        def gaung_publish(self) -> Generator[None, Any, Any]:
            yield
            return {"not": "a receipt"}

    saved: list[Any] = []
    answer = manager(("changes", Changes()), ("toy", Toy())).publish(account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert [answer] == saved == [Published("toy-1", "https://example.test/1")]


def test_a_receipt_that_cannot_be_saved_stops_the_call() -> None:
    def lost(_: Any) -> None:
        raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        manager(("toy", Toy())).publish(account(), CONTENT, LiveAttempt(), on_receipt=lost)


def test_receipts_of_threads_do_not_mix() -> None:
    barrier = threading.Barrier(8)

    class Slow(Toy):
        @hookimpl
        def gaung_publish(self, account: Account, content: Content) -> Any:
            barrier.wait()
            return Published(content.text, None)

    plugins = manager(("toy", Slow()))
    saved: dict[str, list[Any]] = {str(number): [] for number in range(8)}
    threads = [
        threading.Thread(
            target=plugins.publish,
            args=(account(), Content(format="text", title="", text=key), LiveAttempt()),
            kwargs={"on_receipt": kept.append},
        )
        for key, kept in saved.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert saved == {key: [Published(key, None)] for key in saved}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "gaung_publish answered NoneType, not Published or Pending"),
        ({"id": 1}, "gaung_publish answered dict"),
        (Ready(), "gaung_publish answered Ready"),
        (Published(17, None), "external_id of type int"),  # type: ignore[arg-type]
        (Pending("soon"), "check_after of type str"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_answer_names_the_package_at_fault(answer: object, said: str) -> None:
    class Wrong(Toy):
        @hookimpl
        def gaung_publish(self, account: Account, content: Content) -> Any:
            return answer

    saved: list[Any] = []
    with pytest.raises(PluginError, match=said) as caught:
        manager(("toy", Wrong()), package="gaung-toy").publish(account(), CONTENT, LiveAttempt(), on_receipt=saved.append)
    assert caught.value.package == "gaung-toy"
    assert saved == []


@pytest.mark.parametrize("error", [Rejected("no", code="100"), LeaseLost("gone"), KeyError("bug")])
def test_what_a_platform_raises_comes_out_as_it_is(error: Exception) -> None:
    class Fails(Toy):
        @hookimpl
        def gaung_publish(self, account: Account, content: Content) -> Any:
            raise error

    with pytest.raises(type(error)) as caught:
        manager(("toy", Fails()), ("policy", Policy())).publish(account(), CONTENT, LiveAttempt())
    assert caught.value is error


def test_a_plugin_that_fails_to_validate_is_a_problem_and_hides_no_others() -> None:
    class Bug:
        @hookimpl
        def gaung_validate(self) -> Any:
            raise KeyError("caption")

    class Odd:
        @hookimpl
        def gaung_validate(self) -> Any:
            return ["too long"]

    problems = manager(("a_bug", Bug()), ("b_odd", Odd()), ("toy", Toy())).validate(account(), CONTENT)
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

    (problem,) = manager(("bug", Bug()), ("toy", Toy())).validate(account(), CONTENT)
    assert problem.field == "plugin.bug"


def test_a_plugin_that_fails_to_prepare_is_named() -> None:
    class Bug:
        @hookimpl
        def gaung_prepare(self) -> Any:
            return "text"

    with pytest.raises(PluginError, match=r"plugin bug .*gaung_prepare answered str, not Content"):
        manager(("bug", Bug()), ("toy", Toy())).prepare(account(), CONTENT)


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

    plugins = manager(("b", Observer("b")), ("a", Observer("a")), ("c", Observer("c")), switched_off=lambda office: {"c"})
    failures = plugins.event(EVENT)
    assert seen == ["a", "b"]
    assert [str(failure) for failure in failures] == ["plugin a (package gaung): gaung_event failed: OSError: disk full"]


def test_hooks_that_a_plugin_leaves_out_are_answered_for_it() -> None:
    plugins = manager(("toy", Toy()))
    assert isinstance(plugins.find_published(account(), CONTENT, LiveAttempt()), CannotTell)
    with pytest.raises(Unsupported, match="toy cannot delete posts"):
        plugins.delete(account(), PUBLICATION)
    with pytest.raises(Unsupported, match="toy cannot look at accounts"):
        plugins.check_account(account())
    with pytest.raises(AuthRevoked):
        plugins.refresh_credentials(account())


def test_hooks_about_accounts_answer_their_records() -> None:
    class Full(Toy):
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

    plugins = manager(("toy", Full()))
    assert plugins.find_published(account(), CONTENT, LiveAttempt()) == NotThere()
    assert plugins.check_account(account()).who == "Contoh"
    with pytest.raises(PluginError, match="gaung_refresh_credentials answered dict, not Credentials"):
        plugins.refresh_credentials(account())
    with pytest.raises(Unsupported, match="no such call"):
        plugins.delete(account(), PUBLICATION)


def test_gaungs_own_plugins_are_found_by_entry_point() -> None:
    own = {info.name: info.package for info in load(third_party=False).plugins() if info.package == "gaung"}
    assert own.keys() >= {"facebook", "instagram", "tiktok", "youtube"}


def test_importing_the_manager_imports_pluggy_and_nothing_heavier() -> None:
    heavy = ["httpx2", "PIL", "av", "starlette", "sqlalchemy", "rich", "pydantic", "importlib.metadata", "google"]
    script = f"import sys, gaung.core.manager; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
