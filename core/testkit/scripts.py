"""Scripts of a checkout as modules, for tests of the pages that they write. The wheel has no scripts/: load them when a test runs."""

import functools
import importlib.util
from pathlib import Path
from types import ModuleType


@functools.cache
def script(path: Path) -> ModuleType:
    """A script, loaded once; its folder is on nobody's path. Raises FileNotFoundError where there is none."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found
