"""Plugins for tests of core: a platform that is none of the four, a policy, and a manager made of objects instead of entry points."""

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from typing import Any

from gaung.core.manager import Manager
from gaung.core.markers import hookimpl
from gaung.core.plugin_loading import Source
from gaung.core.records import Account, Capabilities, Content, Credentials, FormatRule, Platform, Problem, Published, Ready


class Echo:
    """A platform that publishes at once and says one thing about every content."""

    def __init__(self, name: str = "toy") -> None:
        self.name = name
        self.calls: list[str] = []

    @hookimpl
    def gaung_platform(self) -> Any:
        """The record."""
        return Platform(name=self.name, title=self.name.title(), formats=(FormatRule(name="text"),), capabilities=Capabilities())

    @hookimpl
    def gaung_validate(self) -> list[Problem]:
        """One problem, named after the platform."""
        return [Problem(code=f"from_{self.name}", message="terlalu panjang", field="text")]

    @hookimpl
    def gaung_publish(self, content: Content) -> Any:
        """Published."""
        self.calls.append(content.text)
        return Published(f"{self.name}-1", "https://example.test/1")

    @hookimpl
    def gaung_check(self) -> Any:
        """Ready."""
        return Ready("siap")

    @hookimpl
    def gaung_finish(self, attempt: Any) -> Any:
        """Published, with the number of the try."""
        return Published(f"{self.name}-{attempt.number}", None)


class Policy:
    """Sees every call of every platform."""

    def __init__(self, mark: str = "#TemanPemilih") -> None:
        self.mark = mark
        self.seen: list[str] = []

    @hookimpl
    def gaung_prepare(self, content: Content) -> Any:
        """The text with the mark at its end."""
        return replace(content, text=f"{content.text} {self.mark}")

    @hookimpl
    def gaung_validate(self) -> list[Problem]:
        """A warning."""
        return [Problem(code="policy", message="masa tenang", field="at", level="warning")]

    @hookimpl(wrapper=True)
    def gaung_publish(self, account: Account) -> Generator[None, Any, Any]:
        """Write down that it was called."""
        self.seen.append(f"{account.platform} before")
        answer = yield
        self.seen.append(f"{account.platform} after")
        return answer


def toy_account(platform: str = "toy", office: str = "18.01") -> Account:
    """An account on a toy platform."""
    secret = Credentials({"token": "rahasia"})
    return Account(id=1, office=office, platform=platform, external_id="1", handle="contoh_toy", credentials=secret)


def manager_of(*plugins: tuple[str, object], package: str = "gaung", **options: Any) -> Manager:
    """A manager whose plugins are these objects, by name."""
    made = dict(plugins)
    return Manager([Source(name=name, package=package, version="1.2", load=partial(made.get, name)) for name in made], **options)
