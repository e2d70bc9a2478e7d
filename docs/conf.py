"""Sphinx builds these pages into build/docs by `make docs`; every warning is an error.

It reads the pages only: nothing of Gaung is imported, so the repository is not on `sys.path` and must not be put there.
"""

import re
from importlib.metadata import version as version_of

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "Gaung"
author = copyright = "KPU Provinsi Lampung"  # noqa: A001 - Sphinx's own name for it
version = release = version_of("gaung")

extensions = ["myst_parser"]
root_doc = "index"
html_theme = "alabaster"
html_theme_options = {"description": "One post, every office's account, exactly once.", "page_width": "1100px", "sidebar_width": "240px"}
html_copy_source = False
nitpicky = True
myst_heading_anchors = 3

LISTS = ("index", "decisions/README")
"""Pages that list others; what they link to is the table of contents, so that it is written down once."""
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<up>(?:\.\./)+)(?P<path>[^)]+)\)")


def on_read(_: Sphinx, name: str, source: list[str]) -> None:
    """Name files outside docs/ instead of linking to them (tests/test_docs.py checks those links); make each list a table of contents."""
    depth = name.count("/")
    source[0] = LINK.sub(lambda link: f"{link['words']} (`{link['path']}`)" if len(link["up"]) // 3 > depth else link[0], source[0])
    if name in LISTS:
        pages = dict.fromkeys(re.findall(r"\]\(([^)#:]+)\.md\)", source[0]))
        inside = [page for page in pages if not page.startswith("..")]
        source[0] += "\n".join(["", "```{toctree}", ":hidden:", "", *inside, "```", ""])


def setup(app: Sphinx) -> None:
    """Called by Sphinx. GitHub draws Mermaid diagrams; here their source is shown."""
    app.connect("source-read", on_read)
    app.add_lexer("mermaid", TextLexer)
