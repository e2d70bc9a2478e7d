"""The direction of imports, cli -> core <- plugins, is not only written down: a module that breaks it is caught."""

import os
import shutil
import subprocess
import sys
import sysconfig
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGINS = ("facebook", "instagram", "tiktok", "youtube")

pytestmark = pytest.mark.checkout


def contracts() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def lint(folder: Path, module: str, line: str) -> subprocess.CompletedProcess[str]:
    """Run our contracts over an otherwise empty gaung in which one module holds one line."""
    packages = ["core", "cli", "plugins/meta", *(f"plugins/{name}" for name in PLUGINS)]
    for package in packages:
        (folder / "gaung" / package).mkdir(parents=True)
        (folder / "gaung" / package / "__init__.py").touch()
    (folder / "gaung" / module / "__init__.py").write_text(line + "\n", encoding="utf-8")
    shutil.copy(ROOT / ".importlinter", folder)
    # -S leaves the .pth file of the editable install out, which would mix our real plugins into this gaung.
    command = [sys.executable, "-S", "-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), sysconfig.get_path("purelib")])}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core", "import gaung.cli", "contract:core"),
        ("core", "import gaung.plugins.meta", "contract:core"),
        ("cli", "import gaung.plugins.tiktok", "contract:cli"),
        ("plugins/youtube", "import gaung.cli", "contract:plugins"),
        ("plugins/facebook", "import gaung.plugins.tiktok", "contract:independence"),
        ("plugins/meta", "import gaung.plugins.facebook", "contract:independence"),
        ("plugins/tiktok", "import gaung.plugins.meta", "contract:independence"),
    ],
)
def test_an_import_against_the_direction_is_caught(tmp_path: Path, module: str, line: str, contract: str) -> None:
    answer = lint(tmp_path, module, line)
    assert answer.returncode == 1
    assert f"{contracts()[f'importlinter:{contract}']['name']} BROKEN" in answer.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [("cli", "import gaung.core"), ("plugins/youtube", "import gaung.core"), ("plugins/instagram", "import gaung.plugins.meta")],
)
def test_an_import_along_the_direction_passes(tmp_path: Path, module: str, line: str) -> None:
    answer = lint(tmp_path, module, line)
    assert answer.returncode == 0, answer.stdout
