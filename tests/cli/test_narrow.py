"""At 80 columns: lines to paste stay whole, and deliveries can be read."""

import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from gaung.cli import views
from gaung.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

ADDRESS = "https://www.youtube.com/watch?v=b_hL4Ab7eD4"
ROW = {
    "id": 9, "post": 2, "office": "18.01", "platform": "instagram", "handle": "contoh_kpu_18_01", "state": "unconfirmed", "attempts": 1,
    "published_at": None, "url": ADDRESS, "error": None, "reason": None,
}  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(shown: "RenderableType", columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout", terminal := Terminal())
    Output().result(None, lambda _: shown)
    return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())  # colours take no room


def test_an_export_line_of_the_sandbox_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    value: dict[str, Any] = {
        "url": "http://127.0.0.1:8095",
        "environment": {"GAUNG_PLUGINS__YOUTUBE__ANALYTICS_URL": "http://127.0.0.1:8095/youtube/analytics"},
    }
    lines = printed(views.sandbox(value), 80, monkeypatch).splitlines()
    assert "export GAUNG_PLUGINS__YOUTUBE__ANALYTICS_URL=http://127.0.0.1:8095/youtube/analytics" in lines
    assert any(line.startswith("curl -d '{") and line.endswith("/_sandbox/accounts") for line in lines)


def test_a_delivery_keeps_its_words_whole_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = printed(views.deliveries([ROW]), 80, monkeypatch)
    assert all(word in narrow for word in ("instagram", "unconfirmed", "contoh_kpu_18_01"))
    assert max(len(line) for line in narrow.splitlines()) <= 80
    assert "Tries" not in narrow


def test_a_wide_terminal_shows_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = printed(views.deliveries([ROW]), 160, monkeypatch)
    assert "Tries" in wide
    assert ADDRESS in wide
