"""Every hook has a test here that bears its name: a small plugin, called as Gaung calls it. Those that bring evidence
and figures are in test_hooks_evidence.py, details in tests/core/manager/.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gaung.core import hookspecs
from gaung.core.errors import AuthRevoked, PluginError, Rejected, Unsupported
from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Account,
    AccountInfo,
    Attempt,
    CannotTell,
    Capabilities,
    CheckAnswer,
    Content,
    Credentials,
    Deleted,
    Event,
    Field,
    FindAnswer,
    FormatRule,
    Limit,
    NotThere,
    Pending,
    Platform,
    Problem,
    Publication,
    PublishAnswer,
    Published,
    Ready,
)
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.objects import Echo, manager_of, toy_account

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONTENT = Content(format="text", title="", text="cek namamu")
PUBLICATION = Publication(id=1, external_id="p1", url=None, published_at=NOW)


class Slate:
    """A platform that keeps its posts in memory: 20 characters, one upload before the post shows."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}

    @hookimpl
    def gaung_platform(self) -> Platform:
        limits = (Limit(name="text_chars", value=20, unit="characters", source="Slate guide"),)
        return Platform(
            name="slate", title="Slate", formats=(FormatRule(name="text"),), capabilities=Capabilities(deletes=True), limits=limits
        )

    @hookimpl
    def gaung_validate(self, content: Content) -> Sequence[Problem]:
        return [Problem(code="text_too_long", message="20 at most", field="text")] if len(content.text) > 20 else []

    @hookimpl
    def gaung_publish(self, content: Content, attempt: Attempt) -> PublishAnswer:
        if content.link:
            attempt.checkpoint("upload", "u1")
            return Pending(5.0, "reads the link")
        return self._post(content.text, attempt)

    @hookimpl
    def gaung_check(self, attempt: Attempt) -> CheckAnswer:
        return Ready() if attempt.checkpoints.get("upload") == "u1" else Pending()

    @hookimpl
    def gaung_finish(self, account: Account, content: Content, attempt: Attempt) -> PublishAnswer:
        return self._post(content.text_with_link, attempt)

    @hookimpl
    def gaung_find_published(self, content: Content, attempt: Attempt) -> FindAnswer:
        found = [number for number, text in self.posts.items() if text == content.text and number not in attempt.owned_ids]
        if len(found) > 1:
            return CannotTell("two of this text")
        return Published(found[0], None) if found else NotThere()

    @hookimpl
    def gaung_delete(self, publication: Publication) -> Deleted:
        if self.posts.pop(str(publication.external_id), None) is None:
            raise Rejected("no such post", code="404")
        return Deleted()

    @hookimpl
    def gaung_check_account(self, account: Account) -> AccountInfo:
        return AccountInfo(external_id="1", handle=account.handle, who="Slate 1", limits={"left": 3}, expires_at=NOW + timedelta(days=60))

    @hookimpl
    def gaung_refresh_credentials(self, account: Account) -> Credentials:
        return Credentials({**account.credentials, "token": "baru"})

    def _post(self, text: str, attempt: Attempt) -> Published:
        with attempt.mutating():
            number = f"p{len(self.posts) + 1}"
            self.posts[number] = text
        attempt.checkpoint("post", number)
        return Published(number, f"https://slate.example/{number}")


@pytest.fixture
def slate() -> Slate:
    return Slate()


@pytest.fixture
def manager(slate: Slate) -> Manager:
    """Slate beside another platform, whose hooks must not be reached."""
    return manager_of(("slate", slate), ("toy", Echo()))


@pytest.fixture
def account() -> Account:
    return toy_account("slate")


def test_gaung_platform(manager: Manager) -> None:
    assert manager.platform("slate").limit("text_chars") == 20
    assert [info.title for info in manager.plugins()] == ["Slate", "Toy"]


def test_gaung_prepare(slate: Slate, account: Account) -> None:
    class Tag:
        @hookimpl
        def gaung_prepare(self, account: Account, content: Content) -> Content | None:
            return replace(content, text=f"{content.text} #{account.office}") if "#" not in content.text else None

    class Upper:
        @hookimpl
        def gaung_prepare(self, content: Content) -> Content:
            return replace(content, text=content.text.upper())

    manager = manager_of(("slate", slate), ("b_upper", Upper()), ("a_tag", Tag()))
    assert manager.prepare(account, CONTENT).text == "CEK NAMAMU #18.01"
    assert manager.prepare(account, replace(CONTENT, text="a #b")).text == "A #B"


def test_gaung_validate(slate: Slate, account: Account) -> None:
    class Quiet:
        @hookimpl
        def gaung_validate(self, account: Account) -> Sequence[Problem]:
            return [Problem(code="quiet", message="masa tenang", field="at", level="warning")]

    manager = manager_of(("slate", slate), ("toy", Echo()), ("quiet", Quiet()))
    found = manager.validate(account, replace(CONTENT, text="x" * 21))
    assert {problem.code: problem.level for problem in found} == {"text_too_long": "error", "quiet": "warning"}


def test_gaung_publish(manager: Manager, slate: Slate, account: Account) -> None:
    attempt, seen = LiveAttempt(), list[PublishAnswer]()
    answer = manager.publish(account, CONTENT, attempt, on_receipt=seen.append)
    assert answer == Published("p1", "https://slate.example/p1")
    assert seen == [answer]
    assert (slate.posts, attempt.checkpoints, attempt.mutations) == ({"p1": "cek namamu"}, {"post": "p1"}, 1)


def test_gaung_check(manager: Manager, account: Account) -> None:
    attempt, content = LiveAttempt(), replace(CONTENT, link="https://kpu.go.id")
    assert manager.check(account, content, attempt) == Pending()
    assert manager.publish(account, content, attempt) == Pending(5.0, "reads the link")
    assert manager.check(account, content, attempt) == Ready()
    assert attempt.mutations == 0


def test_gaung_finish(manager: Manager, slate: Slate, account: Account) -> None:
    attempt = LiveAttempt(checkpoints={"upload": "u1"})
    answer = manager.finish(account, replace(CONTENT, link="https://kpu.go.id"), attempt)
    assert answer == Published("p1", "https://slate.example/p1")
    assert slate.posts == {"p1": "cek namamu\nhttps://kpu.go.id"}


def test_gaung_find_published(manager: Manager, slate: Slate, account: Account) -> None:
    assert manager.find_published(account, CONTENT, LiveAttempt()) == NotThere()
    slate.posts = {"p1": "cek namamu", "p2": "cek namamu"}
    assert manager.find_published(account, CONTENT, LiveAttempt()) == CannotTell("two of this text")
    assert manager.find_published(account, CONTENT, LiveAttempt(owned_ids={"p1"})) == Published("p2", None)
    assert isinstance(manager.find_published(toy_account("toy"), CONTENT, LiveAttempt()), CannotTell), "a platform without the hook"


def test_gaung_delete(manager: Manager, slate: Slate, account: Account) -> None:
    slate.posts = {"p1": "cek namamu"}
    assert manager.delete(account, PUBLICATION) == Deleted()
    with pytest.raises(Rejected, match="no such post"):
        manager.delete(account, PUBLICATION)
    with pytest.raises(Unsupported):
        manager.delete(toy_account("toy"), PUBLICATION)


def test_gaung_check_account(manager: Manager, account: Account) -> None:
    info = manager.check_account(account)
    assert (info.external_id, info.who, info.limits) == ("1", "Slate 1", {"left": 3})
    with pytest.raises(Unsupported):
        manager.check_account(toy_account("toy"))


def test_gaung_refresh_credentials(manager: Manager, account: Account) -> None:
    new = manager.refresh_credentials(account)
    assert dict(new) == {"token": "baru"}
    assert "baru" not in repr(new)
    with pytest.raises(AuthRevoked):
        manager.refresh_credentials(toy_account("toy"))


def test_gaung_setting_fields(slate: Slate, account: Account) -> None:
    class Tags:
        @hookimpl
        def gaung_setting_fields(self) -> Sequence[Field]:
            return [Field(name="tag", help="what is added", default="#A")]

        @hookimpl
        def gaung_prepare(self, content: Content, settings: Mapping[str, Any]) -> Content:
            return replace(content, text=f"{content.text} {settings['tag']}")

    assert manager_of(("slate", slate), ("tags", Tags())).prepare(account, CONTENT).text == "cek namamu #A"
    given = manager_of(("slate", slate), ("tags", Tags()), settings_of=lambda plugin, office: {"tag": f"#{plugin.name}-{office}"})
    assert given.prepare(account, CONTENT).text == f"cek namamu #tags-{account.office}"
    assert [field.name for field in given.declared()["tags"].setting_fields] == ["tag"]


def test_gaung_event(slate: Slate) -> None:
    heard: list[Mapping[str, Any]] = []

    class Falls:
        @hookimpl
        def gaung_event(self) -> None:
            raise KeyError("url")

    class Hears:
        @hookimpl
        def gaung_event(self, event: Event) -> None:
            heard.append({"event": event.event, **event.data})

    manager = manager_of(("slate", slate), ("a_falls", Falls()), ("b_hears", Hears()), package="theirs")
    failures = manager.event(Event(id=1, event="delivery.missed", at=NOW, actor="gaung.worker", data={"reason": "deadline"}))
    assert heard == [{"event": "delivery.missed", "reason": "deadline"}]
    assert [(failure.plugin, failure.package) for failure in failures] == [("a_falls", "theirs")]


@pytest.mark.parametrize("hook", [name for name in vars(hookspecs) if name.startswith("gaung_")])
def test_every_hook_has_a_test_that_bears_its_name(hook: str) -> None:
    beside = Path(__file__).parent.glob("test_hooks*.py")
    assert any(f"\ndef test_{hook}(" in path.read_text("utf-8") for path in beside), f"write test_{hook}"


@pytest.mark.parametrize("hook", ["gaung_publish", "gaung_finish"])
def test_a_wrapper_sees_a_receipt_and_cannot_change_it(hook: str, slate: Slate, account: Account) -> None:
    seen: list[Any] = []

    def around(content: Content) -> Generator[None, Any, Any]:
        seen.append((yield))
        return Published("forged", None)

    wrapper = type("Wrapper", (), {hook: staticmethod(hookimpl(wrapper=True)(around))})()
    manager = manager_of(("slate", slate), ("wrapper", wrapper))
    call = manager.publish if hook == "gaung_publish" else manager.finish
    assert call(account, CONTENT, LiveAttempt()) == seen[0] == Published("p1", "https://slate.example/p1")


def test_an_argument_that_a_hook_does_not_have_breaks_the_plugin() -> None:
    class Wrong:
        @hookimpl
        def gaung_publish(self, account: Account, text: str) -> None: ...

    (info,) = manager_of(("wrong", Wrong())).plugins()
    assert info.status == "broken"
    assert "text" in info.reason


def test_a_wrong_answer_names_the_package(account: Account) -> None:
    class Wrong(Slate):
        @hookimpl
        def gaung_publish(self, content: Content, attempt: Attempt) -> Any:
            return {"id": "p1"}

    with pytest.raises(PluginError, match=r"theirs 1\.2.*answered dict, not Published or Pending"):
        manager_of(("slate", Wrong()), package="theirs").publish(account, CONTENT, LiveAttempt())
