"""Writes a new plugin: a folder with package, sandbox, tests and README, whose tests pass before anything was changed."""

import keyword
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Literal

from gaung.core.errors import UserError

Kind = Literal["platform", "policy"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SUFFIX = ".tmpl"


def new_plugin(name: str, kind: Kind, parent: Path) -> tuple[Path, list[str]]:
    """Write `gaung-NAME` into `parent`; answers the folder and its files.

    Raises `UserError` for a name that is no identifier or belongs to an installed plugin, and for a folder that is there already.
    """
    require_free(name)
    folder = parent / f"gaung-{name}"
    if folder.exists():
        raise UserError(f"{folder} is there already.", "Choose another NAME or --dir.")
    written = rendered(name, kind)
    try:
        for path, text in written.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.", "Choose another --dir.") from None
    return folder, sorted(written)


def rendered(name: str, kind: Kind) -> dict[str, str]:
    """What is written, by path."""
    values = {"name": name, "title": title_of(name)}
    found = {}
    for path, source in _templates(files("gaung.core.scaffold") / kind):
        target = path.removesuffix(_SUFFIX).replace("NAME", name)
        found[target] = Template(source.read_text(encoding="utf-8")).substitute(values)
    return found


def title_of(name: str) -> str:
    """`my_net` as `MyNet`: the platform's title until its author gives a better one, and the start of class names."""
    return "".join(part.capitalize() for part in name.split("_"))


def require_free(name: str) -> None:
    """Raises `UserError` when no plugin can be called that."""
    from gaung.core.plugin_loading import sources

    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise UserError(f"{name!r} cannot be the name of a plugin.", "Use small letters, digits and _, beginning with a letter.")
    for source in sources():
        if source.name == name:
            raise UserError(f"{name} is taken by the package {source.package}.", "Choose another name.")


def _templates(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _templates(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIX):
            yield prefix + entry.name, entry
