"""`make docs` fails for what a reader would stumble over. That the pages themselves build is a step of CI."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.checkout

INDEX = """\
# Pages

[one](one.md), [outside](../README.md)
"""
ONE = """\
# One

[here](#two), [the list](index.md#pages)

## Two

```mermaid
stateDiagram-v2
```
"""
BAD = """\
[gone](three.md), [no such heading](index.md#papers), ![no picture](images/none.svg)

```toml
text = = 1
```
"""


def built(folder: Path, **pages: str) -> subprocess.CompletedProcess[str]:
    """Our own settings over other pages, with the options of `make docs`."""
    docs = folder / "docs"
    docs.mkdir()
    shutil.copy(ROOT / "docs/conf.py", docs)
    for name, text in pages.items():
        (docs / f"{name}.md").write_text(text, "utf-8")
    line = next(line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "sphinx-build" in line)
    options = [word for word in line.split() if word.startswith("--")]
    command = [sys.executable, "-P", "-m", "sphinx", *[word for word in options if word not in ("--builder", "--doctree-dir")]]
    return subprocess.run([*command, "docs", "build"], cwd=folder, capture_output=True, text=True, check=False)


def test_pages_in_order_build_and_links_out_of_the_docs_do_not_hinder(tmp_path: Path) -> None:
    done = built(tmp_path, index=INDEX, one=ONE)
    assert (done.returncode, done.stderr) == (0, "")
    assert 'href="one.html"' in (tmp_path / "build/index.html").read_text("utf-8")


def test_links_pictures_pages_and_code_that_are_wrong_each_fail_it(tmp_path: Path) -> None:
    done = built(tmp_path, index=INDEX, one=f"{ONE}\n{BAD}", two="# In no list\n")
    assert done.returncode != 0
    for wrong in ("three.md", "papers", "images/none.svg", "toml", "two.md: WARNING: document isn't included in any toctree"):
        assert wrong in done.stderr, f"{wrong}: {done.stderr}"


def test_the_settings_of_sphinx_import_nothing_of_gaung_and_touch_no_path() -> None:
    tree = ast.parse((ROOT / "docs/conf.py").read_text("utf-8"))
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert imported
    assert [name for name in imported if name.split(".")[0] in ("gaung", "sys", "site")] == []
