"""Who acts, whose things are in sight, and how an address is shown."""

import pytest

from gaung.core.config import actor, office_scope, shown
from gaung.core.config.nearest import meant


def test_the_actor_is_named_or_the_os_user(monkeypatch: pytest.MonkeyPatch) -> None:
    import getpass

    assert actor() == getpass.getuser()
    monkeypatch.setenv("GAUNG_ACTOR", "tim-konten")
    assert actor() == "tim-konten"


def test_the_scope_is_one_office_or_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert office_scope() is None
    monkeypatch.setenv("GAUNG_OFFICE", "18.01")
    assert office_scope() == "18.01"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql+psycopg://gaung:p%40ss@db:5432/gaung", "postgresql+psycopg://gaung:***@db:5432/gaung"),
        ("redis://:geheim@10.0.0.1:6379/0", "redis://:***@10.0.0.1:6379/0"),
        ("redis://localhost", "redis://localhost"),
        ("postgresql+psycopg://u@/db?host=/run&password=geheim", "postgresql+psycopg://u@/db?host=/run&password=***"),
        ("sqlite:////srv/gaung.db", "sqlite:////srv/gaung.db"),
        ("embedded", "embedded"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, expected: str) -> None:
    assert shown(url) == expected


def test_a_code_without_its_zeros_is_understood() -> None:
    assert meant("18.1", ["18", "18.01", "18.10", "18.71"]) == 'Did you mean "18.01"?'
    assert meant("18.1.4", ["18.01.04", "18.10"]) == 'Did you mean "18.01.04"?'
