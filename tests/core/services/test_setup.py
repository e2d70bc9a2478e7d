"""`init` makes a home once, keeps what is there, and never makes a second key for the same database."""

import stat
from pathlib import Path

import pytest

from gaung.core.config import load
from gaung.core.errors import Unreachable, UserError
from gaung.core.services import accounts, setup
from gaung.core.services.context import Context
from gaung.core.testkit.toy import Toy


def test_a_home_gets_key_database_offices_and_a_file_to_edit(tmp_path: Path) -> None:
    home = tmp_path / "rumah"
    done = setup.init(load(home))
    assert done == {"home": str(home), "database": f"sqlite:///{home}/gaung.db", "schema": done["schema"], "key": "made", "offices": 16}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert load(home) == load(home)
    assert setup.init(load(home)) == {**done, "key": "kept"}


def test_another_home_on_the_same_database_needs_the_same_key(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gaung.core.manager import Manager

    monkeypatch.setenv("GAUNG_DATABASE_URL", database_url)
    first = load(tmp_path / "a")
    setup.init(first)
    ctx = Context(first, manager=Manager([Toy().source()]))
    accounts.add(ctx, office="18", platform="toy", external_id="1", handle="contoh_1", values={"token": "token-12345"}, where="x")
    ctx.close()
    second = load(tmp_path / "b")
    with pytest.raises(UserError, match=r"their key is not in .*Copy secret\.key"):
        setup.init(second)
    assert not (tmp_path / "b" / "secret.key").exists()
    (tmp_path / "b" / "secret.key").write_bytes((tmp_path / "a" / "secret.key").read_bytes())
    assert setup.init(second)["key"] == "kept"


def test_a_database_that_does_not_answer_is_one_line_without_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNG_DATABASE_URL", "postgresql+psycopg://gaung:geheim99@127.0.0.1:9/gaung")
    with pytest.raises(Unreachable) as caught:
        setup.init(load(tmp_path))
    assert "geheim99" not in str(caught.value)
    assert "127.0.0.1:9" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Choose another with --home"):
        setup.init(load(tmp_path / "file"))


def test_upgrading_tells_both_revisions(tmp_path: Path) -> None:
    settings = load(tmp_path)
    setup.init(settings)
    done = setup.upgrade(settings)
    assert done["from"] == done["to"]
    assert done["database"] == f"sqlite:///{tmp_path}/gaung.db"
