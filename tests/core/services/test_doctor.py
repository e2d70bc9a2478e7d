"""The doctor looks at everything: each thing is ok, or says what to do."""

from pathlib import Path
from typing import Any

import pytest

from gaung.core.config import load
from gaung.core.services import doctor, setup

NAMES = {"settings", "plugins", "key", "broker", "disk", "media", "webhooks", "database", "clock", "engine", "accounts", "deliveries"}


def look(home: Path) -> dict[str, dict[str, Any]]:
    found = doctor.examine(home, ask_platforms=False)
    for line in found:
        assert set(line) == {"name", "status", "detail", "remedy"}
        assert line["status"] == "ok" or line["remedy"]
        assert "\n" not in line["detail"]
    return {line["name"]: line for line in found}


def test_a_fresh_home_is_well_but_for_what_is_not_there_yet(tmp_path: Path) -> None:
    setup.init(load(tmp_path))
    found = look(tmp_path)
    assert set(found) == NAMES
    assert {name for name, line in found.items() if line["status"] != "ok"} == {"engine", "accounts"}
    assert "facebook, instagram, tiktok, webhook, youtube" in found["plugins"]["detail"]


def test_no_home_says_init(tmp_path: Path) -> None:
    found = look(tmp_path / "none")
    assert found["settings"]["remedy"] == "Run: gaung init"
    assert "gaung init" in found["key"]["remedy"]


def test_a_wrong_setting_is_all_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "gaung.toml").write_text("leese = 3")
    assert [(line["name"], line["status"]) for line in doctor.examine(tmp_path, ask_platforms=False)] == [("settings", "problem")]


@pytest.mark.parametrize(
    ("name", "value", "check", "status", "words"),
    [
        ("GAUNG_DATABASE_URL", "postgresql+psycopg://u:geheim99@127.0.0.1:9/x", "database", "problem", "127.0.0.1:9"),
        ("GAUNG_BROKER_URL", "redis://:geheim99@127.0.0.1:9", "broker", "problem", "127.0.0.1:9"),
        ("GAUNG_SECRET_KEY", "geheim99", "key", "problem", "no usable key"),
        ("GAUNG_DATABSE_URL", "geheim99", "settings", "warning", "GAUNG_DATABSE_URL"),
        ("GAUNG_PLUGINS__FACEBOOK__API_ULR", "https://geheim99", "plugins", "problem", "plugins.facebook.api_ulr"),
        ("GAUNG_PLUGINS__FACEBOK__API_URL", "https://geheim99", "plugins", "warning", "facebok"),
        ("GAUNG_MEDIA__STORE", "/proc/geheim99", "media", "problem", "/proc"),
    ],
)
def test_what_is_wrong_is_named_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, check: str, status: str, words: str
) -> None:
    setup.init(load(tmp_path))
    monkeypatch.setenv(name, value)
    found = [line for line in doctor.examine(tmp_path, ask_platforms=False) if line["name"] == check and line["status"] != "ok"]
    assert [line["status"] for line in found] == [status]
    assert words in found[0]["detail"]
    assert name.startswith("GAUNG_MEDIA") or "geheim99" not in str(found)


def test_a_key_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    setup.init(load(tmp_path))
    (tmp_path / "secret.key").chmod(0o640)
    assert look(tmp_path)["key"]["remedy"] == f"Run: chmod 600 {tmp_path}/secret.key"
