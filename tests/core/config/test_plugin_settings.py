"""A plugin's declared settings are filled, checked and cleaned in one place."""

from pathlib import Path

import pytest

from gaung.core.config import load, plugin_settings
from gaung.core.errors import UserError
from gaung.core.records import Capabilities, Field, Platform
from gaung.core.redaction import redact

PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    formats=(),
    capabilities=Capabilities(),
    setting_fields=(
        Field(name="api_url", help="Where the API is.", kind="url", default="https://graph.example"),
        Field(name="app_secret", help="Of the app.", kind="secret"),
        Field(name="app_id", help="Of the app."),
        Field(name="poll_seconds", help="Between looks.", kind="float", default=10),
        Field(name="tries", help="How often.", kind="int", default=3),
        Field(name="audited", help="After the audit.", kind="bool", default=False),
        Field(name="tags", help="Extra.", kind="list", default=[]),
        Field(name="mode", help="Which.", default="a", choices=("alpha", "a")),
    ),
)


def settings(home: Path, text: str = "") -> dict[str, object]:
    (home / "gaung.toml").write_text(text, "utf-8")
    return dict(plugin_settings(load(home), PLATFORM))


def test_defaults_stand_where_nothing_is_said(tmp_path: Path) -> None:
    assert settings(tmp_path) == {
        "api_url": "https://graph.example",
        "app_secret": None,
        "app_id": None,
        "poll_seconds": 10.0,
        "tries": 3,
        "audited": False,
        "tags": [],
        "mode": "a",
    }


def test_the_environment_gives_texts_which_become_the_declared_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "API_URL": "http://127.0.0.1:9/facebook/",
        "APP_ID": "123456",
        "POLL_SECONDS": "0.5",
        "TRIES": "7",
        "AUDITED": "true",
        "TAGS": '["a"]',
    }
    for name, value in given.items():
        monkeypatch.setenv(f"GAUNG_PLUGINS__FACEBOOK__{name}", value)
    found = settings(tmp_path)
    assert found["api_url"] == "http://127.0.0.1:9/facebook"
    assert (found["app_id"], found["poll_seconds"], found["tries"], found["audited"], found["tags"]) == ("123456", 0.5, 7, True, ["a"])


def test_a_secret_comes_from_elsewhere_and_is_redacted_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FB_SECRET", "rahasia-aplikasi-99")
    found = settings(tmp_path, '[plugins.facebook]\napp_secret = {env = "FB_SECRET"}')
    assert found["app_secret"] == "rahasia-aplikasi-99"
    assert redact("proof of rahasia-aplikasi-99.") == "proof of ***."


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('api_ulr = "https://x"', ["plugins.facebook.api_ulr", 'Did you mean "api_url"?']),
        ('api_url = "graph.facebook.com"', ["plugins.facebook.api_url", "http://"]),
        ("tries = 1.5", ["plugins.facebook.tries", "whole number"]),
        ("app_id = true", ["plugins.facebook.app_id", "text"]),
        ('audited = "perhaps"', ["plugins.facebook.audited", "true or false"]),
        ('poll_seconds = "often"', ["plugins.facebook.poll_seconds", "number"]),
        ('tags = "a"', ["plugins.facebook.tags", "list"]),
        ('mode = "alpa"', ["plugins.facebook.mode", '"alpha"']),
        ('app_secret = {env = "NO_SUCH_THING"}', ["plugins.facebook.app_secret", "NO_SUCH_THING"]),
    ],
)
def test_a_mistake_is_one_line_naming_the_key(tmp_path: Path, line: str, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        settings(tmp_path, f"[plugins.facebook]\n{line}")
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_a_required_setting_that_is_missing_is_named(tmp_path: Path) -> None:
    needs = Platform(
        name="x", title="X", formats=(), capabilities=Capabilities(), setting_fields=(Field(name="key", help="From X.", required=True),)
    )
    with pytest.raises(UserError, match=r"plugins\.x\.key is not set\. .*From X\."):
        plugin_settings(load(tmp_path), needs)
