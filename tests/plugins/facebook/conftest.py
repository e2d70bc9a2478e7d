"""What every test of the facebook plugin needs: the hooks, a Page, and contents."""

from collections.abc import Callable
from typing import Any

import pytest

from gaung.core.records import Account, Content, Media
from gaung.core.testkit.server import TestSandbox
from gaung.plugins.facebook.sandbox import FacebookSandbox

MakeContent = Callable[..., Content]


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
