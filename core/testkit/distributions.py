"""Installed distributions made of a few lines, for tests: a folder to put on `sys.path` or `PYTHONPATH`, with real `dist-info` folders."""

from collections.abc import Mapping
from pathlib import Path

EntryPoints = Mapping[str, Mapping[str, str]]
"""group -> name -> `module:attribute`."""

POLICY = """\
from dataclasses import replace

from gaung.core.markers import hookimpl


@hookimpl
def gaung_prepare(content):
    return replace(content, text=content.text + " {mark}")
"""
"""Source of a policy that adds `mark` to every text."""

COMMAND = """\
import click


@click.command(help="Say something.")
def command():
    click.echo("{said}")
"""
"""Source of a command that says `said`."""


def install(folder: Path, package: str, *, version: str = "0.1", modules: Mapping[str, str], points: EntryPoints) -> Path:
    """Install a distribution into `folder`: `modules` by name with their source, and its entry points. Answers `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source, "utf-8")
    info = folder / f"{package.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n\nA test.\n", "utf-8")
    sections = ["\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in names.items())]) for group, names in points.items()]
    (info / "entry_points.txt").write_text("\n\n".join(sections) + "\n", "utf-8")
    return folder


def plugin(folder: Path, name: str, source: str, *, version: str = "0.1") -> Path:
    """Install the distribution `gaung-NAME` whose plugin NAME is a module with this source."""
    module = f"gaung_{name}_plugin"
    return install(folder, f"gaung-{name}", version=version, modules={module: source}, points={"gaung": {name: module}})


def command(folder: Path, name: str, source: str, *, attribute: str = "command") -> Path:
    """Install the distribution `gaung-NAME` that adds the command NAME."""
    module = f"gaung_{name}_command"
    points = {"gaung.commands": {name: f"{module}:{attribute}"}}
    return install(folder, f"gaung-{name}", modules={module: source}, points=points)
