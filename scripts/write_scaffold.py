"""Writes the templates of `gaung plugin new` from docs/writing-a-plugin.md, whose code is what the command generates.

.venv/bin/python scripts/write_scaffold.py
"""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "writing-a-plugin.md"
SCAFFOLD = ROOT / "core" / "scaffold"
BLOCK = re.compile(r"^<!-- (file|policy): (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> dict[str, str]:
    """Files of the page by path, in its order; a file that comes in parts is put together, two empty lines between top-level parts."""
    found: dict[str, str] = {}
    for of, path, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if of != kind:
            continue
        if path in found:
            gap = "\n" if text.startswith(" ") else "\n\n"
            found[path] = f"{found[path]}{gap}{text}"
        else:
            found[path] = text
    return found


def template(text: str) -> str:
    """With the example's name taken out."""
    return text.replace("$", "$$").replace("papan", "${name}").replace("Papan", "${title}")


def templates() -> dict[Path, str]:
    """Every template that the page determines."""
    found = {SCAFFOLD / "platform" / f"{path.replace('papan', 'NAME')}.tmpl": template(text) for path, text in blocks("file").items()}
    (policy,) = blocks("policy").values()
    return {**found, SCAFFOLD / "policy" / "gaung_NAME.py.tmpl": policy.replace("$", "$$")}


if __name__ == "__main__":
    for path, text in templates().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(path.relative_to(ROOT))
