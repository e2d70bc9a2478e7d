"""The plugin is built on what Gaung promises to others, and on nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import gaung_mastodon

PUBLIC = (
    "gaung.core.markers", "gaung.core.records", "gaung.core.errors", "gaung.core.http", "gaung.core.urls", "gaung.core.pacing",
    "gaung.core.sandbox.base", "gaung.core.sandbox.people", "gaung.core.sandbox.world", "gaung.core.testkit",
)  # fmt: skip


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (f"{module}.{name.name}" for name in node.names) if module == "gaung.core" else (module,)


def test_nothing_but_the_public_api_is_imported() -> None:
    files = sorted(Path(str(gaung_mastodon.__file__)).parent.glob("*.py"))
    assert len(files) > 10
    ours = {name for path in files for name in imported(path) if name.split(".")[0] == "gaung"}
    assert ours, "the test sees no import at all"
    assert {name for name in ours if not name.startswith(PUBLIC)} == set()


def test_the_sandbox_shares_no_code_with_the_client() -> None:
    files = sorted(Path(str(gaung_mastodon.__file__)).parent.glob("sandbox*.py"))
    theirs = {name for path in files for name in imported(path) if name.startswith("gaung_mastodon")}
    assert {name for name in theirs if not name.startswith("gaung_mastodon.sandbox")} == set()
