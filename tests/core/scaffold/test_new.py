"""New plugins: their names, their folders, and where the templates come from."""

import runpy
import tomllib
from pathlib import Path

import pytest

from gaung.core.errors import UserError
from gaung.core.scaffold.new import Kind, new_plugin, rendered, title_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["", "Papan", "papan-dua", "1papan", "papan.dua", "../papan", "class", "match", "pa pan", "päpan"])
def test_a_name_that_no_plugin_can_have_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be the name"):
        new_plugin(name, "platform", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_an_installed_plugin_is_taken(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="facebook is taken by the package gaung"):
        new_plugin("facebook", "policy", tmp_path)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "gaung-papan"
    mine.mkdir()
    with pytest.raises(UserError, match="is there already"):
        new_plugin("papan", "platform", tmp_path)
    assert list(mine.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        new_plugin("papan", "policy", tmp_path / "file")


@pytest.mark.parametrize("kind", ["platform", "policy"])
def test_every_file_is_valid_and_nothing_of_the_template_is_left(kind: Kind, tmp_path: Path) -> None:
    folder, files = new_plugin("my_net", kind, tmp_path)
    assert folder == tmp_path / "gaung-my_net"
    assert files == sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    for path in files:
        text = (folder / path).read_text("utf-8")
        assert not any(word in path + text for word in ("$", "NAME", "papan", "Papan")) or path == "README.md"
        if path.endswith(".py"):
            compile(text, path, "exec")
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"] == {"gaung": {"my_net": "gaung_my_net"}}


def test_a_name_of_two_words_makes_one_title() -> None:
    assert title_of("my_net") == "MyNet"


@pytest.mark.checkout
def test_templates_are_what_the_tutorial_says() -> None:
    """When this fails: run scripts/write_scaffold.py."""
    templates = runpy.run_path(str(ROOT / "scripts/write_scaffold.py"))["templates"]()
    assert {path: path.read_text("utf-8") for path in templates if path.exists()} == templates


def test_the_templates_are_shipped() -> None:
    assert len(rendered("papan", "platform")) == 12
    assert len(rendered("papan", "policy")) == 4
