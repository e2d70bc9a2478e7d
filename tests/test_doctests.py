"""Examples in docstrings run, under the real names of their modules (`pytest --doctest-modules` would import `core.errors`)."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import gaung.cli
import gaung.core
import gaung.plugins

# Alembic runs these itself, inside a migration context; importing them elsewhere fails.
RUN_BY_ALEMBIC = ("gaung.core.store.migrations.env", "gaung.core.store.migrations.versions")


def modules() -> Iterator[str]:
    for package in (gaung.core, gaung.cli, gaung.plugins):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=_fail):
            if not found.name.startswith(RUN_BY_ALEMBIC):
                yield found.name


def _fail(name: str) -> None:
    raise ImportError(f"{name} cannot be imported")


def test_every_module_imports_and_its_examples_hold() -> None:
    attempted = 0
    for name in modules():
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, f"{name}: {result.failed} of {result.attempted} examples fail; see the output above"
        attempted += result.attempted
    assert attempted > 0, "no example was found: the walk is broken"
