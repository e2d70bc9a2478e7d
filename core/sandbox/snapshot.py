"""The sandbox page as files that are still there when the sandbox is gone."""

import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gaung.core.sandbox.feeds import View, render

if TYPE_CHECKING:
    from gaung.core.sandbox.app import Sandbox

_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_FILTERS = re.compile(r"<nav\b.*?</nav>", re.DOTALL)
_LINK = re.compile(r'<a class="handle" href="/[^"]*">(.*?)</a>')


def write(sandbox: "Sandbox", folder: Path) -> Path:
    """Write the page with every post, and its pictures and videos, below `folder`; answers the page's path.

    Filters and refreshing need the server and are left out.
    """
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    html = render(sandbox, View(everything=True, base_url=sandbox.world.base_url), nonce="")
    for part in (_SCRIPT, _FILTERS):
        html = part.sub("", html)
    html = _LINK.sub(r"<b>\1</b>", html).replace('preload="none"', 'preload="metadata"')
    for stored in sandbox.world.files.values():
        name = f"{stored.sha256}{mimetypes.guess_extension(stored.mime) or ''}"
        (files / name).write_bytes(stored.data)
        html = html.replace(stored.url_path, f"files/{name}")
    page = folder / "index.html"
    page.write_text(html, "utf-8")
    return page
