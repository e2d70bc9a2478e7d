"""What every test of the facebook plugin needs: the hooks, a Page, and contents."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.errors import Ambiguous
from gaung.core.records import Account, Content, FindAnswer, Media
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.server import TestSandbox
from gaung.plugins import facebook
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]
MakeAttempt = Callable[..., LiveAttempt]


@pytest.fixture
def side(sandbox: TestSandbox) -> FacebookSandbox:
    """The imitated Facebook itself."""
    found = sandbox.platform("facebook")
    assert isinstance(found, FacebookSandbox)
    return found


@pytest.fixture
def page(account_for: Callable[..., Account]) -> Account:
    """A Page with a working token."""
    return account_for("facebook", handle="contoh_lampung")


@pytest.fixture
def content() -> MakeContent:
    """`content("photo", media, text=...)`."""

    def make(format: str = "text", *media: Media, text: str = "Cek namamu di DPT #KPULampung", **values: Any) -> Content:
        return Content(format=format, title=values.pop("title", "Cek DPT"), text=text, media=media, **values)

    return make


@pytest.fixture
def lose(sandbox: TestSandbox, page: Account, live_attempt: MakeAttempt) -> Callable[..., LiveAttempt]:
    """Publish with the answer lost: `lose(content, operation, do, skip)`; the attempt as core hands it to the look."""

    def run(content: Content, operation: str = "facebook.feed", do: str = "hangup_after", skip: int = 0, **values: object) -> LiveAttempt:
        sandbox.fault(operation, do, skip=skip)
        attempt = live_attempt(**values)
        with pytest.raises(Ambiguous):
            attempt.run(facebook.gaung_publish, page, content)
        attempt.outcome_unknown()
        return attempt.reborn()

    return run


@pytest.fixture
def look(page: Account) -> Callable[[LiveAttempt, Content], FindAnswer]:
    return lambda attempt, content: attempt.run(facebook.gaung_find_published, page, content)
