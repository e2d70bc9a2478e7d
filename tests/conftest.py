"""What every test gets: the fixtures of the test kit, and an environment that is clean before and unchanged after."""

import functools
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpcore2
import pytest

pytest_plugins = [
    "gaung.core.testkit.fixtures",
    "gaung.core.testkit.stores",
    "gaung.core.testkit.schema",
    "gaung.core.testkit.leaks",
    "pytester",
]

# Else each worker would rewrite the assertions of all test modules anew, which is half of its collecting. Programs that tests start keep
# to the environment: one that writes a plugin, runs it and writes it again within a second must not meet what was compiled before.
sys.dont_write_bytecode = False

PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"}
BY_PYTEST = {"PYTEST_CURRENT_TEST"}


def pytest_sessionstart() -> None:
    """A suite started in the background of a script inherits "ignore Ctrl-C", and so would every program it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole programs first: they take long, and the last of them kept one process busy while the others had nothing left to do."""
    items.sort(key=lambda item: "/tests/system/" not in item.path.as_posix())


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Take the developer's own GAUNG_* and proxy variables away, for tests and for the programs they start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("GAUNG_") or name.lower() in PROXIES:
                patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """`httpx2.get` reads all certificates of the machine for every call, which takes ten times as long as a call on loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore2, "default_ssl_context", functools.cache(httpcore2.default_ssl_context))
        yield


@pytest.fixture(autouse=True)
def unchanged_environment(clean_environment: None) -> Iterator[None]:
    """Fail a test that changed os.environ and left it so; `monkeypatch.setenv` restores it."""
    before = _environment()
    yield
    after = _environment()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        for name in changed:
            os.environ.pop(name, None)
        os.environ.update({name: before[name] for name in changed if name in before})
        pytest.fail(f"the test changed os.environ and did not restore: {', '.join(changed)}")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in BY_PYTEST}


@pytest.fixture
def install_plugins(tmp_path: Path) -> Callable[..., Path]:
    """Build distributions and install them into a folder of their own, which is put on PYTHONPATH; without a network."""

    def install(*folders: Path) -> Path:
        target = tmp_path / "installed"
        ignore = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
        copies = [
            shutil.copytree(folder, tmp_path / "sources" / folder.name, ignore=ignore) for folder in folders
        ]  # a build writes beside it
        options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--no-compile"]
        command = [sys.executable, "-P", "-m", "pip", "install", *options, "--target", str(target), *map(str, copies)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return target

    return install
