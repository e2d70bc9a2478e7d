"""The folder mapping of setup.cfg ships what is on disk, and files stay small enough to read."""

import fnmatch
import importlib
import subprocess
from configparser import ConfigParser
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAPPED = {"gaung.core": ROOT / "core", "gaung.cli": ROOT / "cli", "gaung.plugins": ROOT / "plugins"}
MAX_LINES = 300

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="module")
def setup_cfg() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def lines(setup_cfg: ConfigParser, section: str, key: str) -> list[str]:
    return [line for line in setup_cfg[section][key].split("\n") if line and not line.startswith("#")]


def files_of_the_project(*patterns: str) -> list[Path]:
    """Answer committed files and new ones, not those that git ignores."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(path for name in answer.stdout.split("\0") if name and (path := ROOT / name).exists())


def packages_on_disk() -> set[str]:
    found = set(MAPPED)
    for package, folder in MAPPED.items():
        for file in files_of_the_project(f"{folder.name}/*.py"):
            found.add(".".join([package, *file.parent.relative_to(folder).parts]))
    return found


def test_setup_cfg_lists_every_package_on_disk_and_no_other(setup_cfg: ConfigParser) -> None:
    listed = lines(setup_cfg, "options", "packages")
    assert sorted(listed) == sorted(packages_on_disk())


def test_every_file_that_is_no_python_is_shipped(setup_cfg: ConfigParser) -> None:
    patterns = lines(setup_cfg, "options.package_data", "*")
    listed = set(lines(setup_cfg, "options", "packages"))
    left_out = []
    for package, folder in MAPPED.items():
        for file in files_of_the_project(f"{folder.name}/*"):
            parts = file.relative_to(folder).parts
            if file.suffix != ".py" and not is_shipped(package, parts, listed, patterns):
                left_out.append(str(file.relative_to(ROOT)))
    assert left_out == []


def is_shipped(package: str, parts: tuple[str, ...], listed: set[str], patterns: list[str]) -> bool:
    """Say whether setuptools takes the file into some package that encloses it."""
    for depth in range(len(parts)):
        if ".".join([package, *parts[:depth]]) in listed:
            rest = parts[depth:]
            if any(len(rest) == pattern.count("/") + 1 and fnmatch.fnmatch("/".join(rest), pattern) for pattern in patterns):
                return True
    return False


def test_every_portion_of_the_namespace_is_marked_as_typed(setup_cfg: ConfigParser) -> None:
    portions = [ROOT / "core", ROOT / "cli", *(path for path in (ROOT / "plugins").iterdir() if any(path.glob("*.py")))]
    assert [str(path) for path in portions if not (path / "py.typed").exists()] == []


def test_the_namespace_has_no_file_of_its_own_so_that_others_can_add_plugins() -> None:
    assert importlib.import_module("gaung").__file__ is None
    assert importlib.import_module("gaung.plugins").__file__ is None
    assert not (ROOT / "__init__.py").exists()
    assert not (ROOT / "plugins/__init__.py").exists()


def test_no_test_folder_is_a_package_and_no_conftest_lies_in_the_root() -> None:
    """Either would make a bare `import core` work in tests, with a second copy of every class."""
    assert files_of_the_project("tests/__init__.py", "tests/**/__init__.py", "conftest.py") == []


def test_a_bare_import_of_core_fails() -> None:
    for name in ("core", "cli", "plugins"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)


def test_every_plugin_folder_but_the_shared_library_is_an_entry_point(setup_cfg: ConfigParser) -> None:
    folders = {path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").exists()} - {"meta"}
    ours = {entry.name: entry.value for entry in entry_points(group="gaung") if entry.value.startswith("gaung.plugins.")}
    assert ours == {name: f"gaung.plugins.{name}" for name in folders}


def test_the_version_is_known_from_the_metadata(setup_cfg: ConfigParser) -> None:
    assert version("gaung") == setup_cfg["metadata"]["version"]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files_of_the_project("*.py")}
    assert {name: size for name, size in sizes.items() if size > MAX_LINES} == {}
