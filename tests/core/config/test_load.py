"""Environment beats file beats default, and a mistake is one line that helps."""

from datetime import timedelta
from pathlib import Path

import pytest

from gaung.core.config import default_home, load
from gaung.core.config.load import unknown_environment
from gaung.core.errors import UserError


def write(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "gaung.toml").write_text(text, "utf-8")
    return home


def test_an_empty_home_gives_the_documented_defaults(tmp_path: Path) -> None:
    found = load(tmp_path / "not-there")
    assert found.home == tmp_path / "not-there"
    assert found.database_url == f"sqlite:///{tmp_path}/not-there/gaung.db"
    assert found.broker_url == "embedded"
    assert found.secret_key is None
    assert (found.timezone, found.zone.utcoffset(None)) == ("Asia/Jakarta", None)
    assert (found.media.store, found.media.public_url) == (tmp_path / "not-there" / "media", None)
    engine = found.engine
    assert (engine.lease, engine.sweep, engine.retry_base, engine.reconcile_after, engine.http_timeout) == (60, 5, 30, [30, 120, 600], 60)
    assert (engine.queue_factor, engine.poll) == (4, 0.2)
    assert (found.serve.host, found.serve.port, found.serve.port_chosen) == ("127.0.0.1", 8085, False)
    assert found.plugins == {}


def test_the_file_beats_the_default_and_the_environment_beats_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = write(
        tmp_path,
        """
        database_url = "sqlite:///{home}/other.db"
        [engine]
        lease = 7
        sweep = 2
        [plugins.facebook]
        api_url = "https://from-file"
        api_version = "v1"
        """,
    )
    monkeypatch.setenv("GAUNG_ENGINE__LEASE", "3")
    monkeypatch.setenv("GAUNG_ENGINE__RECONCILE_AFTER", "[1, 2]")
    monkeypatch.setenv("GAUNG_PLUGINS__FACEBOOK__API_URL", "https://from-env")
    found = load(home)
    assert found.database_url == f"sqlite:///{home}/other.db"
    assert (found.engine.lease, found.engine.sweep, found.engine.retry_base) == (3, 2, 30)
    assert found.engine.reconcile_after == [1, 2]
    assert found.plugins["facebook"] == {"api_url": "https://from-env", "api_version": "v1"}


def test_a_port_that_somebody_chose_is_known_as_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_SERVE__PORT", "8085")
    assert load(tmp_path).serve.port_chosen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('databse_url = "x"', ["gaung.toml", "databse_url", 'Did you mean "database_url"?']),
        ("[engine]\nleese = 3", ["engine.leese", 'Did you mean "lease"?']),
        ('[engine]\nlease = "soon"', ["engine.lease", "number"]),
        ("[engine]\nlease = 0", ["engine.lease", "greater than 0"]),
        ("[engine]\nreconcile_after = [9, 3]", ["engine.reconcile_after", "ascending"]),
        ("[serve]\nport = 70000", ["serve.port", "65535"]),
        ('timezone = "Asia/Lampung"', ["timezone", "Asia/Jakarta"]),
        ('[media]\npublic_url = "ftp://x"', ["media.public_url", "http://"]),
        ("engine = 5", ["engine"]),
        ("lease = ", ["gaung.toml", "TOML", "Correct that line"]),
        ('database_url = {env = "GAUNG_TEST_NOT_SET"}', ["database_url", "GAUNG_TEST_NOT_SET", "not set"]),
        ('broker_url = {file = "no-such-file"}', ["broker_url", "no-such-file"]),
        ('broker_url = {path = "x"}', ["broker_url", "{env ="]),
    ],
)
def test_a_mistake_in_the_file_is_one_line_naming_the_key(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        load(write(tmp_path, text))
    line = str(caught.value)
    assert "\n" not in line
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GAUNG_ENGINE__LEESE", "3", ["GAUNG_ENGINE__LEESE", '"lease"']),
        ("GAUNG_ENGINE__LEASE", "soon", ["GAUNG_ENGINE__LEASE", "number"]),
        ("GAUNG_ENGINE__RECONCILE_AFTER", "30,120", ["JSON"]),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: list[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError) as caught:
        load(tmp_path)
    for word in words:
        assert word in str(caught.value)


def test_unknown_variables_are_listed_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_DATABSE_URL", "x")
    monkeypatch.setenv("GAUNG_ACTOR", "x")
    assert unknown_environment() == ['GAUNG_DATABSE_URL: Did you mean "database_url"?']


def test_secrets_may_come_from_a_variable_or_a_file_of_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB", "postgresql+psycopg://u:geheim@h/gaung")
    (tmp_path / "broker").write_text("redis://h\n", "utf-8")
    found = load(write(tmp_path, 'database_url = {env = "DB"}\nbroker_url = {file = "broker"}\nsecret_key = {file = "keys"}'))
    assert found.database_url.endswith("geheim@h/gaung")
    assert found.broker_url == "redis://h"
    assert found.secret_key == {"file": "keys"}
    assert "geheim" not in repr(found)


def test_a_store_may_be_any_shared_folder(tmp_path: Path) -> None:
    assert load(write(tmp_path, '[media]\nstore = "/srv/media"\npublic_url = "https://m/"')).media.store == Path("/srv/media")
    assert load(tmp_path).media.public_url == "https://m"
    assert load(write(tmp_path, '[media]\nstore = "beside"')).media.store == tmp_path / "beside"


def test_the_home_is_named_by_the_environment_or_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.delenv("GAUNG_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_home().name == "gaung"


def test_the_zone_is_wib(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    assert datetime(2026, 11, 25, tzinfo=UTC).astimezone(load(tmp_path).zone).utcoffset() == timedelta(hours=7)
